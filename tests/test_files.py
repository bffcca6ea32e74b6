from importgraph.files import RecentTexts


def test_the_texts_asked_for_last_are_kept():
    texts = RecentTexts(most=10)
    read = []

    def get(path):
        def text():
            read.append(path)
            return path * 4

        return texts.get(path, text)

    assert [get(path) for path in "ab"] == ["aaaa", "bbbb"]
    assert get("a") == "aaaa"
    get("c")  # b goes: it was not asked for longest
    get("a")
    get("b")
    assert read == ["a", "b", "c", "b"]


def test_a_text_larger_than_all_is_given_all_the_same():
    texts = RecentTexts(most=1)
    assert texts.get("a", lambda: "long") == "long"
    assert texts.get("a", lambda: "other") == "long"


def test_of_many_texts_few_are_kept():
    texts = RecentTexts(most=10, few=4)
    for path in "abcde":
        texts.get(path, lambda path=path: path * 2)
    assert texts.get("a", lambda: "read again") == "aa"
    texts.get("f", lambda: "ff")
    assert texts.get("a", lambda: "?") == "aa"
    assert texts.get("b", lambda: "?") == "?"
