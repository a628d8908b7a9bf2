"""No sentence is written where no translation finds it: the rooms that answer take theirs from bot/texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot

BOT = Path(bot.__file__).parent
FILES = ("errors", "housekeeping", "dispatch", "menus", "turn", "app")
ROOMS = [
    *(BOT / f"{name}.py" for name in FILES),
    *(file for room in ("views", "handlers", "usecases") for file in sorted((BOT / room).rglob("*.py"))),
]
# Words begun with a capital and followed by others, or ended like a sentence.
SENTENCE = re.compile(r"[A-Z][\w']*[,:]? [\w{]+|[\w}] [\w ,;:{}'-]*[.!?…]$")


def is_for_programmers(node: ast.AST) -> bool:
    """Whether all strings below are docstrings, lines of the log or an exception's message."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).startswith(("log.", "super().__init__"))
    return isinstance(node, (ast.Raise, ast.Assert)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def strings(node: ast.AST) -> Iterator[str]:
    """The strings that may be said; what an f-string fills in stands there as {}."""
    if is_for_programmers(node):
        return
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
            yield from strings(child)


def sentences(code: str) -> list[str]:
    return [text for text in strings(ast.parse(code)) if SENTENCE.search(text)]


@pytest.mark.parametrize("file", ROOMS, ids=lambda file: str(file.relative_to(BOT)))
def test_no_sentence_is_written_outside_the_texts(file: Path) -> None:
    assert sentences(file.read_text()) == []


@pytest.mark.parametrize(
    "code",
    [
        'reply("Send a photo.")',
        'lines = [f"Disk: {used} of {cap} MB"]',
        'reply("I know nobody")',
        'text = f"{name} is back."',
    ],
)
def test_a_sentence_is_known_by_its_looks(code: str) -> None:
    assert len(sentences(code)) == 1


@pytest.mark.parametrize(
    "code",
    ['"""A docstring."""', 'log.info("It is gone.")', 'raise ValueError("It is bad.")', 'key = "told:disk"'],
)
def test_what_only_programmers_read_is_no_sentence(code: str) -> None:
    assert sentences(code) == []
