"""What a file is, by its name, and by its first bytes where the name does not tell.

The only list of its kind: photos come from the table of formats, everything else from `_SUFFIXES`.
"""

from collections.abc import Mapping
from pathlib import PurePath

from function.images import formats


def _suffixes(names: str) -> list[str]:
    return [f".{name}" for name in names.split()]


IMAGE, RAW, HIDDEN = "image", "raw", "hidden"
RAW_SUFFIXES = frozenset(
    _suffixes("3fr arw cr2 cr3 crw dng erf fff iiq kdc mef mos mrw nef nrw orf pef raf raw rw2 rwl sr2 srf srw x3f")
)
SIDECAR_SUFFIX = ".xmp"
_SUFFIXES: Mapping[str, str] = {
    **dict.fromkeys((suffix for row in formats.FORMATS for suffix in row.suffixes), IMAGE),
    **dict.fromkeys(RAW_SUFFIXES, RAW),
    **dict.fromkeys([SIDECAR_SUFFIX, ".aae", ".thm", ".pp3", ".dop", ".json"], "side file"),
    **dict.fromkeys(_suffixes("mp4 mov m4v avi mkv mts m2ts 3gp webm mpg mpeg wmv insv lrv"), "video"),
    **dict.fromkeys(_suffixes("mp3 m4a wav aac flac ogg"), "sound"),
    **dict.fromkeys(_suffixes("pdf doc docx odt txt md rtf csv xls xlsx ppt pptx html htm"), "document"),
    **dict.fromkeys(_suffixes("psd psb xcf ai svg eps indd kra clip afphoto"), "drawing"),
    **dict.fromkeys(_suffixes("zip rar 7z tar gz tgz xz bz2 iso dmg"), "archive"),
    **dict.fromkeys(_suffixes("db ini lnk url tmp part crdownload sqlite lrcat"), "program file"),
}
_PROGRAM_FOLDERS = frozenset(
    (
        "@eadir",
        "@recycle",
        "@recently-snapshot",
        "#recycle",
        "#snapshot",
        "$recycle.bin",
        "__macosx",
        "lost+found",
        "node_modules",
        "__pycache__",
        "system volume information",
        "temporary items",
        "network trash folder",
    )
)
_PROGRAM_FOLDER_SUFFIXES = (".lrdata", ".photoslibrary", ".photolibrary", ".aplibrary", ".cocatalog", ".app")
SIGNATURE_BYTES = 64


def of_file(name: str) -> str:
    """`image`, `raw`, `hidden`, the kind of file that is no photo, or "" where the first bytes have to tell."""
    if name.startswith("."):
        return HIDDEN
    return _SUFFIXES.get(PurePath(name).suffix.lower(), "")


def of_bytes(start: bytes) -> str:
    """`image` for a file that begins as a photo does, whatever its name."""
    return IMAGE if formats.recognised(start) else "other file"


def is_program_folder(name: str) -> bool:
    """Folders that belong to a program or a device and hold copies, thumbnails or what was thrown away."""
    name = name.lower()
    return name.startswith(".") or name in _PROGRAM_FOLDERS or name.endswith(_PROGRAM_FOLDER_SUFFIXES)
