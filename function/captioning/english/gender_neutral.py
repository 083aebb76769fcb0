"""Captions that do not guess anyone's gender: "a man and his dog" becomes "a person and their dog".

Rules, applied in this order to a caption's words:

1. What says nothing but a gender goes: "a women's team" is "a team", "a female athlete" "an athlete".
2. Two people of one kind next to each other become a number of them: "a man and a woman" is "two people",
   "two men and a woman" "three people", "a young boy and girl" "two young children", "men and women" "people".
3. Nouns: man, woman, guy, lady → person; boy, girl → child; mother, father → parent; fireman → firefighter; and so on.
   "a baby boy" is "a baby".
4. Pronouns: his → their, him → them, he and she → they, with the verb after them: "he runs and jumps" is "they run
   and jump". "her" is "their" before a noun and "them" elsewhere.
5. Articles agree again.

Names of characters (batman), titles (nun) and "snowman" are left as they are. Imports `sentences` alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from function.captioning.english.sentences import FUNCTION_WORDS, with_articles


@dataclass(frozen=True)
class Piece:
    """A word of the rewritten caption, and the positions of the words it stands for."""

    word: str
    sources: tuple[int, ...]


_KINDS = {  # neutral noun, singular and plural: the nouns it replaces, singular / plural
    ("person", "people"): "man woman guy lady gentleman dude / men women guys ladies gentlemen dudes males females",
    ("child", "children"): "boy girl son daughter lad / boys girls sons daughters lads",
    ("parent", "parents"): "mother father mom dad mum mommy daddy / mothers fathers moms dads",
    ("grandparent", "grandparents"): "grandmother grandfather grandma grandpa / grandmothers grandfathers",
    ("sibling", "siblings"): "brother sister / brothers sisters",
    ("partner", "partners"): "husband wife boyfriend girlfriend / husbands wives boyfriends girlfriends",
    ("relative", "relatives"): "uncle aunt nephew niece / uncles aunts nephews nieces",
    ("newlywed", "newlyweds"): "bride groom / brides grooms",
    ("attendant", "attendants"): "bridesmaid groomsman / bridesmaids groomsmen",
    ("officer", "officers"): "policeman policewoman / policemen policewomen",
    ("firefighter", "firefighters"): "fireman / firemen",
    ("fisher", "fishers"): "fisherman / fishermen",
    ("photographer", "photographers"): "cameraman / cameramen",
    ("businessperson", "businesspeople"): "businessman businesswoman / businessmen businesswomen",
    ("batter", "batters"): "batsman / batsmen",
    ("cowhand", "cowhands"): "cowboy cowgirl / cowboys cowgirls",
    ("server", "servers"): "waiter waitress / waiters waitresses",
    ("actor", "actors"): "actress / actresses",
    ("dancer", "dancers"): "ballerina / ballerinas",
    ("pupil", "pupils"): "schoolboy schoolgirl / schoolboys schoolgirls",
}
_SINGULAR = {word: one for (one, _), words in _KINDS.items() for word in words.split(" / ")[0].split()}
_PLURAL = {word: many for (_, many), words in _KINDS.items() for word in words.split(" / ")[1].split()}
_NOUNS = {**_SINGULAR, **_PLURAL}
_PLURAL_OF = dict(_KINDS.keys())
_SINGULAR_OF = {many: one for one, many in _KINDS}
_PRONOUNS = {"his": "their", "hers": "theirs", "him": "them", "himself": "themselves", "herself": "themselves"}
_GENDER = ("male", "female")
_SUBJECTS = ("he", "she")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DETERMINERS = frozenset(["a", "an", "the", "another", *_NUMBERS[1:6]])
_AGES = {"toddler": "toddler", "baby": "baby", "teenage": "teenager", "teen": "teenager"}  # "a baby boy" is a baby
_IRREGULAR = {"is": "are", "was": "were", "has": "have", "does": "do", "goes": "go", "'s": "are"}
_VERBS = frozenset(
    """
    balance bite blow carry catch chase chew clap climb cry dance dive do drink drive eat fall fly get give go hang
    have hit hold hug jump kick lean leap lick lie look make perform play point pose prepare pull push put race raise
    reach read ride roll run shout show sing sit skate ski sleep slide smile splash stand stick swim swing take talk
    throw try turn walk watch wave wear work yell
    """.split()  # noqa: SIM905
)


def unchanged(words: Sequence[str]) -> list[Piece]:
    """A caption's words as they are, each standing for itself."""
    return [Piece(word, (i,)) for i, word in enumerate(words)]


def rewritten(words: Sequence[str]) -> list[Piece]:
    """A caption's words (as `vocabulary.tokenize` gives them) without gender, each with where it came from."""
    pieces = unchanged(words)
    for rule in (_asides, _couples, _nouns, _ages, _pronouns, _verbs):
        pieces = rule(pieces)
    agreeing = with_articles(piece.word for piece in pieces)
    return [replace(piece, word=word) for piece, word in zip(pieces, agreeing, strict=True)]


def _asides(pieces: list[Piece]) -> list[Piece]:
    """Drop "female" and "women 's" before a noun; "a female" by herself becomes a noun that later rules know."""
    done: list[Piece] = []
    following = [*[piece.word for piece in pieces], "", ""]
    for i, piece in enumerate(pieces):
        before_noun = following[i + 1] not in FUNCTION_WORDS | {""}
        if piece.word in _GENDER:
            done += [] if before_noun else [replace(piece, word="man")]
        elif piece.word == "'s" and i and pieces[i - 1].word in _PLURAL and before_noun:
            done.pop()
        else:
            done.append(piece)
    return done


def _couples(pieces: list[Piece]) -> list[Piece]:
    """Count two like nouns joined by "and" together."""
    done: list[Piece] = []
    i = 0
    while i < len(pieces):
        found = _couple([piece.word for piece in pieces[i:]])
        if found:
            words, length = found
            sources = tuple(source for piece in pieces[i : i + length] for source in piece.sources)
            done += [Piece(word, sources) for word in words]
        else:
            length = 1
            done.append(pieces[i])
        i += length
    return done


def _couple(words: list[str]) -> tuple[list[str], int] | None:
    """What two people at the start of `words` are together, and how many words that replaces."""
    first = _person(words)
    if first is None or words[first.length : first.length + 1] != ["and"]:
        return None
    second = _person(words[first.length + 1 :])
    if second is None or first.kind != second.kind or second.adjectives not in ((), first.adjectives):
        return None
    if second.count is None and second.plural != first.plural:
        return None
    length = first.length + 1 + second.length
    count = _together(first, second)
    if count is None or words[length : length + 1] == ["'s"]:
        return None
    definite = ["the"] if first.determiner == "the" else []
    return [*definite, *count, *first.adjectives, _PLURAL_OF[first.kind]], length


def _together(first: "_Person", second: "_Person") -> list[str] | None:
    """The number word of two nouns, none where they are plurals without a number; None where they do not add up."""
    if first.count is None and second.count is None:
        return [] if first.plural else ["two"]
    if first.count is None or (second.count is None and second.plural):
        return None
    total = first.count + (second.count or 1)
    return [_NUMBERS[total]] if total < len(_NUMBERS) else None


@dataclass(frozen=True)
class _Person:
    """A noun with what stands before it: `count` is None without a number or article, `length` is in words."""

    kind: str
    plural: bool
    count: int | None
    determiner: str
    adjectives: tuple[str, ...]
    length: int


def _person(words: list[str]) -> _Person | None:
    """A gendered noun at the start of `words` with what stands before it; None if there is none."""
    determiner = words[0] if words and words[0] in _DETERMINERS else ""
    start = 1 if determiner else 0
    at = start
    while at < len(words) and at - start < 3 and words[at] not in _NOUNS and words[at] not in FUNCTION_WORDS:
        at += 1
    if at >= len(words) or words[at] not in _NOUNS or (at > start and not determiner):
        return None
    plural = words[at] in _PLURAL
    count = _NUMBERS.index(determiner) if determiner in _NUMBERS else 1 if determiner and not plural else None
    kind = _SINGULAR_OF[_PLURAL[words[at]]] if plural else _SINGULAR[words[at]]
    return _Person(kind, plural, count, determiner, tuple(words[start:at]), at + 1)


def _nouns(pieces: list[Piece]) -> list[Piece]:
    return [replace(piece, word=_NOUNS.get(piece.word, piece.word)) for piece in pieces]


def _ages(pieces: list[Piece]) -> list[Piece]:
    """A "baby child" is a baby, "teenage children" are teenagers."""
    done: list[Piece] = []
    for piece in pieces:
        age = _AGES.get(done[-1].word) if done and piece.word in ("child", "children", "person", "people") else None
        if age:
            plural = piece.word in ("children", "people")
            whole = f"{age[:-1]}ies" if plural and age.endswith("y") else f"{age}s" if plural else age
            done[-1] = Piece(whole, done[-1].sources + piece.sources)
        else:
            done.append(piece)
    return done


def _pronouns(pieces: list[Piece]) -> list[Piece]:
    followers = [*[piece.word for piece in pieces], ""][1:]
    return [replace(piece, word=_pronoun(piece.word, next_)) for piece, next_ in zip(pieces, followers, strict=True)]


def _pronoun(word: str, following: str) -> str:
    if word == "her":
        return "them" if not following or following in FUNCTION_WORDS or following.endswith("ly") else "their"
    return _PRONOUNS.get(word, word)


def _verbs(pieces: list[Piece]) -> list[Piece]:
    """Exchange he and she, and bring their verbs, and those joined by "and", into the plural."""
    done: list[Piece] = []
    due = said = False  # whether a verb must come next; whether a "they" has had its verb
    for piece in pieces:
        word = piece.word
        if word in _SUBJECTS:
            word, due, said = "they", True, True
        elif due and not word.endswith("ly"):
            word, due = _plural_verb(word), False
        elif said and done[-1].word == "and" and _plural_verb(word) in _VERBS:
            word = _plural_verb(word)
        done.append(replace(piece, word=word))
    return done


def _plural_verb(word: str) -> str:
    """The verb that goes with "they" for one that goes with "he": catches → catch, carries → carry."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if re.fullmatch(r"[a-z]{2,}ies", word):
        return f"{word[:-3]}y" if len(word) > 4 else word[:-1]
    if re.search(r"(?:ss|sh|ch|x|zz|o)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
