"""Opens one of the engines on a model, importing its runtime only then."""

from function.captioning.engines.base import Engine
from function.captioning.manifest import Manifest
from function.errors import Misconfigured
from function.settings import ENGINES


def load_engine(name: str, model: Manifest, threads: int) -> Engine:
    """Open an engine on a model; `threads` is the number of processor threads, 0 for all cores.

    Raises Misconfigured for an unknown name, a runtime that is not installed, or missing model files.
    """
    try:
        if name == "litert":
            from function.captioning.engines.litert import LiteRTEngine

            return LiteRTEngine(model, threads)
        if name == "tensorflow":
            from function.captioning.engines.tensorflow import TensorFlowEngine

            return TensorFlowEngine(model, threads)
    except ModuleNotFoundError as error:
        extra = "[tensorflow]" if name == "tensorflow" else ""
        remedy = f"install it from the repository with pip install '.{extra}'"
        raise Misconfigured(f"The {name} engine needs the package {error.name}: {remedy}.") from error
    raise Misconfigured(f"Unknown engine {name!r}: choose one of {', '.join(ENGINES)}")
