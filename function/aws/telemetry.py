"""What the functions tell their operator: JSON logs and metrics in CloudWatch's embedded format, on standard output.

Neither ever holds what a user uploaded or what grants access: an id that finds its way into an error's text
is blanked. Only Lambda's entry points import this; the core logs through `logging` and hands out its records.
"""

import logging
import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from function.records import Record
from function.storage.base import without_ids

SERVICE = "glimpse"
NAMESPACE = "Glimpse"
Handler = Callable[[dict[str, Any], Any], Any]


class _Formatter(LambdaPowertoolsFormatter):
    """Powertools' JSON lines without ids: an id opens its record."""

    def format(self, record: logging.LogRecord) -> str:
        return without_ids(super().format(record))


logger = Logger(service=SERVICE, logger_formatter=_Formatter())
metrics = Metrics(namespace=NAMESPACE, service=SERVICE)
warnings.filterwarnings("ignore", "No application metrics to publish")  # most calls have none
logging.getLogger("function")  # registered, for the next line to find
copy_config_to_registered_loggers(logger, include={"function"})


def observe(record: Record) -> None:
    """Count one photo: a caption and the milliseconds of its stages, or a failure under its code."""
    if record["status"] == "failed":
        with single_metric("Failures", MetricUnit.Count, 1, namespace=NAMESPACE) as metric:
            metric.add_dimension("service", SERVICE)
            metric.add_dimension("code", record["error"]["code"])
        return
    metrics.add_metric("Captions", MetricUnit.Count, 1)
    for stage, milliseconds in record["milliseconds"].items():
        metrics.add_metric(f"{stage.capitalize()}Milliseconds", MetricUnit.Milliseconds, milliseconds)


def observe_fault() -> None:
    """Count a message that failed through a fault of ours: Lambda's own metric of errors knows only crashes."""
    metrics.add_metric("Faults", MetricUnit.Count, 1)


def reported(correlation_id: str) -> Callable[[Handler], Handler]:
    """Wrap an entry point so that its logs carry the id at that path of the event and its metrics are flushed."""

    def decorate(handler: Handler) -> Handler:
        logged = logger.inject_lambda_context(handler, correlation_id_path=correlation_id, clear_state=True)
        measured = metrics.log_metrics(logged, capture_cold_start_metric=True)

        @wraps(handler)
        def entry(event: dict[str, Any], context: Any) -> Any:
            return measured(event, context or _nowhere())

        return entry

    return decorate


def _nowhere() -> LambdaContext:
    """A context for a handler that is called outside Lambda."""
    context = LambdaContext()
    context._function_name = context._invoked_function_arn = context._aws_request_id = "local"
    context._memory_limit_in_mb = 0
    return context
