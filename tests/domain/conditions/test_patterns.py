"""Patterns: what is accepted, what is refused and why, what they match, and that none takes long."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketcli.domain.conditions.patterns import SHORT_TEXT, BadPattern, matcher, read_pattern, translate


def search(pattern: str, text: str) -> bool:
    return matcher(pattern, read_pattern(pattern))(text)


@pytest.mark.parametrize(
    ("pattern", "degree"),
    [
        (r"error", 1),
        (r"^\[(P1|P2)\]", 1),
        (r"\b(outage|down)\b", 1),
        (r"^(re|fwd?):", 1),
        (r"^(re: )?(fwd: )?.*urgent", 1),
        (r"ERR-\d{4,}", 1),
        (r"[0-9a-f]{8}-[0-9a-f]{4}", 1),
        (r"https?://\w", 1),
        (r"(?i)disk.*full", 2),
        (r"\s+$", 2),
        (r"(\w+\s+)+x", 2),
        (r"[\w.+-]+@[\w-]+\.[\w.]+", 2),
        (r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}", 2),
        (r"disk.*full.*error", 3),
        (r"(disk|drive|device).*(full|failed).*(now|never)", 3),
        (r"^(.+),(.+),(.+)$", 3),
        (r"宕机|故障", 1),
    ],
)
def test_ordinary_patterns_are_accepted_at_their_cost(pattern: str, degree: int) -> None:
    assert read_pattern(pattern).degree == degree


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$", r"(a*)*", r"(.*)*", r"(a|a)*b", r"(a|aa)+$", r"(a|b|ab)*c", r"(x+x+)+y", r"(.*a){20}", r"(\w+\s?)+$",
        r"(a{1,10}){1,10}", r"((a+)?)*", r"(ab|ab)*", r"(a?){30}", "a?" * 30 + "a" * 30, r"(a|b|)*", r"(?i)(ab|AB)+c",
        r".*.*.*=.*", r"a.*b.*c.*d", r"(.+),(.+),(.+)", r"\w*\w*\w*\w*x", r"([a-z]+)*!", r"((foo|foobar|bar)+)$",
        "(a|ab)(c|bcd)" * 26, r"(?i)([^\W]b|ab)+x", "(?i)([^\u0400-\u0fff]b|ab)+x", "(?i)(ib|\u0130b)+x",
        "(?i)(\ufb05b|\ufb06b)+x", "(?i)(\u03d1b|\u03f4b)+x",
    ],
)  # fmt: skip
def test_what_can_backtrack_badly_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern) as caught:
        read_pattern(pattern)
    assert caught.value.code == "slow-pattern"
    assert "slow-pattern" not in str(caught.value)


@pytest.mark.parametrize("pattern", [r"(?:ab)+", r"(ab)+", r"(?:ab){2,20}"])
def test_steps_through_a_repeated_group_cost_more_than_through_a_character(pattern: str) -> None:
    assert read_pattern(pattern).factor == 16 * read_pattern("a+").factor


@pytest.mark.parametrize(
    ("pattern", "advice"),
    [
        pytest.param(".*disk.*full.*", "disk.*full", id="a match may stand anywhere"),
        pytest.param("^.*a.*b.*c.*d", "contains", id="but not behind the end of the first line"),
        pytest.param(r".*disk.*full.*!\.*", r"disk.*full.*!\.*", id="full stops stay"),
        pytest.param(".*a|b.*c.*d.*e", "contains", id="ends of alternatives are not the ends of both"),
        pytest.param(".*a.*b.*c.*d.*", "contains", id="no advice that is refused next"),
    ],
)
def test_what_is_advised_in_place_of_a_slow_pattern_finds_the_same(pattern: str, advice: str) -> None:
    with pytest.raises(BadPattern) as caught:
        read_pattern(pattern)
    assert caught.value.suggestion == advice


@pytest.mark.parametrize(
    "pattern",
    [
        "(", ")", "[a", "a**", "*a", "a{2}{3}", "a\\", r"(a)\1", r"(?P<x>a)(?P=x)", r"a(?=b)", r"a(?!b)", r"(?<=a)b",
        r"(?<!a)b", r"(?>a)", r"(?#x)a", r"(a)(?(1)b|c)", r"(?s)a", r"(?m)^a", r"(?x)a b", r"(?i:a)", r"a(?i)b", r"a++",
        r"a*+", r"a?+", r"\Z", r"\z", r"\pL", r"\Qa\E", r"\N{DIGIT ONE}", "\\" + "u0041", r"\x{41}", r"\x4", r"\07",
        r"[[:alpha:]]",
        r"[+-\w]", r"[z-a]", r"[\b]", r"a{,5}", r"a{1001}", r"(a{100}){11}", r"((a{11}){11}b){11}", "a" * 1001,
    ],
)  # fmt: skip
def test_what_python_and_re2_do_not_share_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        read_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        (r"full$", "disk full", True),
        (r"full$", "disk full\n", False),
        (r"^full", "disk\nfull", False),
        (r"a.b", "a\nb", False),
        (r"^\d+$", "12", True),
        (r"^\d+$", "１２", False),
        (r"^[^\d]$", "１", True),
        (r"^\w+$", "é", False),
        (r"^[\w-]+$", "a-b", True),
        (r"^\W$", "é", True),
        (r"^[\W]$", "é", True),
        (r"^\s$", "\v", False),
        (r"^\s$", "\u00a0", False),
        (r"^[\S]$", "\u00a0", True),
        (r"\bé", "aé", True),
        (r"(?i)STRASSE|ärger", "ÄRGER", True),
        (r"ärger", "ÄRGER", False),
        (r"^[]a]$", "]", True),
        (r"^[^]a]$", "]", False),
        (r"^[a\]]$", "]", True),
        (r"^[\[&~|]$", "&", True),
        (r"\x41\.", "A.", True),
        (r"^[\x00-\x1f]", "\x07", True),
        (r"\$5", "cost $5", True),
        (r"[$]5", "cost $5", True),
        (r"a{0,2}b", "aab", True),
        (r"x{", "x{", True),
        (r"(?P<word>a)(?:b|c)", "ac", True),
        (r"\Aab", "ab", True),
        (r"a\B", "ab", True),
    ],
)
def test_matches_as_re2_would(pattern: str, text: str, wanted: bool) -> None:
    assert search(pattern, text) is wanted


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"a.*b", "a" * 1_000_000),
        (r"a.*b", ("a" * 300 + "\n") * 3_000),
        (r"a.*a.*b", "a" * 1_000_000),
        (r"(?i)a[^x]*b", "A" * 1_000_000),
        (r"(\w+\s+)+x", "a " * 500_000),
        (r"([a-z]+,)*[a-z]+$", "abc," * 250_000 + "!"),
        (r"\s+$", " " * 1_000_000 + "x"),
        (r"a(.|\n)*b", "a" * 1_000_000),
        (r"(a|ab)(c|bcd)(d*)e", "abcd" * 250_000),
    ],
    ids=lambda value: value if len(value) < 40 else "",
)
def test_even_the_worst_text_is_searched_quickly(pattern: str, text: str) -> None:
    run = matcher(pattern, read_pattern(pattern))
    started = time.process_time()
    assert not run(text)
    assert time.process_time() - started < 2.0


def test_a_long_text_of_short_lines_is_searched_whole() -> None:
    text = "an ordinary line of a log that says nothing much\n" * 20_000 + "disk is full\n"
    assert len(text) > 900_000
    assert search("disk.*full", text)


def test_the_place_where_a_search_stops_is_not_the_end_of_the_text() -> None:
    assert not search("[a-z\n]+x*$", "a" * 1_000_000 + "!")


@given(st.text(alphabet="ab*+?|(){}[]^$.\\dwsW1,-\n", max_size=14), st.text(alphabet="ab1 -_\n", max_size=12))
@settings(max_examples=400)
def test_what_is_accepted_compiles_and_agrees_with_python(pattern: str, text: str) -> None:
    try:
        read_pattern(pattern)
    except BadPattern:
        return
    python = re.sub(r"(?<!\\)((?:\\\\)*)\$", r"\1\\Z", pattern) if "[" not in pattern else translate(pattern)
    assert search(pattern, text) is (re.search(python, text, re.ASCII) is not None)


GROWN = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "ab", "a?", "b*", "a+", "aB", "[^b]", r"[^\W]"]),
    lambda inner: (
        st.builds("({}|{})".format, inner, inner)
        | st.builds("{}{}".format, inner, inner)
        | st.builds("({}){}".format, inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}"]))
    ),
    max_leaves=6,
)
SHAPES = st.builds("{}{}{}".format, st.sampled_from(["", "(?i)"]), GROWN, st.sampled_from(["", "c", "$", "bc"]))
"""Patterns full of repeats and alternatives over two letters, with and without regard to case."""


@given(SHAPES, st.sampled_from(["a", "ab", "aab", "b", "abb"]))
@settings(max_examples=300)
def test_accepted_patterns_are_quick_on_hostile_texts(pattern: str, word: str) -> None:
    try:
        run = matcher(pattern, read_pattern(pattern))
    except BadPattern:
        return
    text = (word * SHORT_TEXT)[:SHORT_TEXT] + "!"
    started = time.process_time()
    run(text)
    assert time.process_time() - started < 1.0
