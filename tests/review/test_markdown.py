"""What each section of the page says, letter by letter."""

from __future__ import annotations

import re
from typing import Any

import pytest
from assay.catalog import Catalog, diff
from assay.catalog.model import Key, Object
from assay.report.documents import LostDocument, VerdictDocument, WrittenDocument
from assay.review import markdown
from assay.review.collect_schema import _told
from assay.review.model import Environment, Question, Review, SchemaChange, Size

from tests.review import documents as make
from tests.review.hostile import TRUSTED
from tests.review.test_rollback import trip

BLOB = f"https://github.com/owner/name/blob/{'a' * 40}/migrations/versions/0002_add_a_currency.py"


def section(review: Review, title: str) -> str:
    """What stands below a heading, without diagrams."""
    page = re.sub(r"```mermaid\n.*?\n```\n\n", "", markdown.render(review), flags=re.DOTALL)
    parts = dict(re.findall(r"^### ([^\n]+)\n\n(.*?)(?=\n\n### |\n\n---\n)", page, re.DOTALL | re.MULTILINE))
    return str(parts[title])


def test_the_first_thing_read() -> None:
    statement = make.statement(
        effect=make.effect(make.lock("companies"), rewrites=["companies"], altered=["column companies.id"])
    )
    review = make.review(
        source=TRUSTED,
        verdict=VerdictDocument("fail", "error", 1, 0, 0),
        history=make.history(make.node("0002", "0001")),
        revisions=[make.revision("0002", statement, round_trip=trip())],
        findings=[make.finding()],
        sizes={"companies": Size(rows=41_000_000, bytes=5_600 * 1024**2)},
        servers=["PostgreSQL 18 (embedded)"],
    )
    page = markdown.render(review)
    assert page.startswith(
        "## ⛔ Do not merge\n\n"
        "**1 error (table-rewrite); 0002 rewrites companies (41 M rows, \\~3 min, blocks reads and writes).**\n\n"
        "- **What changes?** 1 revision new; the schema stays as it is\n"
        "- **What locks?** `companies` (reads and writes wait: rewrite, \\~3 min)\n"
        "- **Can it go back?** yes\n"
        "- **What will run?** `0002`\n"
        "- **Is anything unproven?** no\n\n"
        "### 1 finding\n\n"
    )
    commit = "https://github.com/owner/name/commit"
    assert page.endswith(
        "\n\n---\n\n"
        f"Assay {review.tool.version} · PostgreSQL 18 (embedded) · [commit `{'a' * 12}`]({commit}/{'a' * 40}) · "
        f"against `main` [`{'b' * 12}`]({commit}/{'b' * 40}) · "
        "[workflow run](https://github.com/owner/name/actions/runs/1)\n"
    )


def test_findings_worst_first_with_their_places() -> None:
    review = make.review(
        source=TRUSTED,
        findings=[
            make.finding("missing-message", "warning", path=None, line=None, advice=""),
            make.finding(),
            make.finding(advice="Two steps:\n\nop.execute('a')", column=3),
            make.finding("model-drift", "note", path=None, line=None, message="They differ:\n  a\n  b"),
        ],
    )
    where = f"[`{make.PATH}:9`]({BLOB}#L9)"
    assert section(review, "4 findings") == (
        f"- ⛔ **error** `table-rewrite` {where}\\\n  ALTER TABLE rewrites companies.\\\n"
        "  *What to do:* Add a column instead.\n\n"
        f"- ⛔ **error** `table-rewrite` {where}\\\n  ALTER TABLE rewrites companies.\n\n"
        "  <details><summary>What to do</summary>\n\n  ```text\n  Two steps:\n\n  op.execute('a')\n  ```\n\n"
        "  </details>\n\n"
        "- ⚠️ **warning** `missing-message`\\\n  ALTER TABLE rewrites companies.\n\n"
        "- 💡 **note** `model-drift`\\\n  They differ:\n\n  ```text\n    a\n    b\n  ```\n\n"
        "  *What to do:* Add a column instead."
    )


def test_history() -> None:
    review = make.rich()
    review.history.heads_before, review.history.heads_after = ["0001", "0006"], ["0003", "0005"]
    review.history.revisions_before, review.history.revisions_after = 4, 5
    assert section(review, "History: 5 revisions changed") == (
        "Heads: `0001`, `0006` → `0003`, `0005` (4 → 5 revisions)\n\n"
        "| | Revision | Message | Stands on |\n| --- | --- | --- | --- |\n"
        "| 🆕 new | `0002` `migrations/versions/0002.py` | Add a currency | `0001` |\n"
        "| 🆕 new | `0003` `migrations/versions/0003.py` | Index the value | `0002` |\n"
        "| ✏️ edited, **other SQL** | `0004` `migrations/versions/0004.py` | Sources | `0001` |\n"
        "| 🔀 re-parented | `0005` `migrations/versions/0005.py` | Revision 0005 | `0004` (before: `0001`) |\n"
        "| 🗑️ removed | `0006` | Revision 0006 | `0001` |"
    )


def test_environments() -> None:
    made: dict[str, Any] = {"at": None, "pending": [], "unknown": []}
    review = make.review(
        environments=[
            Environment(**{**made, "name": "staging", "at": ["0001"], "pending": ["0002", "0003"]}),
            Environment(**{**made, "name": "demo", "at": []}),
            Environment(**{**made, "name": "old", "at": ["9"], "unknown": ["9"]}),
            Environment(**{**made, "name": "gone", "problem": "The database cannot be reached: no route."}),
            Environment(**{**made, "name": "production"}),
        ]
    )
    assert section(review, "Pending after the merge") == (
        "| Environment | Is at | Will run |\n| --- | --- | --- |\n"
        "| `staging` | `0001` | `0002`, `0003` |\n"
        "| `demo` | nothing yet | nothing |\n"
        "| `old` | `9` | ⛔ nothing: `9` is not in this history |\n"
        "| `gone` | not known | could not be asked: The database cannot be reached: no route. |\n"
        "| `production` | not asked | not known |"
    )


def change(kind: str, name: str, mark: Any, ddl: str, table: str | None = "z", **fields: Any) -> SchemaChange:
    return SchemaChange(
        kind=kind, name=name, table=table, mark=mark, ddl=ddl, **{"renamed_from": None, **fields}
    )


def test_schema() -> None:
    review = make.review(
        schema=make.schema(
            changes=[
                change("type", "mood", "changed", "ALTER TYPE mood: + 'ok'", None),
                change(
                    "table", "z", "added", "CREATE TABLE z PARTITION BY RANGE (id)\nCOMMENT ON TABLE z IS 'z'"
                ),
                change("column", "z.id", "added", "ALTER TABLE z ADD COLUMN id bigint NOT NULL"),
                change(
                    "constraint", "z.z_pkey", "added", "ALTER TABLE z ADD CONSTRAINT z_pkey PRIMARY KEY (id)"
                ),
                change("index", "z_i", "added", "CREATE INDEX z_i ON z USING btree (id)"),
                change("column", "t.a", "removed", "ALTER TABLE t DROP COLUMN a", "t"),
                change("view", "w", "renamed", "ALTER VIEW v RENAME TO w", "w", renamed_from="v"),
            ]
        )
    )
    assert section(review, "Schema: 7 objects changed") == (
        "**Type `mood`** changed\n\n```diff\n! ALTER TYPE mood: + 'ok'\n```\n\n"
        "**Table `z`** added\n\n```diff\n+ CREATE TABLE z (\n+     id bigint NOT NULL,\n"
        "+     CONSTRAINT z_pkey PRIMARY KEY (id)\n+ ) PARTITION BY RANGE (id)\n+ COMMENT ON TABLE z IS 'z'\n"
        "+ CREATE INDEX z_i ON z USING btree (id)\n```\n\n"
        "**Table `t`** changed\n\n```diff\n- ALTER TABLE t DROP COLUMN a\n```\n\n"
        "**View `w`** renamed (was `v`)\n\n```diff\n! ALTER VIEW v RENAME TO w\n```"
    )


def test_a_changed_definition_shows_which_line_changed() -> None:
    def view(*columns: str) -> str:
        return "\n".join(["CREATE OR REPLACE VIEW v AS", " SELECT id,", *columns, "   FROM t;"])

    columns = [f"    c{n}," for n in range(12)]
    edited = [*columns[:1], "    lower(c1) AS c1,", *columns[2:]]
    changed = change("view", "v", "changed", view(*edited, "    z"), "v", ddl_before=view(*columns, "    y"))
    review = make.review(schema=make.schema(changes=[changed]))
    assert section(review, "Schema: 1 object changed").split("```diff\n")[1].split("\n") == [
        "  CREATE OR REPLACE VIEW v AS",
        "   SELECT id,",
        "      c0,",
        "-     c1,",
        "+     lower(c1) AS c1,",
        "      c2,",
        "      c3,",
        "      c4,",
        "@@ … @@",
        "      c9,",
        "      c10,",
        "      c11,",
        "-     y",
        "+     z",
        "     FROM t;",
        "```",
    ]
    changed.ddl, changed.ddl_before = "a\n" * 2_000, "b\n" * 2_000
    assert "! a\n" in markdown.render(review, 2**20), "a stranger's file can be long"


def test_an_edited_view_is_collected_as_it_was() -> None:
    def view(text: str) -> Catalog:
        return Catalog([Object(Key("view", "public", "v"), {"definition": f" SELECT {text}\n   FROM t;"})])

    (edited,) = map(_told, diff(view("id"), view("id + 1")))
    assert edited.ddl == "CREATE OR REPLACE VIEW v AS\n SELECT id + 1\n   FROM t;"
    assert edited.ddl_before == "CREATE OR REPLACE VIEW v AS\n SELECT id\n   FROM t;"
    (added,) = map(_told, diff(Catalog([]), view("id")))
    assert added.ddl_before is None


def test_no_comparison() -> None:
    review = make.review()
    review.schema.problem = "Revision 0002 does not run."
    assert section(review, "Schema") == "⛔ The schemas could not be compared: Revision 0002 does not run."


def test_locks() -> None:
    review = make.rich()
    review.source = TRUSTED

    def line(n: int) -> str:
        return f"[line {n}]({BLOB}#L{n})"

    written = make.effect(
        make.lock("filings", "RowExclusiveLock"), written=[WrittenDocument("filings", True, 0, 9, 0, True)]
    )
    update = make.statement("UPDATE filings SET value = 0", line=24, effect=written)
    review.revisions.append(make.revision("0004", update))
    assert section(review, "Locks").split("\n") == [
        "| Statement | Relation | Lock | Blocks | Rewrite | Scan | Rows | Held for |",
        "| --- | --- | --- | --- | --- | --- | --: | --- |",
        (
            f"| `0002` {line(9)} `ALTER TABLE companies ADD COLUMN currency text` | table `companies` "
            f"| ACCESS EXCLUSIVE | **reads and writes** |  |  |  "
            f"| ~5 min (rewrite of `filings`), to {line(14)}, 1 statement on |"
        ),
        (
            f"| `0002` {line(14)} `ALTER TABLE filings ALTER COLUMN value TYPE numeric(20, 4)` | table `filings` "
            "| ACCESS EXCLUSIVE | **reads and writes** | yes | yes | 41&nbsp;M | ~5 min |"
        ),
        (
            f"| `0002` {line(14)} `ALTER TABLE filings ALTER COLUMN value TYPE numeric(20, 4)` | table `sources` "
            "| SHARE | **writes** |  |  |  | ~5 min (rewrite of `filings`) |"
        ),
        (
            f"| `0003` {line(19)} `CREATE INDEX CONCURRENTLY ix ON filings (value)` | table `filings` "
            "| SHARE UPDATE EXCLUSIVE | other schema changes |  | yes | 41&nbsp;M | ~69 s |"
        ),
        (
            f"| `0004` {line(24)} `UPDATE filings SET value = 0` | table `filings` "
            "| ROW EXCLUSIVE | writes of the same rows | every row | yes | 41&nbsp;M | ~5 min |"
        ),
    ]


def test_locks_that_nobody_waits_for() -> None:
    effect = make.effect(make.lock("t", "RowExclusiveLock"))
    review = make.review(revisions=[make.revision("a", make.statement(effect=effect), round_trip=trip())])
    assert section(review, "Locks") == (
        "None that anybody waits for; 1 brief lock that blocks neither reads nor writes."
    )


def test_the_way_back() -> None:
    lost = make.revision(
        "b", round_trip=trip(lost=[LostDocument("t", "u", 2)], left_behind=["added index i"])
    )
    review = make.review(revisions=[make.revision("a", round_trip=trip()), lost, make.revision("c")])
    assert section(review, "Way back").split("\n")[2:] == [
        "| `a` | ✅ yes | up, down and up again leaves the schema and the values as they were |  |  |",
        "| `b` | ⛔ **no** | the downgrade does not bring the schema back | the values of t.u | added index i |",
        "| `c` | ❔ not known | it did not run |  |  |",
    ]
    good = make.review(revisions=[make.revision("a", round_trip=trip())])
    assert (
        section(good, "Way back") == "Every new revision went up, down and up again and left nothing behind."
    )


def test_the_sql_with_its_lines() -> None:
    unseen = make.effect(proven=False, unproven="it did not run")
    review = make.review(
        revisions=[
            make.revision(
                "a",
                make.statement("SELECT 1\nFROM t", line=13),
                make.statement("VACUUM t", line=15, in_transaction=False, effect=unseen),
                make.statement("SELECT 2", line=20, direction="downgrade"),
            )
        ]
    )
    assert section(review, "SQL") == (
        "<details><summary><code>a</code> <code>Add a currency</code></summary>\n\n"
        "Upgrade, 2 statements:\n\n"
        "```sql\n-- line 13\nSELECT 1\nFROM t;\n\n-- line 15, outside a transaction, unproven\nVACUUM t;\n```\n\n"
        "Downgrade, 1 statement:\n\n```sql\n-- line 20\nSELECT 2;\n```\n\n</details>"
    )


def test_questions() -> None:
    asked: dict[str, Any] = {"revision": "a", "path": make.PATH, "line": 9, "title": "t.n holds NULL"}
    review = make.review(
        source=TRUSTED,
        preflight=[
            Question(**asked, sql="SELECT count(*) FROM t", expected="0", why=None),
            Question(**asked, sql=None, expected=None, why="t is made by an earlier revision"),
        ],
    )
    where = f"[`{make.PATH}:9`]({BLOB}#L9)"
    assert section(review, "Pre-flight") == (
        "<details><summary>2 questions to ask of the real data first</summary>\n\n"
        f"**t.n holds NULL?** {where}\n\nExpect 0\\.\n\n```sql\nSELECT count(*) FROM t;\n```\n\n"
        f"**t.n holds NULL?** {where}\\\nCannot be asked: t is made by an earlier revision\n\n</details>"
    )


def test_what_was_accepted_and_what_is_noted() -> None:
    review = make.review(
        waived=[make.waived("nobody reads it", path=None, line=None)], notes=["The env stood in.", "Two."]
    )
    assert section(review, "1 waived finding").split("\n")[2:] == [
        "| `table-rewrite` |  | ALTER TABLE rewrites companies. | nobody reads it |"
    ]
    assert section(review, "Notes") == "- The env stood in.\n- Two."


@pytest.mark.parametrize("field", ["repository", "head_commit"])
def test_no_links_where_the_source_is_not_known(field: str) -> None:
    review = make.rich()
    review.source = type(TRUSTED)(
        **{**{f: getattr(TRUSTED, f) for f in TRUSTED.__struct_fields__}, field: None}
    )
    assert "/blob/" not in markdown.render(review)
