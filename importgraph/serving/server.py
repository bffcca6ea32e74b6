"""The web server: one page, its report and news of it, on this machine alone, for whoever knows the token."""

import errno
import hmac
import os
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from importgraph.errors import UsageError
from importgraph.quoting import json_bytes
from importgraph.serving.current_page import CurrentPage, Edition
from importgraph.serving.shell import shell_page, shell_policy

LOOPBACK = "127.0.0.1"
_HEARTBEAT = 10.0
"""Seconds after which a listener that left is noticed."""
_MOST_LISTENERS = 32
_HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with."""

    status: HTTPStatus
    kind: str
    body: bytes
    policy: str = ""
    """The Content-Security-Policy, where the page has none of its own."""


class PageServer(ThreadingHTTPServer):
    """Hands out one page on the loopback address."""

    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # elsewhere it lets two servers have one port
    request_queue_size = 16

    def __init__(self, page: CurrentPage, port: int = 0, token: str = "") -> None:
        """Bind to a port.

        Raises:
            UsageError: If the port cannot be had.
        """
        self.page = page
        self.token = token or secrets.token_urlsafe(24)
        self.listeners = 0
        try:
            super().__init__((LOOPBACK, port), Handler)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = "is taken" if taken else f"cannot be had ({error.strerror})"
            raise UsageError(f"Port {port} {reason}.", "Choose another --port, or leave it out.") from error

    @property
    def address(self) -> str:
        """Where the page is, token and all."""
        return f"http://{LOOPBACK}:{self.server_port}/{self.token}/"

    @property
    def hosts(self) -> frozenset[str]:
        """What a browser that was sent here names as the host: other names are somebody else's idea."""
        return frozenset({f"{LOOPBACK}:{self.server_port}", f"localhost:{self.server_port}"})

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that left in the middle of an answer."""


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    server: PageServer
    server_version = "importgraph"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """Answer with a page, or with its news as long as somebody listens."""
        name = self._allowed()
        if name == "news":
            self._tell_news()
        else:
            self._send(self._answer(name))

    do_HEAD = do_GET  # noqa: N815 -- the name that http.server calls

    def _allowed(self) -> str | None:
        """Return what is asked for below the token; None where the host or the token is wrong."""
        _, token, *rest = self.path.partition("?")[0].split("/", 2) if self.path.startswith("/") else ("", "")
        known = hmac.compare_digest(token.encode("utf-8", "replace"), self.server.token.encode())
        named = [host.lower() for host in self.headers.get_all("Host", [])]
        if not known or len(named) != 1 or named[0] not in self.server.hosts:
            return None
        return rest[0] if rest else None

    def _answer(self, name: str | None) -> Answer:
        if name == "":
            return Answer(HTTPStatus.OK, _HTML, shell_page(), shell_policy())
        if name == "report":
            return Answer(HTTPStatus.OK, _HTML, self.server.page.edition.page)
        return Answer(HTTPStatus.NOT_FOUND, _TEXT, b"There is nothing here.\n")

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        headers = {**_HEADERS, "Content-Type": answer.kind, "Content-Length": str(len(answer.body))}
        if answer.policy:
            headers["Content-Security-Policy"] = answer.policy
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _tell_news(self) -> None:
        """Write the number of each edition as it comes (server-sent events), until the listener leaves."""
        self.close_connection = True
        if self.server.listeners >= _MOST_LISTENERS or self.command == "HEAD":
            self._send(Answer(HTTPStatus.SERVICE_UNAVAILABLE, _TEXT, b"Too many.\n"))
            return
        self.send_response(HTTPStatus.OK)
        for name, value in {**_HEADERS, "Content-Type": "text/event-stream"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.server.listeners += 1
        try:
            seen: Edition | None = None
            while True:
                found = self.server.page.after(seen, _HEARTBEAT)
                self.wfile.write(b": still here\n\n" if found is seen else _event(found))
                seen = found
        except OSError:
            return  # the listener left
        finally:
            self.server.listeners -= 1

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the signature of http.server
        """Write no log: addresses hold the token."""


def _event(edition: Edition) -> bytes:
    return b"data: %s\n\n" % json_bytes({"number": edition.number, "problem": edition.problem}, 0)
