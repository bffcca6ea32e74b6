"""What is measured again, and what is not."""

from pathlib import Path

from importgraph.edits import savings
from importgraph.measurements.turns import Program, Taken, noise


def measured(monkeypatch, *rows):
    """Measure with figures that are given: of each turn, what both programs took. Return the rounds too."""
    asked, left = [], list(rows)

    def in_turn(_, rounds):
        asked.append(rounds)
        before, after = left.pop(0)
        return {"before": Taken(before, before), "after": Taken(after, after)}

    monkeypatch.setattr(savings, "in_turn", in_turn)
    program = Program("python", "app", (Path(),))
    return asked, *savings.measure_both(program, program, 4)


def test_a_clear_saving_is_measured_once(monkeypatch):
    asked, before, after = measured(monkeypatch, ((50.0, 51.0, 52.0, 50.0), (30.0, 31.0, 30.0, 32.0)))
    assert asked == [4]
    assert before.best - after.best == 20.0


def test_what_noise_hides_is_measured_again_and_all_rounds_count(monkeypatch):
    crowded = ((70.0, 60.0, 80.0, 62.0), (61.0, 75.0, 66.0, 90.0))
    quiet = ((50.0, 50.5) * 4, (40.0, 40.5) * 4)
    asked, before, after = measured(monkeypatch, crowded, quiet)
    assert asked == [4, 8]
    assert (len(before.both), len(after.both)) == (12, 12)
    assert before.best - after.best == 10.0 > noise(before, after)
