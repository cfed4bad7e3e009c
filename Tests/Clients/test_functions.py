"""Functions in real runtimes: awslambdaric and a loop by hand, started by the test or by the server."""

import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import sys

import pytest

from local_server import BOUND, LocalServer, clean_environment
from test_invoke import (
    FUNCTION, call, client_of, free_port, function_integration, make_api, runtime_emulator)

HANDLER = """\
import json
import os

print("loading")


def handler(event, context):
    path = event.get("rawPath") or event["path"]
    print("called", path)
    if path == "/raise":
        raise ValueError("no such order")
    if path == "/exit":
        os._exit(3)
    if path == "/hang":
        print("hanging", os.getpid())
        while True:
            os.read(os.pipe()[0], 1)
    links = "/proc/self/fd"
    return {"statusCode": 200, "body": json.dumps({
        "event": event, "environment": dict(os.environ), "process": os.getpid(), "folder": os.getcwd(),
        "descriptors": [os.readlink(f"{links}/{name}") for name in os.listdir(links) if os.path.exists(f"{links}/{name}")],
        "context": [context.aws_request_id, context.function_name, context.invoked_function_arn,
                    context.get_remaining_time_in_millis()]})}
"""

# A runtime of the standard library alone, in the shape of the documentation's loop.
LOOP = """\
import http.client
import json
import os

connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
base = "/2018-06-01/runtime/invocation"
while True:
    connection.request("GET", base + "/next")
    response = connection.getresponse()
    event = json.loads(response.read())
    print("looping", event["rawPath"])
    answer = {"statusCode": 200, "body": json.dumps({"fields": dict(response.headers), "process": os.getpid()})}
    connection.request("POST", f"{base}/{response.headers['Lambda-Runtime-Aws-Request-Id']}/response", json.dumps(answer))
    connection.getresponse().read()
"""

# A runtime that opens a connection for each request, by its own means.
PASSING = """\
import http.client
import json
import os
import sys
import urllib.request

place, base = os.environ["AWS_LAMBDA_RUNTIME_API"], "/2018-06-01/runtime/invocation"


def ask(method, path, body=None):
    if sys.argv[1] == "urllib":
        with urllib.request.urlopen(urllib.request.Request(f"http://{place}{base}{path}", body, method=method)) as answer:
            return answer.headers, answer.read()
    connection = http.client.HTTPConnection(place)
    connection.request(method, base + path, body)
    answer = connection.getresponse()
    found = answer.headers, answer.read()
    connection.close()
    return found


while True:
    fields, event = ask("GET", "/next")
    path = json.loads(event)["rawPath"]
    if path == "/exit":
        os._exit(3)
    with open(sys.argv[2]) as gate:
        body = json.dumps({"statusCode": 200, "body": path + gate.read()})
    ask("POST", f"/{fields['Lambda-Runtime-Aws-Request-Id']}/response", body.encode())
"""

RIC = f"{sys.executable} -m awslambdaric app.handler"


@pytest.fixture
def code(tmp_path):
    (tmp_path / "app.py").write_text(HANDLER)
    (tmp_path / "loop.py").write_text(LOOP)
    (tmp_path / "passing.py").write_text(PASSING)
    (tmp_path / "broken.py").write_text("import nothing_of_that_name\n")
    return tmp_path


@pytest.fixture
def start_in(code):
    """Starts servers in the folder of the code."""
    servers = []

    def start_server(*arguments, variables=None):
        server = LocalServer("--port", "0", *arguments, variables=variables, cwd=code)
        servers.append(server)
        return server

    yield start_server
    for server in servers:
        server.__exit__()


def served(server, version="2.0", **options):
    """An API whose every path is the function's; gives a function that calls it."""
    integration = {**function_integration(version), **options}
    api_id = make_api(client_of(server), {"$default": integration})
    return lambda path, **request: call(server, api_id, request.pop("method", "GET"), path, **request)


def answered(result):
    status, _, body = result
    assert status == 200, (status, body)
    return json.loads(body)


def has_ended(process):
    """Whether a process has ended, waited for without looking twice."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], BOUND)[0])
    finally:
        os.close(descriptor)


def all_children(process):
    """The children of all threads of a process."""
    return [child for task in pathlib.Path(f"/proc/{process}/task").iterdir()
            for child in (task / "children").read_text().split()]


def test_awslambdaric_at_a_port_gets_events_and_answers(start, code):
    port = free_port()
    server = start("--lambda", f"pets=runtime:{port}")
    get = served(server)
    runtime = subprocess.Popen(
        [sys.executable, "-m", "awslambdaric", "app.handler"], cwd=code, stdout=subprocess.DEVNULL,
        env=clean_environment(AWS_LAMBDA_RUNTIME_API=f"127.0.0.1:{port}", AWS_LAMBDA_FUNCTION_NAME="pets"))
    try:
        seen = answered(get("/pets/tom?a=1", method="POST", body=b"hello", headers={"Content-Type": "text/plain"}))
        raised = get("/raise")
        runtime.kill()
        runtime.wait(BOUND)
    finally:
        runtime.kill()

    assert seen["event"]["version"] == "2.0"
    assert seen["event"]["routeKey"] == "$default"
    assert (seen["event"]["rawPath"], seen["event"]["body"]) == ("/pets/tom", "hello")
    assert seen["process"] == runtime.pid
    assert seen["context"][1:3] == ["pets", "arn:aws:lambda:us-east-1:000000000000:function:pets"]
    assert (raised[0], raised[2]) == (500, b'{"message":"Internal Server Error"}')
    assert "ValueError: no such order" in server.wait_for_log("path=/raise")


@pytest.mark.parametrize("client", ["urllib", "http.client"])
@pytest.mark.parametrize("place", ["runtime", "run"])
def test_a_runtime_may_open_a_connection_for_each_request(start_in, code, client, place):
    gate, port = code / "gate", free_port()
    os.mkfifo(gate)
    command = f"{sys.executable} passing.py {client} {gate}"
    server = start_in("--lambda", f"pets=run:exec {command}" if place == "run" else f"pets=runtime:{port}")
    get = served(server)
    runtime = None
    if place == "runtime":
        runtime = subprocess.Popen(
            command.split(), cwd=code, env=clean_environment(AWS_LAMBDA_RUNTIME_API=f"127.0.0.1:{port}"))
    try:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for number in range(3):
                answer = pool.submit(get, f"/{number}")
                # The runtime opens the gate when it has the event, so that its connection may be gone by now.
                with open(gate, "w") as opened:
                    call(server, None, "GET", "/v2/apis", host="localhost")
                    opened.write("ok")
                assert answer.result(BOUND)[::2] == (200, f"/{number}ok".encode())
        if place == "run":
            assert get("/exit")[0] == 500
            assert "Runtime.ExitError: the process ended with status 3" in server.wait_for_log("path=/exit")
    finally:
        if runtime:
            runtime.kill()
            runtime.wait(BOUND)


def test_the_end_of_awslambdaric_at_a_port_fails_its_first_event_at_once(start, code):
    port = free_port()
    server = start("--lambda", f"pets=runtime:{port}")
    get = served(server)
    with subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", "app.handler"], cwd=code, stdout=subprocess.DEVNULL,
            env=clean_environment(AWS_LAMBDA_RUNTIME_API=f"127.0.0.1:{port}", AWS_LAMBDA_FUNCTION_NAME="pets")):
        answer = get("/exit")

    assert (answer[0], answer[2]) == (500, b'{"message":"Internal Server Error"}')
    assert "the runtime's connection ended while it had the event" in server.wait_for_log("path=/exit")


@pytest.mark.parametrize(("moved", "status"), [("9.999s", 200), ("10s", 500)])
def test_an_authorizer_has_ten_seconds_of_the_emulated_clock(start, moved, status):
    port = free_port()
    base = "/2018-06-01/runtime/invocation"
    with runtime_emulator(lambda _: {"statusCode": 200, "body": "in"}) as emulator:
        server = start("--clock", "manual", "--event-loops", "1", "--lambda", f"guard=runtime:{port}",
                       "--lambda", f"pets={emulator.url}")
        client = client_of(server)
        authorizer = {
            "Name": "guard", "AuthorizerType": "REQUEST", "AuthorizerUri": FUNCTION.replace(":pets", ":guard"),
            "AuthorizerPayloadFormatVersion": "2.0", "EnableSimpleResponses": True,
            "IdentitySource": ["$request.header.Host"]}
        api_id = make_api(client, {"GET /pets": function_integration()})
        made = client.create_authorizer(ApiId=api_id, **authorizer)["AuthorizerId"]
        [route] = client.get_routes(ApiId=api_id)["Items"]
        client.update_route(ApiId=api_id, RouteId=route["RouteId"], AuthorizationType="CUSTOM", AuthorizerId=made)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            answer = pool.submit(call, server, api_id, "GET", "/pets")
            runtime = http.client.HTTPConnection("127.0.0.1", port, timeout=BOUND)
            runtime.request("GET", f"{base}/next")
            event = runtime.getresponse()
            event.read()
            clock = call(server, None, "POST", "/__admin/clock", json.dumps({"advance": moved}),
                         {"Content-Type": "application/json"}, host="localhost")
            # The one loop has acted on the time before it answers this.
            call(server, None, "GET", "/v2/apis", host="localhost")
            runtime.request("POST", f"{base}/{event.headers['Lambda-Runtime-Aws-Request-Id']}/response",
                            b'{"isAuthorized": true}')
            late = runtime.getresponse()
            late.read()
            found = answer.result(BOUND)
        line = server.wait_for_log("path=/pets")

    assert clock[0] == 200 and late.status == 202
    assert (found[0], found[2]) == (status, b"in" if status == 200 else b'{"message":"Internal Server Error"}')
    assert ("authorizer guard" in line and "did not answer" in line) == (status == 500)


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_awslambdaric_is_started_and_gets_events_of_both_versions(start_in, version):
    server = start_in("--lambda", f"pets=run:{RIC}")
    get = served(server, version)

    first, second = answered(get("/a?b=c")), answered(get("/b"))

    assert first["event"]["version"] == version
    assert (first["event"].get("rawPath") or first["event"]["path"]) == "/a"
    assert first["event"]["queryStringParameters"] == {"b": "c"}
    assert first["process"] == second["process"]
    assert first["context"][0] != second["context"][0]
    assert 0 < first["context"][3] <= 30_000


def test_a_process_has_the_environment_of_a_function_and_nothing_of_the_caller(start_in, code):
    secrets = {"AWS_SECRET_ACCESS_KEY": "the-callers", "AWS_PROFILE": "mine", "GITHUB_TOKEN": "secret"}
    server = start_in("--lambda", f"pets=run:{RIC}", "--account", "111122223333", variables=secrets)

    seen = answered(served(server)("/"))

    environment = seen["environment"]
    assert not set(environment.values()) & {"the-callers", "mine", "secret"}
    assert environment["AWS_ACCESS_KEY_ID"] == "111122223333"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "pets"
    assert environment["AWS_REGION"] == "us-east-1"
    assert environment["TZ"] == ":UTC"
    assert environment["PATH"] == os.environ["PATH"]
    assert re.match(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", environment["_X_AMZN_TRACE_ID"])
    assert seen["folder"] == environment["LAMBDA_TASK_ROOT"] == str(code)
    # Nothing to read, one pipe for both outputs, and the runtime's own connections.
    assert seen["descriptors"][0] == "/dev/null"
    assert seen["descriptors"][1] == seen["descriptors"][2]
    assert {name.split(":")[0] for name in seen["descriptors"][3:]} == {"socket"}
    server_files = {os.readlink(entry) for entry in pathlib.Path(f"/proc/{server.process.pid}/fd").iterdir()}
    assert not set(seen["descriptors"][3:]) & server_files


def test_lines_come_with_the_function_and_the_request_id_before_the_answer(start_in):
    server = start_in("--lambda", f"pets=run:{RIC}", "--log-format", "json")
    get = served(server)

    ids = [answered(get(f"/{number}"))["context"][0] for number in range(20)]
    get("/raise")
    server.stop()

    entries = [json.loads(line) for line in server.log]
    lines = [(entry["function"], entry["line"], entry.get("requestId")) for entry in entries if "line" in entry]
    raised = lines[21][2]
    assert lines[:21] == [("pets", "loading", None)] + [("pets", f"called /{n}", ids[n]) for n in range(20)]
    assert lines[21:24] == [
        ("pets", "called /raise", raised), ("pets", "[ERROR] ValueError: no such order", raised),
        ("pets", "Traceback (most recent call last):", raised)]
    told = [entry.get("line") or entry.get("path") for entry in entries]
    assert told.index("called /7") < told.index("/7") < told.index("called /8")


def test_an_error_at_the_import_is_a_500_and_the_next_start_waits(start_in):
    server = start_in("--lambda", f"pets=run:{sys.executable} -m awslambdaric broken.handler")
    get = served(server)

    first, second = get("/1"), get("/2")

    assert (first[0], first[2]) == (500, b'{"message":"Internal Server Error"}')
    assert second[0] == 500
    assert "Runtime.ImportModuleError: Unable to import module 'broken'" in server.wait_for_log("path=/1")


def test_a_process_that_exits_in_the_middle_is_a_500_and_the_next_event_starts_another(start_in):
    server = start_in("--lambda", f"pets=run:{RIC}")
    get = served(server)

    first, broken, second = answered(get("/a")), get("/exit"), answered(get("/b"))

    assert (broken[0], broken[2]) == (500, b'{"message":"Internal Server Error"}')
    assert first["process"] != second["process"]
    assert "Runtime.ExitError: the process ended with status 3" in server.wait_for_log("path=/exit")


def test_a_function_beyond_the_timeout_is_a_503_and_its_process_is_killed(start_in):
    server = start_in("--lambda", f"pets=run:{RIC}")
    get = served(server, TimeoutInMillis=200)

    assert answered(get("/a"))
    status, _, body = get("/hang")
    process = int(server.wait_for_log("hanging").split('hanging ')[1].split('"')[0])

    assert (status, body) == (503, b'{"message":"Service Unavailable"}')
    assert has_ended(process)
    assert server.wait_for_log("timed out after 0.2 seconds, and its process is killed")


def test_a_process_that_waits_for_events_ends_with_a_server_that_is_killed(start_in):
    server = start_in("--lambda", f"pets=run:{RIC}")
    process = answered(served(server)("/a"))["process"]

    server.stop(signal.SIGKILL)

    assert has_ended(process)


def test_a_process_that_has_an_event_ends_with_a_server_that_is_killed(start_in):
    server = start_in("--lambda", f"pets=run:{RIC}")
    get = served(server)
    process = answered(get("/a"))["process"]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        request = pool.submit(get, "/hang")
        server.wait_for_log("hanging")

        server.stop(signal.SIGKILL)

        assert has_ended(process)
        assert isinstance(request.exception(BOUND), ConnectionError)


def test_a_stop_ends_processes_and_a_server_keeps_no_zombies(start_in):
    server = start_in("--lambda", f"pets=run:{RIC}")
    get = served(server)
    for _ in range(3):
        assert get("/exit")[0] == 500
    process = answered(get("/a"))["process"]
    names = [pathlib.Path(f"/proc/{child}/stat").read_text().split()[2] for child in all_children(server.process.pid)]

    status, _ = server.stop()

    assert status == 0
    assert has_ended(process)
    # The process and its guard.
    assert len(names) == 2 and "Z" not in names


def test_a_stop_answers_a_call_under_way_and_ends_its_process_without_a_word(start_in):
    server = start_in("--lambda", f"pets=run:{RIC}")
    get = served(server)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        request = pool.submit(get, "/hang")
        process = int(server.wait_for_log("hanging").split("hanging ")[1].split('"')[0])

        status, _ = server.stop()

        assert status == 0
        assert request.result(BOUND)[0] == 503
    assert has_ended(process)
    assert not [line for line in server.log if " warning " in line]


def test_as_many_processes_as_the_concurrency_have_events_at_a_time(start_in):
    server = start_in("--lambda", f"pets=run:{RIC}", "--lambda-concurrency", "pets=2")
    get = served(server)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        hanging = pool.submit(get, "/hang")
        process = int(server.wait_for_log("hanging").split('hanging ')[1].split('"')[0])

        other = answered(get("/a"))["process"]
        os.kill(process, signal.SIGKILL)

        assert other != process
        assert hanging.result(BOUND)[0] == 500


def test_a_reload_without_a_function_ends_its_process(start_in, code):
    targets = code / "targets.json"
    targets.write_text(json.dumps({"functions": {"pets": f"run:{RIC}"}}))
    server = start_in("--targets", targets)
    process = answered(served(server)("/a"))["process"]

    targets.write_text("{}")
    server.process.send_signal(signal.SIGHUP)

    assert has_ended(process)
    server.wait_for_log("reload")
    assert served(server)("/b")[0] == 500
    assert "function pets is not configured" in server.wait_for_log("path=/b")


def test_a_loop_by_hand_gets_the_fields_of_the_runtime_api(start_in):
    server = start_in("--lambda", f"pets=run:exec {sys.executable} loop.py")

    seen = answered(served(server)("/pets", headers={"X-Amzn-Trace-Id": "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0"}))

    fields = seen["fields"]
    assert fields["Lambda-Runtime-Invoked-Function-Arn"] == "arn:aws:lambda:us-east-1:000000000000:function:pets"
    assert re.fullmatch(
        r"Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-6a5145a9-1bae89e2512ec92d5d9438a0", fields["Lambda-Runtime-Trace-Id"])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", fields["Lambda-Runtime-Aws-Request-Id"])
    assert re.fullmatch(r"\d{13}", fields["Lambda-Runtime-Deadline-Ms"])
    assert fields["Lambda-Runtime-Aws-Request-Id"] in server.wait_for_log("looping /pets")
