"""Captions before and after: what stays a sentence, whom it speaks of, and which words each word stands for."""

import re

import pytest

from function.captioning.english.gender_neutral import rewritten
from function.captioning.vocabulary import join, tokenize

SENTENCES = """
a man is walking > a person is walking
a woman in a red hat > a person in a red hat
an old man > an old person
the man and the dog > the person and the dog
men are working > people are working
two women are talking > two people are talking
a boy jumps > a child jumps
three girls are dancing > three children are dancing
a little girl in a pink dress > a little child in a pink dress
a group of boys > a group of children
a man and a woman > two people
a man and woman are sitting on a bench > two people are sitting on a bench
the man and the woman are smiling > the two people are smiling
a woman and a man walk down a street > two people walk down a street
a boy and a girl are playing in the grass > two children are playing in the grass
a young boy and girl > two young children
a young man and a young woman > two young people
an old man and a young woman > an old person and a young person
two men and a woman > three people
two men and two women are dancing > four people are dancing
men and women > people
a group of men and women > a group of people
a man and a boy are fishing > a person and a child are fishing
a man and a woman and a child > two people and a child
a man in a hat and a woman in a scarf > a person in a hat and a person in a scarf
a man and a woman's dog > a person and a person's dog
a mother and father > two parents
a mother and her daughter > a parent and their child
the bride and groom kiss > the two newlyweds kiss
two brothers fight > two siblings fight
a boy in his red shirt > a child in their red shirt
a man and his dog > a person and their dog
a woman walks her dog > a person walks their dog
a dog runs towards her > a dog runs towards them
a man watches her from a bench > a person watches them from a bench
a dog follows him > a dog follows them
a boy looks at himself > a child looks at themselves
he is running > they are running
a boy laughs as he runs and jumps > a child laughs as they run and jump
a man smiles while he carries a bag > a person smiles while they carry a bag
she quickly catches a ball > they quickly catch a ball
a girl splashes as she goes down a slide > a child splashes as they go down a slide
he's eating > they are eating
he throws balls and sticks > they throw balls and stick
a female athlete > an athlete
a male and a female > two people
a male is standing > a person is standing
a women's basketball team > a basketball team
a man's hand > a person's hand
a baby boy > a baby
two teenage girls > two teenagers
a toddler boy eats > a toddler eats
a policeman and a fireman > an officer and a firefighter
a cameraman films a batsman > a photographer films a batter
a cowboy rides a horse > a cowhand rides a horse
an elderly lady and an elderly gentleman > two elderly people
a guy with an orange > a person with an orange
a snowman and batman > a snowman and batman
two dogs are playing > two dogs are playing
"""
PAIRS = [tuple(line.split(" > ")) for line in SENTENCES.strip().splitlines()]
GENDERED = re.compile(r"\b(?:wo)?m[ae]n\b|\b(?:boy|girl|lady|guy|male|female|he|she|his|her|him)s?\b")


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_people_are_people_and_the_sentence_stands(before: str, after: str) -> None:
    assert join(piece.word for piece in rewritten(tokenize(before))) == after


def test_nothing_is_left_that_guesses_a_gender() -> None:
    assert len(PAIRS) >= 40
    assert not [after for _, after in PAIRS if GENDERED.search(after)]
    assert sum(bool(GENDERED.search(before)) for before, _ in PAIRS) >= 40


def test_writing_it_again_changes_nothing() -> None:
    for _, after in PAIRS:
        assert join(piece.word for piece in rewritten(tokenize(after))) == after


def test_every_word_knows_the_words_it_stands_for() -> None:
    pieces = rewritten(tokenize("a man and a woman walk her dog"))
    assert [(piece.word, piece.sources) for piece in pieces] == [
        ("two", (0, 1, 2, 3, 4)),
        ("people", (0, 1, 2, 3, 4)),
        ("walk", (5,)),
        ("their", (6,)),
        ("dog", (7,)),
    ]
