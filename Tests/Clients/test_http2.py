"""HTTP/2 by clients that nobody here wrote: curl, nghttp, h2load, httpx; and by h2 what none of them sends."""

import json
import re
import shutil
import signal
import socket
import subprocess

import h2.config
import h2.connection
import h2.events
import h2.settings
import httpx
import pytest

from local_server import FIXTURES
from websocket_api import MOCK
from websocket_api import make_api as make_websocket_api

PATH = "/v2/apis/a1b2c3d4e5/integrations/abc123d"
FIELDS = ["date", "content-type", "content-length", "x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"]

needs_nghttp = pytest.mark.skipif(not shutil.which("nghttp"), reason="nghttp2-client is not installed")


def run(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, check=True)


@pytest.mark.parametrize("option", ["--http2-prior-knowledge", "--http2"])
def test_curl_gets_the_services_fields_in_lower_case_and_in_its_order(shipped, option):
    output = run("curl", "-sS", option, "-i", shipped.endpoint + PATH).stdout
    head, _, body = output.replace("\r\n", "\n").rpartition("\n\n")
    if option == "--http2":
        interim, _, head = head.partition("\n\n")
        assert interim.splitlines() == [
            "HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: h2c",
        ]
    lines = head.splitlines()
    assert lines[0].strip() == "HTTP/2 200"
    assert [line.split(":")[0] for line in lines[1:]] == FIELDS
    assert json.loads(body)["integrationId"] == "abc123d"


def test_curl_uses_one_connection_for_both_protocols_of_an_upgrade(shipped):
    url = shipped.endpoint + PATH
    output = run("curl", "-sS", "--http2", "-o", "/dev/null", "-o", "/dev/null",
                 "-w", "%{http_version} %{num_connects}\n", url, url).stdout
    assert output == "2 1\n2 0\n"


@pytest.mark.parametrize("option", ["--http2-prior-knowledge", "--http2"])
def test_curl_sends_bodies_and_waits_for_100_continue(start, option):
    server = start()
    body = json.dumps({"name": "x" * 100, "protocolType": "HTTP"})
    output = run("curl", "-sS", option, "-X", "POST", "-H", "Expect: 100-continue", "-d", body,
                 "-w", "\n%{http_version} %{http_code}", server.endpoint + "/v2/apis").stdout
    assert output.endswith("\n2 201")
    assert json.loads(output.rpartition("\n")[0])["name"] == "x" * 100


def test_curl_sees_no_body_behind_head(shipped):
    output = run("curl", "-sS", "--http2-prior-knowledge", "-I", shipped.endpoint + "/v2/nope").stdout
    assert output.startswith("HTTP/2 403")
    assert "\ncontent-length: 73" in output


def test_curl_gets_a_body_that_is_too_long_answered_before_it_is_sent(start, tmp_path):
    server = start("--limit", "body-bytes-max=1000")
    body = tmp_path / "body"
    body.write_text("x" * 1_000_000)
    output = run("curl", "-sS", "--http2-prior-knowledge", "-X", "POST", "-H", "Expect:", "-d", f"@{body}",
                 "-w", "\n%{http_code}", server.endpoint + "/v2/apis").stdout
    assert output.endswith("\n413")


def test_httpx_sends_many_requests_at_once_over_one_connection(shipped):
    with httpx.Client(http1=False, http2=True, base_url=shipped.endpoint) as client:
        answers = [client.get(PATH) for _ in range(200)]
    assert {(answer.http_version, answer.status_code) for answer in answers} == {("HTTP/2", 200)}
    assert len({answer.headers["x-amzn-requestid"] for answer in answers}) == 200


@needs_nghttp
def test_nghttp_gets_every_stream_answered(shipped):
    output = run("nghttp", "-v", "-m", "50", "-n", shipped.endpoint + PATH).stdout
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    assert plain.count(":status: 200") == 50
    assert "GOAWAY" not in plain.split("recv", 1)[1] or "NO_ERROR" in plain


@needs_nghttp
@pytest.mark.parametrize("window", [1, 4, 16])
def test_nghttp_may_have_small_windows_and_padding(shipped, window):
    output = run("nghttp", "-w", window, "-W", window, "-b", "10", shipped.endpoint + PATH).stdout
    assert json.loads(output)["integrationId"] == "abc123d"


@needs_nghttp
def test_nghttp_upgrades_with_a_body(start, tmp_path):
    server = start()
    body = tmp_path / "body"
    body.write_text('{"name":"orders","protocolType":"HTTP"}')
    output = run("nghttp", "-u", "-d", body, "-H", ":method: POST", server.endpoint + "/v2/apis").stdout
    assert json.loads(output)["name"] == "orders"


@needs_nghttp
def test_h2load_gets_all_of_its_requests_answered(shipped):
    output = run("h2load", "-n", "20000", "-c", "8", "-m", "16", shipped.endpoint + PATH).stdout
    assert "20000 total, 20000 started, 20000 done, 20000 succeeded, 0 failed, 0 errored, 0 timeout" in output
    assert "status codes: 20000 2xx, 0 3xx, 0 4xx, 0 5xx" in output


class Peer:
    """A connection by h2, which leaves the order of frames to the test."""

    def __init__(self, server, **settings):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        config = h2.config.H2Configuration(validate_outbound_headers=False, normalize_outbound_headers=False)
        self.connection = h2.connection.H2Connection(config)
        if settings:
            values = {getattr(h2.settings.SettingCodes, name): value for name, value in settings.items()}
            self.connection.local_settings = h2.settings.Settings(client=True, initial_values=values)
        self.connection.initiate_connection()
        self.flush()

    def flush(self):
        self.socket.sendall(self.connection.data_to_send())

    def request(self, stream, method="GET", path=PATH, fields=(), end=True):
        fields = [(":method", method), (":scheme", "http"), (":authority", "localhost"), (":path", path), *fields]
        self.connection.send_headers(stream, fields, end_stream=end)
        self.flush()

    def events(self, *kinds, count=1):
        """Reads until so many events of these kinds have come, or the connection has ended."""
        found = []
        while len(found) < count:
            received = self.socket.recv(65536)
            if not received:
                return found
            found += [event for event in self.connection.receive_data(received) if isinstance(event, kinds)]
            self.flush()
        return found


def test_h2_gets_reset_streams_forgotten_and_others_answered(shipped):
    peer = Peer(shipped)
    peer.request(1, end=False)
    peer.connection.reset_stream(1)
    peer.request(3)
    events = peer.events(h2.events.StreamEnded)
    assert [event.stream_id for event in events] == [3]


@pytest.mark.parametrize(("options", "window"), [
    ((), 1024 * 1024), (("--limit", "connection-window-bytes=65535"), 65535),
    (("--limit", "connection-window-bytes=65536"), 65536), (("--limit", "connection-window-bytes=3000000"), 3000000)])
def test_the_window_of_a_connection_is_the_limits(start, options, window):
    server = start(*options, "--limit", "stream-window-bytes=3000000")
    peer = Peer(server)
    peer.request(1)
    peer.events(h2.events.StreamEnded)
    announced = peer.connection.outbound_flow_control_window
    peer.request(3, "POST", "/v2/apis", end=False)
    sent = 0
    # A server that gave no window back, or had a smaller one, would end this with an error or hold it up.
    while sent < 2 * window and sent < 4_000_000:
        while (room := min(peer.connection.local_flow_control_window(3), 16384)) == 0:
            assert peer.events(h2.events.WindowUpdated)
        peer.connection.send_data(3, b" " * room)
        peer.flush()
        sent += room
    peer.connection.end_stream(3)
    peer.flush()
    [end] = peer.events(h2.events.ResponseReceived)

    assert announced == window
    assert dict(end.headers)[b":status"] == b"400"


@pytest.mark.parametrize(("limits", "last_streams"), [
    (("drain-notice-max=1ms", "drain-timeout=1h"), [2**31 - 1, 1]),
    (("drain-notice-max=1h", "drain-timeout=100ms"), [2**31 - 1])])
def test_a_client_that_acknowledges_nothing_has_the_notice_of_the_limit(start, limits, last_streams):
    server = start(*(word for limit in limits for word in ("--limit", limit)))
    peer = Peer(server)
    peer.request(1)
    peer.events(h2.events.StreamEnded)
    server.process.send_signal(signal.SIGTERM)
    ends = []
    # Nothing is sent from here on, so that the server's PING has no answer.
    while received := peer.socket.recv(65536):
        ends += [event.last_stream_id for event in peer.connection.receive_data(received)
                 if isinstance(event, h2.events.ConnectionTerminated)]

    assert ends == last_streams
    assert server.process.wait(30) == 0


def test_h2_gets_malformed_requests_reset_and_the_connection_goes_on(shipped):
    peer = Peer(shipped)
    peer.request(1, fields=[("connection", "close")])
    peer.request(3, fields=[("X-Upper", "1")])
    peer.request(5, fields=[("te", "gzip")])
    peer.request(7)
    events = peer.events(h2.events.StreamReset, h2.events.StreamEnded, count=4)
    resets = {event.stream_id: event.error_code for event in events if isinstance(event, h2.events.StreamReset)}
    assert resets == {1: 1, 3: 1, 5: 1}
    assert [event.stream_id for event in events if isinstance(event, h2.events.StreamEnded)] == [7]


def test_a_malformed_request_is_a_line_of_the_log(start):
    server = start("--fixtures", FIXTURES)
    peer = Peer(server)
    peer.request(1, fields=[("connection", "close")])
    peer.request(3)
    assert len(peer.events(h2.events.StreamReset, h2.events.StreamEnded, count=2)) == 2
    assert server.wait_for_log(f"Stream 1 of GET {PATH} is reset: the header section is malformed")


def test_a_websocket_api_is_refused_over_http2(start):
    server = start()
    api_id = make_websocket_api(server, {"$default": MOCK})
    path = f"/_aws/execute-api/{api_id}/dev"
    peer = Peer(server)
    peer.request(1, path=path)
    [response] = peer.events(h2.events.ResponseReceived)
    connect = [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":authority", "localhost"),
               (":path", path), ("sec-websocket-version", "13")]
    peer.connection.send_headers(3, connect)
    peer.flush()
    [reset] = peer.events(h2.events.StreamReset)
    peer.request(5)
    assert peer.events(h2.events.StreamEnded)

    assert dict(response.headers)[b":status"] == b"403"
    assert (reset.stream_id, reset.error_code) == (3, PROTOCOL_ERROR)
    assert server.wait_for_log("the request asks for no WebSocket connection")
    assert server.wait_for_log("Stream 3 is reset: extended CONNECT is not served, as by the service")


def test_h2_gets_a_window_respected(shipped):
    peer = Peer(shipped, INITIAL_WINDOW_SIZE=100)
    peer.request(1)
    first = peer.events(h2.events.DataReceived)
    assert [len(event.data) for event in first] == [100]
    peer.connection.increment_flow_control_window(1000, stream_id=1)
    peer.flush()
    assert peer.events(h2.events.StreamEnded)


def test_h2_sees_a_graceful_stop_in_two_steps(start):
    server = start("--fixtures", FIXTURES)
    peer = Peer(server)
    peer.request(1)
    assert peer.events(h2.events.StreamEnded)
    server.process.terminate()
    ends = peer.events(h2.events.ConnectionTerminated, count=2)
    assert [(event.last_stream_id, event.error_code) for event in ends] == [(2**31 - 1, 0), (1, 0)]
    peer.socket.close()
    # Not by stop(): a second signal would end it at once.
    assert server.process.wait(30) == 0


def rule(connection):
    return json.dumps({"name": "fault", "match": {"httpVersion": "2"}, "when": {"first": 1},
                       "then": {"connection": connection}})


def with_rule(start, tmp_path, connection):
    file = tmp_path / "rule.json"
    file.write_text(rule(connection))
    return start("--fixtures", FIXTURES, "--faults", file)


@pytest.mark.parametrize(
    ("connection", "code"), [("refuse-stream", 7), ({"reset-stream": "CANCEL"}, 8), ({"truncate": 10}, 2)])
def test_h2_gets_a_stream_ended_by_a_rule_and_the_next_one_answered(start, tmp_path, connection, code):
    peer = Peer(with_rule(start, tmp_path, connection))
    peer.request(1)
    peer.request(3)
    events = peer.events(h2.events.StreamReset, h2.events.StreamEnded, count=2)
    assert {(event.stream_id, getattr(event, "error_code", None)) for event in events} == {(1, code), (3, None)}


def test_httpx_sends_a_refused_request_again_only_when_told_to(start, tmp_path):
    server = with_rule(start, tmp_path, "refuse-stream")
    with httpx.Client(http1=False, http2=True, base_url=server.endpoint) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(PATH)
        assert client.get(PATH).status_code == 200


def raw_frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def frames_for(server, sent):
    """Type, stream and payload of all that the server sends to a client that sends this behind the handshake."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as peer:
        try:
            peer.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + raw_frame(4, 0, 0) + sent)
        except ConnectionError:
            pass
        received = b"".join(iter(lambda: peer.recv(65536), b""))
    while received:
        end = 9 + int.from_bytes(received[:3], "big")
        yield received[3], int.from_bytes(received[5:9], "big"), received[9:end]
        received = received[end:]


def goaway_code(server, sent):
    payloads = [payload for kind, _, payload in frames_for(server, sent) if kind == 7]
    return int.from_bytes(payloads[0][4:8], "big") if payloads else None


def test_a_goaway_by_a_rule_names_the_stream_and_its_answer_follows(start, tmp_path):
    server = with_rule(start, tmp_path, "goaway")
    frames = list(frames_for(server, raw_frame(1, 5, 1, REQUEST) + raw_frame(1, 5, 3, REQUEST)))
    assert [(kind, stream) for kind, stream, _ in frames if kind in (0, 1, 7)] == [(7, 0), (1, 1), (0, 1)]
    assert next(payload for kind, _, payload in frames if kind == 7)[:8] == bytes([0, 0, 0, 1, 0, 0, 0, 0])


def test_a_preface_that_is_none_is_answered_and_the_end_follows_at_once(shipped):
    with socket.create_connection(("127.0.0.1", shipped.port), timeout=5) as peer:
        peer.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r!")
        received = b"".join(iter(lambda: peer.recv(65536), b""))
    assert received.startswith(b"HTTP/1.1 505 ")


PROTOCOL_ERROR = 1
STREAM_CLOSED = 5
ENHANCE_YOUR_CALM = 11
REQUEST = b"\x82\x86\x84\x01\x04test"
TRAILERS = b"\x00\x01a\x01b"
BEGIN = raw_frame(1, 4, 5, b"\x83" + REQUEST[1:])
# Behind each of them the client has ended stream 5.
ENDINGS = {
    "END_STREAM with HEADERS": raw_frame(1, 5, 5, REQUEST),
    "END_STREAM with DATA": BEGIN + raw_frame(0, 1, 5, b"{}"),
    "END_STREAM with trailers": BEGIN + raw_frame(1, 5, 5, TRAILERS),
    "RST_STREAM": BEGIN + raw_frame(3, 0, 5, b"\0\0\0\x08"),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_data_of_a_stream_that_is_ended_ends_that_stream_alone(shipped, ending):
    sent = ENDINGS[ending] + raw_frame(0, 0, 5, b"a") + raw_frame(1, 5, 7, REQUEST) + raw_frame(7, 0, 0, b"\0" * 8)
    frames = list(frames_for(shipped, sent))
    assert [(stream, payload) for kind, stream, payload in frames if kind == 3] == [(5, b"\0\0\0\x05")]
    assert [stream for kind, stream, _ in frames if kind == 1] == [7]
    assert not [frame for frame in frames if frame[0] == 7]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("frame", "code"),
    [(raw_frame(1, 5, 5, TRAILERS), STREAM_CLOSED), (raw_frame(1, 5, 5, REQUEST), STREAM_CLOSED),
     (raw_frame(1, 5, 3, REQUEST), PROTOCOL_ERROR), (raw_frame(1, 5, 6, REQUEST), PROTOCOL_ERROR)])
def test_headers_of_a_stream_that_cannot_be_opened_end_the_connection(shipped, ending, frame, code):
    goaway = [payload for kind, _, payload in frames_for(shipped, ENDINGS[ending] + frame) if kind == 7]
    assert [payload[:8] for payload in goaway] == [b"\0\0\0\x05\0\0\0" + bytes([code])]


@pytest.mark.parametrize("ending", ENDINGS)
def test_window_updates_resets_and_priorities_of_ended_streams_are_taken(shipped, ending):
    late = raw_frame(8, 0, 5, b"\0\0\0\x01") + raw_frame(3, 0, 5, b"\0\0\0\x08") + raw_frame(2, 0, 5, b"\0" * 5)
    sent = ENDINGS[ending] + late + raw_frame(1, 5, 7, REQUEST) + raw_frame(7, 0, 0, b"\0" * 8)
    frames = list(frames_for(shipped, sent))
    assert [(kind, stream) for kind, stream, _ in frames if kind in (1, 3, 7) and stream != 5] == [(1, 7)]


# A request that the server resets as malformed, before the client has ended it.
def malformed(stream):
    return raw_frame(1, 4, stream, REQUEST + b"\x00\x0aconnection\x05close")


@pytest.mark.parametrize(("streams", "ended"), [((1, 3), []), ((1, 3, 5), [1])])
def test_so_many_streams_that_the_server_reset_are_remembered(start, streams, ended):
    server = start("--fixtures", FIXTURES, "--limit", "closed-streams-max=2")
    resets = {code: [raw_frame(3, 0, stream, bytes([0, 0, 0, code])) for stream in streams] for code in (1, 5)}
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as peer:
        peer.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + raw_frame(4, 0, 0) + b"".join(map(malformed, streams)))
        received = b""
        while not all(reset in received for reset in resets[1]):
            received += peer.recv(65536)
        peer.sendall(raw_frame(0, 0, 1, b"a") + raw_frame(1, 5, 7, REQUEST) + raw_frame(7, 0, 0, b"\0" * 8))
        received += b"".join(iter(lambda: peer.recv(65536), b""))
    assert [stream for stream, reset in zip(streams, resets[5]) if reset in received] == ended


ATTACKS = {
    "rapid reset": b"".join(
        raw_frame(1, 5, n, REQUEST) + raw_frame(3, 0, n, b"\0\0\0\x08") for n in range(1, 4001, 2)),
    "CONTINUATION": raw_frame(1, 1, 1, REQUEST) + raw_frame(9, 0, 1) * 1000,
    "PING": raw_frame(6, 0, 0, b"\0" * 8) * 5000,
    "SETTINGS": raw_frame(4, 0, 0) * 5000,
    "empty DATA": raw_frame(1, 4, 1, b"\x83" + REQUEST[1:]) + raw_frame(0, 0, 1) * 5000,
    "HPACK bomb": raw_frame(1, 5, 1, REQUEST + b"\x40\x01x\x7f\xa1\x1e" + b"a" * 4000 + b"\xbe" * 10000),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_told_to_calm_down_and_the_server_goes_on(shipped, attack):
    assert goaway_code(shipped, ATTACKS[attack]) == ENHANCE_YOUR_CALM
    with httpx.Client(http1=False, http2=True, base_url=shipped.endpoint) as client:
        assert client.get(PATH).status_code == 200
