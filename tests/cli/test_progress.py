"""What is shown while work goes on."""

from importgraph.cli.options import load
from importgraph.cli.progress import ShownProgress, ShownSteps, progress_on_stderr, steps_on_stderr
from importgraph.config import Partial
from importgraph.project import open_project


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def shown(*, on_terminal):
    written, clock = [], Clock()
    return ShownProgress(on_terminal=on_terminal, write=written.append, clock=clock), written, clock


def test_a_terminal_shows_one_line_and_nothing_in_the_end():
    progress, written, _ = shown(on_terminal=True)
    for done in range(3):
        progress.reading(done, 2)
    assert written == ["\r\033[Kreading 0 of 2 files", "\r\033[Kreading 1 of 2 files", "\r\033[K"]


def test_what_takes_long_says_how_much_is_left():
    progress, written, clock = shown(on_terminal=True)
    progress.reading(0, 8000)
    clock.now = 10.0
    progress.reading(2000, 8000)
    clock.now = 200.0
    progress.reading(4000, 8000)
    assert written[1:] == [
        "\r\033[Kreading 2,000 of 8,000 files, some 30 s left",
        "\r\033[Kreading 4,000 of 8,000 files, some 3 min left",
    ]


def test_without_a_terminal_a_line_comes_now_and_then():
    progress, written, clock = shown(on_terminal=False)
    for second in range(12):
        clock.now = float(second)
        progress.stage("checking rules", second, 12)
    progress.stage("checking rules", 12, 12)
    begins = [f"checking rules {done} of 12" for done in (0, 5, 10)]
    assert [line.partition(" steps")[0] for line in written[:3]] == begins
    assert written[3] == "checking rules 12 of 12 steps\n"
    assert len(written) == 4


def test_it_is_shown_where_it_is_asked_for(capfd):
    assert progress_on_stderr(quiet=False, asked=False) is None
    assert progress_on_stderr(quiet=True, asked=True) is not None


def test_a_project_tells_each_stage_to_its_end(write_project):
    told = []
    root = write_project({"a.py": "import b\n", "b.py": ""})
    project = open_project(root, Partial({})).with_stages(lambda *stage: told.append(stage))
    assert project.findings is not None
    assert project.proposals is not None
    names = list(dict.fromkeys(what for what, _, _ in told))
    assert names == ["putting the graph together", "checking rules", "working out proposals"]
    for name in names:
        steps = [(done, total) for what, done, total in told if what == name]
        assert [done for done, _ in steps] == list(range(steps[0][1] + 1))


def test_steps_that_nothing_counts_say_how_long_they_take():
    progress, written, clock = shown(on_terminal=True)
    steps = ShownSteps(progress)
    steps.again()
    steps("importing as they are", 0, 3)
    steps("importing as they are", 2, 3)
    steps("collecting tests as they are")
    clock.now = 30.0
    steps.again()
    assert [line.removeprefix("\r\033[K") for line in written] == [
        "importing as they are 0 of 3 modules",
        "importing as they are 2 of 3 modules",
        "collecting tests as they are",
        "collecting tests as they are, 30 s so far",
    ]


def test_without_a_terminal_steps_are_silent_at_first():
    written, clock = [], Clock()
    steps = ShownSteps(ShownProgress(on_terminal=False, patience=5.0, write=written.append, clock=clock))
    for second in range(12):
        clock.now = float(second)
        steps("reading the changed copy")
    assert written == [f"reading the changed copy, {second} s so far\n" for second in (5, 10)]


def test_a_quiet_run_shows_no_steps(capfd):
    with steps_on_stderr(quiet=True) as steps:
        steps("copying")
    assert capfd.readouterr().err == ""


def test_a_part_that_takes_long_is_named():
    progress, written, clock = shown(on_terminal=True)
    steps = ShownSteps(progress)
    steps("importing", 0, 3, "app.quick")
    steps("importing", 1, 3, "app.slow")
    clock.now = 9.0
    steps.again()
    assert written[-1].endswith("importing 1 of 3 modules, some 18 s left, at app.slow for 9 s")


def test_a_reader_that_is_not_used_is_said(write_project, monkeypatch, capfd):
    monkeypatch.setattr("importgraph.facts.reader.refused_reader", lambda: "it was built from other sources")
    root = write_project({"a.py": ""})
    load(root, no_cache=True)
    assert "The compiled reader of files is not used, for it was built from other" in capfd.readouterr().err
    load(root, no_cache=True, quiet=True)
    assert capfd.readouterr().err == ""
