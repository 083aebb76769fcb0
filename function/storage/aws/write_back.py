"""The alt text of a photo written back beside it: as a tag of the object, or as photo.jpg.xmp.

Both leave the photo's bytes and eTag as they are. A side file of somebody else's is left alone, and so are other tags.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from botocore.exceptions import ClientError

from function.records import Record, signature
from function.settings import WriteBack

logger = logging.getLogger(__name__)
TAG = "glimpse-caption"
MOST_TAGS = 10  # that S3 lets an object have
MARK = {"glimpse": "1"}
"""Metadata of the side files that are ours; any other program that saves one loses it."""
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></dc:description>
<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></Iptc4xmpCore:AltTextAccessibility>
<dc:subject><rdf:Bag>{tags}</rdf:Bag></dc:subject>
<photoshop:CaptionWriter>{writer}</photoshop:CaptionWriter>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>
"""  # noqa: E501


def write_back(s3: Any, mode: WriteBack, bucket: str, key: str, record: Record) -> None:
    """Write a record's alt text beside its photo; nothing where it has none. What S3 refuses is logged."""
    if mode == "off" or not record.get("alt_text"):
        return
    try:
        (_write_tag if mode == "tags" else _write_side_file)(s3, bucket, key, record)
    except ClientError as error:
        logger.warning("the caption could not be written back (%s)", error.response["Error"]["Code"])


def _write_tag(s3: Any, bucket: str, key: str, record: Record) -> None:
    """Set our tag among those that the object has."""
    others = [tag for tag in s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"] if tag["Key"] != TAG]
    if len(others) >= MOST_TAGS:
        logger.warning("the caption could not be written back: the object has all the tags that it may have")
        return
    value = re.sub(r"[^\w +\-=.:/@]", " ", record["alt_text"])[:256]
    s3.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": [*others, {"Key": TAG, "Value": value}]})


def _write_side_file(s3: Any, bucket: str, key: str, record: Record) -> None:
    """Write photo.jpg.xmp, over one of ours or where there is none."""
    condition: Mapping[str, str] = {"IfNoneMatch": "*"}
    try:
        there = s3.head_object(Bucket=bucket, Key=f"{key}.xmp")
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "403"):  # S3 says 403 where listing is not allowed
            raise
    else:
        if there["Metadata"] != MARK:
            logger.info("a side file of somebody else's is left as it is")
            return
        condition = {"IfMatch": there["ETag"]}
    s3.put_object(
        Bucket=bucket,
        Key=f"{key}.xmp",
        Body=side_file(record).encode(),
        ContentType="application/rdf+xml",
        Metadata=MARK,
        **condition,
    )


def side_file(record: Record) -> str:
    """The side file of a record, as `glimpse --sidecar` writes it: XMP that says who wrote it."""
    text: str = record["alt_text"]
    tags = "".join(f"<rdf:li>{escape(tag['word'])}</rdf:li>" for tag in record["tags"])
    return _PACKET.format(text=escape(text), tags=tags, writer=signature(text))
