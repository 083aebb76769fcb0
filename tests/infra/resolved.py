"""The template as CloudFormation makes it of parameters: conditions decided, parameters put in, the rest as written."""

import re
from typing import Any

from tests.infra.conftest import Template

_NOTHING = {"Ref": "AWS::NoValue"}


class Refused(Exception):
    """What the template says where parameters do not go together."""


def resolved(template: Template, **given: str) -> Template:
    """The template with these parameters, and defaults for the others. Raises Refused."""
    return Template(_Resolver(template.document, given).document())


class _Resolver:
    """Knows the values of all parameters. What is known only after a deployment (GetAtt, other Refs) stays."""

    def __init__(self, document: dict[str, Any], given: dict[str, str]) -> None:
        self._document = document
        self._values = {name: str(parameter["Default"]) for name, parameter in document["Parameters"].items()}
        for name, value in given.items():
            allowed = document["Parameters"][name].get("AllowedValues", [value])
            assert self._values[name] == value or value in allowed
            self._values[name] = value

    def document(self) -> dict[str, Any]:
        for rule in self._document["Rules"].values():
            for assertion in rule["Assertions"]:
                if not self._holds(assertion["Assert"]):
                    raise Refused(assertion["AssertDescription"])
        kept = {name: self._document[name] for name in ("AWSTemplateFormatVersion", "Description")}
        return {**kept, "Resources": self._there("Resources"), "Outputs": self._there("Outputs")}

    def _there(self, section: str) -> dict[str, Any]:
        """What a section has under these parameters."""
        found = {}
        for name, entry in self._document[section].items():
            if "Condition" not in entry or self._holds({"Condition": entry["Condition"]}):
                found[name] = self._value({key: part for key, part in entry.items() if key != "Condition"})
        return found

    def _holds(self, condition: Any) -> bool:
        match condition:
            case {"Condition": str(name)}:
                return self._holds(self._document["Conditions"][name])
            case {"Fn::Equals": [one, other]}:
                return str(self._value(one)) == str(self._value(other))
            case {"Fn::Not": [one]}:
                return not self._holds(one)
            case {"Fn::And": parts}:
                return all(self._holds(part) for part in parts)
            case {"Fn::Or": parts}:
                return any(self._holds(part) for part in parts)
        raise AssertionError(f"not a condition: {condition}")

    def _value(self, value: Any) -> Any:
        match value:
            case {"Ref": str(name)} if name in self._values:
                return self._values[name]
            case {"Fn::If": [str(name), yes, no]}:
                return self._value(yes if self._holds({"Condition": name}) else no)
            case {"Fn::Sub": str(text)}:
                return self._substituted(text)
            case dict():
                parts = {key: self._value(part) for key, part in value.items()}
                return {key: part for key, part in parts.items() if part != _NOTHING}
            case list():
                return [part for part in map(self._value, value) if part != _NOTHING]
        return value

    def _substituted(self, text: str) -> Any:
        text = re.sub(r"\$\{(\w+)\}", lambda found: self._values.get(found[1], found[0]), text)
        return {"Fn::Sub": text} if re.search(r"\$\{[^!]", text) else text.replace("${!", "${")
