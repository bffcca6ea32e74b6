"""Who gets what from the server."""

import http.client
import json
import socket
import threading

import pytest

from importgraph.errors import UsageError
from importgraph.serving.current_page import CurrentPage, Edition
from importgraph.serving.server import PageServer


@pytest.fixture
def server():
    with PageServer(CurrentPage(Edition(1, b"<p>report</p>"))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(30)


def ask(server, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def test_the_address_shows_the_report_in_a_frame(server):
    status, body, headers = ask(server, f"/{server.token}/")
    assert status == 200
    assert b'<iframe id="report"' in body
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert ask(server, f"/{server.token}/report")[:2] == (200, b"<p>report</p>")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/report",
        "//",
        "/wrong/",
        "/wrong/report",
        "/wrong/news",
        "{token}",
        "/{token}",
        "/{token}x/report",
    ],
)
def test_without_the_token_there_is_nothing(server, path):
    status, body, _ = ask(server, path.format(token=server.token))
    assert (status, body) == (404, b"There is nothing here.\n")


@pytest.mark.parametrize("path", ["etc/passwd", "../report", "report/", "%2e%2e/report", "assets/shell.js"])
def test_no_other_file_is_served(server, path):
    assert ask(server, f"/{server.token}/{path}")[0] == 404


def test_two_hosts_get_nothing(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    connection.putrequest("GET", f"/{server.token}/report")
    connection.putheader("Host", "evil.example")
    connection.endheaders()
    assert connection.getresponse().status == 404
    connection.close()


def test_the_name_of_a_host_has_no_case(server):
    assert ask(server, f"/{server.token}/report", Host=f"LocalHost:{server.server_port}")[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.org:80", ""])
def test_a_wrong_host_gets_nothing(server, host):
    """A page elsewhere could make its own name mean this machine (DNS rebinding)."""
    assert ask(server, f"/{server.token}/report", Host=host)[0] == 404


def test_both_names_of_this_machine_do(server):
    assert ask(server, f"/{server.token}/report", Host=f"localhost:{server.server_port}")[0] == 200


def test_only_reading_is_allowed(server):
    assert ask(server, f"/{server.token}/report", "POST")[0] == 501
    status, body, headers = ask(server, f"/{server.token}/report", "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", "13")


def test_it_listens_on_this_machine_alone_and_each_time_under_another_token(server):
    assert server.server_address[0] == "127.0.0.1"
    with PageServer(server.page) as other:
        assert other.token != server.token
        assert len(other.token) >= 32


def test_a_port_in_use_is_one_line(server):
    with pytest.raises(UsageError, match=rf"Port {server.server_port} is taken\. Choose another --port"):
        PageServer(server.page, server.server_port)


def test_news_come_with_each_edition_and_with_problems(server):
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=30) as connection:
        host = f"127.0.0.1:{server.server_port}"
        connection.sendall(f"GET /{server.token}/news HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        lines = iter(connection.makefile("rb"))

        def news():
            return json.loads(next(line for line in lines if line.startswith(b"data: "))[6:])

        assert news() == {"number": 1, "problem": ""}
        server.page.publish(b"<p>newer</p>")
        assert news() == {"number": 2, "problem": ""}
        server.page.report("it broke")
        assert news() == {"number": 2, "problem": "it broke"}
    assert ask(server, f"/{server.token}/report")[1] == b"<p>newer</p>"
