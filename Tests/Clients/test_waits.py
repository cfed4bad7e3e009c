"""Answers that come later over HTTP/2: streams of one connection that wait for a delay, for a request in the journal or
for a reload, by h2, in plain text and over TLS.

The clock stands until a test moves it. A server handles the streams of a connection in their order, so an answer of the
last stream shows that the streams before it wait. Nothing here sleeps.
"""

import contextlib
import json
import socket
import ssl
import struct

import h2.config
import h2.connection
import h2.events
import pytest

from local_server import BOUND, FIXTURES
from test_admin import admin

API = "/v2/apis/a1b2c3d4e5"
INTEGRATION = API + "/integrations/abc123d"
APIS = "/v2/apis"
HEALTH = "/__admin/health"
DATA, HEADERS, RST_STREAM, PING, GOAWAY = 0, 1, 3, 6, 7
DELAYS = [
    {"match": {"operation": operation}, "then": {"delay": delay}}
    for operation, delay in [("GetApi", "3s"), ("GetIntegration", "1s"), ("GetApis", "2s")]
]


class Client:
    """A connection by h2, with the streams in the order in which the server ended them."""

    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=BOUND)
        if server.is_secure:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.set_alpn_protocols(["h2"])
            self.socket = context.wrap_socket(self.socket)
            assert self.socket.selected_alpn_protocol() == "h2"
        self.connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.connection.initiate_connection()
        self.answers = {}
        self.ended = []
        self.reset = {}
        self.received = b""
        self.flush()

    def flush(self):
        self.socket.sendall(self.connection.data_to_send())

    def send(self, path, method="GET"):
        """Sends a request; gives its stream."""
        stream = self.connection.get_next_available_stream_id()
        fields = [(":method", method), (":scheme", "http"), (":authority", "localhost"), (":path", path)]
        if method == "POST":
            fields.append(("content-type", "application/json"))
        self.connection.send_headers(stream, fields, end_stream=True)
        self.flush()
        return stream

    def cancel(self, stream):
        self.connection.reset_stream(stream, error_code=8)
        self.flush()

    def read(self):
        """Takes what has come; false at the end of the connection."""
        received = self.socket.recv(65536)
        self.received += received
        for event in self.connection.receive_data(received):
            if isinstance(event, h2.events.ResponseReceived):
                self.answers[event.stream_id] = [int(dict(event.headers)[":status"]), b""]
            elif isinstance(event, h2.events.DataReceived):
                self.answers[event.stream_id][1] += event.data
            elif isinstance(event, h2.events.StreamEnded):
                self.ended.append(event.stream_id)
            elif isinstance(event, h2.events.StreamReset):
                self.reset[event.stream_id] = event.error_code
        if received:
            self.flush()
        return bool(received)

    def until(self, *streams):
        """Reads until the server has ended these streams; gives all that it has ended since the last call."""
        while not set(streams) <= set(self.ended):
            assert self.read(), f"the connection ended; answered: {self.ended}, reset: {self.reset}"
        ended, self.ended = self.ended, []
        return ended

    def pass_by(self):
        """Asks for the health; gives the streams that were ended before its own."""
        *others, last = self.until(stream := self.send(HEALTH))
        assert last == stream
        return others

    def status(self, stream):
        return self.answers[stream][0]

    def document(self, stream):
        return json.loads(self.answers[stream][1])

    def whole_frames(self):
        """Head and payload of every frame of the server that has come as a whole."""
        rest = self.received
        while len(rest) >= (end := 9 + int.from_bytes(rest[:3], "big")):
            yield rest[:9], rest[9:end]
            rest = rest[end:]

    def frames(self):
        """Type and stream of each of them."""
        return [(head[3], int.from_bytes(head[5:], "big")) for head, _ in self.whole_frames()]

    def close(self):
        self.socket.close()

    def reset_connection(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def stop_sending(self):
        # Not SSLSocket's own, which forgets the session and with it how to read.
        socket.socket.shutdown(self.socket, socket.SHUT_WR)

    def end_its_side(self):
        """Ends the sending side and reads to the end of the server's."""
        self.stop_sending()
        while self.socket.recv(65536):
            pass
        self.socket.close()


@pytest.fixture(params=["plain", "tls"])
def serve(request, start, tmp_path):
    """Starts servers whose clock stands. Their admin API is called in plain text, which the port takes beside TLS."""
    def start_server(*arguments):
        options = ("--tls", "auto", "--tls-dir", tmp_path / "tls") if request.param == "tls" else ()
        server = start("--fixtures", FIXTURES, "--clock", "manual", "--log-level", "off", *options, *arguments)
        server.is_secure = request.param == "tls"
        server.endpoint = f"http://127.0.0.1:{server.port}"
        return server

    return start_server


@pytest.fixture
def connect_to():
    """Opens connections, and closes those that a test leaves open."""
    with contextlib.ExitStack() as stack:
        def connect(server):
            client = Client(server)
            stack.callback(client.close)
            return client
        yield connect


def advance(server, time):
    status, answer = admin(server, "POST", "clock", {"advance": time})
    assert status == 200, answer


def add_delays(server):
    for rule in DELAYS:
        status, answer = admin(server, "POST", "faults", rule)
        assert status in (200, 201), answer


def test_delayed_streams_of_a_connection_are_answered_at_their_own_times(serve, connect_to):
    server = serve()
    add_delays(server)
    client = connect_to(server)
    long, short, middle = client.send(API), client.send(INTEGRATION), client.send(APIS)
    assert client.pass_by() == []
    advance(server, "999ms")
    assert client.pass_by() == []
    advance(server, "1ms")
    assert client.until(short) == [short]
    advance(server, "1999ms")
    assert client.until(middle) == [middle]
    assert client.pass_by() == []
    advance(server, "1ms")
    assert client.until(long) == [long]
    assert client.document(short)["integrationId"] == "abc123d"
    assert client.document(long)["apiId"] == "a1b2c3d4e5"
    assert len(client.document(middle)["items"]) == 3


def test_streams_that_wait_for_requests_are_answered_by_the_requests_of_other_streams(serve, connect_to):
    server = serve()
    client = connect_to(server)
    requests = client.send("/__admin/requests?operation=GetApi&wait=20s")
    calls = client.send("/__admin/calls?operation=GetApis&wait=20s")
    nothing = client.send("/__admin/requests?operation=DeleteApi&wait=20s")
    assert client.pass_by() == []
    first = client.send(API)
    assert sorted(client.until(first, requests)) == [requests, first]
    assert client.pass_by() == []
    second = client.send(APIS)
    assert sorted(client.until(second, calls)) == [calls, second]
    advance(server, "19999ms")
    assert client.pass_by() == []
    advance(server, "1ms")
    assert client.until(nothing) == [nothing]
    assert [entry["target"] for entry in client.document(requests)["requests"]] == [API]
    assert [call["operation"] for call in client.document(calls)["calls"]] == ["GetApis"]
    assert client.document(nothing)["requests"] == []


def test_a_wait_of_one_connection_is_ended_by_a_request_of_another(serve, connect_to):
    server = serve()
    waiting, asking = connect_to(server), connect_to(server)
    stream = waiting.send("/__admin/requests?since=0&wait=20s")
    assert waiting.pass_by() == []
    asking.until(asking.send(API))
    assert waiting.until(stream) == [stream]
    assert [entry["number"] for entry in waiting.document(stream)["requests"]] == [1]


def test_a_reload_is_awaited_by_its_stream_alone(serve, connect_to):
    server = serve()
    add_delays(server)
    client = connect_to(server)
    delayed = client.send(API)
    reload = client.send("/__admin/reload?keep=created", method="POST")
    assert client.until(reload) == [reload]
    assert client.status(reload) == 200
    assert client.document(reload)["kept"] == {"resources": 0, "rules": 3}
    assert client.pass_by() == []
    advance(server, "3s")
    assert client.until(delayed) == [delayed]


def test_a_delayed_stream_that_the_client_cancels_gets_no_frame_and_the_others_their_answers(serve, connect_to):
    server = serve()
    add_delays(server)
    client = connect_to(server)
    before, cancelled, after = client.send(INTEGRATION), client.send(INTEGRATION), client.send(INTEGRATION)
    assert client.pass_by() == []
    client.cancel(cancelled)
    assert client.pass_by() == []
    advance(server, "1s")
    assert sorted(client.until(before, after)) == [before, after]
    assert client.pass_by() == []
    assert cancelled not in [stream for _, stream in client.frames()]
    assert GOAWAY not in [kind for kind, _ in client.frames()]


def test_a_wait_that_the_client_cancels_leaves_its_place_to_another(serve, connect_to):
    server = serve("--limit", "waits-max=2")
    client = connect_to(server)
    path = "/__admin/requests?operation=GetApi&wait=20s"
    first, second, refused = client.send(path), client.send(path), client.send(path)
    assert client.until(refused) == [refused]
    assert client.status(refused) == 503
    client.cancel(first)
    third = client.send(path)
    assert client.pass_by() == []
    asked = client.send(API)
    assert sorted(client.until(asked, second, third)) == [second, third, asked]
    assert client.document(second) == client.document(third)
    assert first not in [stream for _, stream in client.frames()]


@pytest.mark.parametrize("end", [Client.close, Client.reset_connection, Client.end_its_side])
def test_a_connection_that_ends_takes_its_waits_with_it(serve, connect_to, end):
    server = serve("--limit", "waits-max=2")
    add_delays(server)
    path = "/__admin/requests?operation=DeleteApi&wait=20s"
    gone = connect_to(server)
    gone.send(path), gone.send(path)
    if end is not Client.end_its_side:
        gone.send(API), gone.send(INTEGRATION)
    assert gone.pass_by() == []
    end(gone)
    client = connect_to(server)
    waiting = []
    while len(waiting) < 2:
        # The server learns of the end in its own time. Until then the places are taken, and the answer is a 503.
        stream = client.send(path)
        refused = client.pass_by()
        waiting += [stream] if refused == [] else []
    assert client.pass_by() == []
    advance(server, "20s")
    assert sorted(client.until(*waiting)) == waiting
    assert [client.document(stream)["requests"] for stream in waiting] == [[], []]


def test_a_client_that_ends_its_side_gets_the_delayed_answer_and_no_other(serve, connect_to):
    server = serve()
    add_delays(server)
    client = connect_to(server)
    delayed, waiting = client.send(API), client.send("/__admin/requests?operation=DeleteApi&wait=20s")
    assert client.pass_by() == []
    client.received = b""
    client.stop_sending()
    advance(server, "3s")
    while received := client.socket.recv(65536):
        client.received += received
    frames = client.frames()
    assert [kind for kind, stream in frames if stream == delayed] == [HEADERS, DATA]
    assert [kind for kind, stream in frames if stream == waiting] == [RST_STREAM]
    assert b'"apiId":"a1b2c3d4e5"' in client.received


def test_a_server_that_stops_answers_the_streams_that_wait_and_ends(serve, connect_to):
    server = serve()
    add_delays(server)
    client = connect_to(server)
    delayed, waiting = client.send(API), client.send("/__admin/requests?operation=DeleteApi&wait=20s")
    cancelled = client.send("/__admin/calls?operation=DeleteApi&wait=20s")
    client.cancel(cancelled)
    assert client.pass_by() == []
    # Read as frames, because h2 takes no answer behind the notice that a server stops.
    client.received = b""
    server.process.terminate()
    while PING not in [kind for kind, _ in client.frames()]:
        client.received += client.socket.recv(65536)
    # The server's notice ends with a PING, whose answer tells it that no request is on its way any more.
    ping = next(payload for head, payload in client.whole_frames() if head[3] == PING)
    client.socket.sendall(b"\0\0\x08\x06\x01\0\0\0\0" + ping)
    while received := client.socket.recv(65536):
        client.received += received
    client.close()
    frames = client.frames()
    assert [kind for kind, _ in frames].count(GOAWAY) == 2
    assert {stream for kind, stream in frames if kind == HEADERS} == {delayed, waiting}
    assert b'"apiId":"a1b2c3d4e5"' in client.received and b'{"requests":[],' in client.received
    assert cancelled not in [stream for _, stream in frames]
    assert server.process.wait(BOUND) == 0
