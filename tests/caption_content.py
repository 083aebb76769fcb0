"""What a sentence has to mention to be right about a fixture photo, whichever words a model prefers."""

import re


def tells_of_a_dog(caption: str) -> bool:
    return re.search(r"\b(dogs?|shepherd)\b", caption) is not None
