"""template.yaml with every combination of its parameters for large libraries, as CloudFormation makes it of each."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import cfnlint.api
import cfnlint.core
import pytest

from tests.infra.conftest import REGION, Template
from tests.infra.reading import as_list
from tests.infra.resolved import Refused, resolved

BUCKET, PREFIX = "my-photos", "holidays/"
Given = dict[str, str]
COMBINATIONS: list[Given] = [
    {"BucketToCaption": bucket, "PrefixToCaption": prefix, "WriteBack": write_back, "Analysis": analysis}
    for bucket, prefix, write_back, analysis in itertools.product(
        (BUCKET, ""), (PREFIX, ""), ("off", "tags", "sidecar"), ("on", "off")
    )
]
ALLOWED = [given for given in COMBINATIONS if given["BucketToCaption"]] + [
    given
    for given in COMBINATIONS
    if (given["BucketToCaption"], given["PrefixToCaption"], given["WriteBack"]) == ("", "", "off")
]
LINTED: list[Given] = [
    {},
    {"BucketToCaption": BUCKET},
    {"Analysis": "on"},
    {"BucketToCaption": BUCKET, "WriteBack": "sidecar", "Analysis": "on"},
    {"BucketToCaption": BUCKET, "PrefixToCaption": PREFIX, "WriteBack": "tags", "Analysis": "on"},
]
"""None, each alone, both ways of writing back, all: every resource as it can be. Each takes cfn-lint seconds."""
FOR_PHOTOS = {"PhotosRule", "PhotoSecret", "ReadPhotosPolicy"}
FOR_WRITING = {"off": set[str](), "tags": {"TagPhotosPolicy"}, "sidecar": {"WriteSidecarsPolicy"}}
FOR_ANALYSIS = {
    "AnalysisBucket",
    "AnalysisBucketPolicy",
    "AnalysisDatabase",
    "AnalysisFunction",
    "AnalysisFunctionChanges",
    "AnalysisLogs",
    "AnalysisRole",
    "AnalysisWorkGroup",
    "RowsLogStream",
    "RowsLogs",
    "RowsPolicy",
    "RowsRole",
    "RowsStream",
    "RowsTable",
}


def named(given: Given) -> str:
    return " ".join(value for value in given.values() if value) or "defaults"


every_combination = pytest.mark.parametrize("given", ALLOWED, ids=named)


@every_combination
def test_what_is_there_is_what_was_asked_for(template: Template, given: Given) -> None:
    wanted: set[str] = set()
    if given["BucketToCaption"]:
        wanted |= FOR_PHOTOS | FOR_WRITING[given["WriteBack"]]
    if given["Analysis"] == "on":
        wanted |= FOR_ANALYSIS
    plain, made = resolved(template), resolved(template, **given)
    assert set(made.document["Resources"]) == set(plain.document["Resources"]) | wanted
    assert ("AnalysisBucket" in made.document["Outputs"]) == (given["Analysis"] == "on")


@every_combination
def test_the_bucket_may_be_read_below_the_prefix_and_written_only_as_asked(template: Template, given: Given) -> None:
    below = f"{BUCKET}/{given['PrefixToCaption']}*"
    wanted = {("s3:GetObject", below)} if given["BucketToCaption"] else set()
    if given["WriteBack"] == "tags":
        wanted |= {("s3:GetObjectTagging", below), ("s3:PutObjectTagging", below)}
    if given["WriteBack"] == "sidecar":
        wanted.add(("s3:PutObject", f"{below}.xmp"))
    permissions = set(allowed(resolved(template, **given)))
    assert {(action, of[1]) for action, *of in permissions if of[0] == "bucket by name"} == wanted


@every_combination
def test_what_the_analysis_may_do_is_there_with_it_alone(template: Template, given: Given) -> None:
    made = resolved(template, **given)
    actions = {action for action, *_ in allowed(made)}
    services = {action.partition(":")[0] for action in actions}
    is_on = given["Analysis"] == "on"
    assert {"firehose", "glue"} & services == ({"firehose", "glue"} if is_on else set())
    assert ("QueueConfigurations" in made["RecordsBucket"]["NotificationConfiguration"]) == is_on


@every_combination
def test_the_captioner_and_the_rule_are_told_the_same(template: Template, given: Given) -> None:
    made = resolved(template, **given)
    told = made["CaptionerFunction"]["Environment"]["Variables"]
    assert told["GLIMPSE_PHOTO_BUCKET"] == given["BucketToCaption"]
    assert told["GLIMPSE_PHOTO_PREFIX"] == given["PrefixToCaption"]
    assert told["GLIMPSE_WRITE_BACK"] == given["WriteBack"]
    assert bool(told["GLIMPSE_PHOTO_SECRET"]) == bool(given["BucketToCaption"])
    if given["BucketToCaption"]:
        detail = made["PhotosRule"]["EventPattern"]["detail"]
        assert detail["bucket"] == {"name": [BUCKET]}
        assert detail["object"]["key"] == [{"prefix": PREFIX} if given["PrefixToCaption"] else {"exists": True}]


@every_combination
def test_nothing_refers_to_what_is_not_there(template: Template, given: Given) -> None:
    document = resolved(template, **given).document
    assert {name for name in references(document) if not name.startswith("AWS::")} <= set(document["Resources"])


@pytest.mark.parametrize("given", [g for g in COMBINATIONS if g not in ALLOWED], ids=named)
def test_what_is_for_a_bucket_is_refused_without_one(template: Template, given: Given) -> None:
    with pytest.raises(Refused, match="PrefixToCaption and WriteBack are for BucketToCaption"):
        resolved(template, **given)


@pytest.fixture(scope="module")
def rules() -> Any:
    """What cfn-lint asks for; loaded once."""
    return cfnlint.core.get_rules([], [], [])


@pytest.mark.parametrize("given", LINTED, ids=named)
def test_it_passes_cfn_lint(template: Template, rules: Any, given: Given) -> None:
    text = json.dumps(resolved(template, **given).document)
    assert [str(found) for found in cfnlint.api.lint(text, rules, [REGION])] == []


def allowed(template: Template) -> Iterator[tuple[str, str, str]]:
    """Every permission: its action, whether that is on a bucket by its own name, and that name with the key."""
    for _, statement in template.statements():
        if statement["Effect"] == "Allow":
            for action, resource in itertools.product(as_list(statement["Action"]), as_list(statement.get("Resource"))):
                arn = resource.get("Fn::Sub", "") if isinstance(resource, dict) else str(resource)
                _, is_bucket, place = arn.partition(":s3:::")
                is_named = bool(is_bucket) and not place.startswith("${")
                yield action, "bucket by name" if is_named else "another", place


def references(value: Any) -> Iterator[str]:
    """The names that a part of a template refers to."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from (found.partition(".")[0] for found in _names(text))
        case {"Fn::Sub": [str(text), dict(names)]}:
            yield from (found.partition(".")[0] for found in _names(text) if found not in names)
            yield from references(names)
        case dict():
            for key, part in value.items():
                yield from as_list(part) if key == "DependsOn" else references(part)
        case list():
            for part in value:
                yield from references(part)


def _names(text: str) -> Iterator[str]:
    return (part.partition("}")[0] for part in text.split("${")[1:] if not part.startswith("!"))
