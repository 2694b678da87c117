"""What GitHub's refusals mean, and what to do about each."""

from __future__ import annotations

import json
from dataclasses import dataclass

from assay._clean import clean
from assay.errors import AssayError, EnvironmentFailedError, UsageError
from assay.github._transport import Answer
from assay.redact import redact

LONGEST_QUOTE = 300
"""Characters of GitHub's own message that are shown."""


@dataclass(frozen=True)
class Purpose:
    """Why something is asked, and what a token needs for it."""

    what: str
    """After "GitHub does not let this token …": "comment on pull request 7"."""
    permission: str
    """As `permissions:` of a workflow spells it: "pull-requests: write"."""


class NotFoundError(UsageError):
    """GitHub knows no such thing, or will not say."""


def error_for(answer: Answer, purpose: Purpose, token: str) -> AssayError:
    """The exception for an answer that is no success and no limit."""
    said = quoted(answer, token)
    if answer.status == 401:
        return UsageError(
            f"GitHub does not know the token in GITHUB_TOKEN{said}.",
            "Pass a valid one: `env: GITHUB_TOKEN: ${{ github.token }}`; it ends with its job.",
        )
    if answer.status == 403:
        return UsageError(f"GitHub does not let this token {purpose.what}{said}.", _permission(purpose))
    if answer.status in (404, 410):
        return NotFoundError(
            f"GitHub finds nothing here to {purpose.what}{said}.",
            f"Check GITHUB_REPOSITORY and GITHUB_API_URL, and that the job has `{purpose.permission}`.",
        )
    if answer.status < 500:
        return UsageError(
            f"GitHub refuses to {purpose.what}: status {answer.status}{said}.",
            "Mend what it names; if it is nothing of yours, report it as a bug in Assay.",
        )
    return EnvironmentFailedError(
        f"GitHub failed to {purpose.what}: status {answer.status}{said}.", "Run it again later."
    )


def _permission(purpose: Purpose) -> str:
    advice = f"Add `{purpose.permission}` under `permissions:` of the job"
    if purpose.permission.endswith("write"):
        advice += (
            "; a pull request from a fork has a read-only token whatever is written there, so do it in a "
            "workflow that runs on `workflow_run`"
        )
    return f"{advice}."


def quoted(answer: Answer, token: str) -> str:
    """What GitHub says itself, in brackets, on one line and without secrets; or nothing."""
    text = " ".join(filter(None, [message(answer), *_details(answer)]))
    text = clean(redact(text.replace(token, "***"))).strip().rstrip(".")
    return f" ({text[:LONGEST_QUOTE]})" if text else ""


def message(answer: Answer) -> str:
    """GitHub's own message, as it is."""
    said = _content(answer).get("message")
    return said if isinstance(said, str) else ""


def _details(answer: Answer) -> list[str]:
    """The fields that a 422 complains about."""
    errors = _content(answer).get("errors")
    found = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    return [" ".join(str(e[k]) for k in ("field", "code", "message") if e.get(k)) for e in found]


def _content(answer: Answer) -> dict[str, object]:
    try:
        content = json.loads(answer.content)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
