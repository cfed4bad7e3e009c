"""The bounds of WebSocket connections in a running server: each at its value and one past it, and the ends by the clock."""

import json
import threading
import urllib.request

import pytest
from botocore.exceptions import ClientError
from websockets.exceptions import ConnectionClosed

from test_websocket_protocol import close_code, frame, raw, rest
from websocket_api import MOCK, PROXY, admin, chat, connect, make_api, management  # noqa: F401


def advance(server, time):
    admin(server, "POST", "clock", {"advance": time})


def connection_ids(server):
    return [connection["connectionId"] for connection in admin(server, "GET", "connections")["connections"]]


def echo(event):
    return {"statusCode": 200, "body": event.get("body", "")}


# Ends by the clock


@pytest.mark.parametrize("options, before", [((), "599999ms"), (("--limit", "websocket-idle-timeout=5s"), "4999ms")])
def test_a_connection_without_a_message_ends_in_time_and_not_before(chat, options, before):
    server, function = chat(echo, "--clock", "manual", *options)
    api_id = make_api(server, {"$default": PROXY, "$disconnect": PROXY}, two_way=("$default",))

    with connect(server, api_id) as client:
        for _ in range(2):
            advance(server, before)
            client.send("still here")
            assert client.recv(timeout=30) == "still here"
            function.next()
        advance(server, before)
        assert len(connection_ids(server)) == 1
        advance(server, "1ms")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)
    context = function.next()["requestContext"]

    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1001, "Going away")
    assert context["eventType"] == "DISCONNECT"
    assert (context["disconnectStatusCode"], context["disconnectReason"]) == (1001, "Going away")


def test_a_message_to_the_client_keeps_its_connection(chat):
    server, _ = chat(echo, "--clock", "manual")
    api_id = make_api(server, {"$default": PROXY})

    with connect(server, api_id) as client:
        (connection_id,) = connection_ids(server)
        for _ in range(2):
            advance(server, "599s")
            management(server, api_id).post_to_connection(ConnectionId=connection_id, Data=b"x")
            assert client.recv(timeout=30) == "x"
        assert connection_ids(server) == [connection_id]


@pytest.mark.parametrize("options, step, steps, nearly", [
    ((), "9m", 13, "179999ms"), (("--limit", "websocket-age-max=13s"), "1s", 12, "999ms")])
def test_a_busy_connection_ends_at_its_age_and_not_before(chat, options, step, steps, nearly):
    server, function = chat(echo, "--clock", "manual", *options)
    api_id = make_api(server, {"$default": PROXY, "$disconnect": PROXY}, two_way=("$default",))

    with connect(server, api_id) as client:
        for number in range(steps):
            advance(server, step)
            client.send(str(number))
            assert client.recv(timeout=30) == str(number)
            function.next()
        advance(server, nearly)
        client.send("last")
        assert client.recv(timeout=30) == "last"
        function.next()
        advance(server, "1ms")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)
    context = function.next()["requestContext"]

    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1001, "Going away")
    assert (context["disconnectStatusCode"], context["disconnectReason"]) == (1001, "Going away")


# Bytes


@pytest.mark.parametrize("options, most", [((), 32_768), (("--limit", "websocket-frame-bytes-max=200"), 200)])
def test_a_frame_has_so_many_bytes_and_no_more(chat, options, most):
    server, function = chat(echo, *options)
    served = (server, make_api(server, {"$default": PROXY}))

    client, _ = raw(served)
    with client:
        client.sendall(frame(0x81, b"a" * most))
        assert function.next()["body"] == "a" * most
        client.sendall(frame(0x81, b"a" * (most + 1)))
        assert close_code(rest(client)) == 1009


@pytest.mark.parametrize("options, most", [((), 131_072), (("--limit", "websocket-message-bytes-max=300"), 300)])
def test_a_message_has_so_many_bytes_and_no_more(chat, options, most):
    server, function = chat(echo, *options)
    served = (server, make_api(server, {"$default": PROXY}))

    def message(count):
        """Frames of a message, each of 30,000 bytes at most."""
        pieces = [b"a" * min(30_000, count - start) for start in range(0, count, 30_000)]
        return b"".join(
            frame((0x81 if n == 0 else 0x80) & (0xFF if n == len(pieces) - 1 else 0x7F), piece)
            for n, piece in enumerate(pieces))

    client, _ = raw(served)
    with client:
        client.sendall(message(most))
        assert function.next()["body"] == "a" * most
        client.sendall(message(most + 1))
        assert close_code(rest(client)) == 1009


# Counts


def test_so_many_answers_of_a_connection_wait_and_no_more(chat):
    """Pairs of calls meet, so that two run at once; and no third runs beside them."""
    running, most, lock, pair = 0, 0, threading.Lock(), threading.Barrier(2)

    def answer(event):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        pair.wait(30)
        with lock:
            running -= 1
        return echo(event)

    server, _ = chat(answer, "--limit", "websocket-messages-max=2")
    api_id = make_api(server, {"$default": PROXY}, two_way=("$default",))

    with connect(server, api_id) as client:
        for number in range(10):
            client.send(str(number))
        assert sorted(int(client.recv(timeout=30)) for _ in range(10)) == list(range(10))

    assert most == 2


def test_so_many_bytes_wait_for_a_client_and_no_more(start):
    server = start("--limit", "websocket-queue-bytes-max=100000", "--limit", "output-bytes-max=1")
    api_id = make_api(server, {"$default": MOCK})
    connections = management(server, api_id)

    client, _ = raw((server, api_id))
    with client:
        (connection_id,) = connection_ids(server)
        count, message = 0, b"x" * 60_000
        with pytest.raises(ClientError) as full:
            # The kernel takes some megabytes before the queue begins to fill.
            for _ in range(2_000):
                connections.post_to_connection(ConnectionId=connection_id, Data=message)
                count += 1
        taken, expected = b"", b"\x81\x7e" + len(message).to_bytes(2, "big") + message
        while len(taken) < count * len(expected):
            piece = client.recv(1 << 20)
            assert piece
            taken += piece
        assert taken == expected * count
        connections.post_to_connection(ConnectionId=connection_id, Data=b"again")
        assert client.recv(100) == b"\x81\x05again"

    assert full.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert full.value.response["Error"]["Code"] == "LimitExceededException"


def test_so_many_ends_are_waited_for_and_no_more(chat):
    release, calls = threading.Event(), []

    def answer(event):
        context = event["requestContext"]
        if context["eventType"] == "DISCONNECT":
            calls.append(context["connectionId"])
            release.wait(30)
        return {"statusCode": 200}

    server, function = chat(answer, "--limit", "detached-answers-max=1", "--event-loops", "1")
    api_id = make_api(server, {"$connect": PROXY, "$disconnect": PROXY})

    ids = []
    clients = [connect(server, api_id).__enter__() for _ in range(3)]
    for _ in clients:
        ids.append(function.next()["requestContext"]["connectionId"])
    # The first end is under way, and the second finds no room.
    clients[0].close()
    first = function.next()["requestContext"]
    clients[1].close()
    while len(connection_ids(server)) > 1:
        pass
    release.set()
    with urllib.request.urlopen(
            f"{server.endpoint}/__admin/requests?plane=invoke&route=%24disconnect&wait=10s", timeout=30) as response:
        ended = json.load(response)["requests"]
    clients[2].close()
    last = function.next()["requestContext"]

    assert first["eventType"] == last["eventType"] == "DISCONNECT"
    assert len({first["connectionId"], last["connectionId"], *ids}) == 3
    assert calls == [first["connectionId"], last["connectionId"]] and len(ended) >= 1
