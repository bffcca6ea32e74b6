"""An editor, as far as a language server sees one: JSON-RPC over the pipes of a process."""

import io
import json
import queue
import subprocess
import sys
import threading
from pathlib import Path


class Editor:
    """Speaks to `importgraph lsp`; every answer has to come within `patience` seconds."""

    patience = 60

    def __init__(self, folder, *options, capabilities=None, command=None):
        self.folder = Path(folder)
        command = command or [sys.executable, "-m", "importgraph", "lsp", *options]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder
        )
        self.arrived = queue.Queue()
        self.notes = []
        self.number = 0
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.server = self.ask(
            "initialize",
            processId=None,
            rootUri=self.folder.as_uri(),
            capabilities=capabilities or {},
            workspaceFolders=[{"uri": self.folder.as_uri(), "name": "folder"}],
        )
        self.tell("initialized")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.ask("shutdown")
            self.tell("exit")
        try:
            self.code = self.process.wait(self.patience)
        finally:
            self.process.kill()
            self.reader.join(self.patience)
            for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
                stream.close()

    def _read(self):
        stream = self.process.stdout
        while line := stream.readline():
            length = int(line.partition(b":")[2]) if line.lower().startswith(b"content-length") else 0
            while line.strip():
                line = stream.readline()
            self.arrived.put(json.loads(stream.read(length)))
        self.arrived.put(None)

    def _send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def tell(self, method, **params):
        self._send(method=method, params=params)

    def ask(self, method, **params):
        self.number += 1
        self._send(id=self.number, method=method, params=params)
        while True:
            message = self._next()
            if message.get("id") == self.number and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]

    def _next(self):
        message = self.arrived.get(timeout=self.patience)
        assert message is not None, self.process.stderr.read().decode()
        if "method" in message and "id" in message:
            self._send(id=message["id"], result=None)
        if "method" in message:
            self.notes.append(message)
        return message

    def wait_for(self, method, holds=lambda _: True):
        """Return the parameters of the next notification of a kind; one that came already counts."""
        while True:
            for index, note in enumerate(self.notes):
                if note["method"] == method and holds(note["params"]):
                    del self.notes[index]
                    return note["params"]
            self._next()

    def analysed(self):
        return self.wait_for("window/logMessage", lambda params: params["message"].startswith("analysed"))

    def uri(self, path):
        return (self.folder / path).as_uri()

    def open(self, path, text=None):
        text = (self.folder / path).read_bytes().decode() if text is None else text
        document = {"uri": self.uri(path), "languageId": "python", "version": 1, "text": text}
        self.tell("textDocument/didOpen", textDocument=document)

    def change(self, path, text):
        document = {"uri": self.uri(path), "version": 2}
        self.tell("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])

    def save(self, path, text):
        (self.folder / path).write_text(text, encoding="utf-8")
        self.tell("textDocument/didSave", textDocument={"uri": self.uri(path)})

    def at(self, method, path, line, character=0):
        place = {"line": line, "character": character}
        return self.ask(method, textDocument={"uri": self.uri(path)}, position=place)

    def hover(self, path, line, character=0):
        found = self.at("textDocument/hover", path, line, character)
        return found["contents"]["value"] if found else None

    def actions(self, path, line):
        place = {"line": line, "character": 0}
        return self.ask(
            "textDocument/codeAction",
            textDocument={"uri": self.uri(path)},
            range={"start": place, "end": place},
            context={"diagnostics": []},
        )


def applied(text, edits):
    """Return a text after edits of a code action, all of whole lines."""
    lines = list(io.StringIO(text, newline=""))
    for edit in sorted(edits, key=lambda one: -one["range"]["start"]["line"]):
        first, last = edit["range"]["start"], edit["range"]["end"]
        assert first["character"] == last["character"] == 0
        lines[first["line"] : last["line"]] = [edit["newText"]]
    return "".join(lines)
