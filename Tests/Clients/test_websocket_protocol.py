"""The protocol of RFC 6455 by clients that have nothing to do with this project: `websockets`, `wsproto`, raw frames.

The API of these tests has a two-way route whose function returns the message.
"""

import contextlib
import socket
import ssl

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory as Deflate
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Ping, Pong, Request, TextMessage
from wsproto.extensions import PerMessageDeflate

from local_server import LocalServer
from websocket_api import PROXY, Function, connect, make_api

# RFC 6455 section 1.3 has the key and the answer to it.
HANDSHAKE = (
    "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: {}\r\n\r\n")
ACCEPT = b"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """The folder of the server's certificates."""
    return tmp_path_factory.mktemp("tls") / "made"


@pytest.fixture(scope="module")
def echo(certificates):
    """The server, which speaks TLS too, and its API."""
    with Function(lambda event: {"statusCode": 200, "body": event.get("body", "")}) as function:
        with LocalServer(
            "--port", "0", "--lambda", f"chat={function.server.url}", "--tls", "auto", "--tls-dir", certificates,
        ) as server:
            # The port takes both.
            server.endpoint = server.endpoint.replace("https:", "http:")
            yield server, make_api(server, {"$default": PROXY}, two_way=["$default"])


def raw(echo, version=13):
    server, api_id = echo
    client = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    client.sendall(HANDSHAKE.format(f"/_aws/execute-api/{api_id}/dev", version).encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += client.recv(1)
    return client, head


def frame(first, payload, mask=b"\x37\xfa\x21\x3d"):
    """A masked frame; `first` is the byte with FIN and the opcode."""
    count = len(payload)
    length = bytes([0x80 | count]) if count < 126 else b"\xfe" + count.to_bytes(2, "big")
    return bytes([first]) + length + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def rest(client):
    """The bytes until the server closes."""
    found = b""
    while piece := client.recv(4096):
        found += piece
    return found


def close_code(data):
    """The code of the close frame that `data` begins with."""
    assert data[0] == 0x88, data
    return int.from_bytes(data[2:4], "big")


@pytest.mark.parametrize("extensions", [
    [], [Deflate()], [Deflate(client_no_context_takeover=True)], [Deflate(server_no_context_takeover=True)],
    [Deflate(server_max_window_bits=9, client_max_window_bits=10)],
], ids=["none", "deflate", "client-forgets", "server-forgets", "small-windows"])
def test_messages_of_every_length_come_back(echo, extensions):
    with connect(*echo, compression=None, extensions=extensions) as client:
        assert len(client.protocol.extensions) == len(extensions)
        for count in (1, 125, 126, 127, 1000, 32_000):
            text = "aé" * (count // 3) + "x" * (count % 3)
            client.send(text)
            assert client.recv(timeout=30) == text
        text = "lorem ipsum " * 9_000
        client.send(text[i:i + 9_000] for i in range(0, len(text), 9_000))
        assert client.recv(timeout=30) == text
        assert client.ping("abc").wait(30)


@pytest.mark.parametrize("is_secure", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("is_packed", [False, True], ids=["none", "deflate"])
def test_a_client_that_sends_single_bytes_is_understood(echo, certificates, is_packed, is_secure):
    """Over TLS each byte is a record of its own."""
    server, api_id = echo
    client, events = WSConnection(ConnectionType.CLIENT), []

    def send(event):
        for byte in client.send(event):
            stream.sendall(bytes([byte]))

    def next_event():
        while not events:
            client.receive_data(stream.recv(65_536) or None)
            events.extend(client.events())
        return events.pop(0)

    with contextlib.ExitStack() as streams:
        stream = streams.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if is_secure:
            trusting = ssl.create_default_context(cafile=certificates / "ca.pem")
            stream = streams.enter_context(trusting.wrap_socket(stream, server_hostname="localhost"))
        target = f"/_aws/execute-api/{api_id}/dev"
        # An extension has the state of its connection.
        extensions = [PerMessageDeflate()] if is_packed else []
        send(Request(host="127.0.0.1", target=target, extensions=extensions))
        assert isinstance(next_event(), AcceptConnection)
        send(TextMessage("hello ", message_finished=False))
        send(Ping(b"between"))
        send(TextMessage("wörld"))
        pong = next_event()
        assert isinstance(pong, Pong) and pong.payload == b"between"
        assert next_event().data == "hello wörld"
        send(CloseConnection(4002, "over"))
        assert next_event().code == 4002


def test_the_101_has_its_fields_in_the_recorded_order_and_case(echo):
    client, head = raw(echo)
    with client:
        lines = head.split(b"\r\n")
        assert lines[0] == b"HTTP/1.1 101 Switching Protocols"
        assert [line.split(b":")[0] for line in lines[1:5]] == [
            b"Date", b"Connection", b"upgrade", b"sec-websocket-accept"]
        assert ACCEPT in head and b"extensions" not in head


def test_another_version_is_told_which_there_is(echo):
    client, head = raw(echo, version=8)
    with client:
        assert head.startswith(b"HTTP/1.1 426 ")
        assert b"sec-websocket-version: 13\r\n" in head.lower()


@pytest.mark.parametrize("data, code", [
    (b"\x81\x01a", 1002),
    (frame(0xC1, b"a"), 1002),
    (frame(0x83, b"a"), 1002),
    (frame(0x80, b"a"), 1002),
    (frame(0x09, b"a"), 1002),
    (frame(0x89, b"a" * 126), 1002),
    (frame(0x88, b"\x03"), 1002),
    (frame(0x88, b"\x03\xed"), 1002),
    (frame(0x81, b"\xff"), 1007),
    (frame(0x81, b"\xed\xa0\x80"), 1007),
    (frame(0x82, b"a"), 1003),
    (frame(0x81, b"a" * 32_769), 1009),
], ids=[
    "unmasked", "reserved-bit", "reserved-opcode", "continues-nothing", "fragmented-ping", "long-ping", "half-a-code",
    "code-1005", "no-utf8", "surrogate", "binary", "long-frame",
])
def test_a_broken_frame_closes_with_its_code(echo, data, code):
    client, _ = raw(echo)
    with client:
        client.sendall(data)
        assert close_code(rest(client)) == code


def test_a_message_beyond_128_kilobytes_closes_with_1009(echo):
    with connect(*echo, compression=None) as client:
        with pytest.raises(ConnectionClosed) as error:
            client.send(["y" * 30_000] * 5)
            client.recv(timeout=30)
        assert error.value.rcvd.code == 1009


def test_a_small_frame_that_inflates_beyond_the_bound_closes_with_1009(echo):
    with connect(*echo, compression="deflate") as client:
        with pytest.raises(ConnectionClosed) as error:
            client.send("z" * 1_000_000)
            client.recv(timeout=30)
        assert error.value.rcvd.code == 1009


def test_the_close_of_a_client_is_answered_in_kind(echo):
    with connect(*echo) as client:
        client.close(1000, "bye")
    assert (client.protocol.close_code, client.protocol.close_rcvd_then_sent) == (1000, False)


def test_a_server_that_stops_says_that_it_goes_away(start):
    with Function() as function:
        server = start("--lambda", f"chat={function.server.url}")
        api_id = make_api(server, {"$default": PROXY})
        with connect(server, api_id) as client:
            server.process.terminate()
            with pytest.raises(ConnectionClosed) as error:
                client.recv(timeout=30)
            assert error.value.rcvd.code == 1001
