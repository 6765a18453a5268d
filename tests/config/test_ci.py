"""The pipeline of a call, by the variables of each system."""

from __future__ import annotations

import pytest

from ticketcli.config.ci import Pipeline, pipeline

KNOWN = {
    "GitHub": (
        {
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_RUN_ID": "7",
            "GITHUB_SHA": "1a",
            "GITHUB_REF_NAME": "main",
            "GITHUB_JOB": "unit",
            "GITHUB_WORKFLOW": "CI",
        },
        Pipeline("github", "https://github.com/acme/shop/actions/runs/7", "acme/shop", "main", "1a", "CI/unit"),
    ),
    "a pull request": (
        {"GITHUB_ACTIONS": "true", "GITHUB_REF_NAME": "12/merge", "GITHUB_HEAD_REF": "fix"},
        Pipeline("github", "", "", "fix", "", ""),
    ),
    "GitLab": (
        {
            "GITLAB_CI": "true",
            "CI_JOB_URL": "https://g/7",
            "CI_PROJECT_PATH": "acme/shop",
            "CI_COMMIT_REF_NAME": "main",
            "CI_COMMIT_SHA": "1a",
            "CI_JOB_NAME": "unit",
        },
        Pipeline("gitlab", "https://g/7", "acme/shop", "main", "1a", "unit"),
    ),
    "Jenkins": (
        {"JENKINS_URL": "https://j/", "BUILD_URL": "https://j/7/", "GIT_BRANCH": "main", "JOB_NAME": "shop"},
        Pipeline("jenkins", "https://j/7/", "", "main", "", "shop"),
    ),
    "none": ({"CI": "true"}, None),
}


@pytest.mark.parametrize(("environment", "wanted"), KNOWN.values(), ids=KNOWN)
def test_the_pipeline_is_known_by_its_variables(environment: dict[str, str], wanted: Pipeline | None) -> None:
    assert pipeline(environment) == wanted


def test_what_the_caller_says_stands_before_what_the_pipeline_says() -> None:
    known = Pipeline("gitlab", "https://g/7", "", "", "", "unit")
    facts = {"subject": "x", "fields": {"ci": "mine"}, "external_ids": {"pipeline": "mine"}}
    assert known.add_to(facts) == facts
    assert known.add_to({"subject": "x"}, with_field=False) == {
        "subject": "x",
        "external_ids": {"pipeline": "https://g/7"},
    }
