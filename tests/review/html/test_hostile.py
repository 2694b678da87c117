"""Whatever the strings hold, the page holds them as text."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from assay.review.html import render
from assay.review.html.shown import shown
from assay.review.links import Links
from assay.review.model import Review, Source
from hypothesis import given, settings
from hypothesis import strategies as st

from . import hostile, samples


class Read(HTMLParser):
    """The tags and attributes of a page, as a browser reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def attacked() -> Read:
    return Read(render(hostile.review()))


def test_only_our_own_elements_stand_in_the_page(attacked: Read) -> None:
    usual = Read(render(samples.small()))
    assert attacked.tags.count("script") == usual.tags.count("script") == 1
    assert "img" not in attacked.tags
    assert set(attacked.tags) <= set(usual.tags) | {"details", "summary"}


def test_no_attribute_runs_anything(attacked: Read) -> None:
    assert [
        name for name, _ in attacked.attributes if name.startswith("on") or name in ("style", "src")
    ] == []


def test_nothing_is_linked_but_the_page_itself(attacked: Read) -> None:
    assert [
        value for name, value in attacked.attributes if name == "href" and not value.startswith("#")
    ] == []


def test_the_attack_can_be_read_and_steers_nothing(attacked: Read) -> None:
    assert "</script><script>document.title='gone'</script>" in attacked.text
    assert "{{ 7 * 7 }}" in attacked.text
    assert r"\u202egnp.exe\u2066 \x1b[31m\x00" in attacked.text
    everything = attacked.text + "".join(value for _, value in attacked.attributes)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", everything)


@pytest.mark.parametrize("url", hostile.URLS)
def test_no_link_leads_to_such_a_url(url: str) -> None:
    links = Links(Source(server_url=url, repository="acme/app", run_url=url, head_commit="a" * 40, pull=7))
    assert (links.repository, links.run, links.file("a.py", 1)) == (None, None, None)


@pytest.mark.parametrize("name", ["../../evil", "acme", "acme/app/more", "acme/a b", "acme/..", 'a/"b'])
def test_no_link_is_made_of_such_a_repository(name: str) -> None:
    assert Links(Source(server_url="https://github.com", repository=name)).repository is None


def test_a_removed_revision_is_linked_where_the_base_has_it() -> None:
    page = render(samples.small())
    root = "https://github.com/acme/financial-reporting"
    assert f"{root}/blob/{'a' * 40}/migrations/versions/0006.py" in page
    assert f"{root}/blob/{samples.SHA}/migrations/versions/0005.py" in page
    assert f'href="{root}/pull/42"' in page


def test_the_policy_knows_our_style_and_script_by_their_hashes() -> None:
    page = render(samples.small())
    policy = re.search('http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    told = policy[1].replace("&#39;", "'")
    assert told.startswith("default-src 'none'; ")
    for tag, name in (("style", "report.css"), ("script", "report.js")):
        text = (files("assay.review.html") / name).read_text("utf-8")
        assert f"<{tag}>{text}</{tag}>" in page
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in told
    assert "unsafe" not in told


@given(st.text())
def test_shown_text_keeps_its_lines_and_no_control(text: str) -> None:
    told = shown(text)
    assert told.count("\n") == text.count("\n")
    assert shown(told) == told
    assert told.encode().decode() == told


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["message", "id", "path"]), st.text(max_size=40))
def test_any_text_can_be_rendered(field: str, text: str) -> None:
    review: Review = samples.tangled()
    setattr(review.history.nodes[0], field, text)
    assert render(review).encode()
