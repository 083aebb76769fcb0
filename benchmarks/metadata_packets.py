"""XMP packets of every form that is found in photos, well-formed and not."""

import re

_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
_DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_XMP = 'xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
_OWNED = (
    "<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li></rdf:Seq></dc:creator><xmp:Rating>5</xmp:Rating>"
    '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">(c) Ada</rdf:li></rdf:Alt></dc:rights>'
)


def _packet(properties: str, attributes: str = "", more: str = "") -> str:
    block = f'<rdf:Description rdf:about="" {_DC} {_XMP} {attributes}>{_OWNED}{properties}</rdf:Description>'
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {_RDF}>{block}{more}</rdf:RDF></x:xmpmeta>'


def _wrapped(packet: str) -> str:
    return f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{packet}\n{" " * 200}<?xpacket end="w"?>'


def _text(text: str) -> str:
    return f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></dc:description>'


_TITLE = '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:title>'
_INNER = (
    '<xmpMM:Pantry xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"><rdf:Bag><rdf:li><rdf:Description>'
    f"{_text('of an ingredient')}</rdf:Description></rdf:li></rdf:Bag></xmpMM:Pantry>"
)
_REGION = (
    '<Iptc4xmpExt:ImageRegion xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"><rdf:Bag>'
    f'<rdf:li rdf:parseType="Resource">{_text("of a face")}<dc:subject><rdf:Bag><rdf:li>face</rdf:li></rdf:Bag>'
    "</dc:subject></rdf:li></rdf:Bag></Iptc4xmpExt:ImageRegion>"
)
_TEXTS = {
    "plain": _packet(_text("old")),
    "without-words": _packet(""),
    "attributes": _packet("", 'dc:description="old" dc:format="image/jpeg" xmp:Label="Red"'),
    "subject-attribute": _packet("", 'dc:subject="cat"'),
    "text-only": _packet("<dc:description>old</dc:description><dc:subject>cat</dc:subject>"),
    "bag": _packet("<dc:description><rdf:Bag><rdf:li>old</rdf:li></rdf:Bag></dc:description>"),
    "seq-of-subjects": _packet("<dc:subject><rdf:Seq><rdf:li>cat</rdf:li><rdf:li>DOG</rdf:li></rdf:Seq></dc:subject>"),
    "two-blocks": _packet("", "", f'<rdf:Description rdf:about="" {_DC}>{_text("old")}</rdf:Description>'),
    "twice": _packet(_text("old"), "", f'<rdf:Description rdf:about="" {_DC}>{_text("older")}</rdf:Description>'),
    "ingredient": _packet(_INNER),
    "ingredient-first": _packet(_INNER + _text("old")),
    "region": _packet(_REGION),
    "bare-rdf": _packet(_text("old")).removeprefix('<x:xmpmeta xmlns:x="adobe:ns:meta/">').removesuffix("</x:xmpmeta>"),
    "other-prefixes": re.sub(r"\b(dc|rdf)(?=[:=])", r"my\1", _packet(_text("old"))),
    "comments": _packet("<!-- <dc:description> --><![CDATA[ ]]>" + _text("old")),
    "apostrophes": _packet(_text("old")).replace('"', "'"),
    "undeclared": _packet("<photoshop:City>Oslo</photoshop:City>"),
    "undeclared-unknown": _packet("<foo:City>Oslo</foo:City>"),
    "entity": _packet(_TITLE.format("Tea&nbsp;time & more")),
    "control": _packet(_TITLE.format("Line one\vline two\x01")),
    "less-than": _packet(_TITLE.format("1 < 2")),
    "doubled-attribute": _packet("", 'xmp:Label="Red" xmp:Label="Red"'),
    "declaration": '<?xml version="1.0" encoding="UTF-8"?>' + _packet(_TITLE.format("Zoë")),
    "empty": "",
    "no-rdf": '<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>',
    "rubbish-behind": _packet(_text("old")) + "ion></rdf:RDF></x:xmpmeta>\0\0\0",
}
_ENCODED = {
    "latin-1": _wrapped(_packet(_TITLE.format("Zoë, Malmö"))).replace("\ufeff", "").encode("latin-1"),
    "latin-1-and-utf-8": _packet(_TITLE.format("Zo@ – ü")).encode().replace(b"@", b"\xeb"),
    "utf-16": _wrapped(_packet(_TITLE.format("Zoë 文"))).encode("utf-16-le"),
    "utf-16-big": _wrapped(_packet(_TITLE.format("Zoë 文"))).encode("utf-16-be"),
    "nul-padded": _packet(_text("old")).encode() + b"\0" * 300,
}
PACKETS: dict[str, bytes] = {
    **{name: _wrapped(text).encode() for name, text in _TEXTS.items()},
    **{f"bare-{name}": text.encode() for name, text in _TEXTS.items() if name in ("plain", "attributes")},
    **_ENCODED,
}
