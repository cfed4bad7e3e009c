"""WebSocket APIs beside the rest of the program: the admin API, the journal, the cookbook's chat and fault rules."""

import json
import pathlib
import socket
import sys
import urllib.error
import urllib.parse
import urllib.request

import boto3
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from websocket_api import MOCK, PROXY, chat, connect, faulty, make_api, management, quoted  # noqa: F401


def test_a_test_plays_the_server_and_ends_a_client(start):

    def admin(method, path, body=None):
        request = urllib.request.Request(
            f"{server.endpoint}/__admin/connections{path}", data=body, method=method,
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    server = start()
    api_id = make_api(server, {"$default": MOCK})
    with connect(server, api_id) as client:
        listed = json.loads(admin("GET", "")[1])["connections"]
        with urllib.request.urlopen(f"{server.endpoint}/__admin/metrics", timeout=30) as answer:
            assert b"\napigatewayv2_local_websocket_connections 1\n" in answer.read()
        path = "/" + quoted(listed[0]["connectionId"])
        assert admin("POST", path + "/messages", b"from the test")[0] == 204
        assert client.recv(timeout=30) == "from the test"
        assert admin("POST", path + "/messages")[0] == 400
        assert admin("DELETE", path + "?code=1005")[0] == 400
        assert admin("DELETE", path + "?code=4000&reason=bye")[0] == 204
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)

    assert len(listed) == 1 and listed[0]["api"] == api_id and listed[0]["stage"] == "dev"
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4000, "bye")
    assert admin("POST", "/unknown/messages", b"x")[0] == 404
    assert admin("DELETE", "/unknown")[0] == 404


def test_messages_are_in_the_journal_with_their_answers(start):
    server = start()
    api_id = make_api(server, {"$default": MOCK}, two_way=("$default",), responses={"$default": [
        {"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "answer"}}]})

    with connect(server, api_id) as client:
        client.send("question")
        assert client.recv(timeout=30) == "answer"
        with urllib.request.urlopen(f"{server.endpoint}/__admin/requests?plane=invoke") as response:
            entries = json.load(response)["requests"]

    assert [(entry["method"], entry["status"]) for entry in entries] == [("GET", 101), ("MESSAGE", 200)]
    assert entries[1]["body"] == "question" and entries[1]["answerBody"] == "answer"
    assert entries[1]["route"] == "$default" and entries[1]["api"] == api_id


def test_records_of_events_have_their_connection_and_their_integration(chat):
    server, function = chat(lambda event: {"statusCode": 200, "body": "taken"})
    api_id = make_api(
        server, {"$connect": PROXY, "$default": PROXY, "$disconnect": PROXY}, two_way=("$default",))
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)
    targets = {route["RouteKey"]: route["Target"].removeprefix("integrations/")
               for route in client.get_routes(ApiId=api_id)["Items"]}

    with connect(server, api_id) as socket_client:
        connection_id = function.next()["requestContext"]["connectionId"]
        socket_client.send("hello")
        assert socket_client.recv(timeout=30) == "taken"
        management(server, api_id).post_to_connection(ConnectionId=connection_id, Data=b"answer")
        assert socket_client.recv(timeout=30) == "answer"

    def records(kind, **query):
        url = f"{server.endpoint}/__admin/{kind}?{urllib.parse.urlencode({'wait': '10s', **query})}"
        with urllib.request.urlopen(url, timeout=30) as response:
            return json.load(response)[kind]

    (end,) = records("requests", route="$disconnect")
    entries = records("requests", plane="invoke")
    lines = records("invocations")
    assert sorted(entry["method"] for entry in entries) == ["DISCONNECT", "GET", "MESSAGE", "POST"]
    assert end["method"] == "DISCONNECT" and end["integration"] == targets["$disconnect"]
    assert [entry["method"] for entry in records("requests", event="MESSAGE", direction="in")] == ["MESSAGE"]
    assert [entry["method"] for entry in records("requests", event="MESSAGE", direction="out")] == ["POST"]
    assert [entry["method"] for entry in records("requests", event="CONNECT")] == ["GET"]
    assert [line["method"] for line in records("invocations", event="DISCONNECT")] == ["DISCONNECT"]
    assert records("requests", connectionId=connection_id) == entries
    assert records("invocations", connectionId="another", wait="0s") == []
    for found in (*entries, *lines):
        assert found["connectionId"] == connection_id
        assert found["integration"] == (targets[found["route"]] if found["route"] else None)


def test_the_chat_of_the_cookbook_lets_everybody_hear_everybody(start, tmp_path):
    page = pathlib.Path(__file__).parents[2] / "docs" / "invoke.md"
    source = page.read_text().split("`chat.py`:")[1].split("```python\n")[1].split("```")[0]
    (tmp_path / "chat.py").write_text(source)
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    command = f"cd {tmp_path} && GATEWAY=http://127.0.0.1:{port} exec {sys.executable} -m awslambdaric chat.handler"
    server = start("--port", str(port), "--lambda", f"chat=run:{command}")
    api_id = make_api(server, {"$connect": PROXY, "$default": PROXY, "$disconnect": PROXY})

    with connect(server, api_id) as ann, connect(server, api_id) as bob:
        ann.send("hello")
        assert (ann.recv(timeout=30), bob.recv(timeout=30)) == ("hello", "hello")


# Faults


@pytest.mark.parametrize("error, text", [
    ("throttled", "Too Many Requests"), ("forbidden", "Forbidden"), ("timeout", "Endpoint request timed out")])
def test_a_rule_answers_a_message_with_an_error_frame(chat, error, text):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY, "$default": PROXY})
    faulty(server, {"error": error}, route="$default")

    with connect(server, api_id) as client:
        function.next()
        client.send("{}")
        assert json.loads(client.recv(timeout=30))["message"] == text

    assert function.events.empty()


def test_a_rule_refuses_a_handshake(start):
    server = start()
    api_id = make_api(server, {"$connect": MOCK})
    faulty(server, {"error": "throttled"}, route="$connect")

    with pytest.raises(InvalidStatus) as refused, connect(server, api_id):
        pass

    assert refused.value.response.status_code == 429


def test_a_rule_resets_the_connection_of_a_message(start):
    server = start()
    api_id = make_api(server, {"$default": MOCK})
    faulty(server, {"connection": "reset"}, route="$default")

    with connect(server, api_id) as client:
        client.send("{}")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)

    assert closed.value.rcvd is None


@pytest.mark.parametrize("query, text", [
    ("event=MESAGE", "did you mean MESSAGE?"), ("direction=up", "expected one of in, out"),
    ("plane=control&event=MESSAGE", "plane invoke beside it"), ("plane=control&connectionId=x", "plane invoke")])
def test_a_filter_of_events_that_makes_no_sense_is_refused(start, query, text):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{start().endpoint}/__admin/requests?{query}", timeout=30)

    (mistake,) = json.loads(refused.value.read())["errors"]
    nearest = f"; did you mean {mistake['suggestion']}?" if "suggestion" in mistake else ""
    assert refused.value.code == 400
    assert text in f"expected {mistake['expected']}{nearest}"
