"""The pipeline that a call runs in, as GitHub Actions, GitLab CI and Jenkins say it in the environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ticketcli.domain.signals import clipped
from ticketcli.records import NamedTuple

Environment = Mapping[str, str]


class Pipeline(NamedTuple):
    """What is known of it; empty where the system does not say."""

    system: str
    url: str
    project: str
    branch: str
    commit: str
    job: str

    @property
    def scope(self) -> str:
        """What tells this job on this branch from every other: `acme/shop/main/test`."""
        return "/".join(part for part in (self.project, self.branch, self.job) if part)

    def add_to(self, facts: Mapping[str, Any], *, with_field: bool = True) -> dict[str, Any]:
        """The facts of a ticket with `external_ids.pipeline` and `fields.ci`, as far as they do not say these."""
        known = {key: clipped(value, 500) for key, value in self._asdict().items() if value}
        fields = {"ci": known, **facts.get("fields", {})} if with_field else facts.get("fields")
        ids = {**({"pipeline": known["url"]} if self.url else {}), **facts.get("external_ids", {})}
        more = {"fields": fields, "external_ids": ids}
        return {**facts, **{key: value for key, value in more.items() if value}}

    @property
    def note(self) -> str:
        """The pipeline in one line: `acme/shop/main/test at 1a2b3c4: https://…`."""
        at = f" at {self.commit[:12]}" if self.commit else ""
        return f"{self.scope or self.system}{at}" + (f": {self.url}" if self.url else "")


def pipeline(environment: Environment) -> Pipeline | None:
    """The pipeline of this environment; None outside of one."""
    for variable, read in _SYSTEMS.items():
        if environment.get(variable):
            return read(environment)
    return None


def _github(given: Environment) -> Pipeline:
    project, run = given.get("GITHUB_REPOSITORY", ""), given.get("GITHUB_RUN_ID", "")
    server = given.get("GITHUB_SERVER_URL", "https://github.com")
    url = f"{server}/{project}/actions/runs/{run}" if project and run else ""
    branch = given.get("GITHUB_HEAD_REF") or given.get("GITHUB_REF_NAME", "")  # the first in pull requests only
    job = "/".join(part for part in (given.get("GITHUB_WORKFLOW", ""), given.get("GITHUB_JOB", "")) if part)
    return Pipeline("github", url, project, branch, given.get("GITHUB_SHA", ""), job)


def _gitlab(given: Environment) -> Pipeline:
    url = given.get("CI_JOB_URL") or given.get("CI_PIPELINE_URL", "")
    branch = given.get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME") or given.get("CI_COMMIT_REF_NAME", "")
    project, commit, job = (given.get(f"CI_{name}", "") for name in ("PROJECT_PATH", "COMMIT_SHA", "JOB_NAME"))
    return Pipeline("gitlab", url, project, branch, commit, job)


def _jenkins(given: Environment) -> Pipeline:
    branch = given.get("CHANGE_BRANCH") or given.get("BRANCH_NAME") or given.get("GIT_BRANCH", "")
    url, commit, job = (given.get(name, "") for name in ("BUILD_URL", "GIT_COMMIT", "JOB_NAME"))
    return Pipeline("jenkins", url, "", branch, commit, job)


_SYSTEMS: Mapping[str, Callable[[Environment], Pipeline]] = {
    "GITHUB_ACTIONS": _github,
    "GITLAB_CI": _gitlab,
    "JENKINS_URL": _jenkins,
}
