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


def decided(value: Any, condition: str, holds: bool) -> Any:
    """A part of the template as CloudFormation has it where a condition holds or does not."""
    match value:
        case {"Fn::If": [str(name), yes, no]} if name == condition:
            return decided(yes if holds else no, condition, holds)
        case dict():
            return {key: decided(part, condition, holds) for key, part in value.items()}
        case list():
            parts = (decided(part, condition, holds) for part in value)
            return [part for part in parts if part != {"Ref": "AWS::NoValue"}]
    return value


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
