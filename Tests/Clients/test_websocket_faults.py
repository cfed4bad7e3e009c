"""Fault rules on WebSocket APIs: by event and by direction, and each of the things that a rule can do to a message."""

import json
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError
from websockets.exceptions import ConnectionClosed, InvalidStatus

from websocket_api import MOCK, PROXY, admin, chat, connect, faulty, make_api, management  # noqa: F401

# Its route answers with the text of the message.
ECHO = {"IntegrationType": "MOCK", "RequestTemplates": {"$default": '{"statusCode": 200, "text": $input.json("$.text")}'}}
TEXT = [{"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "$input.path('$.text')"}}]


def refused(server, match, then):
    """The one line of the refusal of a rule."""
    rule = {"match": match, "then": then}
    request = urllib.request.Request(
        f"{server.endpoint}/__admin/faults", data=json.dumps(rule).encode(), method="POST",
        headers={"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request, timeout=30)
    assert error.value.code == 400
    (mistake,) = json.loads(error.value.read())["errors"]
    nearest = f"; did you mean {mistake['suggestion']}?" if "suggestion" in mistake else ""
    return f"{mistake['path']}: found {mistake['found']}, expected {mistake['expected']}{nearest}"


def echo_api(server):
    return make_api(server, {"$default": ECHO}, two_way=("$default",), responses={"$default": TEXT})


def say(client, text):
    client.send(json.dumps({"text": text}))


@pytest.fixture
def echo(start):
    server = start()
    return server, echo_api(server)


def test_a_message_from_the_client_is_dropped(chat):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY, "$default": PROXY, "$disconnect": PROXY})
    faulty(server, {"delivery": "drop"}, when={"first": 1}, event="MESSAGE")

    with connect(server, api_id) as client:
        function.next()
        client.send("lost")
        client.send("found")
        assert function.next()["body"] == "found"
    assert function.next()["requestContext"]["eventType"] == "DISCONNECT"

    entries = [entry for entry in admin(server, "GET", "requests?plane=invoke")["requests"] if entry["method"] == "MESSAGE"]
    assert [(entry["body"], entry["fault"]) for entry in entries] == [("lost", "rule-1"), ("found", None)]


def test_a_message_from_the_client_arrives_twice(chat):
    server, function = chat(lambda event: {"statusCode": 200, "body": event["body"]})
    api_id = make_api(server, {"$default": PROXY}, two_way=("$default",))
    faulty(server, {"delivery": "duplicate"}, when={"first": 1}, event="MESSAGE", direction="in")

    with connect(server, api_id) as client:
        client.send("one")
        assert [client.recv(timeout=30) for _ in range(2)] == ["one", "one"]
        client.send("two")
        assert client.recv(timeout=30) == "two"

    assert [function.next()["body"] for _ in range(3)] == ["one", "one", "two"]


def test_an_answer_to_the_client_is_dropped(echo):
    server, api_id = echo
    faulty(server, {"delivery": "drop"}, when={"first": 1}, direction="out")

    with connect(server, api_id) as client:
        say(client, "lost")
        say(client, "found")
        assert client.recv(timeout=30) == "found"


def test_an_answer_to_the_client_is_sent_twice(echo):
    server, api_id = echo
    faulty(server, {"delivery": "duplicate"}, when={"first": 1}, direction="out", route="$default")

    with connect(server, api_id) as client:
        say(client, "one")
        say(client, "two")
        assert sorted(client.recv(timeout=30) for _ in range(3)) == ["one", "one", "two"]


def connection_id(server):
    (connection,) = admin(server, "GET", "connections")["connections"]
    return connection["connectionId"]


@pytest.mark.parametrize("action, expected", [("drop", ["last"]), ("duplicate", ["first", "first", "last"])])
def test_a_message_of_another_process_is_dropped_or_sent_twice(echo, action, expected):
    server, api_id = echo
    faulty(server, {"delivery": action}, when={"first": 1}, event="MESSAGE", direction="out")

    with connect(server, api_id) as client:
        for text in (b"first", b"last"):
            management(server, api_id).post_to_connection(ConnectionId=connection_id(server), Data=text)
        assert [client.recv(timeout=30) for _ in expected] == expected


@pytest.mark.parametrize("match", [{"event": "MESSAGE"}, {"direction": "out"}], ids=["in", "out"])
def test_a_rule_closes_the_connection_with_its_code(echo, match):
    server, api_id = echo
    faulty(server, {"connection": {"close": 4001, "reason": "tired"}}, **match)

    with connect(server, api_id) as client:
        say(client, "hello")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)

    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, "tired")


def test_a_message_of_another_process_closes_with_the_code_of_a_rule(echo):
    server, api_id = echo
    faulty(server, {"connection": {"close": 4002}}, direction="out")

    with connect(server, api_id) as client:
        named = connection_id(server)
        management(server, api_id).post_to_connection(ConnectionId=named, Data=b"x")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)
        with pytest.raises(ClientError) as gone:
            management(server, api_id).post_to_connection(ConnectionId=named, Data=b"x")

    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4002, "")
    assert gone.value.response["ResponseMetadata"]["HTTPStatusCode"] == 410


@pytest.mark.parametrize("match", [{"event": "MESSAGE"}, {"direction": "out"}], ids=["in", "out"])
@pytest.mark.parametrize("how, code", [("reset", None), ("close", None), ({"truncate": 2}, None), ("reset-after-head", None)],
                         ids=["reset", "close", "truncate", "reset-after-head"])
def test_a_rule_breaks_the_connection(echo, match, how, code):
    server, api_id = echo
    faulty(server, {"connection": how}, **match)

    with connect(server, api_id) as client:
        say(client, "hello")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)

    assert closed.value.rcvd is code


def test_goaway_sends_the_message_and_closes_with_1001(echo):
    server, api_id = echo
    faulty(server, {"connection": "goaway"}, event="MESSAGE")

    with connect(server, api_id) as client:
        say(client, "hello")
        assert client.recv(timeout=30) == "hello"
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)

    assert closed.value.rcvd.code == 1001


@pytest.mark.parametrize("match", [{"event": "MESSAGE"}, {"direction": "out"}], ids=["in", "out"])
def test_a_delayed_message_waits_for_the_clock(start, match):
    server = start("--clock", "manual")
    api_id = echo_api(server)
    faulty(server, {"delay": "5s"}, when={"first": 1}, **match)

    with connect(server, api_id) as client:
        say(client, "late")
        say(client, "early")
        assert client.recv(timeout=30) == "early"
        admin(server, "POST", "clock", {"advance": "4999ms"})
        say(client, "still early")
        assert client.recv(timeout=30) == "still early"
        admin(server, "POST", "clock", {"advance": "1ms"})
        assert client.recv(timeout=30) == "late"


def test_a_stalled_message_holds_back_the_others(start):
    server = start("--clock", "manual")
    api_id = echo_api(server)
    faulty(server, {"connection": "stall"}, when={"first": 1}, event="MESSAGE")

    with connect(server, api_id) as client, connect(server, api_id) as other:
        say(client, "never")
        while admin(server, "GET", "faults")["rules"][0]["fired"] == 0:
            pass
        say(client, "behind it")
        say(other, "hello")
        assert other.recv(timeout=30) == "hello"
        with pytest.raises(TimeoutError):
            client.recv(timeout=0.2)


def test_a_slow_message_comes_byte_by_byte(echo):
    server, api_id = echo
    faulty(server, {"connection": {"slow": 1000}}, event="MESSAGE")

    with connect(server, api_id) as client:
        say(client, "x" * 300)
        assert client.recv(timeout=30) == "x" * 300


def test_a_rule_of_the_event_connect_leaves_messages_alone(start):
    server = start()
    api_id = make_api(server, {"$connect": MOCK, "$default": ECHO}, two_way=("$default",), responses={"$default": TEXT})
    faulty(server, {"error": "throttled"}, when={"after": 1}, event="CONNECT")

    with connect(server, api_id) as client:
        say(client, "hello")
        assert client.recv(timeout=30) == "hello"
    with pytest.raises(InvalidStatus) as refusal, connect(server, api_id):
        pass

    assert refusal.value.response.status_code == 429


@pytest.mark.parametrize("action, count", [("drop", 0), ("duplicate", 2)])
def test_the_end_of_a_connection_is_told_never_or_twice(chat, action, count):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY, "$disconnect": PROXY})
    faulty(server, {"delivery": action}, when={"first": 1}, event="DISCONNECT")

    ids = []
    for _ in range(2):
        with connect(server, api_id):
            ids.append(function.next()["requestContext"]["connectionId"])
        if len(ids) == 1:
            for _ in range(count):
                assert function.next()["requestContext"]["connectionId"] == ids[0]
    end = function.next()["requestContext"]

    assert (end["eventType"], end["connectionId"]) == ("DISCONNECT", ids[1])


@pytest.mark.parametrize("match, then, words", [
    ({"event": "MESSAGE"}, {"delay": "1s"}, "plane invoke"),
    ({"plane": "invoke", "event": "MESAGE"}, {"delay": "1s"}, "did you mean MESSAGE?"),
    ({"plane": "invoke", "direction": "outward"}, {"delay": "1s"}, "expected one of in, out"),
    ({"plane": "invoke", "direction": "out", "event": "CONNECT"}, {"delay": "1s"}, "event MESSAGE"),
    ({"plane": "invoke", "event": "MESSAGE", "method": "GET"}, {"delay": "1s"}, "no method"),
    ({"plane": "invoke", "event": "MESSAGE", "route": "$connect"}, {"delay": "1s"}, "the route of another event"),
    ({"plane": "invoke", "event": "CONNECT", "route": "$default"}, {"delay": "1s"}, "expected $connect"),
    ({"plane": "invoke"}, {"delivery": "drop"}, "event MESSAGE"),
    ({"plane": "invoke", "event": "CONNECT"}, {"delivery": "drop"}, "event MESSAGE"),
    ({"plane": "invoke", "event": "MESSAGE"}, {"delivery": "twice"}, "expected one of drop, duplicate"),
    ({"plane": "invoke", "event": "MESSAGE"}, {"delivery": "drop", "delay": "1s"}, "delivery alone"),
    ({"plane": "invoke", "event": "MESSAGE"}, {"delivery": "drop", "connection": "reset"}, "delivery alone"),
    ({"plane": "invoke", "event": "MESSAGE"}, {"status": 200, "headers": {"a": "b"}}, "no header fields"),
    ({"plane": "invoke", "direction": "out"}, {"error": "throttled"}, "a message to the client has no answer"),
    ({"plane": "invoke", "event": "DISCONNECT"}, {"delay": "1s"}, "expected delivery"),
    ({"plane": "invoke"}, {"connection": {"close": 4000}}, "event MESSAGE"),
    ({"plane": "invoke", "event": "MESSAGE"}, {"connection": {"close": 1005}}, "a close code that may be sent"),
    ({"plane": "invoke", "event": "MESSAGE"}, {"connection": {"close": 4000, "reason": "x" * 124}}, "at most 123"),
    ({"plane": "invoke", "event": "MESSAGE"}, {"connection": {"slow": 10, "reason": "x"}}, "reason beside slow"),
])
def test_a_rule_that_makes_no_sense_is_refused_in_one_line(start, match, then, words):
    server = start()

    text = refused(server, match, then)

    assert words in text
    assert admin(server, "GET", "faults")["rules"] == []
