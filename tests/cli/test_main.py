"""How calls begin and end: global options, errors and their codes, interrupts."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Ticket
from ticketcli import __version__, errors
from ticketcli.app import App, Call
from ticketcli.cli.lazy import leading
from ticketcli.cli.main import root
from ticketcli.cli.options import READ, WRITE_MANY, takes
from ticketcli.errors import TicketError, UsageError

BEFORE = {
    "flags": ["-q", "--dry-run", "list"],
    "a value behind its option": ["--desk", "d", "list"],
    "a value in its option": ["--desk=d", "list"],
    "short letters together": ["-vo", "json", "list"],
    "a value behind its letter": ["-qojson", "list"],
}


@pytest.mark.parametrize("args", BEFORE.values(), ids=BEFORE.keys())
def test_global_options_before_the_verb_are_told_from_it(args: list[str]) -> None:
    assert args[leading(args)] == "list"


@pytest.mark.parametrize("args", [["list", "-q"], ["--help"], ["-h"], ["--version"], ["--", "-q"], ["-x"], ["-qx"], []])
def test_nothing_else_stands_before_the_verb(args: list[str]) -> None:
    assert leading(args) == 0


def test_an_option_without_its_value_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="--desk needs a value"):
        leading(["-q", "--desk"])


def fitted(monkeypatch: pytest.MonkeyPatch, command: click.Command) -> None:
    """Makes every word the name of that command."""
    monkeypatch.setattr(root, "entries", {"try": None})
    monkeypatch.setattr(type(root), "get_command", lambda self, ctx, name: command)


@click.command()
@takes(*READ, formats=("table", "json"))
def show_call(app: App) -> None:
    """A reading command of the tests."""
    print(json.dumps(app.call._asdict()))


@click.command()
@takes(*WRITE_MANY, "yes", writes=True)
def write_call(app: App) -> None:
    """A writing command of the tests."""
    print(json.dumps(app.call._asdict()))


@pytest.mark.parametrize(
    "args",
    [("--now", "2026-03-02T09:00:00Z", "-o", "json", "try"), ("try", "--now", "2026-03-02T17:00:00+08:00", "--json")],
    ids=["before", "behind"],
)
def test_global_options_mean_the_same_on_both_sides(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    fitted(monkeypatch, show_call)
    call = json.loads(ticket(*args).out)

    assert (call["now"], call["output"]) == (1772442000, "json")


def test_the_option_nearer_to_the_end_wins(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted(monkeypatch, show_call)

    assert json.loads(ticket("--desk", "a", "try", "--desk", "b").out)["desk"] == "b"


def test_a_command_refuses_global_options_that_would_change_nothing(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted(monkeypatch, show_call)
    answer = ticket("--dry-run", "try")

    assert (answer.code, answer.out) == (2, "")
    assert "--dry-run" in answer.err


def test_variables_stand_for_options_and_options_win(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted(monkeypatch, write_call)
    for name, value in {"OUTPUT": "json", "AS": "ann", "CLASS": "bot", "LOCK_TIMEOUT": "1m"}.items():
        monkeypatch.setenv(f"TICKETCLI_{name}", value)
    call = json.loads(ticket("try", "--as", "bob").out)

    assert (call["output"], call["as_"], call["class_"], call["lock_timeout"]) == ("json", "bob", "bot", 60)


def test_empty_variables_are_as_good_as_unset(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted(monkeypatch, write_call)
    for name in ("OUTPUT", "AS", "CLASS", "LOCK_TIMEOUT", "NOW"):
        monkeypatch.setenv(f"TICKETCLI_{name}", "")
    call = json.loads(ticket("try").out)

    assert (call["output"], call["as_"], call["class_"], call["lock_timeout"], call["now"]) == (
        "table", None, None, 10, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    "args",
    [
        ("--json", "-o", "table"),
        ("-q", "-v"),
        ("-o", "csv"),
        ("--if-version", "0"),
        ("word",),
        ("--lock-timeout", "1x"),
    ],
    ids=" ".join,
)
def test_options_that_cannot_be_meant_are_usage_errors_of_one_line(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    fitted(monkeypatch, show_call if "csv" in args else write_call)
    code, out, err = ticket("try", *args)

    assert (code, out) == (2, "")
    assert err.startswith(("ticket: ", '{"error"'))
    assert err.count("\n") == 1


def test_an_unknown_command_names_the_nearest(ticket: Ticket) -> None:
    assert ticket("inti") == (2, "", "ticket: no command 'inti' — did you mean ticket init?\n")
    assert ticket("config", "shwo") == (2, "", "ticket: no command 'shwo' — did you mean ticket config show?\n")
    assert ticket("xyzzy").err == "ticket: no command 'xyzzy' — see ticket --help\n"


def test_without_a_command_the_overview_stands_on_stderr(ticket: Ticket) -> None:
    code, out, err = ticket()

    assert (code, out) == (2, "")
    assert "Usage: ticket" in err


def test_the_version_is_data(ticket: Ticket) -> None:
    assert ticket("--version") == (0, f"ticketcli {__version__}\n", "")


def raising(error: BaseException) -> click.Command:
    @click.command()
    def fail() -> None:
        raise error

    return fail


def all_errors(kind: type[TicketError] = TicketError) -> list[type[TicketError]]:
    return [each for child in kind.__subclasses__() for each in (child, *all_errors(child))]


CODES = {
    "UsageError": 2, "NotFound": 3, "NoDesk": 3, "NotPermitted": 4, "ConfirmationMissing": 4, "Invalid": 5,
    "InvalidRules": 5, "Conflict": 6, "IllegalTransition": 6, "VersionConflict": 6, "AlreadyTaken": 6, "KeyReused": 6,
    "Incomplete": 7, "ConditionTrue": 8, "StoreDamaged": 65, "OutcomeUnknown": 74, "Unavailable": 75, "Undelivered": 75,
}  # fmt: skip


def test_the_exit_codes_are_frozen() -> None:
    family = [error for error in all_errors() if error.__module__ == TicketError.__module__]
    assert {error.__name__: error.exit_code for error in family} == CODES


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.__name__)
def test_every_error_is_one_line_and_its_code(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch, kind: type[TicketError]
) -> None:
    fitted(monkeypatch, raising(kind("it broke", "mend it")))

    assert ticket("try") == (kind.exit_code, "", "ticket: it broke — mend it\n")


@pytest.mark.parametrize("asked", [("--json",), ("-ojson",), ("-o", "json"), ("--output=jsonl",)], ids=" ".join)
def test_with_json_the_error_is_an_object(ticket: Ticket, asked: tuple[str, ...]) -> None:
    code, out, err = ticket("nothing-such", *asked)

    assert (code, out) == (2, "")
    assert json.loads(err)["error"]["code"] == "usage"


def test_details_of_an_error_are_keys_of_its_object(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted(monkeypatch, raising(errors.VersionConflict("changed", "look again", version=3)))
    monkeypatch.setenv("TICKETCLI_OUTPUT", "json")

    assert json.loads(ticket("try").err)["error"] == {
        "code": "version-conflict", "message": "changed", "hint": "look again", "version": 3,
    }  # fmt: skip


def test_words_behind_two_dashes_ask_for_no_json(ticket: Ticket) -> None:
    assert ticket("nothing-such", "--", "--json").err.startswith("ticket: ")


def test_an_error_shows_nothing_that_acts(ticket: Ticket) -> None:
    assert ticket("\x1b[2J\udc80").err == "ticket: no command '\\x1b[2J\\udc80' — see ticket --help\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [(PermissionError(13, "Permission denied", "/x"), 4), (OSError(28, "No space left on device", "/x"), 74),
     (OSError(36, "File name too long", "/x"), 5)],
    ids=["permission", "disk full", "long name"],
)
def test_what_the_system_refuses_is_told_with_the_file(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch, error: OSError, code: int
) -> None:
    fitted(monkeypatch, raising(error))
    answer = ticket("try")

    assert answer.code == code
    assert answer.err.startswith(f"ticket: /x: {str(error.strerror).lower()} — ")


def test_a_bug_leaves_a_private_report_and_one_line(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch, the_real_home_is_not_touched: Path
) -> None:
    fitted(monkeypatch, raising(ZeroDivisionError("division by zero")))
    code, out, err = ticket("try")
    (report,) = (the_real_home_is_not_touched / ".local/state/ticketcli/reports").iterdir()

    assert (code, out) == (1, "")
    assert err == f"ticket: a bug in ticketcli: ZeroDivisionError: division by zero — please report it with {report}\n"
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert "Traceback" in report.read_text()


def test_a_bug_is_told_where_no_report_can_be_written(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted(monkeypatch, raising(ZeroDivisionError()))
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")

    assert ticket("try").err == (
        "ticket: a bug in ticketcli: ZeroDivisionError — no report could be written (Not a directory)\n"
    )


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()], ids=["ctrl-c", "ctrl-c at a question"])
def test_interrupted_is_130(ticket: Ticket, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    fitted(monkeypatch, raising(error))

    assert ticket("try") == (130, "", "ticket: interrupted\n")


WAITING = """
import sys, time, click
from ticketcli.cli import main
@click.command()
def wait():
    print("waiting", flush=True)
    time.sleep(60)
type(main.root).get_command = lambda self, ctx, name: wait
main.root.entries = {"wait": None}
sys.argv = ["ticket", "wait"]
main.main()
"""


def test_terminated_is_143() -> None:
    process = subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)

    assert (process.returncode, err) == (143, b"ticket: terminated\n")


def test_a_closed_stream_number_is_never_given_to_a_file() -> None:
    program = "import os; from ticketcli.cli import main; main._occupy_standard_streams(); print(os.open('/', 0))"
    shell = f'exec <&-; exec "$0" -c "{program}"'
    ended = subprocess.run(["sh", "-c", shell, sys.executable], capture_output=True, text=True, timeout=30)

    assert int(ended.stdout) > 2, ended.stderr


def run_by_shell(words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of `ticket WORDS` with the redirections that the words name."""
    shell = f'exec "$0" -m ticketcli {words}'
    ended = subprocess.run(["sh", "-c", shell, sys.executable], capture_output=True, text=True, timeout=30)
    return ended.returncode, ended.stdout, ended.stderr


def test_with_a_closed_stderr_talk_does_not_become_data() -> None:
    assert run_by_shell("nothing 2>&-") == (2, "", "")


def test_help_that_could_not_be_written_is_told() -> None:
    text = "ticket: the answer could not be written to stdout (no space left on device) — check where stdout goes\n"
    assert run_by_shell("--help > /dev/full") == (74, "", text)


def test_the_module_runs_like_the_command() -> None:
    ended = subprocess.run([sys.executable, "-m", "ticketcli", "--version"], capture_output=True, text=True, timeout=30)

    assert ended.stdout == f"ticketcli {__version__}\n"


def test_runs_have_names_that_are_unique_and_sort_by_time() -> None:
    names = [App(Call(), print).run for _ in range(50)]
    times = [name.split("-")[0] for name in names]

    assert len(set(names)) == 50
    assert times == sorted(times)


def test_an_unknown_option_names_the_nearest(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted(monkeypatch, show_call)

    assert ticket("try", "--desc", "x").err == (
        "ticket: no such option '--desc' — did you mean --desk? see ticket try --help\n"
    )
    assert ticket("try", "-x").err == "ticket: no such option '-x' — see ticket try --help\n"
