"""Policies that `make policy` holds the template to: each finds what it is for, each exception is still needed."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.infra.conftest import ROOT, Template
from tests.infra.resolved import resolved

CHECKOV = ROOT / "build" / "policy" / "bin" / "checkov"
TEMPLATE = (ROOT / "template.yaml").read_text()
OURS = sorted(yaml.safe_load(path.read_text())["metadata"]["id"] for path in (ROOT / "infra/policies").iterdir())
ROLE = r"Role:\n    Type: AWS::IAM::Role\n.*?"
API = r"- PathPattern: /api/\*\n.*?"

SPOILED = {
    "ownership": (r"BucketOwnerEnforced", "ObjectWriter", "CKV2_GLIMPSE_1 UploadsBucket"),
    "public access": (r"BlockPublicPolicy: true", "BlockPublicPolicy: false", "CKV_AWS_54 UploadsBucket"),
    "encryption of objects": (r"      BucketEncryption:\n.*?\n", "", "CKV2_GLIMPSE_9 UploadsBucket"),
    "a bucket without TLS": (r'aws:SecureTransport: "false"', 'x: "false"', "CKV2_GLIMPSE_2 UploadsBucketPolicy"),
    "a queue without TLS": (
        r'(UploadsQueuePolicy:\n    Type.*?)aws:SecureTransport: "false"',
        r'\1aws:SecureTransport: "true"',
        "CKV2_GLIMPSE_2 UploadsQueuePolicy",
    ),
    "encryption of messages": (r"SqsManagedSseEnabled: true", "DelaySeconds: 0", "CKV2_GLIMPSE_3 UploadsQueue"),
    "a policy of AWS's": (
        r"(CaptionNowRole:\n    Type: AWS::IAM::Role\n    Properties:\n)",
        r"\1      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonS3FullAccess]\n",
        "CKV2_GLIMPSE_4 CaptionNowRole",
    ),
    "any action": (
        rf"(Captioner{ROLE})Action: \[s3:GetObject, s3:DeleteObject\]\n",
        r"\1Action: s3:*\n",
        "CKV2_GLIMPSE_5 CaptionerRole",
    ),
    "any resource": (rf"(Api{ROLE})Resource: !Sub .*?\n", r'\1Resource: "*"\n', "CKV2_GLIMPSE_5 ApiRole"),
    "any action of a list": (
        rf"(CaptionNow{ROLE})logs:CreateLogStream",
        r"\1logs:*",
        "CKV2_GLIMPSE_5 CaptionNowRole",
    ),
    "logs for ever": (r"      RetentionInDays: !Ref LogDays\n", "", "CKV_AWS_66 CaptionerLogs"),
    "a page without TLS": (r"redirect-to-https", "allow-all", "CKV_AWS_34 Distribution"),
    "an API without TLS": (
        r"OriginProtocolPolicy: https-only",
        "OriginProtocolPolicy: match-viewer",
        "CKV2_GLIMPSE_10 Distribution",
    ),
    "no headers": (rf"({API})ResponseHeadersPolicyId", r"\1RealtimeLogConfigArn", "CKV2_GLIMPSE_6 Distribution"),
    "TLS for a day": (r"31536000", "86400", "CKV2_GLIMPSE_7 SecurityHeaders"),
    "framing": (r"FrameOption: DENY", "FrameOption: SAMEORIGIN", "CKV2_GLIMPSE_7 SecurityHeaders"),
    "a cached API": (rf"({API})4135ea2d", r"\g<1>00000000", "CKV2_GLIMPSE_8 Distribution"),
}
"""What is done to the template (a pattern and its replacement, once), and the finding that has to follow."""

GIVEN = {
    "BucketToCaption": "my-photos",
    "PrefixToCaption": "holidays/",
    "WebAclArn": "arn:aws:wafv2:us-east-1:1:global/webacl/a/1",
}
MADE = [{**GIVEN, "WriteBack": "tags"}, {**GIVEN, "WriteBack": "sidecar", "Analysis": "on"}]
"""Parameters with which the template is made: with a web ACL, which checkov takes a mere condition for."""


def found(*templates: Path) -> dict[str, set[str]]:
    """Everything that is found in templates, exceptions included: for each file "check resource"."""
    files = [word for template in templates for word in ("--file", str(template))]
    options = ["--framework", "cloudformation", "--skip-download", "--compact", "--quiet", "--output", "json"]
    command = [str(CHECKOV), *files, "--external-checks-dir", str(ROOT / "infra/policies"), *options]
    # it reads .checkov.yaml from where it is started
    finished = subprocess.run(command, cwd=templates[0].parent, capture_output=True, text=True)
    findings: dict[str, set[str]] = {template.name: set() for template in templates}
    for failure in json.loads(finished.stdout)["results"]["failed_checks"]:
        name = failure["resource"].rpartition(".")[2]
        findings[Path(failure["file_path"]).name].add(f"{failure['check_id']} {name}")
    return findings


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory, template: Template) -> dict[str, set[str]]:
    """What is found in the template as it is, in one for each way to spoil it, and in it as parameters make it."""
    folder = tmp_path_factory.mktemp("templates")
    (folder / "template.yaml").write_text(TEMPLATE)
    for name, (pattern, replacement, _) in SPOILED.items():
        spoiled, count = re.subn(pattern, replacement, TEMPLATE, count=1, flags=re.DOTALL)
        assert count == 1, name
        (folder / f"{name}.yaml").write_text(spoiled)
    for number, given in enumerate(MADE):
        (folder / f"{number}.json").write_text(json.dumps(resolved(template, **given).document))
    return found(*sorted(folder.iterdir()))


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_template_is_found_out(findings: dict[str, set[str]], name: str) -> None:
    assert SPOILED[name][2] in findings[f"{name}.yaml"] - findings["template.yaml"]


def test_every_policy_of_our_own_is_seen_to_find_something() -> None:
    assert len(set(OURS)) == len(OURS)
    assert {finding.split()[0] for _, _, finding in SPOILED.values()} >= set(OURS)


def test_what_is_excepted_is_what_is_found_in_the_template(findings: dict[str, set[str]]) -> None:
    excepted = yaml.safe_load((ROOT / ".checkov.yaml").read_text())["skip-check"]
    assert {finding.split()[0] for finding in findings["template.yaml"]} == set(excepted)


@pytest.mark.parametrize("number", range(len(MADE)))
def test_no_parameter_adds_a_finding_that_is_not_excepted(findings: dict[str, set[str]], number: int) -> None:
    excepted = yaml.safe_load((ROOT / ".checkov.yaml").read_text())["skip-check"]
    there = {finding.split()[0] for finding in findings[f"{number}.json"]}
    assert there, "it was read"
    assert there <= set(excepted)


def test_every_exception_has_a_reason() -> None:
    lines = (ROOT / ".checkov.yaml").read_text().split("skip-check:\n")[1].splitlines()
    assert lines
    assert [line for line in lines if not re.fullmatch(r"  - CKV\w+ # .{30,}", line)] == []
