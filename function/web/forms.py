"""The photo in the body of a request: the whole body, or a field of a multipart form."""

from io import BytesIO

from multipart import MultipartError, MultipartParser, parse_options_header

from function.errors import BadRequest


def photo(body: bytes, content_type: str) -> bytes:
    """The body itself, or the field `image` of a form. Raises BadRequest for a form without it."""
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data":
        return body
    try:
        # in memory, where the body is already: a part over the parser's spool limit would go to disk
        limits = {"spool_limit": len(body), "memory_limit": len(body)}
        part = MultipartParser(BytesIO(body), options.get("boundary", ""), len(body), **limits).get("image")
    except MultipartError as error:
        raise BadRequest("The multipart form is damaged. Send the photo in a field named image.") from error
    if part is None:
        raise BadRequest("The form has no photo. Send it in a field named image.")
    return bytes(part.raw)
