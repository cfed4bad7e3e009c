"""The event of `$disconnect` for the ends that are not the client's: the server's stop, faults, the admin API, and a peer
that breaks the protocol.
"""

import signal
import socket

import pytest
from websockets.exceptions import ConnectionClosed

from test_websocket_protocol import frame, raw, rest
from websocket_api import PROXY, admin, chat, connect, faulty, make_api, quoted  # noqa: F401

ROUTES = {"$connect": PROXY, "$disconnect": PROXY, "$default": PROXY}


def end(function):
    """The code and the reason in the next event of `$disconnect`."""
    while True:
        context = function.next()["requestContext"]
        if context["eventType"] == "DISCONNECT":
            assert context["routeKey"] == "$disconnect" and context["messageDirection"] == "IN"
            return context["disconnectStatusCode"], context["disconnectReason"]


def echo(event):
    return {"statusCode": 200, "body": event.get("body")}


@pytest.mark.parametrize(("how", "expected"), [
    ({"close": 4000, "reason": "bye"}, (4000, "bye")), ("close", (1006, "")), ("reset", (1006, "")),
    ("goaway", (1001, "")), ({"truncate": 2}, (1006, "")), ("reset-after-head", (1006, "")),
], ids=["code", "close", "reset", "goaway", "truncate", "reset-after-head"])
def test_the_end_by_a_fault_rule(chat, how, expected):
    server, function = chat(echo)
    api_id = make_api(server, ROUTES, two_way=("$default",))
    faulty(server, {"connection": how}, event="MESSAGE")

    with connect(server, api_id) as client:
        client.send("x")
        with pytest.raises(ConnectionClosed):
            while client.recv(timeout=30):
                pass
        assert end(function) == expected


@pytest.mark.parametrize(("query", "expected"), [("", (1000, "")), ("?code=4001&reason=hey", (4001, "hey"))])
def test_the_end_by_the_admin_api(chat, query, expected):
    server, function = chat(echo)
    api_id = make_api(server, ROUTES)

    with connect(server, api_id) as client:
        (open_one,) = admin(server, "GET", "connections")["connections"]
        admin(server, "DELETE", f"connections/{quoted(open_one['connectionId'])}{query}")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)
        assert end(function) == expected

    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == expected


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_the_end_by_the_stop_of_the_server(chat, sign):
    server, function = chat(echo)
    api_id = make_api(server, ROUTES)

    with connect(server, api_id) as client:
        function.next()
        server.process.send_signal(sign)
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)
        assert end(function)[0] == 1001
        assert server.process.wait(timeout=30) == 0

    assert closed.value.rcvd.code == 1001


@pytest.mark.parametrize(("data", "code"), [
    (b"\x81\x01a", 1002), (frame(0x83, b"a"), 1002), (frame(0x88, b"\x03\xed"), 1002), (frame(0x82, b"a"), 1003),
    (frame(0x81, b"\xff"), 1007), (frame(0x88, b"\x03\xe8\xff"), 1007), (frame(0x81, b"a" * 32_769), 1009),
], ids=["unmasked", "reserved-opcode", "code-1005", "binary", "no-utf8", "reason-no-utf8", "long-frame"])
def test_the_end_by_a_broken_frame(chat, data, code):
    server, function = chat(echo)
    api_id = make_api(server, ROUTES)
    client, _ = raw((server, api_id))

    with client:
        client.sendall(data)
        closing = rest(client)
        client.shutdown(socket.SHUT_RDWR)

    assert int.from_bytes(closing[2:4], "big") == code
    assert end(function)[0] == code


@pytest.mark.parametrize(("data", "expected"), [
    (frame(0x88, b""), (1005, "Client-side close frame status not set")), (frame(0x88, b"\x03\xe9"), (1001, "")),
    (frame(0x88, b"\x0b\xb8because"), (3000, "because")), (None, (1006, "")),
], ids=["no-status", "tab-closed", "own-code", "no-frame"])
def test_the_end_by_the_client(chat, data, expected):
    server, function = chat(echo)
    api_id = make_api(server, ROUTES)
    client, _ = raw((server, api_id))

    with client:
        if data:
            client.sendall(data)
            rest(client)

    assert end(function) == expected
