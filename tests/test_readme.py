"""The README keeps its word: its tour, its rules, its recipe, and every command, option and name in it.

`python tests/test_readme.py` writes the outputs of the tour anew, after a change of what commands print.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from ticketcli.cli.commands.shell import all_codes
from ticketcli.cli.lazy import LazyGroup, leading
from ticketcli.cli.main import root

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHIM = """\
import sys
sys.path.insert(0, {root!r})
import ticketcli.app
ticketcli.app.account = lambda: "you"
from ticketcli.cli.main import main
main()
"""


class Call(NamedTuple):
    """A call of `ticket` that the README shows: the command it means, and the words behind its name."""

    shown: str
    command: click.Command
    path: str
    words: list[str]


def fenced(language: str) -> list[str]:
    return [text for kind, text in FENCED.findall(TEXT) if kind == language]


def code_lines() -> Iterator[str]:
    """Every line of code and every span of code in the README."""
    for _, text in FENCED.findall(TEXT):
        yield from text.splitlines()
    prose = FENCED.sub("", TEXT)
    for line in prose.splitlines():
        if line.startswith("    "):
            yield line.strip()
        else:
            yield from re.findall(r"`([^`]+)`", line)


def calls() -> Iterator[Call]:
    for line in code_lines():
        for part in re.split(r"[|(]", line.partition(" # ")[0]):
            match = re.match(r"^(?:\$ |ExecStart=|[*\s]+)?\s*(?:/[\w/]*/)?ticket (.+)$", part)
            if match:
                yield call_of(line, match[1])


def call_of(shown: str, text: str) -> Call:
    lexer = shlex.shlex(text.rstrip(')"'), posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters = True, ""
    words = list(lexer)
    words = words[leading(words) :]
    command: click.Command = root
    path: list[str] = []
    while isinstance(command, LazyGroup) and words and re.match(r"-$|(?!COMMAND$)[^-]", words[0]):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"the README names ticket {' '.join([*path, words[0]])}, which is no command: {shown}"
        path.append(words.pop(0))
        command = found.meant(click.Context(found), words) if isinstance(found, LazyGroup) else found
    return Call(shown, command, " ".join(path), words)


def leaves(group: LazyGroup, above: str = "") -> Iterator[tuple[str, click.Command]]:
    for name in group.entries:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, LazyGroup):
            yield from leaves(command, f"{name} ")
        else:
            yield (above + name).strip(), command


def options(command: click.Command) -> set[str]:
    return {word for parameter in command.params for word in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}


def tour_commands(text: str) -> list[str]:
    return [line[2:] for line in text.splitlines() if line.startswith("$ ")]


def toured(folder: Path) -> list[str]:
    """The console blocks of the README as they come out when their commands are run one after another."""
    commands = [tour_commands(text) for text in fenced("console")]
    script = "".join(f"printf '\\036'\n{command}\n" for block in commands for command in block)
    outputs = iter(in_shell(script, folder).split("\036")[1:])
    return ["".join(f"$ {command}\n{next(outputs)}" for command in block) for block in commands]


def in_shell(script: str, folder: Path, **variables: str) -> str:
    """What the script writes, run by sh in `folder` with `ticket` on its path; it must end well."""
    tools = folder / "bin"
    tools.mkdir(exist_ok=True)
    (folder / "shim.py").write_text(_SHIM.format(root=str(ROOT)))
    (tools / "ticket").write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} {folder}/shim.py \"$@\"\n")
    (tools / "ticket").chmod(0o755)
    env = {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(folder), "PYTHONUTF8": "1", **variables}
    command = ["sh", "-e", "-c", f"exec 2>&1\n{script}"]
    done = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout.replace(str(folder), "/home/you")


def test_the_tour_prints_what_the_readme_shows(tmp_path: Path) -> None:
    assert toured(tmp_path) == fenced("console"), "python tests/test_readme.py writes the tour anew"


@pytest.mark.parametrize("call", list(calls()), ids=lambda call: call.shown)
def test_every_call_in_the_readme_has_options_that_exist(call: Call) -> None:
    known = options(call.command)
    named = [word.partition("=")[0] for word in call.words if re.match(r"--[a-z]|-[a-zA-Z]$", word)]
    assert [name for name in named if name not in known] == []


def test_every_option_in_the_readme_exists() -> None:
    known = set().union(*(options(command) for _, command in leaves(root)))
    lines = [line for line in code_lines() if "pip" not in line]
    named = {match for line in lines for match in re.findall(r"(?<!\S)--[a-z][a-z-]*", line)}
    assert named - known == set()


def test_every_command_is_named_in_the_readme() -> None:
    named = {call.path for call in calls()}
    assert [path for path, _ in leaves(root) if path not in named] == []


def test_every_variable_in_the_readme_is_read_by_the_program() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "ticketcli").rglob("*.py"))
    assert [name for name in set(re.findall(r"TICKETCLI_[A-Z]+", TEXT)) if name not in sources] == []


def rule_files() -> dict[str, str]:
    """The snippets that say which file they are."""
    return {match[1]: text for text in fenced("yaml") if (match := re.match(r"# (\S+\.ya?ml)\n", text))}


def test_the_scenarios_pass_by_the_default_rules(tmp_path: Path) -> None:
    (tmp_path / "snippet.yaml").write_text(rule_files()["rules/tests/printer.yaml"], encoding="utf-8")
    in_shell("ticket init desk; ticket rules test --desk desk snippet.yaml", tmp_path)


@pytest.mark.parametrize("name", [name for name in rule_files() if re.match(r"rules/[^/]+$", name)])
def test_each_rule_snippet_checks_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / "snippet.yaml").write_text(rule_files()[name], encoding="utf-8")
    in_shell("ticket rules check --strict snippet.yaml", tmp_path)


def test_the_rule_snippets_check_as_one_rulebook_on_a_desk_with_the_settings_shown(tmp_path: Path) -> None:
    in_shell("ticket init desk; rm desk/rules/*.yaml", tmp_path)
    ours = {name: text for name, text in rule_files().items() if name.startswith(("rules/", "ticketcli."))}
    for name, text in ours.items():
        (tmp_path / "desk" / name).write_text(text, encoding="utf-8")
    in_shell("cd desk; ticket rules check --strict; ticket create 'it is down'; ticket show 1", tmp_path)


def test_every_yaml_snippet_says_which_file_it_is() -> None:
    assert len(rule_files()) == len(fenced("yaml"))


def test_the_exit_codes_are_those_of_the_program() -> None:
    table = re.search(r"^\| exit \|.*?\n\n", TEXT, re.MULTILINE | re.DOTALL)
    assert table
    cells = re.findall(r"^\| ([\d, ]+) \|", table[0], re.MULTILINE)
    named = {int(number) for cell in cells for number in cell.split(",")}
    assert named == {code for code, _, _ in all_codes()}


def test_the_dependencies_are_those_of_the_package() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = re.findall(r"^([a-z]+)>=", setup["options"]["install_requires"], re.MULTILINE)
    table = re.search(r"^\| package \|.*?\n\n", TEXT, re.MULTILINE | re.DOTALL)
    assert table
    assert re.findall(r"^\| ([a-z]+) \| [^-]", table[0], re.MULTILINE)[1:] == wanted


def test_every_make_target_in_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"^    make ([a-z]+)", TEXT, re.MULTILINE)) <= targets


def rewrite() -> None:
    """Puts what the tour prints now into the README."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = iter(toured(Path(folder)))
    text = FENCED.sub(lambda block: f"```console\n{next(fresh)}```" if block[1] == "console" else block[0], TEXT)
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    rewrite()
