"""`assay plan`: from a database that plain Alembic has managed so far, to the end and back again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from assay.promote import PlanLock, checksummed, load_plan, read_plan, write_plan
from msgspec.structs import replace

from tests.schemas import document

from .conftest import Live, Project, Ran


def test_to_the_head_and_back(project: Project, live: Live, ran: Ran) -> None:
    live.rows("INSERT INTO customer VALUES (1, 'A'); GRANT SELECT ON customer TO pg_monitor")
    code, out, err = ran("plan", "--env", "staging", "--output", "up")
    assert code == 0, err
    assert out.startswith("Plan ")
    assert ": upgrade staging from a1 to a3, 2 revisions, 3 statements\n" in out
    assert err == "Written to up. Run it with: assay apply up --env staging\n"
    plan, _ = read_plan(Path("up"))
    assert plan.commit == project.git("rev-parse", "HEAD").strip()
    assert {*plan.tools} == {"alembic", "assay", "postgresql", "sqlalchemy"}
    column, index, name = (segment for r in plan.revisions for segment in r.segments if segment.statements)
    assert (column.outside, index.outside, name.outside) == (False, True, False)
    assert column.locks == (PlanLock(relation="customer", mode="AccessExclusiveLock"),)
    assert name.locks == (
        PlanLock(relation="customer", mode="AccessExclusiveLock", why="it is read from end to end"),
    )
    assert [q.title for r in plan.revisions for q in r.questions] == ["customer.name holds NULL"]

    code, out, err = ran("apply", "up", "--env", "staging")  # made again from the commit, and compared
    assert code == 0, out + err
    project.alembic("upgrade", "head", live.url)
    assert live.rows("SELECT version_num FROM alembic_version") == [("a3",)]
    assert ran("plan", "--env", "staging")[:2] == (0, "staging is at a3: there is nothing to do.\n")

    assert ran("plan", "--env", "staging", "--down", "--to", "a1", "--output", "down")[0] == 0
    assert read_plan(Path("down"))[0].loses == ("customer.note",)
    assert ran("rollback", "down", "--env", "staging")[0] == 1
    assert ran("rollback", "down", "--env", "staging", "--lose", "customer.note")[0] == 0
    assert live.rows("SELECT version_num FROM alembic_version") == [("a1",)]
    assert live.rows("SELECT id, name FROM customer") == [(1, "A")]
    assert "ledger" not in ran("baseline", "--url", live.url)[1]


def test_the_same_commit_and_state_give_the_same_bytes(project: Project, live: Live, ran: Ran) -> None:
    done = project.assay(
        "plan", "--env", "staging", "--from", "base", "--output", "other", PYTHONHASHSEED="1"
    )
    assert done.returncode == 0, done.stderr
    assert ran("plan", "--env", "staging", "--from", "base", "--output", "own")[0] == 0
    assert Path("other/plan.json").read_bytes() == Path("own/plan.json").read_bytes()
    ran("plan", "--env", "staging", "--output", "asked")
    ran("plan", "--env", "staging", "--from", "a1", "--to", "a3", "--output", "told")
    assert Path("asked/plan.json").read_bytes() == Path("told/plan.json").read_bytes()


def test_it_is_shown(project: Project, live: Live, ran: Ran) -> None:
    assert ran("plan", "--env", "staging", "--output", "up")[0] == 0
    plan, _ = read_plan(Path("up"))
    code, out, _ = ran("plan", "show", "up")
    assert code == 0
    assert (
        "\na3 step a3 (migrations/versions/a3_step_a3.py)\n  asked of the data before: customer.name" in out
    )
    assert "ALTER TABLE customer ADD COLUMN note TEXT;\n" in out
    code, out, _ = ran("plan", "show", "up", "--format", "markdown")
    assert out.startswith(f"## Plan `{plan.short}`: upgrade staging from a1 to a3")
    assert "\n1. one transaction, 1 statement\n   - `AccessExclusiveLock` on `customer`\n" in out
    told = document("promotion", ran("plan", "show", "up", "--format", "json")[1])
    assert told["plan"]["checksum"] == told["seal"]["checksum"] == plan.checksum
    told = document("promotion", ran("plan", "--env", "staging", "--format", "json", "--output", "again")[1])
    assert (told["plan"]["checksum"], told["folder"]) == (plan.checksum, "again")
    file = Path("up/plan.json")
    file.write_bytes(file.read_bytes().replace(b"note TEXT", b"note JSON"))
    assert ran("plan", "show", "up")[0] == 2


def test_sizes_tell_how_long_it_takes(live: Live, ran: Ran) -> None:
    stats = {"version": 1, "tables": {"customer": {"rows": 40_000_000, "bytes": 125 * 1024**2 * 10}}}
    Path("stats.json").write_text(json.dumps(stats), "utf-8")
    assert ran("plan", "--env", "staging", "--stats", "stats.json", "--output", "up")[0] == 0
    plan = read_plan(Path("up"))[0]
    assert [s.seconds for r in plan.revisions for s in r.segments] == [0, 20, 0, 10]
    assert ran("apply", "up", "--env", "staging")[0] == 0  # what is made again has no sizes


def test_what_the_commit_does_not_give_is_refused(project: Project, live: Live, ran: Ran) -> None:
    assert ran("plan", "--env", "staging", "--to", "a2", "--output", "up")[0] == 0
    plan, seal = read_plan(Path("up"))
    first = plan.revisions[0]
    made = checksummed(replace(plan, revisions=(replace(first, message="something else"),)))
    write_plan(Path("other"), made, replace(seal, checksum=made.checksum))
    code, out, _ = ran("apply", "other", "--env", "staging")
    assert code == 1
    assert f"The commit gives another plan ({plan.short})" in out
    project.write("README", "x")
    project.commit()
    code, _, err = ran("apply", "other", "--env", "staging")
    assert code == 0
    assert "the plan is of another commit than is checked out, so it is not made again" in err


def test_a_plan_of_changed_files_names_no_commit(project: Project, live: Live, ran: Ran) -> None:
    project.revision("a4", "a3", up='op.execute("SELECT 1")')
    code, _, err = ran("plan", "--env", "staging", "--output", "up")
    assert code == 0
    assert err.startswith("assay: files differ from the commit, so the plan names none.\n")
    assert load_plan(Path("up/plan.json").read_bytes()).commit is None
    assert ran("apply", "up", "--env", "staging")[0] == 0


def test_another_version_table(project: Project, live: Live, ran: Ran) -> None:
    live.rows("CREATE SCHEMA own; ALTER TABLE alembic_version RENAME TO revisions")
    live.rows("ALTER TABLE revisions SET SCHEMA own")
    project.configure(version_table="revisions", version_table_schema="own")
    env = project.project / "migrations/env.py"
    env.write_text(
        env.read_text("utf-8") + "\nwith open('seen', 'w') as file:\n    file.write(' '.join(os.environ))\n",
        "utf-8",
    )
    project.commit()
    assert ran("status", "--env", "staging")[1] == "staging: at a1\n  pending: a2, a3\n"
    code, _, err = ran("plan", "--env", "staging", "--output", "up")
    assert code == 0, err
    code, out, err = ran("apply", "up", "--env", "staging")
    assert code == 0, out + err
    assert live.rows("SELECT version_num FROM own.revisions") == [("a3",)]
    # env.py ran last where the plan was made again, which is no place for a URL.
    seen = Path("seen").read_text("utf-8").split()
    assert "PATH" in seen
    assert "STAGING_URL" not in seen
    project.alembic("upgrade", "head", live.url)


def test_a_history_that_begins_with_a_baseline(project: Project, live: Live, ran: Ran) -> None:
    assert ran("baseline", "--url", live.url, "--output", "baseline.sql")[0] == 0
    project.revision("a1", up='raise RuntimeError("long ago")')
    policy = (
        "environments:\n  staging: {url_env: STAGING_URL}\nbaseline: {file: baseline.sql, revision: a1}\n"
    )
    project.write("governance.yaml", policy)
    project.commit()
    code, _, err = ran("plan", "--env", "staging", "--output", "up")
    assert code == 0, err
    assert ran("apply", "up", "--env", "staging")[0] == 0
    assert ran("plan", "--env", "staging", "--from", "base")[2].startswith(
        "assay: staging is at no revision, and the history begins with a baseline.\n"
    )
    code, _, err = ran("plan", "--env", "staging", "--down", "--to", "base")
    assert code == 2


REFUSED = {
    "a query": (
        'for row in op.get_bind().execute(sa.text("SELECT 1")):\n        op.execute("SELECT 1")',
        "Revision a4 cannot be planned (migrations/versions/a4_step_a4.py:14): it asks the database",
    ),
    "reflection": (
        "sa.inspect(op.get_bind()).get_table_names()",
        "Revision a4 cannot be planned (migrations/versions/a4_step_a4.py:14): it asks the database",
    ),
    "something else offline": (
        'op.execute("CREATE TABLE " + ("x" if op.get_context().as_sql else "y") + " (id int)")',
        "Revision a4 (migrations/versions/a4_step_a4.py) is rendered to SQL that changes the schema otherwise",
    ),
    "what does not run": (
        'op.execute("ALTER TABLE nowhere ADD x int")',
        "Revision a4 does not run on the scratch server (migrations/versions/a4_step_a4.py:14): ",
    ),
    "its own COMMIT": (
        'op.execute("CREATE TABLE x (id int); COMMIT; BEGIN")',
        "The SQL of revision a4 does not run (migrations/versions/a4_step_a4.py): a statement",
    ),
}


@pytest.mark.parametrize(("body", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_planned(project: Project, ran: Ran, body: str, said: str) -> None:
    project.revision("a4", "a3", up=body)
    code, out, err = ran("plan", "--env", "staging", "--from", "a3")
    assert (code, out) == (2, "")
    told = [line for line in err.splitlines() if line.startswith("assay: ")]
    assert told[-1].removeprefix("assay: ").startswith(said)


MISTAKES = {
    "no environment": (["plan"], 2, "--env is missing."),
    "another one": (["plan", "--env", "x"], 2, "governance.yaml has no environment `x`."),
    "no sound history": (
        ["plan", "--env", "staging", "--from", "a1", "--to", "a2"],
        2,
        "The history is not sound: ",
    ),
    "no way to know": (["plan", "--env", "staging"], 2, "Where staging is is not known: the variable STAGING_URL is not set."),
    "no such revision": (["plan", "--env", "staging", "--from", "zz"], 2, "There is no revision `zz`."),
    "not there yet": (
        ["plan", "--env", "staging", "--from", "a1", "--down", "--to", "a2"],
        2,
        "staging does not have revision a2: it cannot go back to it.",
    ),
    "no downgrade": (
        ["plan", "--env", "staging", "--from", "a5", "--down"],
        2,
        "Revision a5 cannot be taken back (migrations/versions/a5_step_a5.py:18): ",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "said"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(project: Project, ran: Ran, arguments: list[str], code: int, said: str) -> None:
    if "not sound" in said:
        project.revision("a6", "a4")
    project.revision("a5", "a3", back='raise NotImplementedError("never")')
    ended, out, err = ran(*arguments)
    assert (ended, out) == (code, "")
    assert said in err


def test_where_nothing_is_known_of_the_revision(live: Live, ran: Ran) -> None:
    live.rows("UPDATE alembic_version SET version_num = 'elsewhere'")
    code, _, err = ran("plan", "--env", "staging")
    assert code == 2
    assert err.startswith("assay: staging is at elsewhere, which this history does not have.\n")


def test_what_was_read_elsewhere_needs_no_url(live: Live, ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job that runs revisions has no URL, and the one that has it runs none."""
    monkeypatch.setenv("DATABASE_URL", live.secret_url)
    monkeypatch.delenv("STAGING_URL")
    there = ("--env", "staging", "--url-env", "DATABASE_URL")
    Path("status.json").write_text(ran("status", *there, "--format", "json")[1], "utf-8")
    Path("stats.json").write_text(ran("stats", *there)[1], "utf-8")
    code, _, err = ran(
        *("plan", "--env", "staging", "--state", "status.json", "--stats", "stats.json", "--output", "up")
    )
    assert code == 0, err
    code, out, _ = ran("status", *there, "--plan", "up")
    assert code == 1
    assert "it is not as the plan leaves it:\n    at a1, and not at a3\n    table customer\n" in out
    assert ran("apply", "up", *there)[0] == 0
    code, out, _ = ran("status", *there, "--plan", "up")
    assert code == 0
    assert "  it is as the plan leaves it\n" in out
    assert "applied   upgrade a3 plan" in ran("ledger", *there)[1]
    status = json.loads(Path("status.json").read_text("utf-8"))
    half = {"plan": "0" * 64, "revision": "a2", "segment": 1, "segments": 3, "started": True}
    status["environments"][0]["state"]["half_done"] = half
    Path("status.json").write_text(json.dumps(status), "utf-8")
    code, _, err = ran("plan", "--env", "staging", "--state", "status.json")
    assert code == 3
    assert err.startswith(
        "assay: staging is in the middle of revision a2.\nGo on with the plan that began it"
    )
    Path("status.json").write_text("{}", "utf-8")
    assert ran("plan", "--env", "staging", "--state", "status.json")[0] == 2
    assert ran("status", "--url-env", "DATABASE_URL")[0] == 2


def test_a_password_that_is_minted_for_each_connection(
    project: Project, live: Live, ran: Ran, tmp_path: Path
) -> None:
    minted = tmp_path / "minted"
    command = f"sh -c 'echo x >> {minted}; echo p@ss/w0rd:%é'"
    policy = f'environments:\n  staging:\n    url_env: STAGING_URL\n    password_command: "{command}"\n'
    project.write("governance.yaml", policy)
    assert ran("plan", "--env", "staging", "--output", "up")[0] == 0
    assert len(minted.read_text().split()) == 1
    assert ran("apply", "up", "--env", "staging", "--go-on", "rerun it")[0] == 0
    assert len(minted.read_text().split()) > 3
    project.write("governance.yaml", policy.replace("echo p@ss/w0rd:%é", "echo p@ss/w0rd:%é >&2; exit 3"))
    code, _, err = ran("ledger", "--env", "staging")
    assert code == 3
    assert err.startswith("assay: The password of staging could not be had: it ended with exit code 3.\n")


def test_what_is_shown_steers_nothing(project: Project, ran: Ran) -> None:
    file = project.revision("a4", "a3", up=r"""op.execute("SELECT '\x1b[31m ```\n::error::mine'")""")
    file.write_text(file.read_text("utf-8").replace("step a4", "<b>@all</b> | [x](http://evil)"), "utf-8")
    code, out, err = ran("plan", "--env", "staging", "--from", "a3", "--output", "up")
    assert code == 0, err
    assert "\x1b" not in out
    assert "SELECT '\\x1b[31m ```\n" in out
    _, out, _ = ran("plan", "show", "up", "--format", "markdown")
    assert "\x1b" not in out
    assert "\n::error::" not in out
    assert "\n### `a4` `<b>@all</b>` &#124; `[x](http://evil)`\n" in out
    assert out.count("````") == 2
