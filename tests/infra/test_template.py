"""What template.yaml promises, read off the template that CloudFormation receives."""

import importlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from function import settings
from function.app import App
from function.aws import telemetry
from function.web.headers import security_headers
from function.web.routes import ROUTES
from tests.infra.conftest import Template

FUNCTIONS = ["CaptionerFunction", "ApiFunction", "CaptionNowFunction"]


def variables(template: Template, function: str) -> dict[str, Any]:
    return template[function]["Environment"]["Variables"]


def bucket_name(template: Template, bucket: str) -> str:
    """A bucket's name as it is written in the template, with ${AWS::StackName} and the like."""
    return template[bucket]["BucketName"]["Fn::Sub"]


def _granted(template: Template) -> Iterator[tuple[str, str, str]]:
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


# Buckets


def test_every_bucket_has_a_policy_that_refuses_requests_for_all_of_it_without_tls(template: Template) -> None:
    policies = template.of_type("AWS::S3::BucketPolicy").values()
    assert sorted(policy["Bucket"]["Ref"] for policy in policies) == sorted(template.of_type("AWS::S3::Bucket"))
    for policy in policies:
        bucket = policy["Bucket"]["Ref"]
        (deny,) = [statement for statement in policy["PolicyDocument"]["Statement"] if statement["Effect"] == "Deny"]
        assert (deny["Principal"], deny["Action"]) == ("*", "s3:*")
        assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert [written(resource) for resource in deny["Resource"]] == [f"${{{bucket}.Arn}}", f"${{{bucket}.Arn}}/*"]


def test_uploads_expire_after_as_many_days_as_the_page_says(template: Template) -> None:
    (rule,) = template["UploadsBucket"]["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", {"Ref": "UploadDays"})
    assert "Prefix" not in rule
    assert variables(template, "ApiFunction")["GLIMPSE_UPLOAD_DAYS"] == {"Ref": "UploadDays"}


def test_the_page_may_post_uploads_and_nothing_else_crosses_origins(template: Template) -> None:
    (rule,) = template["UploadsBucket"]["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedMethods"] == ["POST"]
    assert rule["AllowedOrigins"] == [template.document["Outputs"]["PageUrl"]["Value"]]
    assert "CorsConfiguration" not in template["RecordsBucket"]
    assert "CorsConfiguration" not in template["SiteBucket"]
    assert "CorsConfiguration" not in template["HttpApi"]


def test_records_outlive_the_stack(template: Template) -> None:
    resource = template.document["Resources"]["RecordsBucket"]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


# From the bucket to the captioner


def test_new_uploads_are_sent_to_the_queue_and_records_are_not(template: Template) -> None:
    (notification,) = template["UploadsBucket"]["NotificationConfiguration"]["QueueConfigurations"]
    assert notification["Event"] == "s3:ObjectCreated:*"
    assert notification["Queue"] == {"Fn::GetAtt": ["UploadsQueue", "Arn"]}
    assert notification["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "uploads/"}]
    assert "NotificationConfiguration" not in template["RecordsBucket"]


def test_the_queue_lets_the_uploads_bucket_send_before_that_bucket_is_made(template: Template) -> None:
    assert template.document["Resources"]["UploadsBucket"]["DependsOn"] == "UploadsQueuePolicy"
    allow, _ = template["UploadsQueuePolicy"]["PolicyDocument"]["Statement"]
    assert (allow["Principal"], allow["Action"]) == ({"Service": "s3.amazonaws.com"}, "sqs:SendMessage")
    source = allow["Condition"]["ArnLike"]["aws:SourceArn"]
    assert source == {"Fn::Sub": "arn:${AWS::Partition}:s3:::" + bucket_name(template, "UploadsBucket")}
    assert allow["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_a_message_stays_hidden_for_six_times_the_captioners_timeout(template: Template) -> None:
    assert template["UploadsQueue"]["VisibilityTimeout"] >= 6 * template["CaptionerFunction"]["Timeout"]


def test_a_message_that_failed_five_times_is_kept_in_the_dead_letter_queue(template: Template) -> None:
    queue, dead_letters = template["UploadsQueue"], template["DeadLetterQueue"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    assert variables(template, "CaptionerFunction")["GLIMPSE_ATTEMPTS"] == 5
    assert dead_letters["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"]


def test_the_queue_feeds_the_captioner_within_limits_and_hears_which_messages_failed(template: Template) -> None:
    (source,) = template.of_type("AWS::Lambda::EventSourceMapping").values()
    assert source["FunctionName"] == {"Ref": "CaptionerFunction"}
    assert source["EventSourceArn"] == {"Fn::GetAtt": ["UploadsQueue", "Arn"]}
    assert source["BatchSize"] == 1
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"] == {"MaximumConcurrency": {"Ref": "CaptionConcurrency"}}


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


def test_the_queue_is_read_by_the_captioner_and_routes_are_answered_by_the_api(template: Template) -> None:
    sources = template.of_type("AWS::Lambda::EventSourceMapping").values()
    assert {command(template, source["FunctionName"]["Ref"]) for source in sources} == {"function.handlers.captioner"}
    assert {command(template, function) for function in routes(template).values()} == {"function.handlers.api"}


def command(template: Template, function: str) -> str:
    (handler,) = template[function]["ImageConfig"]["Command"]
    return str(handler)


def test_every_variable_of_a_function_is_a_setting(template: Template) -> None:
    known = {row.variable for row in settings.table()} | {"AWS_ENDPOINT_URL"}
    for name in FUNCTIONS:
        assert set(variables(template, name)) <= known


def test_functions_use_the_buckets_that_the_template_makes(template: Template) -> None:
    captioner, api = variables(template, "CaptionerFunction"), variables(template, "ApiFunction")
    assert captioner["GLIMPSE_UPLOADS_BUCKET"] == {"Ref": "UploadsBucket"}
    assert api["GLIMPSE_UPLOADS_BUCKET"] == {"Fn::Sub": bucket_name(template, "UploadsBucket")}
    assert captioner["GLIMPSE_RECORDS_BUCKET"] == api["GLIMPSE_RECORDS_BUCKET"] == {"Ref": "RecordsBucket"}
    assert not [name for name in variables(template, "CaptionNowFunction") if name.startswith("GLIMPSE_")]


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
            assert not re.search(r"\*(?!$)", resource), "a wildcard only stands for the end of a key"


def test_a_function_has_the_role_that_is_named_after_it(template: Template) -> None:
    for name in FUNCTIONS:
        assert template[name]["Role"] == {"Fn::GetAtt": [name.replace("Function", "Role"), "Arn"]}
    assert not template.of_type("AWS::IAM::Policy")


def test_records_are_written_by_the_captioner_and_uploads_by_the_forms_that_the_api_signs(template: Template) -> None:
    uploads = "arn:${AWS::Partition}:s3:::" + bucket_name(template, "UploadsBucket")
    assert {(role, place) for role, action, place in _granted(template) if action == "s3:PutObject"} == {
        ("CaptionerRole", "${RecordsBucket.Arn}/captions/*"),
        ("ApiRole", f"{uploads}/uploads/*"),
    }


def test_captioning_at_once_touches_no_store(template: Template) -> None:
    actions = {action for role, action, _ in _granted(template) if role == "CaptionNowRole"}
    assert {action.partition(":")[0] for action in actions} == {"logs"}


def test_a_function_writes_to_its_own_logs_alone(template: Template) -> None:
    for role, action, place in _granted(template):
        if action.startswith("logs:"):
            assert place == f"${{{role.replace('Role', 'Logs')}.Arn}}"


# The API


def routes(template: Template) -> dict[str, str]:
    """Every route of the HTTP API, with the function that answers it."""
    found = {}
    for path, methods in template["HttpApi"]["Body"]["paths"].items():
        for method, operation in methods.items():
            uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            found[f"{verb} {path}"] = re.search(r"\$\{(\w+)\.Arn\}", uri)[1]  # type: ignore[index]
    return found


def test_the_api_has_the_routes_of_the_table_and_one_for_all_else(template: Template) -> None:
    table = {f"{route.method} {route.path}" for route in ROUTES}
    unnamed = {"GET /api/openapi.json"}  # nobody waits for it, so the access log need not tell it apart
    assert unnamed < table
    assert set(routes(template)) == table - unnamed | {"ANY /api/{proxy+}"}


def test_only_the_request_that_needs_the_model_goes_to_a_function_that_loads_it(template: Template) -> None:
    answering = routes(template)
    assert answering.pop("POST /api/caption") == "CaptionNowFunction"
    assert set(answering.values()) == {"ApiFunction"}


def test_functions_answer_before_the_api_gives_up(template: Template) -> None:
    for name in set(routes(template).values()):
        assert template[name]["Timeout"] < 30


def test_requests_are_throttled_and_dear_ones_more(template: Template) -> None:
    (stage,) = template.of_type("AWS::ApiGatewayV2::Stage").values()
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == {"Ref": "RequestsPerSecond"}
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == {"Ref": "RequestBurst"}
    assert set(stage["RouteSettings"]) <= set(routes(template))
    dear = stage["RouteSettings"]["POST /api/caption"]
    assert dear["ThrottlingRateLimit"] < template.document["Parameters"]["RequestsPerSecond"]["Default"]


def test_the_access_log_holds_no_path_and_no_address(template: Template) -> None:
    (stage,) = template.of_type("AWS::ApiGatewayV2::Stage").values()
    logged = json.loads(stage["AccessLogSettings"]["Format"])
    assert set(logged.values()) == {
        "$context.requestId",
        "$context.requestTime",
        "$context.routeKey",
        "$context.status",
        "$context.responseLatency",
        "$context.integrationLatency",
        "$context.error.message",
    }


# The page


def distribution(template: Template) -> dict[str, Any]:
    return template["Distribution"]["DistributionConfig"]


def test_only_the_distribution_reads_the_site(template: Template) -> None:
    origins = {origin["Id"]: origin for origin in distribution(template)["Origins"]}
    assert origins["site"]["OriginAccessControlId"] == {"Fn::GetAtt": ["SiteAccess", "Id"]}
    allow = template["SiteBucketPolicy"]["PolicyDocument"]["Statement"][1]
    assert (allow["Principal"], allow["Action"]) == ({"Service": "cloudfront.amazonaws.com"}, "s3:GetObject")
    assert allow["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(":distribution/${Distribution}")


def test_the_api_is_behind_the_pages_name(template: Template) -> None:
    (behaviour,) = distribution(template)["CacheBehaviors"]
    assert (behaviour["PathPattern"], behaviour["TargetOriginId"]) == ("/api/*", "api")
    assert "POST" in behaviour["AllowedMethods"]
    assert behaviour["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"  # AllViewerExceptHostHeader


def test_the_page_is_held_to_the_same_policy_as_on_one_machine(template: Template, app: App) -> None:
    headers = template["SecurityHeaders"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    policy = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    uploads = f"https://{bucket_name(template, 'UploadsBucket')}.s3.${{AWS::Region}}.${{AWS::URLSuffix}}"
    assert uploads in policy
    here = directives(security_headers(app)["Content-Security-Policy"])
    there = directives(policy)
    assert there.pop("connect-src") == {"'self'", uploads}
    here.pop("connect-src")
    assert there == here
    assert "'unsafe-inline'" not in policy


def directives(policy: str) -> dict[str, set[str]]:
    parts = [part.split() for part in policy.split(";")]
    return {name: set(sources) for name, *sources in parts}


# Watching


def test_an_alarm_rings_for_whatever_a_person_has_to_look_after(template: Template) -> None:
    alarms = template.of_type("AWS::CloudWatch::Alarm")
    assert all(alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}] for alarm in alarms.values())
    assert alarms["DeadLettersAlarm"]["Threshold"] == 0
    assert alarms["DeadLettersAlarm"]["Dimensions"] == [
        {"Name": "QueueName", "Value": {"Fn::GetAtt": ["DeadLetterQueue", "QueueName"]}}
    ]
    assert alarms["QueueAgeAlarm"]["MetricName"] == "ApproximateAgeOfOldestMessage"
    for alarm, metric in (("ErrorsAlarm", "Errors"), ("ThrottlesAlarm", "Throttles")):
        watched = [entry["MetricStat"]["Metric"] for entry in alarms[alarm]["Metrics"] if "MetricStat" in entry]
        assert {entry["MetricName"] for entry in watched} == {metric}
        assert sorted(entry["Dimensions"][0]["Value"]["Ref"] for entry in watched) == sorted(FUNCTIONS)


def test_a_photo_that_is_tried_again_is_no_backlog(template: Template) -> None:
    assert template["QueueAgeAlarm"]["Threshold"] > template["UploadsQueue"]["VisibilityTimeout"]


def test_the_dashboard_shows_metrics_that_are_written(template: Template) -> None:
    body = json.loads(template["Dashboard"]["DashboardBody"]["Fn::Sub"])
    metrics = [row for widget in body["widgets"] for row in widget["properties"].get("metrics", [])]
    ours = {row[1] for row in metrics if row[0] == telemetry.NAMESPACE}
    assert ours == {"Captions", "DecodeMilliseconds", "EncodeMilliseconds", "SearchMilliseconds", "ColdStart"}
    assert {row[3] for row in metrics if row[0] == telemetry.NAMESPACE and row[2] == "service"} == {telemetry.SERVICE}
    searches = [row[0]["expression"] for row in metrics if isinstance(row[0], dict)]
    assert any(f"{{{telemetry.NAMESPACE},code,service}}" in search and '"Failures"' in search for search in searches)


# What a person reads


def test_every_parameter_and_output_says_what_it_is(template: Template) -> None:
    for section in ("Parameters", "Outputs"):
        for name, entry in template.document[section].items():
            assert len(entry["Description"]) > 10, name


def test_every_parameter_has_a_default(template: Template) -> None:
    assert [name for name, entry in template.document["Parameters"].items() if "Default" not in entry] == []
