"""The bulk queue: what waits in it, and whether its captioners take any of it."""

from typing import Any, NamedTuple

from function.storage.aws import clients


class Waiting(NamedTuple):
    """Messages that wait, and those that captioners have or that are to be tried again; SQS counts them roughly."""

    waiting: int
    at_work: int


def waiting(queue_url: str) -> Waiting:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = clients.sqs().get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    return Waiting(*(int(found[name]) for name in names))


def purge(queue_url: str) -> None:
    """Forget every message of the queue, those of other backfills included."""
    clients.sqs().purge_queue(QueueUrl=queue_url)


def let_captioners(work: bool, queue_url: str, functions: Any = None) -> int:
    """Have the functions that the queue feeds take its messages, or no more; returns how many functions it feeds."""
    client = functions or clients.functions()
    attributes = clients.sqs().get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]
    mappings = client.list_event_source_mappings(EventSourceArn=attributes["QueueArn"])["EventSourceMappings"]
    for mapping in mappings:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=work)
    return len(mappings)
