"""Captions over HTTP: read or delete the one of an upload, or write one for the photo in the request."""

from http import HTTPStatus

from function import records
from function.app import App
from function.errors import NotFound
from function.storage.base import content_id, is_id
from function.web import forms
from function.web.base import Answer, Request

LONGEST_RETRY_SECONDS = 10


def read(app: App, request: Request) -> Answer:
    """The record of an upload, or that it waits for one. Raises NotFound."""
    id = _id(request)
    stored = app.storage.read_record(id)
    if stored is not None:
        return Answer(HTTPStatus.OK, stored.record)
    age = app.storage.upload_age(id)
    if age is None:
        raise _unknown()
    return Answer(HTTPStatus.ACCEPTED, records.pending(id), {"Retry-After": str(_retry_after(age))})


def _retry_after(age: float) -> int:
    """Seconds until the next question: a caption usually takes a second; what has waited longer will wait a while yet,
    and many that wait must not use up the rate at which the API answers.
    """
    return max(1, min(int(age / 3), LONGEST_RETRY_SECONDS))


def delete(app: App, request: Request) -> Answer:
    """Remove an upload and its record, whichever there is. Raises NotFound, also for what was deleted before."""
    if not app.storage.delete(_id(request)):
        raise _unknown()
    return Answer(HTTPStatus.NO_CONTENT)


def write(app: App, request: Request) -> Answer:
    """The record of the photo in the request; nothing is stored. Raises as reading it, TooManyRequests, DailyLimit."""
    photo = forms.photo(request.body, request.headers.get("content-type", ""))
    app.admit()
    return Answer(HTTPStatus.OK, app.caption_now(content_id(photo), photo))


def _id(request: Request) -> str:
    """The id in the path. Raises NotFound for any other name: a name that can be guessed opens no record."""
    id = request.path["id"]
    if not is_id(id):
        raise _unknown()
    return id


def _unknown() -> NotFound:
    return NotFound("There is no caption under this id. Check the address, or upload the photo again.")
