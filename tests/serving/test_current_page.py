from importgraph.serving.current_page import CurrentPage, Edition


def test_a_report_that_reads_the_same_is_no_new_edition():
    page = CurrentPage(Edition(1, b"a"))
    page.publish(b"a")
    assert page.edition.number == 1
    page.publish(b"b")
    assert page.edition == Edition(2, b"b")


def test_a_problem_is_gone_with_the_next_report():
    page = CurrentPage(Edition(1, b"a"))
    page.report("broken")
    assert page.edition == Edition(1, b"a", "broken")
    page.publish(b"a")
    assert page.edition == Edition(1, b"a")


def test_who_waits_in_vain_gets_what_there_is():
    page = CurrentPage(Edition(1, b"a"))
    assert page.after(page.edition, 0.01) is page.edition
    assert page.after(None, 5) is page.edition
