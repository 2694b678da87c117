"""The artifact of a run, which a fork's pull request may have made: treated as hostile."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any
from urllib.parse import urljoin, urlsplit

from assay.errors import AssayError, EnvironmentFailedError
from assay.github._client import REDIRECTS, Client, Request
from assay.github._errors import Purpose
from assay.github._transport import Download, Lost, LostError
from assay.github._zip import HostileZipError, unpack

PERMISSION = "actions: read"
LONGEST_DOWNLOAD = 120.0
"""Seconds; what trickles longer is given up."""


def download_artifact(
    client: Client, run_id: int, name: str, members: Collection[str], max_bytes: int
) -> dict[str, bytes] | None:
    """The files of the run's artifact by name; None where the run made none of that name.

    `max_bytes` bounds what is downloaded, and again what it unpacks to.

    Raises:
        EnvironmentFailedError: it has expired, is too large, is not what it should be, or cannot be had.
        UsageError: GitHub refuses.
    """
    artifact = _latest(client, run_id, name)
    if artifact is None:
        return None
    if artifact["expired"]:
        raise EnvironmentFailedError(
            f"The artifact of run {run_id} has expired.", "Run that workflow again; it makes a new one."
        )
    return _content(client, artifact, run_id, members, max_bytes)


def newest_artifact(
    client: Client, name: str, branch: str, members: Collection[str], max_bytes: int
) -> dict[str, bytes] | None:
    """The files of the newest artifact of that name that a run of our own branch made; None without one.

    What a pull request's run made does not count: it is of another branch, or of another repository.
    """
    why = Purpose("look for the artifact", PERMISSION)
    found = client.pages("actions/artifacts", why, key="artifacts", name=name)
    ours = [a for a in found if a["name"] == name and not a["expired"] and _is_of(a["workflow_run"], branch)]
    newest = max(ours, key=lambda artifact: int(artifact["id"]), default=None)
    if newest is None:
        return None
    return _content(client, newest, newest["workflow_run"]["id"], members, max_bytes)


def _is_of(run: dict[str, Any] | None, branch: str) -> bool:
    if run is None or run["head_branch"] != branch:
        return False
    return bool(run["head_repository_id"] == run["repository_id"])


def _content(
    client: Client, artifact: dict[str, Any], run_id: int, members: Collection[str], max_bytes: int
) -> dict[str, bytes]:
    """What is in it, checked."""
    if artifact["size_in_bytes"] > max_bytes:
        raise _unfit(run_id, f"it is larger than {max_bytes} bytes")
    try:
        archive = _fetch(client, artifact, max_bytes)
        return unpack(archive, members, max_bytes)
    except HostileZipError as error:
        raise _unfit(run_id, str(error)) from None


def _latest(client: Client, run_id: int, name: str) -> dict[str, Any] | None:
    """Of every attempt's artifact of that name the last."""
    why = Purpose(f"read the artifacts of run {run_id}", PERMISSION)
    found = client.pages(f"actions/runs/{run_id}/artifacts", why, key="artifacts", name=name)
    named = [artifact for artifact in found if artifact["name"] == name]
    return max(named, key=lambda artifact: int(artifact["id"]), default=None)


def _fetch(client: Client, artifact: dict[str, Any], max_bytes: int) -> bytes:
    """The archive, from where GitHub sends us; the address lives for a minute, so each try asks for one."""
    why = Purpose("download the artifact", PERMISSION)
    while True:
        address = _address(client, artifact["id"], why)
        with client.transport.download(address) as download:
            reason = _lost(download)
            if reason is None and isinstance(download, Download):
                try:
                    return _checked(_read(client, download, max_bytes), artifact)
                except LostError as error:
                    reason = str(error)
        client.patience.after_failure(f"The artifact cannot be downloaded: {reason}.")


def _address(client: Client, artifact: int, why: Purpose) -> str:
    settings = client.settings
    url = f"{settings.api_url}/repos/{settings.repository}/actions/artifacts/{artifact}/zip"
    answer = client.read(Request("GET", url, why))
    address = urljoin(url, answer.headers.get("location", ""))
    safe = urlsplit(address).scheme in ("https", urlsplit(url).scheme)  # http: a test's, on this machine
    if answer.status not in REDIRECTS or not safe:
        raise EnvironmentFailedError(
            "GitHub does not say where the artifact can be downloaded.", "Check GITHUB_API_URL."
        )
    return address


def _lost(download: Download | Lost) -> str | None:
    if isinstance(download, Lost):
        return download.reason
    return None if download.answer.status == 200 else f"status {download.answer.status}"


def _read(client: Client, download: Download, max_bytes: int) -> bytes:
    """Count while reading: what headers say is not believed."""
    started = client.patience.clock.now()
    content = bytearray()
    for chunk in download.chunks:
        content += chunk
        if len(content) > max_bytes:
            raise HostileZipError(f"it is larger than {max_bytes} bytes")
        if client.patience.clock.now() - started > LONGEST_DOWNLOAD:
            raise LostError(f"it takes longer than {LONGEST_DOWNLOAD:.0f} seconds")
    return bytes(content)


def _checked(content: bytes, artifact: dict[str, Any]) -> bytes:
    """Compare with the hash that GitHub took at the upload; before upload-artifact v4 it took none."""
    digest = artifact.get("digest") or ""
    if digest.startswith("sha256:") and digest != f"sha256:{hashlib.sha256(content).hexdigest()}":
        raise LostError("it arrived damaged")
    return content


def _unfit(run_id: int, why: str) -> AssayError:
    return EnvironmentFailedError(
        f"The artifact of run {run_id} cannot be trusted: {why}.",
        "Look at what that run did: Assay does not make such a file, so a changed workflow or code of the "
        "pull request did.",
    )
