"""A client on one connection that stays open: one request at a time, whose answer must have the status that is wanted."""

import socket
import sys


class Connection:
    """A connection to a port of this machine, closed at the end of a `with`. Its headers go with each request."""

    def __init__(self, port, headers):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = self.socket.makefile("rb")
        self.headers = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "127.0.0.1", **headers}.items())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.answers.close()
        self.socket.close()

    def ask(self, method, path, status, body=b""):
        """The body of the answer to one request; ends the program if the status is another."""
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        self.socket.sendall(f"{method} {path} HTTP/1.1\r\n{self.headers}{length}\r\n".encode() + body)
        first, count = self.answers.readline(), 0
        while (line := self.answers.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                count = int(value)
        answer = self.answers.read(count)
        if f" {status} ".encode() not in first:
            sys.exit(f"{method} {path} was answered {first!r} {answer[:200]!r}, not {status}")
        return answer
