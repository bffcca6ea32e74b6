from importgraph.fixes.texts.documents import read_documents


def test_our_own_reports_are_no_documentation(write_project):
    root = write_project(
        {
            "README.md": "from a import b\n",
            "reports/report.md": "from a import b\n",
            "reports/report.json": '{\n "schema": "importgraph/analyze/1"\n}\n',
            "reports/notes.md": "",
            "other/report.md": "",
            "other/report.json": "{}",
        }
    )
    assert list(read_documents(root)) == ["README.md", "other/report.md", "reports/notes.md"]
