import pytest


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [
        ("test_a.py::test_no", False),
        ("test_a.py::TestB::test_no", False),
        ("test_a.py::TestB::test_x", True),
        ("test_b.py::test_no", True),
    ],
)
def test_node_ids_that_do_not_exist_end_the_session(doctor, asked, is_there):
    text = "class TestA:\n    def test_x(self): pass\nclass TestB(TestA): pass\n"
    found = doctor({"test_a.py": text, "test_b.py": "exec('def test_no(): pass')\n"}, asked)
    assert [one.kind.value for one in found.causes] == ([] if is_there else ["configuration"])
