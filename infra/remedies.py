"""What an error of AWS means to the person at the terminal, and what to do."""

from botocore.exceptions import BotoCoreError, ClientError

_REMEDIES = {
    "NoSuchBucket": "There is no bucket {bucket}. Check its name, and that region and account are the deployment's.",
    "NoSuchKey": "There is no such object. Check its address.",
    "AccessDenied": "AWS does not let you do this ({operation}). Use credentials that may, or check the bucket's name.",
    "QueueDoesNotExist": "There is no such queue. `sam list stack-outputs` prints its address (BulkQueueUrl).",
    "ExpiredToken": "Your credentials for AWS have expired. Sign in again.",
    "InvalidClientTokenId": "AWS does not know your credentials. Check AWS_ACCESS_KEY_ID, or AWS_PROFILE.",
}
_SAME = {
    "403": "AccessDenied",
    "AccessDeniedException": "AccessDenied",
    "404": "NoSuchKey",
    "AWS.SimpleQueueService.NonExistentQueue": "QueueDoesNotExist",
    "ExpiredTokenException": "ExpiredToken",
    "InvalidAccessKeyId": "InvalidClientTokenId",
    "UnrecognizedClientException": "InvalidClientTokenId",
}
"""Other names that services have for the same."""


def told(error: BotoCoreError | ClientError) -> str:
    """What happened and what to do; the library's own words for what is not known here."""
    if not isinstance(error, ClientError):
        return str(error)
    details = error.response["Error"]
    remedy = _REMEDIES.get(_SAME.get(details["Code"], details["Code"]))
    if remedy is None:
        return str(error)
    return remedy.format(bucket=details.get("BucketName", "of that name"), operation=error.operation_name)
