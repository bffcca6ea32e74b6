from importgraph.errors import ConfigError
from importgraph.serving.current_page import CurrentPage, Edition
from importgraph.serving.live import follow


def made(*outcomes, changes=None):
    page, said, left = CurrentPage(Edition(1, b"old")), [], list(outcomes)

    def render():
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    follow(page, render, changes or [None] * len(outcomes), said.append)
    return page.edition, said


def test_each_change_makes_the_report_anew():
    assert made(b"new", b"newer") == (Edition(3, b"newer"), [])


def test_what_fails_is_said_and_the_report_stays():
    assert made(b"new", ConfigError("unknown key.", "Mend it."))[0] == Edition(
        2, b"new", "unknown key. Mend it."
    )
    assert made(ValueError("odd"))[0].problem.startswith("internal error: ")
    assert made(ValueError("odd"), b"new")[0] == Edition(2, b"new")


def test_a_system_that_watches_no_more_files_is_said():
    def refused():
        raise OSError(28, "No space left on device")
        yield

    edition, said = made(changes=refused())
    assert said == ["Changes cannot be followed: No space left on device."]
    assert edition == Edition(1, b"old", "Changes are not followed: No space left on device.")
