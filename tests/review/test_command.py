"""`assay review` as a user meets it: real repositories, a real PostgreSQL, one branch after another."""

from __future__ import annotations

import json
from difflib import ndiff
from pathlib import Path
from typing import Any

import pytest
from assay.review import markdown
from assay.review.answers import answers
from assay.review.formats import rendered
from assay.review.model import Review, read
from assay.review.rollback import rollbacks
from assay.review.verdict import judge

from tests.cli.test_proof import create

from .conftest import Branch, added


def nodes(review: Review) -> list[tuple[str, str]]:
    return [(node.id, node.state) for node in review.history.nodes]


def changes(review: Review) -> list[tuple[str, str]]:
    assert review.schema.problem is None
    return [(change.mark, f"{change.kind} {change.name}") for change in review.schema.changes]


def heads(review: Review) -> tuple[list[str], list[str]]:
    return review.history.heads_before, review.history.heads_after


def rules(review: Review) -> list[str]:
    return [finding.rule for finding in review.findings]


def test_a_good_revision(branch: Branch) -> None:
    branch.revision("a3", "a2", *added("t", "x"))
    review = branch.review()
    assert judge(review).text == "Safe to merge: 1 revision; only brief locks (t); reversible."
    assert nodes(review) == [("a2", "merged"), ("a3", "new")]
    assert heads(review) == (["a2"], ["a3"])
    assert (review.history.revisions_before, review.history.revisions_after) == (2, 3)
    assert changes(review) == [("added", "column t.x")]
    assert review.schema.changes[0].ddl == "ALTER TABLE t ADD COLUMN x integer"
    assert [(t.name, t.mark, [(c.name, c.mark) for c in t.columns]) for t in review.schema.tables] == [
        ("t", "changed", [("id", "unchanged"), ("n", "unchanged"), ("x", "added")])
    ]
    (revision,) = review.revisions
    assert [(s.direction, s.line) for s in revision.statements] == [("upgrade", 13), ("downgrade", 17)]
    assert revision.round_trip is not None
    assert revision.round_trip.fingerprint_before == review.schema.fingerprint_before
    assert revision.round_trip.fingerprint_after == review.schema.fingerprint_after
    source = review.source
    assert (source.base_ref, source.uncommitted) == ("main", False)
    assert source.base_commit == branch.git("rev-parse", "main").strip()
    assert source.head_commit == branch.git("rev-parse", "HEAD").strip()


def test_what_fails_with_rows_and_ran_on_empty_tables_is_told(branch: Branch) -> None:
    child = "CREATE TABLE c (id BIGINT PRIMARY KEY, t BIGINT NOT NULL CONSTRAINT c_t REFERENCES t)"
    branch.revision("a3", "a2", up=f'op.execute("{child}")', back='op.execute("DROP TABLE c")')
    branch.commit("a child")
    branch.git("branch", "-f", "main")
    branch.revision("a4", "a3", up='op.execute("DO $$ BEGIN DELETE FROM t; END $$")', back="pass")
    review = branch.review()
    told = {each.question: each.answer for each in answers(review)}
    assert told["Can it go back?"] == "not known"
    assert "(23503, constraint c_t)" in told["Is anything unproven?"]
    assert judge(review).advice == "look"
    assert "a4 fails with rows in its tables (23503, constraint c_t)" in judge(review).text


def test_what_an_update_wrote_has_to_be_taken_back(branch: Branch) -> None:
    backs = ["pass", 'op.execute("UPDATE t SET n = n - 1")', 'op.execute("UPDATE t SET n = 0")']
    for n, back in enumerate(backs, start=3):
        branch.revision(f"a{n}", f"a{n - 1}", up='op.execute("UPDATE t SET n = n + 1")', back=back)
    told = {each.question: each.answer for each in answers(branch.review(code=1))}
    assert told["Can it go back?"] == "no: `a3`; not known: `a5`; yes: `a4`; lost: the values of t.n"


def test_no_revision_changes(branch: Branch) -> None:
    branch.write("README", "words")
    review = branch.review()
    assert judge(review).text == "Nothing to migrate: no revision changes."
    assert (nodes(review), changes(review), review.revisions, review.servers) == ([], [], [], [])
    text = branch.assay("review", "--base", "main").stdout
    assert text == "Nothing to migrate: no revision changes.\n"
    page = branch.assay("review", "--base", "main", "--format", "markdown").stdout
    assert page.startswith("## ⚪ Nothing to migrate\n\n**no revision changes.**\n\n---\n\nAssay ")


WIDER = 'op.execute("CREATE TABLE u (id BIGINT PRIMARY KEY, n BIGINT)")'


def test_an_edited_merged_revision_is_compared_with_the_bases_own(branch: Branch) -> None:
    branch.revision("a2", "a1", up=WIDER, back='op.execute("DROP TABLE u")')
    review = branch.review(code=1)
    assert changes(review) == [("changed", "column u.n")]
    assert (heads(review), review.revisions) == ((["a2"], ["a2"]), [])
    branch.revision("a3", "a2", *added("u", "x"))
    review = branch.review(code=1)
    assert nodes(review) == [("a1", "merged"), ("a2", "edited"), ("a3", "new")]
    assert [node.same_sql for node in review.history.nodes] == [None, False, None]
    assert changes(review) == [("changed", "column u.n"), ("added", "column u.x")]
    assert judge(review).text == "Do not merge: 1 error (edited-revision); 1 merged revision edited."


def test_a_cosmetic_edit_changes_nothing(branch: Branch) -> None:
    file = branch.file("a2")
    file.write_text(file.read_text("utf-8") + "# the end\n", "utf-8")
    review = branch.review()
    assert [(n.id, n.state, n.same_sql) for n in review.history.nodes if n.state != "merged"] == [
        ("a2", "edited", True)
    ]
    assert changes(review) == []
    assert judge(review).advice in ("go", "look")


def test_a_removed_revision(branch: Branch) -> None:
    branch.file("a2").unlink()
    review = branch.review(code=1)
    assert nodes(review) == [("a1", "merged"), ("a2", "removed")]
    assert heads(review) == (["a2"], ["a1"])
    assert changes(review) == [("removed", "table u")]
    (table,) = review.schema.tables
    assert (table.mark, {column.mark for column in table.columns}) == ("removed", {"removed"})


def test_a_reparented_revision(branch: Branch) -> None:
    branch.revision(
        "a0", up='op.execute("CREATE TABLE z (id BIGINT PRIMARY KEY)")', back='op.execute("DROP TABLE z")'
    )
    branch.revision("a1", "a0", up=create("t"), back='op.execute("DROP TABLE t")')
    review = branch.review(code=1)
    assert nodes(review) == [("a0", "new"), ("a1", "re-parented"), ("a2", "merged")]
    assert review.history.nodes[1].down_revisions_before == []
    assert changes(review) == [
        ("added", "table z"),
        ("added", "column z.id"),
        ("added", "constraint z.z_pkey"),
    ]


VIEW = 'op.execute("CREATE {} VIEW v AS SELECT id, {} AS n FROM t")'
FUNCTION = 'op.execute("CREATE {} FUNCTION f() RETURNS INT LANGUAGE sql AS $$\\nSELECT\\n    {}\\n$$")'


def test_a_view_is_told_once_and_by_the_lines_that_changed(branch: Branch) -> None:
    made = [each.format("", 1) for each in (VIEW, FUNCTION)]
    branch.revision("a3", "a2", up="; ".join(made), back='op.execute("DROP FUNCTION f(); DROP VIEW v")')
    review = branch.review(code=1)
    assert changes(review) == [("added", "view v"), ("added", "function f()")]
    assert review.schema.tables == []
    branch.git("branch", "--force", "main")
    edited = [each.format("OR REPLACE", 2) for each in (VIEW, FUNCTION)]
    branch.revision("a4", "a3", up="; ".join(edited), back='op.execute("DROP VIEW v")')
    review = branch.review(code=1)
    assert [diff(change.ddl_before or "", change.ddl) for change in review.schema.changes] == [
        ["-     1 AS n", "+     2 AS n"],
        ["-     1", "+     2"],
    ]
    (back,) = rollbacks(review)
    assert back.left == ("removed view v", "changed function f()")


def diff(before: str, after: str) -> list[str]:
    return [line for line in ndiff(before.split("\n"), after.split("\n")) if line[0] in "+-"]


def test_keys_between_tables_are_drawn_with_the_neighbours(branch: Branch) -> None:
    branch.revision(
        "a3",
        "a2",
        up=(
            'op.execute("CREATE TABLE w (id BIGINT PRIMARY KEY, t_id BIGINT REFERENCES t)")\n'
            '    op.execute("ALTER TABLE w ADD COLUMN u_id BIGINT UNIQUE NOT NULL REFERENCES u")'
        ),
        back='op.execute("DROP TABLE w")',
    )
    review = branch.review()
    drawn = [
        (t.name, t.mark, [c.name for c in t.columns if c.foreign or c.primary]) for t in review.schema.tables
    ]
    assert drawn == [
        ("w", "added", ["id", "t_id", "u_id"]),
        ("t", "unchanged", ["id"]),
        ("u", "unchanged", ["id"]),
    ]
    assert [
        (k.child, k.columns, k.parent, k.parent_columns, k.mark, k.optional, k.unique)
        for k in review.schema.links
    ] == [
        ("w", ["t_id"], "t", ["id"], "added", True, False),
        ("w", ["u_id"], "u", ["id"], "added", False, True),
    ]


def test_a_merge_of_two_branches(branch: Branch) -> None:
    branch.revision("b1", "a1", *added("t", "x"))
    branch.revision("m1", ("a2", "b1"), up="pass")
    review = branch.review()
    assert nodes(review) == [("a1", "merged"), ("a2", "merged"), ("b1", "new"), ("m1", "new")]
    assert heads(review) == (["a2"], ["m1"])
    assert changes(review) == [("added", "column t.x")]


def test_several_heads_are_seen_together(branch: Branch) -> None:
    branch.revision("b1", "a1", *added("t", "x"))
    branch.revision("b2", "a2", *added("u", "x"))
    review = branch.review(code=1)
    assert heads(review) == (["a2"], ["b1", "b2"])
    assert changes(review) == [("added", "column t.x"), ("added", "column u.x")]
    assert judge(review).text == "Do not merge: 1 error (multiple-heads); 2 heads after the merge."


def test_what_landed_meanwhile_counts_after_the_merge(branch: Branch) -> None:
    branch.revision("a3", "a2", *added("t", "x"))
    branch.commit()
    branch.git("checkout", "-q", "main")
    branch.revision("a4", "a2", *added("t", "y"))
    branch.commit()
    branch.git("checkout", "-q", "feature")
    branch.write("README", "words")
    review = branch.review(code=1)
    assert heads(review) == (["a4"], ["a4", "a3"])
    assert nodes(review) == [("a2", "merged"), ("a4", "merged"), ("a3", "new")]
    assert changes(review) == [("added", "column t.x")], "what is ours"
    assert review.notes == [
        "main has revisions that this branch does not have yet (a4): merge it to have both proven together."
    ]


def test_a_revision_that_fails(branch: Branch) -> None:
    branch.revision("a3", "a2", up='op.execute("ALTER TABLE nope ADD COLUMN x INT")')
    branch.revision("a4", "a3", *added("t", "y"))
    review = branch.review(code=1)
    schema = review.schema
    assert schema.problem == 'Revision a3 does not run: UndefinedTable: relation "nope" does not exist.'
    assert (schema.fingerprint_before is None, schema.fingerprint_after) == (False, None)
    assert judge(review).text == (
        "Do not merge: 1 error (failing-statement); a3 does not run; a4 was not run, so nothing is proven."
    )


def test_a_base_that_does_not_run(branch: Branch) -> None:
    branch.git("checkout", "-q", "main")
    branch.revision("a3", "a2", up='op.execute("ALTER TABLE nope ADD COLUMN x INT")')
    branch.commit()
    branch.git("checkout", "-qb", "other")
    branch.revision("a4", "a3", *added("t", "y"))
    review = branch.review()
    assert review.schema.fingerprint_before is None
    assert str(review.schema.problem).startswith(
        "The base's schema could not be made. Revision a3 does not run"
    )
    assert judge(review).text.startswith("Look before you merge: a4 was not run, so nothing is proven")


ONLINE_ONLY = """n = len(op.get_bind().exec_driver_sql("SELECT 1").fetchall())
    op.execute(f"ALTER TABLE t ADD COLUMN c{n} INT")"""


def test_a_revision_that_needs_a_connection(branch: Branch) -> None:
    branch.revision("a3", "a2", up=ONLINE_ONLY, back='op.execute("ALTER TABLE t DROP COLUMN c1")')
    review = branch.review(code=1)
    assert rules(review) == ["online-only-revision"]
    assert changes(review) == [("added", "column t.c1")]
    assert review.revisions[0].statements[1].sql == "ALTER TABLE t ADD COLUMN c1 INT"
    assert answers(review)[-1].answer == "what `a3` will run: its SQL depends on the database"


def test_a_statement_that_did_not_run(branch: Branch) -> None:
    branch.revision("a3", "a2", up='op.execute("SELECT 1" if op.get_context().as_sql else "SELECT 2 FROM t")')
    review = branch.review(code=1)
    assert [s.effect.unproven for s in review.revisions[0].statements[:1] if s.effect] == [None]
    assert rules(review) == ["divergent-renderings"]
    branch.revision("a3", "a2", up='op.execute("SELECT 1") if op.get_context().as_sql else None')
    review = branch.review(code=1)
    assert [s.effect.unproven for s in review.revisions[0].statements[:1] if s.effect] == [
        "it did not run on the scratch server"
    ]
    assert judge(review).text == "Do not merge: 1 error (divergent-renderings); 1 statement unproven."
    assert answers(review)[-1].answer == (
        "1 statement of `a3`; what `a3` will run: its SQL depends on the database"
    )


def test_a_history_that_starts_from_a_baseline(branch: Branch) -> None:
    branch.write(
        "baseline.sql", "CREATE TABLE old (id BIGINT PRIMARY KEY);\nCREATE TABLE u (id BIGINT PRIMARY KEY);\n"
    )
    branch.write("governance.yaml", "baseline: {file: baseline.sql, revision: a2}\n")
    branch.revision("a3", "a2", *added("u", "x"))
    assert changes(branch.review()) == [("added", "column u.x")]
    branch.revision("a1", up='op.execute("SELECT 1")')
    review = branch.review(code=1)
    assert (rules(review), changes(review)) == (["edited-revision"], [("added", "column u.x")])


def test_sixty_revisions(branch: Branch) -> None:
    parent = "a2"
    for n in range(60):
        branch.revision(f"b{n:02}", parent, *added("t", f"c{n}"))
        parent = f"b{n:02}"
    review = branch.review()
    assert len(review.revisions) == 60
    assert len(changes(review)) == 60
    page = markdown.render(review)
    assert 20_000 < len(page.encode()) <= 65_536
    assert page.startswith("## ✅ Safe to merge\n\n**60 revisions; only brief locks (t); reversible.**")


def test_a_project_below_the_top(tmp_path: Path) -> None:
    branch = Branch(tmp_path / "repo", "backend/app")
    branch.revision("a3", "a2", *added("t", "x"))
    review = branch.review()
    assert [node.path for node in review.history.nodes][-1] == "backend/app/migrations/versions/a3_step_a3.py"


def test_a_base_that_is_gone(branch: Branch) -> None:
    done = branch.assay("review", "--base", "deleted")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("assay: There is no git ref `deleted` in this clone.\n")


def test_sizes_and_questions(branch: Branch) -> None:
    gib = 1024**3
    stats = branch.write("../stats.json", json.dumps({"version": 1, "tables": {
        "t": {"rows": 41_000_000, "bytes": 5 * gib}, "u": {"rows": 3, "bytes": 8192}}}))  # fmt: skip
    branch.revision(
        "a3", "a2", up='op.execute("ALTER TABLE t ALTER COLUMN n SET NOT NULL")',
        back='op.execute("ALTER TABLE t ALTER COLUMN n DROP NOT NULL")',
    )  # fmt: skip
    review = branch.review("--stats", str(stats), code=1)
    assert {name: size.rows for name, size in review.sizes.items()} == {"t": 41_000_000}
    assert [(q.title, q.expected, q.line) for q in review.preflight] == [("t.n holds NULL", "0", 13)]
    assert "a3 scans t (41 M rows, ~41 s, blocks reads and writes)" in judge(review).text


WAIVED = """# assay: waive char-column -- as the standard has it
    op.execute("ALTER TABLE t ADD COLUMN c CHAR(3)")
    op.execute("ALTER TABLE t ADD COLUMN j JSON")"""


def test_waivers_and_severities_are_those_of_check(branch: Branch) -> None:
    branch.write("governance.yaml", "fail_on: warning\n")
    back = 'op.execute("ALTER TABLE t DROP COLUMN c, DROP COLUMN j")'
    branch.revision("a3", "a2", up=WAIVED, back=back)
    review = branch.review(code=1)
    check: dict[str, Any] = json.loads(branch.assay("check", "--base", "main", "--format", "json").stdout)
    assert [(w.rule, w.reason) for w in review.waived] == [("char-column", "as the standard has it")]
    assert [f["rule"] for f in check["findings"]] == rules(review) == ["json-column"]
    assert (review.verdict.status, review.verdict.fail_on) == ("fail", "warning")


def test_every_format_from_a_file(branch: Branch) -> None:
    branch.revision("a3", "a2", *added("t", "x"))
    branch.commit()
    first = branch.assay("review", "--base", "main", "--write", "out")
    assert (first.returncode, first.stderr) == (0, "")
    written = {file.name: file.read_text("utf-8") for file in (branch.project / "out").iterdir()}
    assert sorted(written) == ["review.html", "review.json", "review.md", "review.sarif"]
    read_again = read(written["review.json"].encode())
    expected = {
        "text": first.stdout,
        "json": written["review.json"],
        "html": written["review.html"],
        "sarif": written["review.sarif"],
        "markdown": markdown.render(read_again),
        "annotations": rendered(read_again, "annotations"),
    }
    for name, told in expected.items():
        again = branch.assay("review", "--from", "out/review.json", "--format", name)
        assert (again.returncode, again.stdout, again.stderr) == (0, told, ""), name


MISTAKES = {
    "no review": ("{}", "This is no review (Object missing required field `source`)."),
    "no JSON": ("\xff", "This is no review ("),
    "another version": ('{"version": 2}', "This is no review ("),
    "too deep": ("[" * 100_000, "This is no review ("),
}


@pytest.mark.parametrize(("content", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_strangers_file_is_refused(branch: Branch, content: str, said: str) -> None:
    branch.write("review.json", content)
    done = branch.assay("review", "--from", "review.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"assay: {said}")


def test_a_file_and_a_run_do_not_go_together(branch: Branch) -> None:
    done = branch.assay("review", "--from", "review.json", "--base", "main")
    assert (done.returncode, done.stderr.split("\n")[0]) == (
        2, "assay: --from runs nothing, so --base, --stats and --fail-on mean nothing with it.",
    )  # fmt: skip
    gone = branch.assay("review", "--from", "nowhere.json")
    assert gone.stderr.startswith("assay: nowhere.json cannot be read: No such file or directory.\n")


def test_a_folder_that_cannot_be_written(branch: Branch) -> None:
    branch.write("out", "a file")
    done = branch.assay("review", "--base", "main", "--write", "out")
    assert done.returncode == 3
    assert done.stderr.startswith("assay: The review cannot be written to out: File exists.\n")
