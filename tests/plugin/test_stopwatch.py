"""Spans that are charged with what no inner span took."""

from importgraph.plugin.stopwatch import Kind, Readings, Share, Stopwatch


class Machine:
    def __init__(self):
        self.now = self.lost = self.imported = self.rewrote = 0
        self.busy = False
        self.watch = Stopwatch(lambda: self.now, self.read, lambda: self.busy)

    def read(self):
        return Readings(self.lost, self.imported, self.rewrote)


def test_inner_spans_are_taken_out_and_inherit_the_file():
    machine = Machine()
    outer = machine.watch.enter("files", "test_a.py")
    machine.now, machine.imported = 10, 6
    inner = machine.watch.enter("plugins", owner="a: hook")
    machine.now, machine.imported, machine.rewrote = 25, 10, 1
    machine.watch.leave(inner)
    machine.now, machine.lost = 40, 5
    machine.watch.leave(outer)
    assert machine.watch.shares == {
        Kind("plugins", "test_a.py", "a: hook"): Share(own=15, imported=4, rewrote=1, times=1),
        Kind("files", "test_a.py"): Share(own=20, imported=6, rewrote=0, times=1),
    }


def test_a_span_inside_an_import_is_left_out():
    machine = Machine()
    outer = machine.watch.enter("files", "test_a.py")
    machine.busy = True
    inner = machine.watch.enter("parametrisation")
    machine.now = 10
    machine.watch.leave(inner)
    machine.busy = False
    machine.watch.leave(outer)
    assert machine.watch.shares == {Kind("files", "test_a.py"): Share(own=10, times=1)}


def test_spans_left_open_end_with_the_one_around_them():
    machine = Machine()
    outer = machine.watch.enter("files", "test_a.py")
    forgotten = machine.watch.enter("parametrisation")
    machine.now = 7
    machine.watch.leave(outer)
    machine.watch.leave(forgotten)
    assert machine.watch.shares == {Kind("files", "test_a.py"): Share(own=7, times=1)}
