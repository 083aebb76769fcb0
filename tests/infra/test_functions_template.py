"""Functions and their permissions, as template.yaml makes them."""

import importlib
import re

import pytest

from function import settings
from tests.infra.conftest import Template
from tests.infra.reading import FUNCTIONS, as_list, bucket_name, command, granted, routes, variables, written

# Functions


def test_all_functions_are_one_image_started_with_commands_that_exist(template: Template) -> None:
    functions = {name: template.document["Resources"][name] for name in template.of_type("AWS::Lambda::Function")}
    assert sorted(functions) == sorted(FUNCTIONS)
    first, *others = [function["Metadata"] for function in functions.values()]
    assert all(metadata == first for metadata in others)
    for function in functions.values():
        assert function["Properties"]["PackageType"] == "Image"
        (command,) = function["Properties"]["ImageConfig"]["Command"]
        module, name = command.rsplit(".", 1)
        assert callable(getattr(importlib.import_module(module), name))


def test_queues_are_read_by_the_captioner_and_the_analysis_and_routes_are_answered_by_the_api(
    template: Template,
) -> None:
    sources = template.of_type("AWS::Lambda::EventSourceMapping").values()
    readers = {source["EventSourceArn"]["Fn::GetAtt"][0]: source["FunctionName"]["Ref"] for source in sources}
    assert {queue: command(template, function) for queue, function in readers.items()} == {
        "UploadsQueue": "function.handlers.captioner",
        "BulkQueue": "function.handlers.captioner",
        "ChangesQueue": "function.handlers.analysis",
    }
    assert {command(template, function) for function in routes(template).values()} == {"function.handlers.api"}


def test_every_variable_of_a_function_is_a_setting(template: Template) -> None:
    known = {row.variable for row in settings.table()} | {"AWS_ENDPOINT_URL"}
    for name in FUNCTIONS:
        assert set(variables(template, name)) <= known


def test_functions_use_the_buckets_that_the_template_makes(template: Template) -> None:
    captioner, api = variables(template, "CaptionerFunction"), variables(template, "ApiFunction")
    assert captioner["GLIMPSE_UPLOADS_BUCKET"] == {"Ref": "UploadsBucket"}
    assert api["GLIMPSE_UPLOADS_BUCKET"] == {"Fn::Sub": bucket_name(template, "UploadsBucket")}
    assert captioner["GLIMPSE_RECORDS_BUCKET"] == api["GLIMPSE_RECORDS_BUCKET"] == {"Ref": "RecordsBucket"}
    assert not [name for name in variables(template, "CaptionNowFunction") if name.endswith("_BUCKET")]


def test_every_function_is_told_who_may_ask_and_how_much(template: Template) -> None:
    for name in FUNCTIONS:
        told = variables(template, name)
        assert told["GLIMPSE_LEDGER_TABLE"] == {"Ref": "Ledger"}
        assert told["GLIMPSE_DAILY_PHOTOS"] == {"Ref": "DailyPhotos"}
        assert told["GLIMPSE_KEY_SHA256"] == {"Ref": "AccessKeySha256"}
        assert told["GLIMPSE_TOKEN_ISSUER"] == {"Ref": "TokenIssuer"}
        assert told["GLIMPSE_TOKEN_AUDIENCE"] == {"Ref": "TokenAudience"}
        assert told["GLIMPSE_ORIGIN_SECRET"] == {"Fn::Sub": "{{resolve:secretsmanager:${OriginSecret}}}"}


def test_an_open_stack_takes_a_limited_number_of_photos_a_day(template: Template) -> None:
    assert 0 < template.document["Parameters"]["DailyPhotos"]["Default"] <= 10_000


def test_a_request_holds_as_much_as_lambda_takes_of_it_in_base64(template: Template) -> None:
    assert variables(template, "ApiFunction")["GLIMPSE_REQUEST_BYTES"] * 4 / 3 < 6 * 1024**2 - 64 * 1024


def test_on_aws_no_function_is_told_another_endpoint(template: Template) -> None:
    assert template.document["Parameters"]["EndpointUrl"]["Default"] == ""
    no_value = {"Ref": "AWS::NoValue"}
    for name in FUNCTIONS:
        endpoint = variables(template, name)["AWS_ENDPOINT_URL"]
        assert endpoint == {"Fn::If": ["HasEndpointUrl", {"Ref": "EndpointUrl"}, no_value]}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_logs_to_a_group_that_forgets(template: Template, function: str) -> None:
    logs = template[template[function]["LoggingConfig"]["LogGroup"]["Ref"]]
    assert logs["RetentionInDays"] == {"Ref": "LogDays"}


# Permissions


def test_nothing_is_allowed_by_wildcard(template: Template) -> None:
    allowed = [statement for _, statement in template.statements() if statement["Effect"] == "Allow"]
    assert len(allowed) >= 10
    for statement in allowed:
        assert "NotAction" not in statement
        assert not [action for action in as_list(statement["Action"]) if "*" in action]
        assert "NotResource" not in statement
        for resource in map(written, as_list(statement["Resource"])):
            assert not re.search(r"\*(?!$|\.xmp$)", resource), "a wildcard only stands for the end of a key"


def test_a_function_has_the_role_that_is_named_after_it(template: Template) -> None:
    for name in FUNCTIONS:
        assert template[name]["Role"] == {"Fn::GetAtt": [name.replace("Function", "Role"), "Arn"]}
    assert not template.of_type("AWS::IAM::Policy")


def test_records_are_written_by_the_captioner_and_uploads_by_the_forms_that_the_api_signs(template: Template) -> None:
    uploads = "arn:${AWS::Partition}:s3:::" + bucket_name(template, "UploadsBucket")
    assert {(role, place) for role, action, place in granted(template) if action == "s3:PutObject"} == {
        ("CaptionerRole", "${RecordsBucket.Arn}/captions/*"),
        ("ApiRole", f"{uploads}/uploads/*"),
    }


def test_captioning_at_once_touches_no_store(template: Template) -> None:
    actions = {action for role, action, _ in granted(template) if role == "CaptionNowRole"}
    assert actions == {"logs:CreateLogStream", "logs:PutLogEvents", "dynamodb:UpdateItem"}


def test_a_function_writes_to_its_own_logs_alone(template: Template) -> None:
    for role, action, place in granted(template):
        if action.startswith("logs:"):
            assert place == f"${{{role.replace('Role', 'Logs')}.Arn}}"
