"""The door: statements in, findings out."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING

from assay.cache import Cache, key_of
from assay.style._process import Worker
from assay.style._settings import fingerprint, versions
from assay.style._wire import Answer, Job, to_answer, to_data

if TYPE_CHECKING:
    from assay.model import Finding, Revision, Statement
    from assay.style._findings import Task

MAX_WORKERS = 4
"""Each costs some 80 MB and half a second of one processor before it lints."""

JOBS_PER_WORKER = 100
"""At about 10 ms a statement, the work that pays for one more worker."""


class Linter:
    """Runs sqlfluff in worker processes of its own; a context manager that leaves none behind.

    `root` is the folder that the statements' paths are relative to. With `cache`, texts that were linted
    before under the same configuration and versions are answered without a worker.
    """

    def __init__(self, root: Path = Path(), *, cache: bool = True) -> None:
        self.root = root.resolve()
        self._cache = Cache("style") if cache else None
        self._workers: list[Worker] = []
        self._prints: dict[str, str] = {}

    def __enter__(self) -> Linter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Have a worker load sqlfluff from now on; returns at once. `lint` does it where it was not done."""
        if not self._workers:
            self._workers.append(Worker())

    def close(self) -> None:
        """End the workers. `lint` may be called again."""
        while self._workers:
            self._workers.pop().close()

    def lint(
        self,
        statements: Iterable[Statement],
        revisions: Iterable[Revision] = (),
        *,
        step: Callable[[], None] = lambda: None,
    ) -> list[Finding]:
        """What sqlfluff finds, by file in the statements' order, then by line; each thing told once.

        `revisions` give the statements' paths their ids and sources. `step` is called once a statement.
        Raises UsageError for a sqlfluff configuration that is wrong, WorkerError for a crash.
        """
        from assay.style._findings import Task, findings  # while a worker loads sqlfluff
        from assay.style._text import readings

        by_path = {revision.path: revision for revision in revisions}
        sources = {path: revision.text.split("\n") for path, revision in by_path.items()}
        tasks = [
            Task(s, readings(s, sources.get(s.path, ())), sources.get(s.path, ()), _id(by_path.get(s.path)))
            for s in statements
        ]
        answers = self._answers([self._job(task) for task in tasks], step)
        found = [f for task, answer in zip(tasks, answers, strict=True) for f in findings(task, answer)]
        # A loop says the same of every text that it makes; the first one's advice stands.
        told: dict[tuple[object, ...], Finding] = {}
        for finding in found:
            told.setdefault(
                (finding.path, finding.line, finding.column, finding.rule, finding.message), finding
            )
        order = {path: number for number, path in enumerate(dict.fromkeys(f.path for f in found))}
        return sorted(told.values(), key=lambda f: (order[f.path], f.line or 0, f.column or 0, f.rule))

    def _job(self, task: Task) -> Job:
        folder = (self.root / task.statement.path).parent
        while not folder.is_dir():
            folder = folder.parent
        texts = tuple(reading.text for reading in task.readings)
        return Job(str(folder), task.statement.origin, texts)

    def _answers(self, jobs: Sequence[Job], step: Callable[[], None]) -> list[Answer]:
        """The answers to `jobs`, from the cache where it has them."""
        prints = {folder: fingerprint(Path(folder)) for folder in {job.folder for job in jobs}}
        if any(self._prints.get(folder, now) != now for folder, now in prints.items()):
            self.close()  # a worker's sqlfluff reads a configuration file only once
        self._prints.update(prints)
        keys = {job: _key(job, prints[job.folder]) for job in dict.fromkeys(jobs)}
        known = {job: answer for job in keys if (answer := self._recall(keys[job])) is not None}
        for _ in range(len(jobs) - len(keys) + len(known)):
            step()
        for job, answer in self._ask([job for job in keys if job not in known], step):
            known[job] = answer
            if self._cache is not None:
                self._cache.put(keys[job], to_data(answer))
        return [known[job] for job in jobs]

    def _recall(self, key: str) -> Answer | None:
        stored = self._cache.get(key) if self._cache is not None else None
        return None if stored is None else to_answer(stored)

    def _ask(self, jobs: Sequence[Job], step: Callable[[], None]) -> Iterable[tuple[Job, Answer]]:
        """Have the workers answer `jobs`, in whatever order they finish."""
        if not jobs:
            return
        self.start()
        wanted = min(MAX_WORKERS, os.cpu_count() or 1, 1 + len(jobs) // JOBS_PER_WORKER)
        while len(self._workers) < wanted:
            self._workers.append(Worker())
        todo, done = deque(jobs), SimpleQueue[tuple[Job, Answer | BaseException]]()
        threads = [threading.Thread(target=_serve, args=(w, todo, done)) for w in self._workers]
        try:
            for thread in threads:
                thread.start()
            for _ in jobs:
                job, answer = done.get()
                if isinstance(answer, BaseException):
                    raise answer
                step()
                yield job, answer
        except BaseException:
            todo.clear()
            self.close()  # a worker in the middle of a job is not waited for
            raise
        finally:
            for thread in threads:
                thread.join()


def _serve(worker: Worker, todo: deque[Job], done: SimpleQueue[tuple[Job, Answer | BaseException]]) -> None:
    """Hand `worker` one job after the other until there are no more."""
    while todo:
        try:
            job = todo.popleft()
        except IndexError:  # another worker took it
            return
        try:
            done.put((job, worker.ask(job)))
        except BaseException as error:  # noqa: BLE001 - raised again by the main thread
            done.put((job, error))
            return


def _key(job: Job, config: str) -> str:
    return key_of(versions(), config, job.origin, job.readings)


def _id(revision: Revision | None) -> str | None:
    return None if revision is None else revision.id
