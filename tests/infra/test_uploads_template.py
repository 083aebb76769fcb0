"""Buckets, queues and what joins them, as template.yaml makes them."""

from tests.infra.conftest import Template
from tests.infra.reading import bucket_name, variables, written

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


def test_records_have_versions_for_a_month_and_are_kept_as_long_as_is_said(template: Template) -> None:
    records = template["RecordsBucket"]
    assert records["VersioningConfiguration"] == {"Status": "Enabled"}
    versions, expiry = records["LifecycleConfiguration"]["Rules"]
    assert versions["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert expiry["Status"] == {"Fn::If": ["HasRecordDays", "Enabled", "Disabled"]}
    assert expiry["ExpirationInDays"]["Fn::If"][:2] == ["HasRecordDays", {"Ref": "RecordDays"}]


def test_records_outlive_the_stack(template: Template) -> None:
    resource = template.document["Resources"]["RecordsBucket"]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


# From the bucket to the captioner


def test_new_uploads_are_sent_to_the_queue_and_records_are_not(template: Template) -> None:
    (notification,) = template["UploadsBucket"]["NotificationConfiguration"]["QueueConfigurations"]
    assert notification["Event"] == "s3:ObjectCreated:*"
    assert notification["Queue"] == {"Fn::GetAtt": ["UploadsQueue", "Arn"]}
    assert notification["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "uploads/"}]
    told = template["RecordsBucket"]["NotificationConfiguration"]["QueueConfigurations"]["Fn::If"]
    assert {notification["Queue"]["Fn::GetAtt"][0] for notification in told[1]} == {"ChangesQueue"}


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
    mappings = template.of_type("AWS::Lambda::EventSourceMapping").values()
    sources = [source for source in mappings if source["EventSourceArn"]["Fn::GetAtt"][0] != "ChangesQueue"]
    concurrency = {source["EventSourceArn"]["Fn::GetAtt"][0]: source["ScalingConfig"] for source in sources}
    assert concurrency == {
        "UploadsQueue": {"MaximumConcurrency": {"Ref": "CaptionConcurrency"}},
        "BulkQueue": {"MaximumConcurrency": {"Ref": "BulkConcurrency"}},
    }
    for source in sources:
        assert source["FunctionName"] == {"Ref": "CaptionerFunction"}
        assert source["BatchSize"] == 1
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_backfill_waits_as_long_as_it_has_to_in_a_queue_of_its_own(template: Template) -> None:
    visitors, bulk = template["UploadsQueue"], template["BulkQueue"]
    assert bulk["MessageRetentionPeriod"] == 14 * 24 * 3600
    for shared in ("VisibilityTimeout", "RedrivePolicy", "SqsManagedSseEnabled"):
        assert bulk[shared] == visitors[shared]


def test_the_default_captioners_leave_a_new_account_room_for_the_api(template: Template) -> None:
    parameters = template.document["Parameters"]
    assert parameters["CaptionConcurrency"]["Default"] + parameters["BulkConcurrency"]["Default"] <= 10 - 2
