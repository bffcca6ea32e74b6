"""The page as text: one file, its own script and style alone, data that nothing can break out of."""

import base64
import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_trees import data_of

from importgraph.report.page import SCRIPTS, asset, joined_scripts, policy, render


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_our_script_and_style_alone() -> None:
    page = render({"strings": []}, "shop")
    [said] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    [style] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert said == policy(script, style)
    assert f"script-src {digest(script)};" in said
    assert f"style-src {digest(style)};" in said
    assert said.startswith("default-src 'none';")
    assert "unsafe" not in said


def test_the_page_names_no_address_but_the_namespace_of_svg() -> None:
    page = render({}, "shop")
    assert set(re.findall(r"https?://[^\s\"'`<)]+", page)) == {"http://www.w3.org/2000/svg"}
    assert not re.findall(r"<(?:link|img|iframe|object|embed)[^>]+(?:src|href)=\"(?!data:)", page)
    assert "@import" not in page
    assert "url(" not in asset("page.css")


def test_every_script_of_the_folder_is_joined() -> None:
    from importgraph.report import page

    folder = page.files("importgraph.report") / "assets"
    assert {one.name for one in folder.iterdir() if one.name.endswith(".js")} == set(SCRIPTS)
    for name in SCRIPTS:
        assert asset(name).strip() in joined_scripts()


@pytest.mark.parametrize(
    "banned", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
)
def test_no_script_writes_markup(banned: str) -> None:
    assert banned not in joined_scripts()


def test_scripts_stay_short() -> None:
    assert max(asset(name).count("\n") for name in SCRIPTS) <= 300


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_data_stay_data_whatever_they_hold(text: str) -> None:
    page = render({"name": text, "key": {text: [text]}}, "t")
    assert data_of(page) == {"name": text, "key": {text: [text]}}


@pytest.mark.parametrize(
    "text",
    ["</script><script>alert(1)</script>", "<!--<script>", "@@script@@", "]]>", "\u2028</style>", "@@data@@"],
)
def test_nothing_ends_the_element_that_holds_the_data(text: str) -> None:
    page = render({"name": text}, text)
    assert data_of(page) == {"name": text}
    assert len(re.findall(r"<script\b", page)) == 2
    assert page.count("</script>") == 2
    assert "alert(1)</script>" not in page
