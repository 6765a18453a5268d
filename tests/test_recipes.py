"""The README's recipes for pipelines, run as they stand there, by `bash -e` in a made-up environment."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.test_readme import fenced, in_shell

RED = '<testsuite name="s"><testcase classname="s" name="t"><failure message="no"/></testcase></testsuite>'
GREEN = '<testsuite name="s"><testcase classname="s" name="t"/></testsuite>'
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_WORKFLOW": "check",
    "GITHUB_JOB": "check",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_REF_NAME": "main",
    "GITHUB_RUN_ID": "77",
    "GITHUB_SHA": "0123456789abcdef",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_PROJECT_PATH": "acme/shop",
    "CI_JOB_NAME": "check",
    "CI_COMMIT_REF_NAME": "main",
    "CI_JOB_URL": "https://gitlab.example/acme/shop/-/jobs/7",
}
JENKINS = {"JENKINS_URL": "https://ci.example/", "JOB_NAME": "shop/main", "BUILD_URL": "https://ci.example/7/"}


def snippet(beginning: str) -> str:
    texts = [text for kind in ("sh", "yaml", "groovy") for text in fenced(kind)]
    return next(text for text in texts if text.startswith(beginning))


def github(red: bool) -> str:
    """The steps that GitHub would run after `make check` ended."""
    steps = yaml.safe_load(snippet("# .github/workflows"))["jobs"]["check"]["steps"]
    skipped = "success()" if red else "failure()"
    return "\n".join(step["run"] for step in steps if "if" in step and skipped not in step["if"])


def gitlab(red: bool) -> str:
    job = yaml.safe_load(snippet("# .gitlab-ci.yml"))["check"]
    return f"export CI_JOB_STATUS={'failed' if red else 'success'}\n" + "\n".join(job["after_script"])


def jenkins(red: bool) -> str:
    found = dict(re.findall(r"(\w+) \{ sh '(.*?)' \}", snippet("// Jenkinsfile")))
    return f"{found['failure' if red else 'success']}\n{found['always']}"


def script(red: bool) -> str:
    return snippet("# nightly.sh")


RECIPES = {
    "GitHub Actions": (github, GITHUB),
    "GitLab CI": (gitlab, GITLAB),
    "Jenkins": (jenkins, JENKINS),
    "a plain script": (script, {}),
}


@pytest.mark.parametrize(("recipe", "variables"), RECIPES.values(), ids=RECIPES)
def test_red_red_green_red_is_one_ticket(recipe: Any, variables: dict[str, str], tmp_path: Path) -> None:
    in_shell("ticket init desk", tmp_path)
    make = tmp_path / "bin" / "make"

    def job(red: bool) -> list[str]:
        make.write_text(f"#!/bin/sh\necho made\n{'false' if red else 'true'}\n")
        make.chmod(0o755)
        (tmp_path / "report.xml").write_text(RED if red else GREEN)
        (tmp_path / "job.sh").write_text(recipe(red).replace("/srv/desk", f"{tmp_path}/desk"))
        calls = "bash -e job.sh || echo red; ticket list -o csv --fields status,occurrences,source kind:any"
        said = in_shell(calls, tmp_path, CI="true", TICKETCLI_DESK=f"{tmp_path}/desk", **variables)
        return sorted({line.strip() for line in said[said.index("status,occ") :].splitlines()[1:]})

    assert [job(red) for red in (True, True, False, True)] == [
        ["new,1,ci"],
        ["new,2,ci"],
        ["resolved,2,ci"],
        ["open,3,ci"],
    ]


def test_a_ticket_of_a_pipeline_knows_it(tmp_path: Path) -> None:
    in_shell("ticket init desk", tmp_path)
    (tmp_path / "report.xml").write_text(RED)
    desk = {"TICKETCLI_DESK": f"{tmp_path}/desk", "GITHUB_OUTPUT": f"{tmp_path}/out"}

    said = in_shell(github(red=True), tmp_path, CI="true", **GITHUB, **desk)

    assert said.splitlines()[:1] == ["::warning title=ticket 1 created::check fails on main"]
    assert (tmp_path / "out").read_text().splitlines()[:3] == ["ticket=1", "tickets=1", "action=created"]
    shown = json.loads(in_shell("ticket show 1 --json", tmp_path, **desk))
    assert shown["external_ids"] == {"pipeline": "https://github.com/acme/shop/actions/runs/77"}
    assert {key: shown["fields"]["ci"][key] for key in ("system", "branch", "job", "commit")} == {
        "system": "github",
        "branch": "main",
        "job": "check/check",
        "commit": "0123456789abcdef",
    }


def test_the_mapping_shown_takes_a_payload(tmp_path: Path) -> None:
    in_shell("ticket init desk", tmp_path)
    (tmp_path / "desk" / "rules" / "intake" / "monitor.yaml").write_text(snippet("# rules/intake/monitor.yaml"))
    payload = {
        "url": "https://monitor.example/1",
        "checks": [
            {"host": "db3", "check": {"name": "disk"}, "state": "critical", "output": "97 % used"},
            {"host": "db4", "check": {"name": "disk"}, "state": "ok", "output": "fine"},
        ],
    }
    (tmp_path / "payload.json").write_text(json.dumps(payload))
    calls = "ticket intake generic --mapping monitor payload.json --desk desk -q; ticket list --desk desk -o json"

    (shown,) = json.loads(in_shell(calls, tmp_path))

    assert (shown["subject"], shown["priority"]) == ("disk on db3: 97 % used", "urgent")
    assert (shown["labels"][0], shown["description"]) == ("disk", "97 % used\nhttps://monitor.example/1")


def test_the_recipes_are_shell_that_bash_accepts(tmp_path: Path) -> None:
    for recipe, _ in RECIPES.values():
        (tmp_path / "job.sh").write_text(recipe(True))
        subprocess.run(["bash", "-n", str(tmp_path / "job.sh")], check=True)
