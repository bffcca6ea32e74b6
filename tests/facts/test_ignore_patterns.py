import re
import subprocess
import time

import pytest
from git_repos import Repo
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from importgraph.facts.ignore_patterns import ignore_spec, is_valid

PARTS = st.sampled_from(["*", "**", "a", "b", "?", "/", "[ab]", "[!a]", ".", "\\*", "(", "+", "!", "#", "é"])
NAMES = st.sampled_from(["a", "b", "ab", "aab", "a.b", "b(a+", "é", "*"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
COSTLY = ["*a" * 60 + "b", "*a?" * 40 + "b", "*[a]" * 40 + "b", "*" * 300 + "b", "*\\a" * 30 + "b"]


@settings(max_examples=300, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=8).map("".join), PATHS, st.booleans())
def test_a_pattern_matches_what_pathspec_says(pattern, path, folder):
    path += "/" * folder
    if not is_valid(pattern) or pattern.count("**") > 3 or ("[!a]" in pattern and "/" in path):
        return  # the last: to pathspec a negated class matches a slash
    theirs = GitIgnoreSpec.from_lines([pattern]).check_file(path).include
    assert ignore_spec([pattern]).check_file(path).include == theirs


@pytest.mark.parametrize("pattern", ["*[!a]*b", "b[!a]b", "[!a]b/", "a*[!b]"])
@pytest.mark.parametrize("path", ["b/b", "bbb", "xb", "a/xb", "b/xab", "ab/b"])
def test_a_negated_class_matches_no_slash_as_git_has_it(tmp_path, pattern, path):
    Repo(tmp_path).write({".gitignore": f"{pattern}\n", path: ""})
    done = subprocess.run(["git", "check-ignore", "-q", path], cwd=tmp_path, check=False)
    parts = path.split("/")
    folders = ["/".join(parts[:end]) + "/" for end in range(1, len(parts))]
    spec = ignore_spec([pattern])
    assert any(spec.check_file(one).include for one in (*folders, path)) == (done.returncode == 0)


@pytest.mark.parametrize("pattern", COSTLY)
def test_no_pattern_takes_for_ever(pattern):
    start = time.process_time()
    assert ignore_spec([pattern]).check_file("a" * 255 + "/" + "a" * 255).include is None
    assert time.process_time() - start < 1


def test_what_is_no_pattern_matches_nothing_and_the_others_count():
    spec = ignore_spec(["*.pyc\\", "build/", "a/**/a/**/a/**/a/**/a", "!", "", "# why"])
    assert spec.check_file("build/").include
    assert spec.check_file("x.pyc").include is None
    assert spec.check_file("a/a/a/a/a").include is None
    assert len(spec.patterns) == 1
    assert isinstance(spec.patterns[0].regex, re.Pattern)
