"""Print what pip has to install for an image with one engine: infra/requirements.py litert|tensorflow < pyproject.toml.

The image has its dependencies in a layer below its code, so they are read from the project's table alone.
"""

import sys
import tomllib

project = tomllib.load(sys.stdin.buffer)["project"]
needed = [*project["dependencies"], *project["optional-dependencies"]["lambda"]]
if sys.argv[1] == "tensorflow":
    needed = [package for package in needed if not package.startswith("ai-edge-litert")]
    needed += project["optional-dependencies"]["tensorflow"]
print(*needed, sep="\n")
