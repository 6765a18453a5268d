"""The pages of `ticket rules help`: what a problem code means, rules that have it, and the same rules cured."""

from __future__ import annotations

from ticketcli.records import NamedTuple

Files = dict[str, "str | bytes"]
"""Text by file name. A name that ends in `/` is a folder, `ticketcli.yaml` the settings of a desk, `mapping.yaml` says
how an import reads a file, `scenario.yaml` holds scenarios."""
RULES = "rules.yaml"


class Page(NamedTuple):
    """`title` is one line, `meaning` says why it matters and what to do. Tests check `bad` and `cured`.

    A plain text is the rule file `rules.yaml`.
    """

    code: str
    level: str
    title: str
    meaning: str
    bad: str | Files
    cured: str | Files

    def files(self, example: str | Files) -> Files:
        """An example as files."""
        return {RULES: example} if isinstance(example, str) else example
