"""What template.yaml adds for a bucket of somebody's own (BucketToCaption) and for searching records (Analysis)."""

from typing import Any

from function.settings import WRITE_BACK
from function.storage.columns import COLUMNS
from infra.queries import athena
from tests.infra.conftest import Template
from tests.infra.reading import as_list, bucket_name, variables, written

PHOTOS = "arn:${AWS::Partition}:s3:::${BucketToCaption}/${PrefixToCaption}*"
GLUE_TYPES = {str: "string", float: "double", int: "bigint", bool: "boolean", list: "array<string>"}


def conditional(template: Template, *conditions: str) -> dict[str, Any]:
    """The resources that are there on these conditions alone."""
    resources = template.document["Resources"]
    return {name: resource for name, resource in resources.items() if resource.get("Condition") in conditions}


def test_both_are_off_unless_somebody_asks(template: Template) -> None:
    parameters = template.document["Parameters"]
    defaults = {
        name: parameters[name]["Default"] for name in ("BucketToCaption", "PrefixToCaption", "WriteBack", "Analysis")
    }
    assert defaults == {"BucketToCaption": "", "PrefixToCaption": "", "WriteBack": "off", "Analysis": "off"}
    assert parameters["WriteBack"]["AllowedValues"] == list(WRITE_BACK)


# BucketToCaption


def test_what_is_there_for_the_bucket_is_there_with_it_alone(template: Template) -> None:
    assert set(conditional(template, "HasPhotoBucket", "WritesTags", "WritesSidecars")) == {
        "PhotosRule",
        "PhotoSecret",
        "ReadPhotosPolicy",
        "TagPhotosPolicy",
        "WriteSidecarsPolicy",
    }
    rule = template["PhotosRule"]
    assert rule["EventPattern"]["detail"]["bucket"] == {"name": [{"Ref": "BucketToCaption"}]}
    assert [target["Arn"] for target in rule["Targets"]] == [{"Fn::GetAtt": ["BulkQueue", "Arn"]}]
    assert not [
        b for b in template.of_type("AWS::S3::Bucket").values() if b["BucketName"] == {"Ref": "BucketToCaption"}
    ]


def test_photos_are_read_below_the_prefix_and_nothing_is_written_unless_asked_for(template: Template) -> None:
    policies = {
        name: (resource["Condition"], [(s["Action"], written(s["Resource"])) for s in statements(resource)])
        for name, resource in conditional(template, "HasPhotoBucket", "WritesTags", "WritesSidecars").items()
        if resource["Type"] == "AWS::IAM::RolePolicy"
    }
    assert policies == {
        "ReadPhotosPolicy": ("HasPhotoBucket", [("s3:GetObject", PHOTOS)]),
        "TagPhotosPolicy": ("WritesTags", [(["s3:GetObjectTagging", "s3:PutObjectTagging"], PHOTOS)]),
        "WriteSidecarsPolicy": ("WritesSidecars", [("s3:PutObject", f"{PHOTOS}.xmp")]),
    }


def statements(resource: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = resource["Properties"]["PolicyDocument"]["Statement"]
    return found


def test_the_bulk_queue_takes_events_from_that_rule(template: Template) -> None:
    allow, _ = template["BulkQueuePolicy"]["PolicyDocument"]["Statement"]
    rule = template["PhotosRule"]["Name"]["Fn::Sub"]
    assert allow["Principal"] == {"Service": "events.amazonaws.com"}
    assert allow["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(f":rule/{rule}")


def test_the_captioner_is_told_of_the_bucket(template: Template) -> None:
    told = variables(template, "CaptionerFunction")
    assert told["GLIMPSE_PHOTO_BUCKET"] == {"Ref": "BucketToCaption"}
    assert told["GLIMPSE_PHOTO_PREFIX"] == {"Ref": "PrefixToCaption"}
    assert told["GLIMPSE_WRITE_BACK"] == {"Ref": "WriteBack"}
    secret = {"Fn::Sub": "{{resolve:secretsmanager:${PhotoSecret}}}"}
    assert told["GLIMPSE_PHOTO_SECRET"] == {"Fn::If": ["HasPhotoBucket", secret, ""]}


# Analysis


def test_what_is_there_for_searching_is_there_with_it_alone(template: Template) -> None:
    there = conditional(template, "HasAnalysis")
    kinds = {resource["Type"].split("::")[1] for resource in there.values()}
    assert kinds == {"Lambda", "IAM", "Logs", "S3", "Glue", "KinesisFirehose", "Athena"}
    everything = template.document["Resources"]
    expensive = ("AWS::KinesisFirehose", "AWS::Glue", "AWS::Athena")
    assert [name for name, r in everything.items() if r["Type"].startswith(expensive) and name not in there] == []


def test_the_table_has_the_columns_that_rows_have(template: Template) -> None:
    columns = template["RowsTable"]["TableInput"]["StorageDescriptor"]["Columns"]
    assert {c["Name"]: c["Type"] for c in columns} == {name: GLUE_TYPES[kind] for name, kind in COLUMNS.items()}
    assert [column["Name"] for column in columns] == list(COLUMNS)


def test_rows_are_written_where_the_table_looks_for_them(template: Template) -> None:
    table = template["RowsTable"]["TableInput"]
    stream = template["RowsStream"]["ExtendedS3DestinationConfiguration"]
    assert stream["Prefix"].split("!")[0] == "rows/month="
    assert table["Parameters"]["storage.location.template"] == {
        "Fn::Sub": "s3://${AnalysisBucket}/rows/month=${!month}/"
    }
    assert table["Parameters"]["projection.month.format"] in stream["Prefix"]
    assert [key["Name"] for key in table["PartitionKeys"]] == ["month"]
    assert stream["FileExtension"] == ".parquet"


def test_names_are_those_that_infra_search_asks_for(template: Template) -> None:
    assert template["AnalysisWorkGroup"]["Name"] == {"Ref": "AWS::StackName"}
    name = template["AnalysisDatabase"]["DatabaseInput"]["Name"]
    assert name == {"Fn::Join": ["_", {"Fn::Split": ["-", {"Ref": "AWS::StackName"}]}]}
    assert athena.database("glimpse-two") == "glimpse_two"
    assert template["RowsTable"]["TableInput"]["Name"] == "records"


def test_answers_are_forgotten_after_a_day_and_a_query_has_a_most_that_it_costs(template: Template) -> None:
    configuration = template["AnalysisWorkGroup"]["WorkGroupConfiguration"]
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["BytesScannedCutoffPerQuery"] == 100_000_000_000
    assert configuration["ResultConfiguration"]["OutputLocation"] == {"Fn::Sub": "s3://${AnalysisBucket}/answers/"}
    rules = template["AnalysisBucket"]["LifecycleConfiguration"]["Rules"]
    assert {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule} == {
        "answers/": 1,
        "errors/": 14,
    }


def test_every_change_of_a_record_is_told(template: Template) -> None:
    condition, told, nothing = template["RecordsBucket"]["NotificationConfiguration"]["QueueConfigurations"]["Fn::If"]
    assert (condition, nothing) == ("HasAnalysis", {"Ref": "AWS::NoValue"})
    assert {t["Event"] for t in told} == {
        f"s3:{e}:*" for e in ("ObjectCreated", "ObjectRemoved", "LifecycleExpiration")
    }
    assert template.document["Resources"]["RecordsBucket"]["DependsOn"] == "ChangesQueuePolicy"
    allow, _ = template["ChangesQueuePolicy"]["PolicyDocument"]["Statement"]
    source = allow["Condition"]["ArnLike"]["aws:SourceArn"]
    assert source == {"Fn::Sub": "arn:${AWS::Partition}:s3:::" + bucket_name(template, "RecordsBucket")}
    assert template["ChangesQueue"]["VisibilityTimeout"] >= 6 * template["AnalysisFunction"]["Timeout"]
    assert template["ChangesQueue"]["RedrivePolicy"] == template["BulkQueue"]["RedrivePolicy"]


def test_the_analysis_reads_records_and_writes_none(template: Template) -> None:
    (policy,) = template["AnalysisRole"]["Policies"]
    actions = {action for s in policy["PolicyDocument"]["Statement"] for action in as_list(s["Action"])}
    assert {action for action in actions if action.startswith("s3:")} == {"s3:GetObject", "s3:ListBucket"}
    assert variables(template, "AnalysisFunction")["GLIMPSE_ROWS_STREAM"] == {"Ref": "RowsStream"}
