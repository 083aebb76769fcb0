"""Words and their ids, and the one tokenizer that training, evaluation and serving share.

The tokenizer lower-cases and keeps runs of letters and digits, with inner hyphens and apostrophes
("t-shirt", "o'clock"); a possessive 's is a word of its own ("man's" is "man" + "'s"). All else,
punctuation included, is dropped. `join` is its inverse for text without punctuation.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

PAD, START, END, UNKNOWN = range(4)
_SPECIAL = ("<pad>", "<start>", "<end>", "<unknown>")
_WORD = re.compile(r"'s\b|[a-z0-9]+(?:-[a-z0-9]+)*(?:'(?!s\b)[a-z]+)?")


def tokenize(sentence: str) -> list[str]:
    """Split a caption into lower-case words: "A man's T-shirt." gives a, man, 's, t-shirt."""
    return _WORD.findall(sentence.lower().replace("’", "'"))


def join(words: Iterable[str]) -> str:
    """Put words back into a phrase: a, man, 's, t-shirt gives "a man's t-shirt"."""
    return " ".join(words).replace(" 's", "'s")


class Vocabulary:
    """An ordered set of words; ids 0 to 3 are padding, start, end and unknown."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = (*_SPECIAL, *words)
        self._ids = {word: i for i, word in enumerate(self.words)}

    @classmethod
    def build(cls, captions: Iterable[Iterable[str]], minimum_count: int) -> "Vocabulary":
        """All words seen at least `minimum_count` times in tokenized captions, commonest first."""
        counts = Counter(word for caption in captions for word in caption)
        kept = [word for word, count in counts.items() if count >= minimum_count]
        return cls(sorted(kept, key=lambda word: (-counts[word], word)))

    @classmethod
    def load(cls, path: Path) -> "Vocabulary":
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def save(self, path: Path) -> None:
        words = self.words[len(_SPECIAL) :]
        path.write_text(json.dumps(words, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, words: Iterable[str]) -> list[int]:
        """Ids of words, without start and end; a word that is not known becomes UNKNOWN."""
        return [self._ids.get(word, UNKNOWN) for word in words]
