"""GET /__admin/events as clients read it: over a raw socket, by curl, and over HTTP/2; also clients that do not read."""

import http.client
import json
import socket
import subprocess

import httpx
import pytest

from local_server import BOUND, FIXTURES, LocalServer, clean_environment, get

PATH = "/v2/apis/a1b2c3d4e5/integrations/abc123d"


@pytest.fixture
def start():
    started = []

    def begin(*arguments):
        server = LocalServer("--port", "0", "--fixtures", FIXTURES, "--log-level", "off", *arguments)
        started.append(server)
        return server

    yield begin
    for server in started:
        server.stop()


class RawStream:
    """A stream over a socket, whose chunks are read by hand."""

    def __init__(self, server, path="/__admin/events", *fields):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=BOUND)
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", *fields, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        self.file = self.socket.makefile("rb")
        self.head = []
        while (line := self.file.readline().strip()) != b"":
            self.head.append(line.decode())

    def piece(self):
        """The next chunk; empty at the end of the body."""
        count = int(self.file.readline(), 16)
        piece = self.file.read(count)
        assert self.file.readline() == b"\r\n"
        return piece.decode()

    def close(self):
        self.file.close()
        self.socket.close()


def events(text):
    """The events of a text: kind, id and data."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        if "event" in lines:
            found.append((lines["event"], int(lines["id"]), json.loads(lines["data"])))
    return found


def test_a_raw_client_gets_a_chunk_for_each_event_and_the_last_chunk_at_the_stop(start):
    server = start()
    stream = RawStream(server)
    assert stream.head[0] == "HTTP/1.1 200 OK"
    assert "Content-Type: text/event-stream" in stream.head
    assert "Transfer-Encoding: chunked" in stream.head
    assert stream.piece() == "retry: 1000\n\n"

    get(server, PATH)
    [(kind, number, [row])] = events(stream.piece())
    assert (kind, number) == ("requests", 1)
    assert row["operation"] == "GetIntegration" and row["target"] == PATH and row["status"] == 200
    assert row["requestId"]

    server.process.terminate()
    assert stream.piece() == ""
    stream.close()


def test_a_quiet_stream_gets_comments(start):
    server = start("--limit", "event-comment-pause=20ms")
    stream = RawStream(server)
    assert [stream.piece() for _ in range(3)] == ["retry: 1000\n\n", ":\n\n", ":\n\n"]
    stream.close()


def test_curl_reads_the_events_from_the_beginning(start):
    server = start()
    get(server, PATH, "/v2/apis")
    curl = subprocess.Popen(
        ["curl", "-sN", f"{server.endpoint}/__admin/events?since=0"], stdout=subprocess.PIPE, text=True,
        env=clean_environment())
    lines = []
    while not any(line.startswith("data: ") for line in lines):
        lines.append(curl.stdout.readline())
    curl.terminate()
    curl.wait(BOUND)
    curl.stdout.close()

    [(_, number, rows)] = events("".join(lines))
    assert number == 2
    assert [row["operation"] for row in rows] == ["GetIntegration", "GetApis"]


def test_http2_carries_events_beside_other_requests(start):
    server = start()
    with httpx.Client(base_url=server.endpoint, http1=False, http2=True, timeout=BOUND) as client:
        with client.stream("GET", "/__admin/events") as stream:
            pieces = stream.iter_text()
            assert stream.http_version == "HTTP/2"
            assert "content-length" not in stream.headers
            assert next(pieces) == "retry: 1000\n\n"
            get(server, PATH)
            [(kind, _, [row])] = events(next(pieces))
    assert (kind, row["operation"]) == ("requests", "GetIntegration")


def test_a_client_that_connects_again_gets_what_it_missed(start):
    server = start("--limit", "event-requests-max=2")
    stream = RawStream(server)
    get(server, PATH)
    stream.piece()
    [(_, number, _)] = events(stream.piece())
    stream.close()
    get(server, *[PATH] * 3)

    again = RawStream(server, "/__admin/events", f"Last-Event-ID: {number}")
    text = again.piece()
    while "event: requests" not in text:
        text += again.piece()
    again.close()

    dropped, requests = events(text)
    assert dropped == ("dropped", 4, {"count": 1})
    assert [row["number"] for row in requests[2]] == [3, 4]


def test_one_more_stream_than_the_limit_is_refused_until_one_ends(start):
    server = start("--limit", "event-streams-max=1")
    stream = RawStream(server)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=BOUND)
    connection.request("GET", "/__admin/events")
    refused = connection.getresponse()
    assert refused.status == 503
    assert "event-streams-max" in json.loads(refused.read())["message"]
    connection.close()
    stream.close()

    # The server sees the end of the first client in a turn of its loop, and a request of another may come before.
    while (again := RawStream(server)).head[0].split()[1] == "503":
        again.close()
    assert again.head[0] == "HTTP/1.1 200 OK"
    again.close()


def test_a_client_that_does_not_read_misses_requests_and_holds_up_nobody(start):
    server = start("--limit", "event-pause=1ms", "--limit", "event-requests-max=200")
    slow = socket.socket()
    slow.settimeout(BOUND)
    # Before the connection, so that little fits into the buffers of the system.
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(("127.0.0.1", server.port))
    slow.sendall(b"GET /__admin/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    reader = RawStream(server)
    reader.piece()

    # More bytes than the system keeps for a client that does not read, which are 4 MB.
    count = 3_000
    get(server, *[f"{PATH}?{'x' * 3_000}"] * count)
    seen = 0
    while seen < count:
        for kind, number, data in events(reader.piece()):
            seen = number
    reader.close()

    file = slow.makefile("rb")
    lines = [file.readline()]
    while b'"number":%d,' % count not in lines[-1]:
        lines.append(file.readline())
    file.close()
    slow.close()
    assert b"event: dropped\n" in lines
