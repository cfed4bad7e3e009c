"""The package against the built program: faults are met, calls are counted, accounts keep apart, types hold."""

import concurrent.futures
import http.server
import json
import pathlib
import re
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import boto3
import botocore.endpoint
import pytest
from botocore.config import Config

from apigatewayv2_local import AdminError, Server, StartError
from apigatewayv2_local.server import VARIABLE, find_binary

PACKAGE = pathlib.Path(__file__).resolve().parents[1]
FIXTURES = PACKAGE.parents[1] / "fixtures"
GET = {"ApiId": "a1b2c3d4e5", "IntegrationId": "abc123d"}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(botocore.endpoint.time, "sleep", lambda _: None)


def connect(scope, mode="standard"):
    return boto3.client(
        "apigatewayv2", endpoint_url=scope.endpoint, region_name="us-east-1",
        aws_access_key_id=scope.access_key_id, aws_secret_access_key="test", config=Config(retries={"mode": mode}),
    )


def test_two_failures_are_a_call_of_three_attempts(apigatewayv2_local):
    name = apigatewayv2_local.faults.fail("GetApis", times=2)
    answer = connect(apigatewayv2_local).get_apis()
    (call,) = apigatewayv2_local.calls("GetApis")
    assert call.statuses == [429, 429, 200]
    assert call.succeeded
    assert call.attempts[0].gap_ms is None and call.attempts[1].gap_ms >= 0
    assert [attempt.fault for attempt in call.attempts] == [name, name, None]
    assert apigatewayv2_local.requests.count("GetApis") == 3
    assert apigatewayv2_local.requests.count("GetApis", status=429) == 2
    request = apigatewayv2_local.requests.get(answer["ResponseMetadata"]["RequestId"])
    assert (request.operation, request.status, request.attempt) == ("GetApis", 200, 3)
    assert apigatewayv2_local.faults.get(name)["fired"] == 2


def test_an_account_sees_breaks_and_resets_only_its_own(apigatewayv2_local, apigatewayv2_local_server):
    other = apigatewayv2_local_server.for_account("999999999999")
    apigatewayv2_local.faults.fail("GetApis", "ConflictException")
    connect(other).create_api(Name="a", ProtocolType="HTTP")
    connect(other).get_apis()
    with pytest.raises(connect(other).exceptions.ConflictException):
        connect(apigatewayv2_local).get_apis()
    assert other.requests.count("GetApis") == 1
    assert other.faults.list() == []
    apigatewayv2_local.reset()
    assert apigatewayv2_local.faults.list() == []
    assert apigatewayv2_local.requests.list() == []
    assert [request.json()["name"] for request in other.requests.list("CreateApi")] == ["a"]
    other.reset()


def test_a_reload_serves_the_files_as_they_are_now_keeps_and_tells_mistakes(tmp_path):
    path = tmp_path / "apis.json"
    path.write_text('{"apis": [{"apiId": "a", "name": "orders", "protocolType": "HTTP"}]}')
    with Server(fixtures=[path]) as server:
        created = connect(server).create_api(Name="created", ProtocolType="HTTP")["ApiId"]
        path.write_text('{"apis": [{"apiId": "b", "name": "stock", "protocolType": "HTTP"}]}')
        counts = server.for_account("111122223333").reload(keep_created=True)
        assert counts == {
            "loaded": {"resources": 1, "rules": 0}, "kept": {"resources": 1, "rules": 0},
            "dropped": {"resources": 0, "rules": 0},
        }
        assert {api["ApiId"] for api in connect(server).get_apis()["Items"]} == {"b", created}
        path.write_text('{"apis": [{"apiId": "b", "name": 7, "protocolType": "HTTP"}]}')
        with pytest.raises(AdminError) as error:
            server.reload()
        assert str(error.value).split("\n")[1] == f"{path}:1:34: /apis/0/name: found 7, expected a string"
        path.write_text("{")
        with pytest.raises(AdminError, match=re.escape(f"{path}:1:2: found ")):
            server.reload()
        path.write_text("{}")
        assert server.reload()["loaded"]["resources"] == 0
        assert connect(server).get_apis()["Items"] == []


def test_a_server_of_ones_own_has_fixtures_faults_and_a_clock():
    with Server(fixtures=[FIXTURES], arguments=["--clock", "manual"]) as server:
        client = connect(server)
        server.faults.add({"name": "broken", "match": {"attempt": 1}, "then": {"status": 503}})
        assert client.get_integration(**GET)["ResponseMetadata"]["RetryAttempts"] == 1
        server.faults.disable("broken")
        assert server.faults.get("broken")["enabled"] is False
        server.faults.enable("broken")
        assert "enabled" not in server.faults.get("broken")
        server.faults.remove("broken")
        server.faults.disconnect("GetIntegration", "reset", times=1)
        assert client.get_integration(**GET)["ResponseMetadata"]["RetryAttempts"] == 1
        server.faults.clear()
        server.faults.fail("GetIntegration", attempt=1, retry_after="2s", name="first")
        assert [rule["name"] for rule in server.faults.list()] == ["first"]
        server.clock.set("2030-01-01T00:00:00Z")
        server.clock.advance("10m")
        assert server.clock.read()["time"] == "2030-01-01T00:10:00.000000Z"
        server.clock.run()
        server.faults.delay("GetApis", "1ms", name="slow")
        client.get_apis()
        (slow,) = server.requests.list(fault="slow")
        assert slow.duration_ms >= 1
        server.clock.stop()
        server.requests.clear()
        assert server.requests.list() == []


def test_requests_are_waited_for(apigatewayv2_local):
    connect(apigatewayv2_local).get_apis()
    (first,) = apigatewayv2_local.wait_for_requests("GetApis")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(apigatewayv2_local.wait_for_requests, "GetApis", count=2, since=first.number, timeout=60)
        for _ in range(2):
            connect(apigatewayv2_local).get_apis()
        assert [request.operation for request in waiting.result()] == ["GetApis", "GetApis"]
    with pytest.raises(TimeoutError, match="2 of 3 requests came within 0.1 s"):
        apigatewayv2_local.wait_for_requests("GetApis", count=3, since=first.number, timeout=0.1)


def test_a_clock_that_stands_keeps_nobody_waiting():
    with Server(arguments=["--clock", "manual"]) as server, pytest.raises(TimeoutError, match="0 of 1"):
        server.wait_for_requests(timeout=0.1)


def test_a_mistake_is_told_with_what_was_meant(apigatewayv2_local):
    with pytest.raises(AdminError) as caught:
        apigatewayv2_local.faults.fail("GetIntegratio")
    assert caught.value.status == 400
    assert "did you mean GetIntegration?" in str(caught.value)
    with pytest.raises(AdminError, match="found an unknown parameter"):
        apigatewayv2_local.requests.count(stauts=200)


def test_a_program_that_is_not_there_or_does_not_start_is_told(monkeypatch, tmp_path):
    with pytest.raises(StartError, match="there is no /nowhere"):
        Server(binary="/nowhere")
    with pytest.raises(StartError, match="expected a file or a folder of fixtures"):
        Server(fixtures=[tmp_path / "nothing"])
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(VARIABLE, "/nowhere/else")
    with pytest.raises(StartError, match=f"which {VARIABLE} names"):
        find_binary()
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(StartError, match="nor on PATH"):
        find_binary()
    program = tmp_path / "apigatewayv2-local"
    program.touch(mode=0o755)
    assert find_binary() == str(program)
    # The wheel's command is beside this Python, and is taken before another one on PATH.
    beside = tmp_path / "scripts" / "apigatewayv2-local"
    beside.parent.mkdir()
    beside.touch(mode=0o755)
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(beside.parent) if name == "scripts" else "")
    assert find_binary() == str(beside)


def test_the_package_is_typed():
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(PACKAGE / "pyproject.toml")],
        cwd=PACKAGE, capture_output=True, text=True, timeout=300, check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_examples_of_the_readme_run(tmp_path, monkeypatch, function):
    (tmp_path / "fixtures").symlink_to(FIXTURES)
    monkeypatch.chdir(tmp_path)
    first, second, third, fourth = re.findall(r"```python\n(.*?)```", (PACKAGE / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "test_example.py").write_text(first, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(PACKAGE / "src"))
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "apigatewayv2_local.pytest_plugin", "test_example.py"],
        capture_output=True, text=True, timeout=120, check=False,
    )
    assert result.returncode == 0, result.stdout
    exec(compile(second, "README.md", "exec"), {})
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    third = third.replace("http://localhost:9000", function("cat")).replace("9001", str(port))
    exec(compile(third, "README.md", "exec"), {})
    pytest.importorskip("websockets.sync.client")
    exec(compile(fourth, "README.md", "exec"), {})


# Calls of deployed APIs


class Function(http.server.BaseHTTPRequestHandler):
    """A Runtime Interface Emulator whose function says what it was sent."""

    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        http_part = event["requestContext"]["http"]
        result = {"statusCode": 201, "headers": {"x-kind": self.server.kind},
                  "body": f"{http_part['method']} {event['rawPath']} {event.get('body', '')}"}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(result).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def function():
    """Starts functions of a kind; gives their URLs."""
    servers = []

    def start(kind):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Function)
        server.kind = kind
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def make_pets(server):
    client = connect(server)
    api_id = client.create_api(
        Name="pets", ProtocolType="HTTP", Target="arn:aws:lambda:us-east-1:000000000000:function:pets")["ApiId"]
    client.create_stage(ApiId=api_id, StageName="prod", AutoDeploy=True)
    return api_id


def test_an_api_is_called_and_its_function_moves_while_the_server_runs(function):
    first, second = function("cat"), function("dog")
    with Server(functions={"pets": first}) as server:
        api_id = make_pets(server)
        answer = server.invoke(api_id, "POST", "/pets/mimi", body="hello", headers={"Content-Type": "text/plain"})
        server.set_targets(functions={"pets": second})
        moved = server.invoke(api_id, stage="prod", path="/x")
        shown = server.targets()
        server.set_targets()
        back = server.invoke(api_id)

    assert (answer.status, answer.text, answer.headers["X-Kind"]) == (201, "POST /pets/mimi hello", "cat")
    assert (moved.text, moved.headers["X-Kind"]) == ("GET /prod/x ", "dog")
    assert shown["functions"] == {"pets": {"place": second, "from": "request"}}
    assert back.headers["X-Kind"] == "cat"


def test_a_status_that_is_no_success_is_an_answer_and_a_mistake_in_targets_an_error():
    with Server(upstreams={"api.example.com": "http://127.0.0.1:9"}) as server:
        api_id = make_pets(server)
        answer = server.invoke(api_id)
        with pytest.raises(AdminError) as refused:
            server.set_targets(functions={"pets": "run:rm"})
        upstreams = server.targets()["upstreams"]

    assert (answer.status, answer.json()) == (500, {"message": "Internal Server Error"})
    assert "commands come from options and files alone" in str(refused.value)
    assert upstreams == {"api.example.com": {"place": "http://127.0.0.1:9", "from": "option"}}


def test_an_account_changes_the_targets_that_all_share(apigatewayv2_local, function):
    place = function("cat")
    apigatewayv2_local.set_targets(functions={"pets": place})
    api_id = make_pets(apigatewayv2_local)

    assert apigatewayv2_local.invoke(api_id).headers["X-Kind"] == "cat"
    apigatewayv2_local.set_targets()


def test_a_call_of_an_api_fails_and_is_told(apigatewayv2_local):
    """The API is the account's, so its calls and their rules are too."""
    client = connect(apigatewayv2_local)
    api = client.create_api(Name="shop", ProtocolType="HTTP", Target="https://shop.example.com")["ApiId"]
    name = apigatewayv2_local.faults.fail_call("$default", "throttled", api=api, times=1, retry_after="1s")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{apigatewayv2_local.endpoint}/_aws/execute-api/{api}/pets", timeout=30)
    assert (caught.value.code, caught.value.headers["Retry-After"]) == (429, "1")
    (line,) = apigatewayv2_local.invocations.list(status=429)
    assert (line["route"], line["fault"]) == ("$default", name)
    report = apigatewayv2_local.invocations.get(caught.value.headers["Apigw-Requestid"])
    assert report["routes"] == {"matched": "$default", "others": []}
    (request,) = apigatewayv2_local.requests.list(plane="invoke")
    assert (request.plane, request.api, request.stage, request.status) == ("invoke", api, "$default", 429)
    assert request.cause == f"the fault rule {name} answers throttled"
    apigatewayv2_local.invocations.clear()
    assert apigatewayv2_local.invocations.list() == []


def test_a_test_plays_the_server_of_a_web_socket_api(apigatewayv2_local):
    """Another account sees none of the connections, and a closed one is gone."""
    websocket = pytest.importorskip("websockets.sync.client")
    client = connect(apigatewayv2_local)
    api = client.create_api(
        Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")["ApiId"]
    client.create_route(ApiId=api, RouteKey="$default")
    client.create_stage(ApiId=api, StageName="dev", AutoDeploy=True)
    url = apigatewayv2_local.endpoint.replace("http", "ws", 1) + f"/_aws/execute-api/{api}/dev"

    with websocket.connect(url) as socket:
        (open_one,) = apigatewayv2_local.connections.list()
        assert (open_one["api"], open_one["stage"]) == (api, "dev")
        assert apigatewayv2_local.for_account("999999999999").connections.list() == []
        apigatewayv2_local.connections.send(open_one["connectionId"], "hello")
        assert socket.recv(timeout=30) == "hello"
        socket.send('{"action": "say"}')
        # The route has no integration.
        assert "message" in json.loads(socket.recv(timeout=30))
        (connected,) = apigatewayv2_local.invocations.wait_for(event="CONNECT", api=api)
        (said,) = apigatewayv2_local.invocations.wait_for(event="MESSAGE", since=connected["number"])
        assert said["connectionId"] == connected["connectionId"] == open_one["connectionId"]
        with pytest.raises(TimeoutError, match="0 of 1 invocations came within"):
            apigatewayv2_local.invocations.wait_for(event="MESSAGE", since=said["number"], timeout=0.1)
        apigatewayv2_local.connections.close(open_one["connectionId"], 4000, "bye")
        with pytest.raises(Exception) as closed:
            socket.recv(timeout=30)
    assert closed.value.rcvd.code == 4000
    with pytest.raises(AdminError) as gone:
        apigatewayv2_local.connections.send(open_one["connectionId"], "hello")
    assert gone.value.status == 404
