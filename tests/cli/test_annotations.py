"""Annotations for GitHub: one command a line, whatever the texts in it try."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketcli.cli.annotations import Annotation, github_text


@pytest.mark.parametrize(
    ("annotation", "line"),
    [
        (
            Annotation("error", "no fact", "rules/sla.yaml", 3, 5),
            "::error file=rules/sla.yaml,line=3,col=5::no fact\n",
        ),
        (
            Annotation("warning", "100% of\ntwo lines", "a:b,c%.yaml"),
            "::warning file=a%3Ab%2Cc%25.yaml::100%25 of%0Atwo lines\n",
        ),
        (Annotation("notice", "x", title="one, two: three"), "::notice title=one%2C two%3A three::x\n"),
        (Annotation("error", "x"), "::error::x\n"),
        (Annotation("error", "\x1b[2J 打印机: a, b\r\n"), "::error::\\x1b[2J 打印机: a, b%0A\n"),
    ],
    ids=["place", "special characters", "title", "no place", "controls"],
)
def test_an_annotation_is_one_workflow_command(annotation: Annotation, line: str) -> None:
    assert github_text([annotation]) == line


@given(st.text(), st.text(), st.text())
def test_no_text_begins_a_command_or_a_property_of_its_own(message: str, file: str, title: str) -> None:
    text = github_text([Annotation("error", message, file, 7, 0, title)])
    head, _, _ = text.removeprefix("::error ").partition("::")

    assert text.count("\n") == 1 and text.endswith("\n") and "\r" not in text
    assert len(head.split(",")) == 1 + bool(file) + bool(title)
