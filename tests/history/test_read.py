from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from assay.errors import EnvironmentFailedError, UsageError
from assay.history import History, Selection, find_project, read_history

from .world import World, ids, source


def changes(history: History) -> dict[str, list[str]]:
    found = history.changes
    lists = {
        "edited": [each.after.id for each in found.edited],
        "deleted": ids(found.deleted),
        "reparented": [each.after.id for each in found.reparented],
        "renamed": [each.after.id for each in found.renamed],
    }
    return {name: each for name, each in lists.items() if each}


def test_everything_is_new_in_an_empty_repository(world: World) -> None:
    world.line("aaaa", "bbbb")
    history = world.history()
    assert ids(history.selected) == ids(history.new) == ["aaaa", "bbbb"]
    assert (history.base, history.heads) == (None, ("bbbb",))
    world.git("add", "-A")
    assert world.new(staged=True) == ["aaaa", "bbbb"]


def test_everything_is_new_outside_git(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write("alembic.ini", "[alembic]\nscript_location = migrations\n")
    world.line("aaaa", "bbbb")
    history = world.history()
    assert ids(history.new) == ["aaaa", "bbbb"]
    assert history.revisions["aaaa"].path == "migrations/versions/aaaa_make_aaaa.py"


def test_no_revisions_at_all(world: World) -> None:
    history = world.history()
    assert (history.revisions, history.heads, history.selected, world.findings()) == ({}, (), (), [])


def test_new_is_what_the_base_lacks(published: World) -> None:
    published.add("cccc", "bbbb")
    published.commit()
    published.add("dddd", "cccc")
    history = published.history(base="origin/main")
    assert list(history.revisions) == ["aaaa", "bbbb", "cccc", "dddd"]
    assert ids(history.new) == ids(history.selected) == ["cccc", "dddd"]
    assert history.base is not None
    assert (history.base.ref, list(history.base.revisions)) == ("origin/main", ["aaaa", "bbbb"])
    assert history.base.merge_base == history.base.commit == published.git("rev-parse", "origin/main")
    assert changes(history) == {}


def test_the_base_has_moved_on(published: World) -> None:
    published.git("checkout", "-q", "main")
    published.add("xxxx", "bbbb")
    published.commit()
    published.publish()
    published.git("checkout", "-q", "work")
    published.add("cccc", "bbbb")
    history = published.history()
    assert history.base is not None
    assert (history.base.heads, history.base.tip_heads) == (("bbbb",), ("xxxx",))
    assert ids(history.new) == ["cccc"]
    assert changes(history) == {}


def test_ignored_and_untracked_files_are_read(published: World) -> None:
    published.write(".gitignore", "*_make_cccc.py\n")
    published.add("cccc", "bbbb")
    published.add("dddd", "cccc")
    assert published.new() == ["cccc", "dddd"]


@pytest.mark.parametrize(
    ("refs", "expected"),
    [
        pytest.param(["origin/trunk", "origin/main"], "origin/main", id="main"),
        pytest.param(["origin/master"], "origin/master", id="master"),
        pytest.param(["origin/HEAD", "origin/main"], "origin/HEAD", id="remote-head"),
        pytest.param([], "main", id="local-main"),
    ],
)
def test_finds_the_base_by_convention(world: World, refs: list[str], expected: str) -> None:
    world.line("aaaa")
    world.commit()
    for ref in refs:
        world.publish(ref)
    world.git("checkout", "-q", "-b", "work")
    history = world.history()
    assert history.base is not None
    assert history.base.ref == expected


def test_head_is_the_base_on_a_lonely_main(world: World) -> None:
    world.line("aaaa")
    world.commit()
    world.add("bbbb", "aaaa")
    history = world.history()
    assert history.base is not None
    assert (history.base.ref, ids(history.new)) == ("HEAD", ["bbbb"])


def test_the_order_in_which_a_base_is_found(published: World, monkeypatch: pytest.MonkeyPatch) -> None:
    published.add("cccc", "bbbb")
    published.git("tag", "v1", published.commit())
    published.add("dddd", "cccc")
    project = published.project()

    def ref(asked: str | None = None, default: str | None = None, staged: bool = False) -> str:
        base = read_history(project, Selection(base=asked, staged=staged), default).base
        assert base is not None
        return base.ref

    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    assert ref() == "origin/main"
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "v1")
    assert ref() == "v1"
    assert ref(staged=True) == "origin/main"
    assert ref(default="HEAD") == "HEAD"
    assert ref(asked="v1", default="HEAD") == "v1"


def test_an_unknown_base(published: World) -> None:
    with pytest.raises(UsageError) as error:
        published.history(base="origin/mian")
    assert error.value.message == "There is no git ref `origin/mian` in this clone."
    assert error.value.advice == "Did you mean origin/main?"


def test_the_default_base_may_be_missing_where_there_is_no_remote(world: World) -> None:
    world.line("aaaa")
    world.commit()
    base = read_history(world.project(), default_base="origin/main").base
    assert base is not None
    assert base.ref == "HEAD"


def test_unrelated_histories(published: World) -> None:
    published.git("checkout", "-q", "--orphan", "other")
    published.commit("another root")
    published.add("cccc", "bbbb")
    assert published.new() == ["cccc"]


def test_a_detached_head(published: World) -> None:
    published.git("checkout", "-q", "--detach")
    published.add("cccc", "bbbb")
    assert published.new() == published.new(base="origin/main") == ["cccc"]


def test_edits_deletions_new_parents_and_renames(world: World) -> None:
    world.line("aaaa", "bbbb", "cccc", "dddd", "eeee")
    world.commit()
    world.publish()
    world.add("aaaa", None, body="op.drop_table('x')")
    world.add("bbbb", "aaaa", message="another message")
    (world.versions / "cccc_make_cccc.py").unlink()
    world.add("dddd", "bbbb", body="x = 1")
    world.git("mv", "migrations/versions/eeee_make_eeee.py", "migrations/versions/eeee_x.py")
    history = world.history()
    assert changes(history) == {
        "edited": ["aaaa", "bbbb", "dddd"],
        "deleted": ["cccc"],
        "reparented": ["dddd"],
        "renamed": ["eeee"],
    }
    assert [edit.cosmetic for edit in history.changes.edited] == [False, True, False]
    assert history.new == ()


def test_new_parents_alone_are_no_edit(world: World) -> None:
    world.line("aaaa", "bbbb", "cccc")
    world.commit()
    world.publish()
    path = world.versions / "cccc_make_cccc.py"
    path.write_text(path.read_text().replace('down_revision = "bbbb"', 'down_revision = "aaaa"'))
    assert changes(world.history()) == {"reparented": ["cccc"]}


@pytest.mark.parametrize(
    ("old", "new", "cosmetic"),
    [
        pytest.param("pass", "pass  # why", True, id="comment"),
        pytest.param("x = 1", "x  =  1", True, id="layout"),
        pytest.param("pass", '"""Why."""\n    pass', True, id="docstring"),
        pytest.param('"""Why."""', "pass", True, id="docstring-alone"),
        pytest.param("x = 1", "x = 2", False, id="value"),
        pytest.param("x = 'a'", "x = 'b'", False, id="text"),
    ],
)
def test_what_a_cosmetic_edit_is(world: World, old: str, new: str, cosmetic: bool) -> None:
    world.add("aaaa", None, body=old)
    world.commit()
    world.publish()
    world.add("aaaa", None, body=new)
    assert [edit.cosmetic for edit in world.history().changes.edited] == [cosmetic]


def test_what_the_base_did_meanwhile_was_not_done_here(published: World) -> None:
    published.git("checkout", "-q", "main")
    published.add("aaaa", None, body="x = 1")
    (published.versions / "bbbb_make_bbbb.py").unlink()
    published.commit()
    published.publish()
    published.git("checkout", "-q", "work")
    assert changes(published.history()) == {}
    published.add("aaaa", None, body="x = 1")
    (published.versions / "bbbb_make_bbbb.py").unlink()
    assert changes(published.history()) == {}


@pytest.mark.parametrize("autocrlf", ["true", "false"])
def test_line_ends_are_no_edit(world: World, autocrlf: str) -> None:
    world.line("aaaa")
    world.commit()
    world.publish()
    world.git("config", "core.autocrlf", autocrlf)
    path = world.versions / "aaaa_make_aaaa.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert changes(world.history()) == {}
    world.git("add", "-A")
    assert changes(world.history(staged=True)) == {}
    assert world.new(staged=True) == []


def test_staged_is_the_index(published: World) -> None:
    published.add("cccc", "bbbb")
    published.git("add", "-A")
    published.add("cccc", "bbbb", message="not staged")
    published.add("dddd", "cccc")
    history = published.history(staged=True)
    assert [(each.id, each.message) for each in history.new] == [("cccc", "make cccc")]
    assert list(history.revisions) == ["aaaa", "bbbb", "cccc"]


def test_staged_is_what_this_commit_adds(published: World) -> None:
    published.add("cccc", "bbbb")
    published.add("dddd", "cccc")
    published.commit()
    published.add("eeee", "dddd")
    published.add("cccc", "bbbb", body="x = 1")
    published.git("mv", "migrations/versions/dddd_make_dddd.py", "migrations/versions/dddd_x.py")
    published.git("add", "-A")
    assert published.new(staged=True) == ["cccc", "eeee"]
    assert published.new() == ["cccc", "dddd", "eeee"]


def test_staged_changes_of_the_base(published: World) -> None:
    published.add("aaaa", None, body="x = 1")
    published.git("rm", "-q", "migrations/versions/bbbb_make_bbbb.py")
    assert changes(published.history(staged=True)) == {"deleted": ["bbbb"]}
    published.git("add", "-A")
    assert changes(published.history(staged=True)) == {"edited": ["aaaa"], "deleted": ["bbbb"]}


def test_a_merge_in_progress_adds_nothing_of_its_own(published: World) -> None:
    published.add("cccc", "bbbb")
    published.commit()
    published.git("checkout", "-q", "-b", "other", "main")
    published.add("xxxx", "bbbb")
    published.add("aaaa", None, body="x = 1")
    published.commit()
    published.git("checkout", "-q", "work")
    published.git("merge", "-q", "--no-commit", "--no-ff", "other")
    assert published.new(staged=True) == []
    assert changes(published.history(staged=True)) == {}
    published.add("yyyy", ("cccc", "xxxx"))
    published.git("add", "-A")
    history = published.history(staged=True)
    assert (ids(history.new), history.heads) == (["yyyy"], ("yyyy",))


def test_a_conflict_shows_our_side(published: World) -> None:
    published.add("cccc", "bbbb", body="x = 1")
    published.commit()
    published.git("checkout", "-q", "-b", "other", "main")
    published.add("cccc", "bbbb", body="x = 2")
    published.commit()
    published.git("checkout", "-q", "work")
    subprocess.run(["git", "merge", "-q", "other"], cwd=published.root, check=False, capture_output=True)
    history = published.history(staged=True)
    assert b"x = 1" in history.revisions["cccc"].source


def test_a_worktree(published: World, tmp_path: Path) -> None:
    published.git("worktree", "add", "-q", "-b", "tree", str(tmp_path / "tree"))
    world = World(tmp_path / "tree")
    world.add("cccc", "bbbb")
    world.add("dddd", "cccc")
    world.git("add", "migrations/versions/cccc_make_cccc.py")
    assert world.new() == ["cccc", "dddd"]
    assert world.new(staged=True) == ["cccc"]
    assert published.new() == []


HOOK = """#!{python}
import os, sys
from pathlib import Path
os.chdir({cwd!r})
from assay.history import Selection, find_project, read_history
history = read_history(find_project(Path.cwd()), Selection(staged=True))
Path({out!r}).write_text(" ".join(r.id for r in history.new) + "|" + " ".join(history.revisions))
"""


@pytest.mark.parametrize("linked", [False, True], ids=["clone", "worktree"])
@pytest.mark.parametrize("folder", ["", "services/billing"], ids=["top", "sub-directory"])
@pytest.mark.parametrize("inside", [False, True], ids=["from-the-top", "from-the-project"])
def test_in_a_real_hook(tmp_path: Path, linked: bool, folder: str, inside: bool) -> None:
    world = World(tmp_path / "clone", folder).start()
    world.line("aaaa")
    world.commit()
    world.publish()
    if linked:
        world.git("worktree", "add", "-q", "-b", "tree", str(tmp_path / "tree"))
        world = World(tmp_path / "tree", folder)
    cwd = str(world.home if inside else world.root)
    hook = tmp_path / "hooks" / "pre-commit"
    hook.parent.mkdir()
    hook.write_text(HOOK.format(python=sys.executable, cwd=cwd, out=str(tmp_path / "out")))
    hook.chmod(0o755)
    world.git("config", "core.hooksPath", str(hook.parent))
    world.add("bbbb", "aaaa")
    world.git("add", "-A")
    cccc = world.add("cccc", "aaaa")
    world.git("add", "-N", str(cccc))
    world.git("commit", "-q", "-m", "only one", "--", str(cccc))
    assert (tmp_path / "out").read_text() == "cccc|aaaa cccc"
    world.git("commit", "-q", "-m", "the other")
    assert (tmp_path / "out").read_text() == "bbbb|aaaa bbbb cccc"


def test_a_project_in_a_sub_directory(tmp_path: Path) -> None:
    world = World(tmp_path, "services/billing").start()
    world.line("aaaa")
    world.commit()
    world.publish()
    world.add("bbbb", "aaaa")
    world.git("add", "-A")
    world.add("cccc", "bbbb")
    assert (world.new(), world.new(staged=True)) == (["bbbb", "cccc"], ["bbbb"])
    assert world.history().revisions["aaaa"].path == "services/billing/migrations/versions/aaaa_make_aaaa.py"


def test_strange_file_names(published: World) -> None:
    published.add("cccc", "bbbb", name='cccc_é "x" y.py')
    published.git("add", "-A")
    assert published.new() == published.new(staged=True) == ["cccc"]
    published.commit()
    published.publish()
    assert published.new() == published.new(staged=True) == []


def shallow(world: World, tmp_path: Path, *options: str) -> World:
    world.git("checkout", "-q", "-B", "main", "origin/main")
    clone = World(tmp_path / "shallow")
    world.git("clone", "-q", "--depth=1", *options, world.root.as_uri(), str(clone.root))
    return clone


def test_a_shallow_clone_without_the_base(published: World, tmp_path: Path) -> None:
    published.add("cccc", "bbbb")
    published.commit()
    clone = shallow(published, tmp_path, "--branch=work")
    with pytest.raises(EnvironmentFailedError) as error:
        clone.history(base="origin/main")
    with pytest.raises(EnvironmentFailedError):
        clone.history()
    command = "git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main"
    assert f"`{command}`" in error.value.advice
    assert error.value.message == (
        "This clone is shallow and does not reach back to where HEAD left origin/main."
    )
    clone.git(*command.split()[1:])
    assert clone.new(base="origin/main") == clone.new() == ["cccc"]


def test_a_shallow_clone_without_the_merge_base(published: World, tmp_path: Path) -> None:
    published.add("cccc", "bbbb")
    published.commit()
    published.git("checkout", "-q", "main")
    published.commit("more")
    published.publish()
    published.git("checkout", "-q", "work")
    clone = shallow(published, tmp_path, "--no-single-branch")
    clone.git("checkout", "-q", "work")
    with pytest.raises(EnvironmentFailedError) as error:
        clone.history(base="origin/main")
    clone.git(*error.value.advice.split("`")[1].split()[1:])
    assert clone.new(base="origin/main") == ["cccc"]


@pytest.mark.parametrize("kind", ["branch", "tag", "commit"])
def test_what_mends_a_shallow_clone(published: World, tmp_path: Path, kind: str) -> None:
    ref = {"branch": "releases/1", "tag": "v1", "commit": published.git("rev-parse", "HEAD")}[kind]
    if kind != "commit":
        published.git(kind, ref)
    published.add("cccc", "bbbb")
    published.commit()
    published.publish()
    clone = shallow(published, tmp_path, "--no-tags")
    with pytest.raises(EnvironmentFailedError) as error:
        clone.history(base=ref)
    clone.git(*error.value.advice.split("`")[1].split()[1:])
    assert clone.new(base=ref) == ["cccc"]


def test_a_shallow_clone_that_has_the_base(published: World, tmp_path: Path) -> None:
    clone = shallow(published, tmp_path)
    clone.add("cccc", "bbbb")
    assert clone.new() == ["cccc"]


def test_git_is_missing(published: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentFailedError, match="There is no `git` on the PATH"):
        published.project()


def test_git_refuses(published: World, monkeypatch: pytest.MonkeyPatch) -> None:
    published.write(".git/config", "[core\n")
    with pytest.raises(EnvironmentFailedError, match="bad config"):
        published.project()


def test_broken_files_do_not_hide_the_others(published: World) -> None:
    published.write("migrations/versions/bad1.py", b"# caf\xe9\n")
    published.write("migrations/versions/bad2_x.py", "x = 1\ndef f(:\n")
    published.write("migrations/versions/helpers.py", "x = 1\n")
    published.write("migrations/versions/__init__.py", "x = (\n")
    published.write("migrations/versions/notes.txt", "x")
    published.add("cccc", "bbbb")
    history = published.history()
    assert ids(history.new) == ["cccc"]
    assert [(each.path[20:], each.line, each.kind, each.new) for each in history.problems] == [
        ("bad1.py", 1, "unreadable", True),
        ("bad2_x.py", 2, "unreadable", True),
        ("helpers.py", None, "unreadable", True),
        ("helpers.py", None, "unreadable", True),
    ]


def test_a_broken_file_is_not_a_deleted_one(published: World) -> None:
    published.write("migrations/versions/bbbb_make_bbbb.py", "x = (\n")
    history = published.history()
    assert changes(history) == {}
    assert [(each.path, each.new) for each in history.problems] == [
        ("migrations/versions/bbbb_make_bbbb.py", True)
    ]


def test_two_folders_one_of_them_recursive(world: World) -> None:
    world.write(
        "alembic.ini",
        "[alembic]\nscript_location = migrations\nversion_locations = one two\n"
        "path_separator = space\nrecursive_version_locations = true\n",
    )
    world.write("one/aaaa_make_aaaa.py", source("aaaa"))
    world.write("two/deep/bbbb_make_bbbb.py", source("bbbb", "aaaa"))
    world.write("two/__pycache__/bad.py", "x = (")
    world.commit()
    world.publish()
    world.write("one/cccc_make_cccc.py", source("cccc", "bbbb"))
    world.git("add", "-A")
    for staged in (False, True):
        history = world.history(staged=staged)
        assert list(history.revisions) == ["aaaa", "bbbb", "cccc"]
        assert (ids(history.new), history.problems) == (["cccc"], ())


def test_a_folder_outside_the_repository(tmp_path: Path) -> None:
    world = World(tmp_path / "repository").start()
    outside = tmp_path / "library"
    world.write(
        "alembic.ini",
        f"[alembic]\nscript_location = migrations\nversion_locations = {outside} migrations/versions\n",
    )
    outside.mkdir()
    (outside / "aaaa_x.py").write_text(source("aaaa"))
    world.add("bbbb", "aaaa")
    world.commit()
    world.add("cccc", "bbbb")
    world.git("add", "-A")
    assert world.new() == world.new(staged=True) == ["cccc"]
    assert world.history().revisions["aaaa"].path == (outside / "aaaa_x.py").as_posix()


def test_a_merge_revision(published: World) -> None:
    published.add("cccc", "bbbb")
    published.add("dddd", "bbbb")
    published.add("0000", ("cccc", "dddd"))
    history = published.history()
    assert list(history.revisions) == ["aaaa", "bbbb", "cccc", "dddd", "0000"]
    assert history.heads == ("0000",)


def test_duplicates_leave_the_id_to_the_base(published: World) -> None:
    published.add("bbbb", "aaaa", name="aaa_first.py", body="x = 1")
    history = published.history()
    assert [[r.path[20:] for r in each.revisions] for each in history.duplicates] == [
        ["bbbb_make_bbbb.py", "aaa_first.py"]
    ]
    assert changes(history) == {}


def test_asked_by_id(published: World) -> None:
    published.add("cccc", "bbbb")
    assert published.selected("aaaa:head") == ["bbbb", "cccc"]
    assert published.selected("aa") == ["aaaa"]
    assert ids(published.history(ids=("bbbb",)).new) == ["bbbb"]
    with pytest.raises(UsageError, match="There is no revision `zzzz`"):
        published.selected("zzzz")


def test_all(published: World) -> None:
    published.add("cccc", "bbbb")
    history = published.history(all=True)
    assert (ids(history.selected), ids(history.new)) == (["aaaa", "bbbb", "cccc"], ["cccc"])


def test_a_thousand_files(world: World) -> None:
    names = [f"r{number:04}" for number in range(1_000)]
    world.line(*names)
    world.commit()
    world.publish()
    world.add("zzzz", "r0999")
    history = world.history()
    assert list(history.revisions) == [*names, "zzzz"]
    assert ids(history.new) == ["zzzz"]


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys, assay.history;"
        "print(*sorted({'alembic', 'sqlalchemy', 'sqlfluff', 'click', 'yaml', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_sha256_repository(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.git("init", "-q", "-b", "main", "--object-format=sha256")
    world.write("alembic.ini", "[alembic]\nscript_location = migrations\n")
    world.line("aaaa")
    world.commit()
    world.add("bbbb", "aaaa")
    world.git("add", "-A")
    assert world.new() == world.new(staged=True) == ["bbbb"]


def test_git_dir_alone_does_not_move_the_top_level(published: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(published.root)
    monkeypatch.setenv("GIT_DIR", ".git")
    project = find_project(published.root / "migrations", config=published.root / "alembic.ini")
    assert project.toplevel == published.root
    assert os.environ["GIT_DIR"] == ".git"
    assert read_history(project).heads == ("bbbb",)
