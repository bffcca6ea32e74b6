"""Reading records: whole, cut short, or missing."""

import pytest

from importgraph.measurements.trace import read_trace

START = '["start","3.12.1","cpython-312",["sys"],5,1000,7]\n'


def begin(number, parent, name, at):
    return f'["begin",{number},{parent},7,"{name}","x","x.py",1,"module","import",{at}]\n'


def done(number, own, cumulative):
    return f'["done",{number},{own},{cumulative},{own},{cumulative},"bytecode","m.py",null,null,false]\n'


def test_a_killed_run_gives_open_modules_the_time_until_the_end(tmp_path):
    record = tmp_path / "r"
    record.write_text(
        START + begin(1, 0, "a", 10) + begin(2, 1, "b", 20) + done(2, 30, 30) + begin(3, 1, "c", 60)
    )
    trace = read_trace(record, ended_ns=1000 + 160)
    a, b, c = trace.loads
    assert (c.how, c.self_ns) == ("unfinished", 100)
    assert (b.self_ns, a.cumulative_ns, a.self_ns) == (30, 150, 20)
    assert trace.end is None
    assert trace.total_ns == 160


@pytest.mark.parametrize("rest", ['["begin",2,1,7,"b"', '["done",1,5', "[", '["begin",2,"\\ud'])
def test_a_line_cut_short_is_left_out(tmp_path, rest):
    record = tmp_path / "r"
    record.write_text(START + begin(1, 0, "a", 10) + rest)
    assert [load.name for load in read_trace(record, 2000).loads] == ["a"]


def test_a_record_that_never_began(tmp_path):
    assert read_trace(tmp_path / "absent", 0) is None
    (tmp_path / "empty").write_text("")
    assert read_trace(tmp_path / "empty", 0) is None
