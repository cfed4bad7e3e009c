"""The exchange with a backend, byte by byte, with TLS and without: what goes out, what comes back, and whether the
connection carries another. The two have clients of their own, which must agree."""

import contextlib
import queue
import socket
import ssl
import threading

import pytest

from local_server import BOUND, LocalServer
from test_invoke import call, client_of, make_api, proxy_integration


class RawBackend:
    """A server that plays answers as bytes. Each answer but the last of a connection keeps it."""

    def __init__(self, scheme, certificates):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"{scheme}://localhost:{self.listener.getsockname()[1]}"
        self.context = None
        if scheme == "https":
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificates / "server.pem", certificates / "server-key.pem")
        self.connections = 0
        # The requests that came, and the answers to come: bytes, and whether the connection ends behind them.
        self.requests, self.answers = queue.Queue(), queue.Queue()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                connection.settimeout(BOUND)
                self.connections += 1
                threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        with contextlib.suppress(OSError):
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as received:
                while request := self.request(received):
                    self.requests.put(request)
                    answer, ends = self.answers.get(timeout=BOUND)
                    connection.sendall(answer)
                    if ends:
                        # The client sees the end of the bytes and no reset.
                        connection.shutdown(socket.SHUT_WR) if not self.context else connection.unwrap()
                        return

    @staticmethod
    def request(received):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = received.readline()
            if not line:
                return None
            head += line
        lines = head.decode().split("\r\n")[:-2]
        length = next((int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:")), 0)
        return lines, received.read(length)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls") / "made"
    with LocalServer("--port", "0", "--tls", "auto", "--tls-dir", folder):
        return folder


@pytest.fixture(scope="module")
def server(certificates):
    # Each loop keeps connections of its own.
    with LocalServer("--port", "0", "--event-loops", "1", "--upstream-ca", certificates / "ca.pem") as started:
        yield started


@pytest.fixture(params=["http", "https"])
def backend(request, certificates):
    made = RawBackend(request.param, certificates)
    yield made
    made.listener.close()


@pytest.fixture
def ask(server, backend):
    """Calls the backend, which answers so."""
    api_id = make_api(client_of(server), {"ANY /{proxy+}": proxy_integration(f"{backend.url}/{{proxy}}")})

    def ask(answer, method="GET", path="/a", ends=False, body=None, **headers):
        backend.answers.put((answer, ends))
        return call(server, api_id, method, path, body, headers)

    return ask


HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nT: 1\r\n\r\n"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
@pytest.mark.parametrize("body", [None, b"x" * 300_000])
def test_each_method_goes_out_with_its_body(backend, ask, method, body):
    answer = HELLO.removesuffix(b"hello") if method == "HEAD" else HELLO

    status, _, received = ask(answer, method, "/a%20b?c=d&c=", body=body)

    lines, sent = backend.requests.get(timeout=BOUND)
    names = [line.partition(":")[0].lower() for line in lines[1:]]
    sends = body is not None and method != "HEAD"
    assert status == 200 and received == (b"" if method == "HEAD" else b"hello")
    assert lines[0] == f"{method} /a%20b?c=d&c= HTTP/1.1"
    assert names[0] == "host" and names.count("host") == 1
    assert sent == (body if sends else b"")
    lengths = [int(line.partition(":")[2]) for line in lines[1:] if line.lower().startswith("content-length:")]
    assert lengths == ([] if method == "HEAD" else [len(sent)])
    assert not {"transfer-encoding", "expect", "accept", "content-type"} & set(names)


@pytest.mark.parametrize("answer, ends", [
    (HELLO, False), (CHUNKS, False), (HELLO.replace(b"\r\n", b"\n"), False),
    (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + HELLO, False),
    (b"HTTP/1.1 200 OK\r\n\r\nhello", True), (b"HTTP/1.0 200 OK\r\n\r\nhello", True),
    (b"HTTP/1.1 200\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", True),
])
def test_an_answer_in_each_form_is_the_same_answer(ask, answer, ends):
    status, headers, body = ask(answer, ends=ends)

    assert (status, body, headers["Content-Length"]) == (200, b"hello", "5")
    assert headers["Link"] is None and headers["T"] is None


@pytest.mark.parametrize("answer", [
    b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n", b"SSH-2.0-server\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
])
def test_an_answer_that_is_none_is_the_gateways_error(ask, answer):
    status, _, body = ask(answer, ends=True)

    assert (status, body) == (503, b'{"message":"Service Unavailable"}')


@pytest.mark.parametrize("answer, keeps", [
    (HELLO, True), (CHUNKS, True), (b"HTTP/1.1 204 No Content\r\n\r\n", True),
    (HELLO.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"), False),
    (HELLO.replace(b"HTTP/1.1", b"HTTP/1.0"), False),
])
def test_a_connection_is_used_again_if_the_backend_keeps_it(backend, ask, answer, keeps):
    for number in range(1, 4):
        assert ask(answer)[0] in (200, 204)
        assert backend.connections == (1 if keeps else number)


@pytest.mark.parametrize("method, expected", [("GET", 200), ("PUT", 200), ("DELETE", 200), ("POST", 503), ("PATCH", 503)])
def test_a_request_goes_again_if_it_may(backend, ask, method, expected):
    assert ask(HELLO)[0] == 200
    # The kept connection ends without an answer, and a new one has the next answer.
    backend.answers.put((b"", True))

    status, _, _ = ask(HELLO, method)

    if expected == 503:
        backend.answers.get(timeout=BOUND)
    assert status == expected
    assert backend.requests.qsize() == (3 if expected == 200 else 2)


def test_a_folded_first_line_behind_another_answer_harms_nobody(ask):
    # An older libcurl (7.88) joins it to a line of the answer before, whose memory is free.
    for _ in range(3):
        assert ask(HELLO.replace(b"OK\r\n", b"OK\r\nA: b\r\n"))[0] == 200
        assert ask(HELLO.replace(b"OK\r\n", b"OK\r\n folded: line\r\n"), ends=True)[0] == 503

    assert ask(HELLO)[0] == 200
