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
