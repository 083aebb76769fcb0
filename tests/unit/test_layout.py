"""The floor plan of function/: which part may import which, and how much a folder holds (docs/architecture.md)."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import function

ROOT = Path(function.__file__).parent
LEVELS = (
    {"errors"},
    {"settings", "images"},
    {"records"},
    {"captioning", "storage"},
    {"app"},
    {"jobs", "web"},
    {"aws"},
    {"handlers", "__main__"},
)
"""What stands at the top of function/, from the ground up. Each part imports only what is below it."""
MODULES = {
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in ROOT.rglob("*.py")
}


def imported(module: str) -> set[str]:
    """The modules of function/ that a module imports anywhere, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "function":
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else str(node.module) for name in names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in MODULES}
    return found - {module, "function"}  # the package itself holds the version alone


def level(module: str) -> int:
    part = module.split(".")[1]
    return next(height for height, parts in enumerate(LEVELS) if part in parts)


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {"function"}))
def test_imports_point_downwards(module: str) -> None:
    part = module.split(".")[1]
    for other in imported(module):
        assert other.split(".")[1] == part or level(other) < level(module), other


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module: imported(module) for module in MODULES}
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)


def test_the_doors_and_training_are_imported_by_nothing_here() -> None:
    for path in MODULES.values():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not {name.split(".")[0] for name in names} & {"training", "local_server", "flask", "collection"}


def entries(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name not in ("__init__.py", "__pycache__")]


def test_a_folder_reads_like_a_table_of_contents() -> None:
    assert {name.removesuffix(".py") for name in entries(ROOT)} == set().union(*LEVELS) | {"model"}
    assert len(entries(ROOT)) <= 12 + 1  # model/ holds data
    for folder in (path for path in ROOT.rglob("*") if path.is_dir() and path.name not in ("__pycache__", "model")):
        assert len(entries(folder)) <= 10, folder
