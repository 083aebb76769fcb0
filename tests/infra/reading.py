"""Reads what tests ask of template.yaml off the template that CloudFormation receives."""

import re
from collections.abc import Iterator
from typing import Any

from tests.infra.conftest import Template

FUNCTIONS = ["CaptionerFunction", "ApiFunction", "CaptionNowFunction", "AnalysisFunction"]


def variables(template: Template, function: str) -> dict[str, Any]:
    return template[function]["Environment"]["Variables"]


def bucket_name(template: Template, bucket: str) -> str:
    """A bucket's name as it is written in the template, with ${AWS::StackName} and the like."""
    return template[bucket]["BucketName"]["Fn::Sub"]


def granted(template: Template) -> Iterator[tuple[str, str, str]]:
    """What roles may do: role, action, and the resource as it is written in the template."""
    for name, statement in template.statements():
        if name in template.of_type("AWS::IAM::Role") and statement["Effect"] == "Allow":
            for action in as_list(statement["Action"]):
                yield from ((name, action, written(resource)) for resource in as_list(statement["Resource"]))


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def written(value: Any) -> str:
    """An ARN in the template, as text."""
    match value:
        case {"Fn::Sub": str(text)}:
            return text
        case {"Fn::GetAtt": [str(name), "Arn"]}:
            return f"${{{name}.Arn}}"
    raise AssertionError(f"not an exact resource: {value}")


def routes(template: Template) -> dict[str, str]:
    """Every route of the HTTP API, with the function that answers it."""
    found = {}
    for path, methods in template["HttpApi"]["Body"]["paths"].items():
        for method, operation in methods.items():
            uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            found[f"{verb} {path}"] = re.search(r"\$\{(\w+)\.Arn\}", uri)[1]  # type: ignore[index]
    return found


def command(template: Template, function: str) -> str:
    (handler,) = template[function]["ImageConfig"]["Command"]
    return str(handler)
