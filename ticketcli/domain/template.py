"""Templates substitute values and nothing else: `{{ key }}` with a key of the ticket (design sections 6 and 10)."""

from __future__ import annotations

import re
from collections.abc import Mapping

_HOLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with each `{{ key }}` replaced by its value; a key without value becomes empty text.

    What is put in is never read again, so ticket text that looks like a template stays text.
    """
    return _HOLE.sub(lambda hole: values.get(hole.group(1), ""), template)


def holes(template: str) -> tuple[str, ...]:
    """The keys a template names."""
    return tuple(hole.group(1) for hole in _HOLE.finditer(template))


def unclosed(template: str) -> bool:
    """Whether the template opens braces that never close."""
    return template.count("{{") != len(holes(template))
