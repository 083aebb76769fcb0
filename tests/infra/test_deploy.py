"""The page, sent to the bucket of a deployed stack."""

import re

import boto3
import pytest

from tests.infra import stack
from tests.infra.conftest import ROOT, Template, run

SITE = ROOT / "site"
BUCKET = stack.BUCKETS["SiteBucket"]


@pytest.fixture(scope="module", autouse=True)
def printed(endpoint: str) -> str:
    """What the script says, once the page is there."""
    stack.deploy()
    finished = run("deploy", "--page", stack.NAME)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_the_page_is_sent_as_it_is_and_what_is_gone_is_removed() -> None:
    files = {path.relative_to(SITE).as_posix(): path for path in SITE.rglob("*") if path.is_file()}
    assert stack.keys(BUCKET) == set(files)
    for key, path in files.items():
        assert boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read() == path.read_bytes()


def test_the_page_asks_the_api_behind_its_own_name() -> None:
    sent = boto3.client("s3").get_object(Bucket=BUCKET, Key="server/config.js")["Body"].read().decode()
    assert 'export const API = "";' in sent


@pytest.mark.parametrize(
    ("key", "types"),
    [
        ("index.html", {"text/html"}),
        ("styles/page.css", {"text/css"}),
        ("favicon.svg", {"image/svg+xml"}),
        ("main.js", {"text/javascript", "application/javascript"}),
    ],
)
def test_a_file_has_the_type_that_browsers_insist_on_and_is_asked_for_again(key: str, types: set[str]) -> None:
    head = boto3.client("s3").head_object(Bucket=BUCKET, Key=key)
    assert head["ContentType"] in types
    assert head["CacheControl"] == "max-age=0, must-revalidate, s-maxage=86400"


def test_cloudfront_forgets_the_page_before() -> None:
    (distribution,) = boto3.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    invalidations = boto3.client("cloudfront").list_invalidations(DistributionId=distribution["Id"])
    assert invalidations["InvalidationList"]["Quantity"] == 1


def test_a_person_learns_where_the_page_is(printed: str) -> None:
    assert printed.endswith(f"The page is at {stack.PAGE_URL}\n")


@pytest.mark.parametrize("script", ["deploy", "teardown"])
def test_a_script_uses_outputs_that_the_template_has(template: Template, script: str) -> None:
    used = set(re.findall(r"\$\(output (\w+)\)", (ROOT / "infra" / script).read_text()))
    assert used
    assert used <= set(template.document["Outputs"])


@pytest.mark.parametrize(("script", "words"), [("deploy", ["--now"]), ("deploy", ["a", "b"]), ("teardown", ["--now"])])
def test_a_script_called_wrongly_says_how_it_is_used(script: str, words: list[str]) -> None:
    finished = run(script, *words)
    assert finished.returncode == 2
    assert f"usage: infra/{script} [" in finished.stderr


@pytest.mark.parametrize(("script", "words"), [("deploy", ["--page", "another"]), ("teardown", ["another"])])
def test_a_stack_that_is_not_there_is_an_error(script: str, words: list[str]) -> None:
    finished = run(script, *words, answer="another\n")
    assert finished.returncode != 0
    assert "does not exist" in finished.stderr
