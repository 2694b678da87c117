"""A plan's way through a real database."""

from __future__ import annotations

from tests.promote.world import BASE, World, promote, revision

ORDERS = revision(
    "orders",
    (
        "CREATE TABLE orders (id int PRIMARY KEY, customer_id int)",
        "INSERT INTO orders SELECT n, n FROM generate_series(1, 10) AS n",
    ),
)
INDEX = revision(
    "index",
    ("UPDATE customer SET visits = visits + 1",),
    "CREATE INDEX CONCURRENTLY ix_orders ON orders (customer_id)",
    ("ALTER TABLE orders ADD COLUMN note text",),
    before=("orders",),
)


def test_a_plan_is_applied_and_verified(world: World) -> None:
    plan = world.plan(ORDERS, INDEX)
    with world.database(BASE) as name:
        outcome = promote(world.target(name), plan)
        assert outcome.message == "2 revisions applied; everything is as the plan predicts.", outcome
        assert outcome.applied == ("orders", "index")
        assert outcome.at == ("index",)
        end = world.end(name, "SELECT sum(visits) FROM customer")
        assert end["rows"] == [[(100,)]]
        assert end["locks"] == []
        assert [row[:3] for row in end["ledger"]] == [
            ("orders", 0, "applied"),
            ("index", 0, "done"),
            ("index", 1, "done"),
            ("index", 2, "applied"),
            ("orders", 0, "verified"),
            ("index", 0, "verified"),
        ]
        again = promote(world.target(name), plan)
        assert again.result == "nothing"
        assert world.end(name, "SELECT sum(visits) FROM customer") == end


def test_what_others_may_do_is_no_drift(world: World) -> None:
    """Roles differ between environments, and a scratch server has none of them."""
    granted = """
    DO $$ BEGIN CREATE ROLE reporter NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    GRANT SELECT ON customer TO reporter;
    ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reporter;
    """
    plan = world.plan(revision("table", ("CREATE TABLE note (id int)",)))
    with world.database(BASE + granted) as name:
        assert promote(world.target(name), plan).result == "applied"
