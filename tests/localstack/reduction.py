"""The template without what LocalStack cannot make, constants in the place of what it would have been."""

import re
from typing import Any

MADE = {
    "AWS::CloudWatch::Alarm",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
    "AWS::Logs::LogGroup",
    "AWS::Logs::LogStream",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::Secret",
}
"""Types that LocalStack 4.14 makes by itself. For functions it needs Docker, for DynamoDB Java."""


def reduced(document: dict[str, Any]) -> dict[str, Any]:
    """A translated template with the resources of `MADE` alone; what is retained is retained from the first moment."""
    resources = document["Resources"]
    kept = {name: dict(resource) for name, resource in resources.items() if resource["Type"] in MADE}
    for resource in kept.values():
        if resource.get("DeletionPolicy") == "RetainExceptOnCreate":  # LocalStack would delete it
            resource["DeletionPolicy"] = "Retain"
    gone = resources.keys() - kept.keys()
    reduced: dict[str, Any] = _constant({**document, "Resources": kept}, gone)
    return reduced


def _constant(value: Any, gone: set[str]) -> Any:
    """A part of a template in which what referred to a resource that is gone is text."""
    match value:
        case {"Ref": str(name)} if name in gone:
            return name
        case {"Fn::GetAtt": [str(name), str(attribute)]} if name in gone:
            return _attribute(name, attribute)
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": re.sub(r"\$\{(\w+)(?:\.(\w+))?\}", lambda found: _substituted(found, gone), text)}
        case dict():
            return {key: _constant(part, gone) for key, part in value.items()}
        case list():
            return [_constant(part, gone) for part in value]
    return value


def _substituted(found: "re.Match[str]", gone: set[str]) -> str:
    name, attribute = found[1], found[2]
    if name not in gone:
        return found[0]
    return _attribute(name, attribute) if attribute else name


def _attribute(name: str, attribute: str) -> str:
    return f"arn:aws:elsewhere:::{name}" if attribute == "Arn" else f"{name}.{attribute}"
