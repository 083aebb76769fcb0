"""The API, the page in front of it, and what watches both, as template.yaml makes them."""

import json
import os
import subprocess
from typing import Any

import pytest

from function import jobs
from function.app import App
from function.aws import telemetry
from function.web.access.credentials import ORIGIN_HEADER
from function.web.routes import ROUTES
from function.web.serving.headers import security_headers
from tests.infra.conftest import ROOT, Template
from tests.infra.reading import FUNCTIONS, bucket_name, routes, variables
from tests.infra.resolved import resolved

# The API


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
    assert (allow["Principal"], allow["Action"]) == (
        {"Service": "cloudfront.amazonaws.com"},
        ["s3:GetObject", "s3:ListBucket"],
    )
    assert allow["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(":distribution/${Distribution}")


def test_the_api_is_behind_the_pages_name(template: Template) -> None:
    (behaviour,) = distribution(template)["CacheBehaviors"]
    assert (behaviour["PathPattern"], behaviour["TargetOriginId"]) == ("/api/*", "api")
    assert "POST" in behaviour["AllowedMethods"]
    assert behaviour["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"  # AllViewerExceptHostHeader


def test_the_api_is_told_that_cloudfront_asks(template: Template) -> None:
    (api,) = [origin for origin in distribution(template)["Origins"] if origin["Id"] == "api"]
    assert api["OriginCustomHeaders"] == [
        {"HeaderName": ORIGIN_HEADER, "HeaderValue": variables(template, "ApiFunction")["GLIMPSE_ORIGIN_SECRET"]}
    ]


@pytest.mark.parametrize("uri", ["/", "/index.html", "/server/api.js", "/styles/page.css"])
def test_files_of_the_page_are_served(template: Template, uri: str) -> None:
    assert page_paths(template, uri) == {"uri": uri}


@pytest.mark.parametrize("uri", ["/photos", "/index", "/gallery/", "/a.b/c", "/captions/" + "a" * 32])
def test_a_wrong_address_leads_to_the_page(template: Template, uri: str) -> None:
    answer = page_paths(template, uri)
    assert (answer["statusCode"], answer["headers"]["location"]["value"]) == (302, "/")


def page_paths(template: Template, uri: str) -> Any:
    """What CloudFront's function makes of a request for an address."""
    (association,) = distribution(template)["DefaultCacheBehavior"]["FunctionAssociations"]
    assert association["FunctionARN"] == {"Fn::GetAtt": ["PagePaths", "FunctionARN"]}
    code = template["PagePaths"]["FunctionCode"]
    script = f"{code}; console.log(JSON.stringify(handler({{request: {{uri: {json.dumps(uri)}}}}})))"
    environment = {**os.environ, "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"}
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout)


def test_the_page_is_held_to_the_same_policy_as_on_one_machine(template: Template, app: App) -> None:
    headers = template["SecurityHeaders"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    policy, values = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    uploads = f"https://{bucket_name(template, 'UploadsBucket')}.s3.${{AWS::Region}}.${{AWS::URLSuffix}}"
    assert uploads in policy
    here = directives(security_headers(app)["Content-Security-Policy"])
    there = directives(policy)
    assert there.pop("connect-src") == {"'self'", uploads, "${SignIn}"}
    condition, issuer, nobody = values["SignIn"]["Fn::If"]
    assert (condition, nobody) == ("HasTokenIssuer", "")
    assert issuer["Fn::Sub"][0] == "https://${Host} ${TokenOrigin}"
    assert issuer["Fn::Sub"][1]["Host"] == {"Fn::Select": [2, {"Fn::Split": ["/", {"Fn::Sub": "${TokenIssuer}///"}]}]}
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
    assert (alarms["FaultsAlarm"]["Namespace"], alarms["FaultsAlarm"]["MetricName"]) == (telemetry.NAMESPACE, "Faults")
    assert alarms["FaultsAlarm"]["Dimensions"] == [{"Name": "service", "Value": telemetry.SERVICE}]
    for alarm, counted in (("RefusedAlarm", "RefusedRequests"), ("FormsUsedAgainAlarm", "FormsUsedAgain")):
        (metric,) = template[counted]["MetricTransformations"]
        assert alarms[alarm]["MetricName"] == metric["MetricName"]
    assert alarms["ClientErrorsAlarm"]["MetricName"] == "4xx"


@pytest.mark.parametrize(("alarm", "metric"), [("ErrorsAlarm", "Errors"), ("ThrottlesAlarm", "Throttles")])
@pytest.mark.parametrize("analysis", ["on", "off"])
def test_one_alarm_watches_all_functions_and_a_silent_one_hides_no_other(
    template: Template, alarm: str, metric: str, analysis: str
) -> None:
    (total, *entries) = resolved(template, Analysis=analysis)[alarm]["Metrics"]
    watched = [entry["MetricStat"]["Metric"] for entry in entries]
    assert {entry["MetricName"] for entry in watched} == {metric}
    there = [name for name in FUNCTIONS if analysis == "on" or name != "AnalysisFunction"]
    assert sorted(entry["Dimensions"][0]["Value"]["Ref"] for entry in watched) == sorted(there)
    assert total["Expression"] == " + ".join(f"FILL({entry['Id']}, 0)" for entry in entries)


def test_a_form_that_is_used_again_is_counted_in_the_captioners_log(template: Template) -> None:
    counted = template["FormsUsedAgain"]
    assert counted["LogGroupName"] == {"Ref": "CaptionerLogs"}
    assert counted["FilterPattern"] == f'{{ $.message = "{jobs.USED_BEFORE}" }}'


def test_a_photo_that_is_tried_again_is_no_backlog(template: Template) -> None:
    assert template["QueueAgeAlarm"]["Threshold"] > template["UploadsQueue"]["VisibilityTimeout"]


def test_the_dashboard_shows_metrics_that_are_written(template: Template) -> None:
    body = json.loads(template["Dashboard"]["DashboardBody"]["Fn::Sub"])
    metrics = [row for widget in body["widgets"] for row in widget["properties"].get("metrics", [])]
    ours = {row[1] for row in metrics if row[0] == telemetry.NAMESPACE}
    assert ours == {
        "Captions",
        "Faults",
        "DecodeMilliseconds",
        "EncodeMilliseconds",
        "SearchMilliseconds",
        "ColdStart",
    }
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
