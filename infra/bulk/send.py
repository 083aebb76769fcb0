"""Sends what a source lists to the bulk queue: parts side by side, the batches of a part in order."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from infra.bulk import messages
from infra.bulk.source import PARTS, Photo, Source
from infra.bulk.state import State, Wishes

AHEAD = 4
"""Batches of a part that are on their way at once."""
Tell = Callable[[int], object]


def send_all(source: Source, state: State, wishes: Wishes, tell: Tell = lambda count: None) -> None:
    """Send every photo that is still to be sent, until all are or a wish stops it; the state's phase says which.

    Killed, it goes on where the state is; a batch that was under way is sent twice. Raises what S3 and SQS raise.
    """
    state.enter("sending")
    with ThreadPoolExecutor(PARTS) as readers, ThreadPoolExecutor(PARTS * AHEAD) as senders:
        names = [name for name in source.parts() if not state.part(name).is_done]
        reading = [readers.submit(_send_part, source, state, wishes, name, senders, tell) for name in names]
        try:
            for task in reading:
                task.result()
        except BaseException:
            wishes.make("pause")  # the other parts end after what they have under way
            raise
    wish = wishes.look()
    state.enter({"pause": "paused", "cancel": "cancelled"}.get(wish, "sent"))  # type: ignore[arg-type]


def _send_part(
    source: Source, state: State, wishes: Wishes, name: str, senders: ThreadPoolExecutor, tell: Tell
) -> None:
    under_way: deque[tuple[Future[None], list[Photo]]] = deque()

    def settle() -> None:
        sent, batch = under_way.popleft()
        sent.result()
        state.advance(name, batch[-1].cursor, len(batch))
        tell(len(batch))

    for batch in _batches(source.photos(name, state.part(name).cursor)):
        if wishes.look():
            break
        bodies = [_message(state.plan.bucket, photo) for photo in batch]
        under_way.append((senders.submit(messages.send, state.plan.queue_url, bodies), batch))
        if len(under_way) >= AHEAD:
            settle()
    while under_way:
        settle()
    if not wishes.look():
        state.finish(name)


def _message(bucket: str, photo: Photo) -> str:
    return messages.message(bucket, {"Key": photo.key, "Size": photo.size, "ETag": photo.etag})


def _batches(photos: Iterator[Photo]) -> Iterator[list[Photo]]:
    while batch := list(islice(photos, messages.BATCH)):
        yield batch
