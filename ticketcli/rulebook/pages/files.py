"""Pages about files: what cannot be read, and what may not stand in YAML here."""

from __future__ import annotations

from ticketcli.rulebook.page import Page

_GOOD = "teams: {dba: {}}\n"
PAGES = (
    Page(
        "alias",
        "error",
        "an alias (`*name`) repeats nothing that ended before it",
        "An alias repeats what was marked with `&name` earlier in the same file. It cannot stand inside what it "
        "repeats.",
        bad="people: [{name: ann}]\nteams: {dba: {members: &all [*all]}}\n",
        cured="people: [{name: ann}]\nteams: {dba: {members: &all [ann]}, web: {members: *all}}\n",
    ),
    Page(
        "complex-key",
        "error",
        "a key is a list, a mapping or an alias instead of a text",
        "Keys are plain texts. A text that begins with a bracket or a brace needs quotes.",
        bad="teams: {[dba]: {}}\n",
        cured='teams: {"[dba]": {}}\n',
    ),
    Page(
        "control-character",
        "error",
        "a control character, NUL or half a character pair stands in the file",
        "Such characters hide in editors and act on terminals, so no rule file may hold them. Delete the character.",
        bad="teams: {d\x07ba: {}}\n",
        cured=_GOOD,
    ),
    Page(
        "duplicate-key",
        "error",
        "a key stands twice in one mapping",
        "YAML would keep one of the two and drop the other without a word. Put both into one, or take one out.",
        bad="teams: {dba: {}}\nteams: {web: {}}\n",
        cured="teams: {dba: {}, web: {}}\n",
    ),
    Page(
        "empty",
        "error",
        "a file, a list or a mapping holds nothing",
        "What is empty says nothing, and is most likely unfinished: fill it or take it out. An empty `rules/` folder "
        "is fine, an empty file in it is not.",
        bad="teams: {}\n",
        cured=_GOOD,
    ),
    Page(
        "empty-key",
        "error",
        "nothing stands before a colon",
        "Every entry of a mapping has a key.",
        bad="teams:\n  ? \n  : {}\n",
        cured=_GOOD,
    ),
    Page(
        "encoding",
        "error",
        "the file is not UTF-8",
        "Rule files are read as UTF-8 on every machine. Save the file as UTF-8 in your editor.",
        bad={"rules.yaml": b"teams: {caf\xe9: {}}\n"},
        cured="teams: {café: {}}\n",
    ),
    Page(
        "merge-key",
        "error",
        "a merge key (`<<`) stands in the file",
        "What a merged mapping holds in the end is hard to see, so it is not read here. Write the keys out.",
        bad="people: [{name: ann}]\nteams: {a: &a {manager: ann}, b: {<<: *a}}\n",
        cured="people: [{name: ann}]\nteams: {a: {manager: ann}, b: {manager: ann}}\n",
    ),
    Page(
        "no-rules",
        "warning",
        "the folder holds no rule file",
        "Rule files end in `.yaml`. Look whether the path is the right one.",
        bad={"empty/": ""},
        cured={"folder/": "", "folder/teams.yaml": _GOOD},
    ),
    Page(
        "not-read",
        "warning",
        "a file that looks like rules is passed over",
        "Only files that end in `.yaml` are read, so that it is plain which rules decide. Rename the file.",
        bad={"folder/": "", "folder/teams.yaml": _GOOD, "folder/people.yml": "people: [{name: ann}]\n"},
        cured={"folder/": "", "folder/teams.yaml": _GOOD, "folder/people.yaml": "people: [{name: ann}]\n"},
    ),
    Page(
        "number",
        "error",
        "an unquoted number is too long, not finite, or none that a rule can use",
        "Numbers have at most 18 digits and are finite. Put digits that are a text, such as a phone number, in quotes.",
        bad="people: [{name: ann, capacity: .inf}]\n",
        cured="people: [{name: ann, capacity: 8}]\n",
    ),
    Page(
        "section-twice",
        "error",
        "a section stands in two files",
        "Each section stands in one file only, so that order and names can be seen at once. Put both into one file.",
        bad={"a.yaml": _GOOD, "b.yaml": "teams: {web: {}}\n"},
        cured={"a.yaml": "teams: {dba: {}, web: {}}\n"},
    ),
    Page(
        "several-documents",
        "error",
        "a second YAML document begins in the file",
        "One file holds one document. Take out the line `---`, or make two files.",
        bad="teams: {dba: {}}\n---\npeople: [{name: ann}]\n",
        cured="teams: {dba: {}}\npeople: [{name: ann}]\n",
    ),
    Page(
        "tag",
        "error",
        "a YAML tag (`!name`) stands in the file",
        "Tags can call code in other programs and are never read here. A text that begins with `!` needs quotes.",
        bad="teams: {dba: !team {}}\n",
        cured=_GOOD,
    ),
    Page(
        "too-deep",
        "error",
        "lists and mappings stand in each other more than 40 levels deep",
        "No rule needs that; most likely brackets do not match. Routes and conditions of 15 levels still fit.",
        bad="teams: " + "[" * 50 + "]" * 50 + "\n",
        cured=_GOOD,
    ),
    Page(
        "too-large",
        "error",
        "the file is larger than any rule file should be",
        "A file has at most 1 MiB; all files together have at most 50,000 values, 4 MiB of text with all that "
        "aliases repeat, and 50,000 characters of patterns. That is room for thousands of rules.",
        bad="teams: {" + ", ".join(f"team{n}: {{}}" for n in range(50_000)) + "}\n",
        cured=_GOOD,
    ),
    Page(
        "unreadable",
        "error",
        "the file cannot be read at all",
        "It is a folder, a pipe or a device, it may not be read, or its name holds characters that cannot be shown. "
        "The message says which. Rules that cannot be read whole are never taken as empty: the last good ones decide.",
        bad={"folder/": "", "folder/rules.yaml/": ""},
        cured={"folder/": "", "folder/rules.yaml": _GOOD},
    ),
    Page(
        "yaml",
        "error",
        "the file is not YAML",
        "The place is where reading failed; the cause may stand a line earlier: a missing bracket or quote, a tab at "
        "the beginning of a line, a text with `: ` in it that needs quotes.",
        bad="teams: {dba: {}\n",
        cured=_GOOD,
    ),
)
