"""Bodies of all connections together, and calls of APIs that the wire refuses: their answers, the log and the journal."""

import concurrent.futures
import json
import socket

import pytest

from local_server import BOUND
from test_admin import admin
from test_http2 import run
from test_invoke import Backend, call, client_of, function_integration, make_api, proxy_integration, runtime_emulator

MEBIBYTE = 1024 * 1024
UNAVAILABLE = b'{"message":"Service Unavailable"}'


def connect(server):
    return socket.create_connection(("127.0.0.1", server.port), BOUND)


def received(peer):
    with peer:
        return b"".join(iter(lambda: peer.recv(65536), b""))


def head(api_id, method="GET", *fields):
    lines = [f"{method} /pets HTTP/1.1", f"Host: {api_id}.execute-api.localhost", "Connection: close", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def journaled(server, **wanted):
    entries = json.loads(call(server, None, "GET", "/__admin/invocations", host="localhost")[2])["invocations"]
    return [entry for entry in entries if all(entry[name] == value for name, value in wanted.items())]


def test_bodies_that_arrive_are_bounded_over_all_connections(start):
    with runtime_emulator(lambda event: {"statusCode": 200, "body": str(len(event["body"]))}) as emulator:
        server = start("--lambda", f"pets={emulator.url}", "--limit", f"invoke-bytes-max={8 * MEBIBYTE}")
        api_id = make_api(client_of(server), {"POST /pets": function_integration()})
        fields = ("Content-Type: text/plain", f"Content-Length: {3 * MEBIBYTE}")
        peers = [connect(server) for _ in range(4)]
        for peer in peers:
            peer.sendall(head(api_id, "POST", *fields))
        # Each sends all but its last byte: 12 MiB are more than there is room for, so that one is refused.
        refused = []
        for peer in peers:
            try:
                peer.sendall(b"a" * (3 * MEBIBYTE - 1))
            except (BrokenPipeError, ConnectionResetError):
                refused.append(peer)
        line = server.wait_for_log("All bodies together have more than 8388608 bytes")
        answers = []
        for peer in peers:
            if peer not in refused:
                try:
                    peer.sendall(b"a")
                except (BrokenPipeError, ConnectionResetError):
                    pass
            answers.append(received(peer))
        afterwards = call(server, api_id, "POST", "/pets", b"a" * 3 * MEBIBYTE, {"Content-Type": "text/plain"})

    statuses = [answer.split()[1] for answer in answers if answer]
    assert "status=503" in line and "--limit invoke-bytes-max" in line
    assert b"503" in statuses
    assert set(statuses) <= {b"200", b"503"}
    assert (afterwards[0], afterwards[2]) == (200, str(3 * MEBIBYTE).encode())


def test_answers_that_wait_for_slow_readers_are_bounded_over_all_connections(start):
    with Backend(lambda _: (200, {}, b"a" * 9 * MEBIBYTE)) as backend:
        # A call holds its answer too, until it is over.
        server = start("--limit", f"invoke-bytes-max={24 * MEBIBYTE}")
        api_id = make_api(client_of(server), {"GET /pets": proxy_integration(backend.url)})
        slow = []
        for number in range(8):
            peer = connect(server)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            peer.sendall(head(api_id))
            # The first bytes show that the answer is there, and the rest of it waits.
            first = peer.recv(12)
            slow.append((peer, first))
        line = server.wait_for_log("--limit invoke-bytes-max")
        entries = journaled(server, route="GET /pets")
        answers = [first + received(peer) for peer, first in slow]
        afterwards = call(server, api_id, "GET", "/pets")

    statuses = [answer.split()[1] for answer in answers]
    assert "status=503" in line and "method=GET" in line
    assert sorted(entry["status"] for entry in entries) == sorted(map(int, statuses))
    assert all(b'{"message":"Service Unavailable"}' in answer for answer in answers if b" 503 " in answer[:20])
    assert b"200" in statuses and b"503" in statuses
    for answer in answers:
        if answer.startswith(b"HTTP/1.1 200"):
            assert answer.endswith(b"a" * 9 * MEBIBYTE)
    assert (afterwards[0], len(afterwards[2])) == (200, 9 * MEBIBYTE)


@pytest.mark.parametrize(("limit", "sent", "answered"), [
    (f"invoke-bytes-max={MEBIBYTE}", 0, 2 * MEBIBYTE), ("calls-max=0", 0, 1)])
def test_a_limit_that_keeps_a_call_from_a_backend_is_told_by_its_name(start, limit, sent, answered):
    with Backend(lambda _: (200, {}, b"a" * answered)) as backend:
        server = start("--limit", limit)
        api_id = make_api(client_of(server), {"POST /pets": proxy_integration(backend.url)})
        answer = call(server, api_id, "POST", "/pets", b"a" * sent)
        line = server.wait_for_log("status=503")

    assert (answer[0], answer[2]) == (503, b'{"message":"Service Unavailable"}')
    assert f"--limit {limit.split('=')[0]}" in line and "cannot be reached" not in line


@pytest.mark.parametrize(("limit", "fields", "body", "status", "message", "cause"), [
    ("body-bytes-max=10", ["Content-Length: 11"], b"", 413, "Request Entity Too Large", "longer than 10"),
    ("body-bytes-max=10", ["Transfer-Encoding: chunked"], b"b\r\nhello worlds\r\n", 413, "Request Entity Too Large", "10 bytes"),
    ("fields-max=2", ["A: 1"], b"", 431, "Request Header Fields Too Large", "There are more than 2 fields."),
    ("fields-max=9", ["Content-Length: x"], b"", 400, "Bad Request", "Content-Length"),
    ("fields-max=9", ["Bad Name: x"], b"", 400, "Bad Request", "White space stands in or behind a field name."),
    ("header-timeout=100ms", None, b"", 408, None, "The header section did not arrive"),
    ("idle-timeout=100ms", ["Content-Length: 5"], b"abc", 408, None, "The rest of the request did not arrive"),
])
def test_a_call_that_the_wire_refuses_has_the_gateways_words_and_an_entry(
        start, limit, fields, body, status, message, cause):
    server = start("--limit", limit)
    peer = connect(server)
    if fields is None:
        peer.sendall(head("a1b2c3d4e5", "POST").removesuffix(b"\r\n"))
    else:
        peer.sendall(head("a1b2c3d4e5", "POST", *fields) + body)
    answer = received(peer)
    line = server.wait_for_log(f"status={status}")
    entries = journaled(server, status=status, api="a1b2c3d4e5")

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    content = json.loads(answer.split(b"\r\n\r\n", 1)[1])
    assert content["message"] == message if message else cause in content["message"]
    assert "method=POST" in line and "path=/pets" in line and cause in line
    assert len(entries) == 1
    assert cause in entries[0]["cause"]


FORMS = {"host": ("http://127.0.0.1:{port}", "a1b2c3d4e5.execute-api.localhost"),
         "path": ("http://localhost:{port}/_aws/execute-api/a1b2c3d4e5", None)}


@pytest.mark.parametrize(("options", "most"), [
    ((), 10 * MEBIBYTE), (("--limit", "backend-body-bytes-max=1000"), 1000),
    (("--limit", "backend-body-bytes-max=0"), 0)])
def test_the_body_that_a_backend_answers_is_bounded(start, options, most):
    with Backend(lambda request: (200, {}, b"a" * int(request["path"].split("=")[1]))) as backend:
        server = start(*options)
        api_id = make_api(client_of(server), {"GET /pets": proxy_integration(backend.url)})
        answers = [call(server, api_id, "GET", f"/pets?n={count}") for count in (most, most + 1)]
        line = server.wait_for_log("status=503")

    assert (answers[0][0], len(answers[0][2])) == (200, most)
    assert (answers[1][0], answers[1][2]) == (503, UNAVAILABLE)
    assert f"the backend's body is longer than {most} bytes: --limit backend-body-bytes-max" in line
    assert "cannot be reached" not in line


def test_the_head_that_a_backend_answers_is_bounded_by_a_named_limit(start):
    with Backend(lambda _: (200, {"X-Long": "a" * 4000}, b"")) as backend:
        server = start("--limit", "field-section-bytes-max=3000")
        api_id = make_api(client_of(server), {"GET /pets": proxy_integration(backend.url)})
        answer = call(server, api_id, "GET", "/pets")
        line = server.wait_for_log("status=503")

    assert (answer[0], answer[2]) == (503, UNAVAILABLE)
    assert "the backend's head is longer than 3000 bytes: --limit field-section-bytes-max" in line


def test_a_backend_with_an_unknown_name_is_told_with_the_option(start):
    server = start("--upstream", "mapped.invalid=http://other.invalid")
    api_id = make_api(client_of(server), {
        "GET /pets": proxy_integration("http://backend.invalid:8081/pets"),
        "GET /mapped": proxy_integration("http://mapped.invalid/")})
    answers = [call(server, api_id, "GET", path) for path in ("/pets", "/mapped")]
    lines = [server.wait_for_log("status=503") for _ in answers]

    assert [(answer[0], answer[2]) for answer in answers] == [(503, UNAVAILABLE)] * 2
    assert "--upstream backend.invalid:8081=http://localhost:8080 names a server in its place" in lines[0]
    # The user has named the server, so that the option is no news.
    assert "other.invalid" in lines[1] and "--upstream" not in lines[1]


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize(("limit", "options", "path", "status", "message", "cause"), [
    ("body-bytes-max=10", ["--data", "a" * 11], "/pets", 413, "Request Entity Too Large", "longer than 10"),
    ("field-section-bytes-max=900", ["-H", "A: " + "a" * 900], "/pets", 431, "Request Header Fields Too Large", "900 bytes"),
    ("request-line-bytes-max=300", [], "/pets?q=" + "a" * 300, 414, "Request URI too long", "longer than 300 bytes"),
    ("fields-max=50", ["-H", "Expect: nonsense"], "/pets", 417, None, "No expectation but 100-continue"),
    ("fields-max=50", [], "/pets/%zz", 400, "Bad Request", "without two hexadecimal digits"),
    ("fields-max=50", [], "/pets/%ff", 400, "Bad Request", "does not decode to UTF-8"),
    ("fields-max=50", [], "/pets/%00", 400, "Bad Request", "encoded NUL"),
])
def test_both_versions_refuse_a_call_alike(start, limit, options, path, status, message, cause, form):
    server = start("--limit", limit)
    url, host = FORMS[form]
    target = url.format(port=server.port) + path
    if host:
        options = [*options, "-H", f"Host: {host}"]
    answers, lines = [], []
    for version in ("--http1.1", "--http2-prior-knowledge"):
        answers.append(run("curl", "-sS", "-D", "-", version, *options, target).stdout)
        lines.append(server.wait_for_log(f"status={status}"))
    entries = journaled(server, status=status, api="a1b2c3d4e5")
    shown = target.split(str(server.port), 1)[1]

    for answer, line, entry, version in zip(answers, lines, entries, ("HTTP/1.1", "HTTP/2"), strict=True):
        head, body = answer.split("\n\n", 1) if "\r" not in answer else answer.split("\r\n\r\n", 1)
        assert head.startswith(f"{version} {status}"), head
        found = json.loads(body)["message"]
        assert found == message if message else cause in found
        names = dict(line.split(": ", 1) for line in head.lower().splitlines()[1:] if ": " in line)
        assert f"requestId={entry['requestId']}" in line and names["apigw-requestid"] == entry["requestId"].lower()
        assert f"method={'POST' if '--data' in options else 'GET'} " in line and cause in line
        assert f"path={shown[:200]}" in line.replace("\\", "")
        assert cause in entry["cause"]


def test_a_refused_head_request_has_no_body(start):
    server = start()
    for version in ("--http1.1", "--http2-prior-knowledge"):
        answer = run("curl", "-sS", "-I", version, f"{server.endpoint}/_aws/execute-api/a1b2c3d4e5/%zz").stdout
        assert " 400" in answer.splitlines()[0] and answer.rstrip().lower().split("\n")[-1].startswith("apigw-requestid: ")


def test_a_line_that_names_no_target_is_a_line_of_the_log_alone(start):
    server = start()
    with connect(server) as peer:
        peer.sendall(b"GE T /pets HTTP/1.1\r\nHost: a1b2c3d4e5.execute-api.localhost\r\n\r\n")
        answer = peer.recv(65536)
    line = server.wait_for_log("status=400")

    assert b"The request line" in answer and b"apigw" not in answer.lower()
    assert "method=- path=-" in line
    assert journaled(server) == []


def head_of(api_id, count):
    """A request whose line and header values have `count` bytes, and whose names have many more."""
    lines = ["GET /pets HTTP/1.1", f"Host: {api_id}.execute-api.localhost", "Connection: close"]
    room = count - sum(len(line.split(": ", 1)[-1]) for line in lines)
    lines += [f"X-{number:03}-{'n' * 100}: {'a' * (room // 10)}" for number in range(9)]
    lines.append("X-Last: " + "a" * (room - 9 * (room // 10)))
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@pytest.mark.parametrize(("options", "most"), [((), 10240), (("--limit", "call-head-bytes-max=500"), 500)])
def test_the_request_line_and_the_header_values_have_a_quota(start, options, most):
    with runtime_emulator(lambda event: {"statusCode": 200, "body": "ok"}) as emulator:
        server = start("--lambda", f"pets={emulator.url}", *options)
        api_id = make_api(client_of(server), {"GET /pets": function_integration()})
        answers = []
        for count in (most, most + 1):
            peer = connect(server)
            peer.sendall(head_of(api_id, count))
            answers.append(received(peer))
        line = server.wait_for_log("status=431")
        long_path = call(server, api_id, "GET", "/pets?q=" + "a" * most)
        entries = journaled(server, status=431, api=api_id)
        control = call(server, None, "GET", "/v2/apis", headers={"X-Long": "a" * 12000}, host="localhost")

    assert answers[0].startswith(b"HTTP/1.1 200 ") and answers[0].endswith(b"ok")
    assert answers[1].startswith(b"HTTP/1.1 431 ")
    assert answers[1].endswith(b'{"message":"Request Header Fields Too Large"}') and b"Apigw-Requestid" in answers[1]
    assert f"have {most + 1} bytes, and {most} are allowed (--limit call-head-bytes-max)" in line
    assert long_path[0] == 431 and len(entries) == 2
    assert control[0] == 200


def test_a_request_of_the_control_plane_keeps_the_wires_words_and_is_a_line(start):
    server = start("--limit", "body-bytes-max=10")
    with connect(server) as peer:
        peer.sendall(b"POST /v2/apis HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11\r\n\r\n")
        answer = peer.recv(65536)
    line = server.wait_for_log("status=413")
    with connect(server) as peer:
        peer.sendall(b"no request\r\n\r\n")
        broken = peer.recv(65536)
    unknown = server.wait_for_log("status=400")

    assert b"longer than 10 bytes" in answer and b"Request Entity Too Large" not in answer
    assert "method=POST" in line and "path=/v2/apis" in line
    assert broken.startswith(b"HTTP/1.1 400 ")
    assert "method=-" in unknown and "path=-" in unknown


def test_an_answer_of_the_service_without_room_is_journalled_as_the_503_it_is(start):
    server = start("--limit", f"invoke-bytes-max={70 * 1024}")
    client = client_of(server)
    for number in range(50):
        client.create_api(Name=f"pets-{number}", ProtocolType="HTTP", Description="a" * 1000)
    small = call(server, None, "GET", "/v2/apis?maxResults=50", host="localhost")
    for number in range(20):
        client.create_api(Name=f"pets-{number}", ProtocolType="HTTP", Description="a" * 1000)
    large = call(server, None, "GET", "/v2/apis?maxResults=80", host="localhost")
    line = server.wait_for_log("--limit invoke-bytes-max")
    _, _, document = call(server, None, "GET", "/__admin/requests?operation=GetApis", host="localhost")

    assert 64 * 1024 < len(small[2]) < 70 * 1024, len(small[2])
    assert (small[0], large[0]) == (200, 503)
    assert json.loads(large[2])["message"].startswith("The answer has no room")
    assert "operation=GetApis" in line and "status=503" in line
    assert [entry["status"] for entry in json.loads(document)["requests"]] == [200, 503]


def test_an_answer_of_the_admin_api_without_room_is_logged_as_the_503_it_is(start):
    server = start("--limit", f"invoke-bytes-max={70 * 1024}")
    client = client_of(server)
    for number in range(80):
        client.create_api(Name=f"pets-{number}", ProtocolType="HTTP", Description="a" * 1000)
    answers = [call(server, None, "GET", f"/__admin/requests?{query}", host="localhost")
               for query in ("limit=1", "operation=CreateApi", "operation=CreateApi&wait=1s")]
    lines = [server.wait_for_log("path=/__admin/requests") for _ in answers]
    call(server, None, "GET", "/v2/apis?maxResults=1", host="localhost")
    following = server.wait_for_log("method=")

    assert [answer[0] for answer in answers] == [200, 503, 503]
    assert ["status=200" in line for line in lines] == [True, False, False]
    assert ["status=503" in line and "--limit invoke-bytes-max" in line for line in lines] == [False, True, True]
    assert "operation=GetApis" in following, "a refusal is one line"


@pytest.mark.parametrize("match", [{"plane": "invoke"}, {"operation": "GetApis"}])
def test_a_delayed_answer_is_journalled_with_the_status_that_its_client_gets(start, tmp_path, match):
    """The answer has room when it is made and journalled. Behind its delay there is no room for as much once more."""
    rules = tmp_path / "faults.json"
    rules.write_text(json.dumps([{"name": "late", "match": match, "then": {"status": 200, "body": "a" * 80_000, "delay": "5s"}}]))
    server = start("--clock", "manual", "--faults", str(rules), "--limit", "invoke-bytes-max=100000")
    api_id = make_api(client_of(server), {"GET /pets": function_integration()})
    target = ("GET", "/pets") if "plane" in match else ("GET", "/v2/apis")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        answer = pool.submit(call, server, api_id, *target, host=None if "plane" in match else "localhost")
        while not (entries := admin(server, "GET", "requests?fault=late")[1]["requests"]):
            pass
        assert admin(server, "POST", "clock", {"advance": "5s"})[0] == 200
        status, _, body = answer.result(BOUND)

    assert (status, body[:200]) == (200, b"a" * 200)
    assert [entry["status"] for entry in entries] == [status]


@pytest.mark.parametrize(("limit", "value"), [("path-steps-max=2", "c"), ("path-steps-max=1", None)])
def test_a_json_path_of_a_mapping_has_no_value_past_its_bound_of_steps(start, limit, value):
    with Backend(lambda request: (200, {}, request["headers"].get("x-b", "").encode())) as backend:
        server = start("--limit", limit)
        integration = {**proxy_integration(backend.url), "RequestParameters": {"overwrite:header.x-b": "$request.body.a.b"}}
        api_id = make_api(client_of(server), {"POST /pets": integration})
        answer = call(server, api_id, "POST", "/pets", b'{"a": {"b": "c"}}')
        told = value or server.wait_for_log("overwrite:header.x-b does not act")

    assert answer[0] == 200 and told
    assert answer[2].decode() == (value or "")
