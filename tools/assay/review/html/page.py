"""The page put together: what the sections need, the templates, and the policy that nothing else may load."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from msgspec.structs import replace

from assay.review.html import advice, cards, code, diagram, history, sections, timeline
from assay.review.html.shown import finalized
from assay.review.links import Links
from assay.review.locks import holds
from assay.review.model import Review
from assay.review.rollback import rollbacks
from assay.review.state import state
from assay.review.verdict import MOST_FACTS, judge
from assay.review.words import duration, listed, plural, short


def render(review: Review) -> str:
    """The review as one HTML file that loads nothing."""
    style, script = _asset("report.css"), _asset("report.js")
    upgrade, downgrade = holds(review), holds(review, "downgrade")
    return (
        _environment()
        .get_template("report.html")
        .render(
            review=review,
            links=Links(review.source),
            base_links=Links(replace(review.source, head_commit=review.source.base_commit)),
            verdict=judge(review),
            reasons=MOST_FACTS,
            rollbacks=rollbacks(review),
            cards=cards.cards(review, upgrade),
            policy=_policy(style, script),
            style=Markup(style),  # noqa: S704 (files of this package)
            script=Markup(script),  # noqa: S704
            findings=sections.worst_first(review.findings),
            history_rows=history.rows(review.history.nodes),
            groups=sections.object_groups(review.schema.changes),
            diagram=diagram.drawn(review.schema.tables, review.schema.links),
            holds=upgrade,
            panels=timeline.panels(review.revisions, upgrade, "upgrade"),
            panels_back=timeline.panels(review.revisions, downgrade, "downgrade"),
            sql=sections.sql(review),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("assay.review.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(history=history, diagram_module=diagram, facts=sections.facts, plural=plural)
    environment.filters.update(
        advice=advice.taken_apart,
        highlight=code.highlight,
        python=code.python,
        numbered=code.numbered,
        compared=code.compared_lines,
        state=state,
        duration=duration,
        short=short,
        listed=listed,
        locks=sections.strong_locks,
        blocking=sections.blocking,
    )
    return environment


def _policy(style: str, script: str) -> str:
    """Nothing is loaded, from nowhere; only our own style and our own script, known by their hashes."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    return (files("assay.review.html") / name).read_text("utf-8")
