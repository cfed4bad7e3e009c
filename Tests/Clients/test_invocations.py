"""What a tester does with calls of deployed APIs: faults, the journal and metrics, over real sockets."""

import contextlib
import http.client
import json
import re
import socket

import pytest

from test_admin import admin
from test_invoke import Backend, call, client_of, function_integration, make_api, proxy_integration, runtime_emulator

THROTTLED = b'{"message":"Too Many Requests"}'


def ok(_):
    return 200, {"Content-Type": "text/plain", "X-From": "backend"}, b"backend"


@pytest.fixture
def backend():
    with Backend(ok) as running:
        yield running


@pytest.fixture
def server(start):
    return start("--clock", "manual")


@pytest.fixture
def api(server, backend):
    """Two routes to one backend."""
    target = proxy_integration(backend.url + "/base")
    return make_api(client_of(server), {"GET /pets/{id}": target, "POST /pets": target})


def entries(server, query=""):
    status, answer = admin(server, "GET", f"requests{query}")
    assert status == 200, answer
    return answer["requests"]


def add(server, match, then, **more):
    rule = {"match": {"plane": "invoke", **match}, "then": then, **more}
    status, answer = admin(server, "POST", "faults", rule)
    assert status == 201, answer
    return answer["rules"][0]["name"]


def metrics(server, family):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", "/__admin/metrics")
        text = connection.getresponse().read().decode()
    return [line.removeprefix("apigatewayv2_local_") for line in text.splitlines() if line.startswith(f"apigatewayv2_local_{family}")]


# The journal


def test_a_call_is_an_entry_of_the_journal(server, api):
    status, fields, _ = call(server, api, "GET", "/pets/7?x=1", headers={"Authorization": "Bearer secret"})
    assert status == 200
    (entry,) = entries(server, "?plane=invoke")
    assert entry["plane"] == "invoke"
    assert entry["requestId"] == fields["Apigw-Requestid"]
    assert (entry["api"], entry["stage"], entry["route"]) == (api, "$default", "GET /pets/{id}")
    assert (entry["method"], entry["target"], entry["status"]) == ("GET", "/pets/7?x=1", 200)
    assert (entry["answerBody"], entry["operation"], entry["cause"]) == ("backend", None, None)
    assert entry["headers"]["authorization"] == "Bearer ***"
    (integration,) = client_of(server).get_integrations(ApiId=api)["Items"][:1]
    assert re.fullmatch(r"[a-z0-9]+", entry["integration"])
    assert integration["IntegrationUri"].endswith("/base")
    assert admin(server, "GET", f"requests/{fields['Apigw-Requestid']}") == (200, entry)


def test_entries_of_the_control_plane_say_so_and_are_told_apart(server, api):
    call(server, api, "GET", "/pets/7")
    planes = [entry["plane"] for entry in entries(server)]
    assert planes == ["control"] * (len(planes) - 1) + ["invoke"]
    assert {entry["operation"] for entry in entries(server, "?plane=control")} >= {"CreateApi", "CreateRoute"}
    status, counted = admin(server, "POST", "requests/count?plane=invoke")
    assert (status, counted) == (200, {"count": 1})


def test_filters_find_calls_by_api_stage_and_route(server, api):
    client = client_of(server)
    client.create_stage(ApiId=api, StageName="prod", AutoDeploy=True)
    call(server, api, "GET", "/pets/7")
    call(server, api, "POST", "/pets", b"{}")
    call(server, api, "GET", "/prod/pets/8")
    for query, targets in [
        (f"?api={api}", ["/pets/7", "/pets", "/prod/pets/8"]),
        ("?api=nosuch", []),
        ("?stage=prod", ["/prod/pets/8"]),
        ("?route=GET%20*", ["/pets/7", "/prod/pets/8"]),
        ("?route=POST%20/pets", ["/pets"]),
        # The path that routes see.
        ("?plane=invoke&path=/pets/8", ["/prod/pets/8"]),
        ("?plane=invoke&method=POST", ["/pets"]),
    ]:
        assert [entry["target"] for entry in entries(server, query)] == targets, query


def test_a_call_without_a_route_tells_the_cause(server, api):
    status, fields, _ = call(server, api, "PUT", "/pets")
    (entry,) = entries(server, "?plane=invoke")
    assert status == 404
    assert (entry["status"], entry["route"], entry["integration"]) == (404, None, None)
    assert entry["cause"] == f"no route of {api} matches PUT /pets: POST /pets is the nearest"
    assert entry["requestId"] == fields["Apigw-Requestid"]


def test_a_request_that_reaches_no_stage_is_an_entry_too(server):
    status, fields, _ = call(server, "nosuchapi1", "GET", "/pets")
    (entry,) = entries(server, "?plane=invoke")
    assert (status, entry["status"]) == (403, 403)
    assert (entry["api"], entry["stage"], entry["route"]) == ("nosuchapi1", None, None)
    assert entry["cause"] == "no account has an API nosuchapi1"
    assert entry["requestId"] == fields["x-amzn-requestid"]


def test_calls_of_clients_leave_invocations_out_unless_asked(server, api):
    call(server, api, "GET", "/pets/7")
    _, answer = admin(server, "GET", "calls")
    assert all(found["operation"] is not None for found in answer["calls"])
    for query in ("plane=invoke", f"api={api}"):
        _, answer = admin(server, "GET", f"calls?{query}")
        assert [found["operation"] for found in answer["calls"]] == [None]


def test_the_match_of_a_rule_counts_the_requests_that_the_rule_is_about(server, api):
    call(server, api, "GET", "/pets/7")
    for match, count in [
        ({"plane": "invoke", "route": "GET /pets/{id}"}, 1),
        ({"plane": "invoke", "stage": "prod"}, 0),
        ({"method": "GET", "path": "/pets/*"}, 0),
    ]:
        assert admin(server, "POST", "requests/count", match) == (200, {"count": count})


def test_an_account_sees_its_own_calls_alone(server, api):
    call(server, api, "GET", "/pets/7")
    assert len(entries(server, "?plane=invoke&account=000000000000")) == 1
    assert entries(server, "?plane=invoke&account=111122223333") == []


# Metrics


def test_calls_are_counted_by_api_stage_route_and_class_of_status(server, backend):
    api = make_api(client_of(server), {
        "GET /pets/{id}": proxy_integration(backend.url), "POST /pets": proxy_integration("http://127.0.0.1:1")})
    for _ in range(2):
        call(server, api, "GET", "/pets/7")
    call(server, api, "GET", "/nothing")
    call(server, api, "POST", "/pets", b"{}")
    place = f'api="{api}",stage="$default",route="%s",account="000000000000",region="us-east-1"'
    assert metrics(server, "invocations_total") == [
        f'invocations_total{{{place % ""},status="4xx"}} 1',
        f'invocations_total{{{place % "GET /pets/{id}"},status="2xx"}} 2',
        f'invocations_total{{{place % "POST /pets"},status="5xx"}} 1',
    ]
    assert metrics(server, "integration_errors_total") == [f'integration_errors_total{{{place % "POST /pets"}}} 1']
    assert f'invocation_duration_seconds_count{{{place % "GET /pets/{id}"}}} 2' in metrics(server, "invocation_duration_seconds")
    assert not any('operation=""' in line for line in metrics(server, "requests_total"))


def test_routes_beyond_the_limit_count_together(start, backend):
    server = start("--limit", "metered-routes-max=1")
    target = proxy_integration(backend.url)
    api = make_api(client_of(server), {f"GET /{name}": target for name in "abc"})
    for name in "abcc":
        call(server, api, "GET", f"/{name}")
    found = [re.sub(r"\{api=\"(.*?)\".*route=\"(.*?)\".*\} ", r" \1 \2 ", line) for line in metrics(server, "invocations_total")]
    assert sorted(found) == sorted([f"invocations_total {api} GET /a 1", "invocations_total other  3"])


# Fault rules


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        ("unauthorized", 401, b'{"message":"Unauthorized"}'),
        ("forbidden", 403, b'{"message":"Forbidden"}'),
        ("throttled", 429, THROTTLED),
        ("internal", 500, b'{"message":"Internal Server Error"}'),
        ("function-error", 500, b'{"message":"Internal Server Error"}'),
        ("timeout", 503, b'{"message":"Service Unavailable"}'),
        ("unavailable", 503, b'{"message":"Service Unavailable"}'),
    ],
)
def test_a_rule_answers_as_the_gateway_does(server, api, backend, error, status, body):
    name = add(server, {"route": "GET /pets/{id}"}, {"error": error}, name="flaky", when={"first": 1})
    answered = call(server, api, "GET", "/pets/7")
    assert (answered[0], answered[2]) == (status, body)
    assert answered[1]["Content-Type"] == "application/json"
    assert len(answered[1]["Apigw-Requestid"]) == 16
    assert backend.requests == []
    assert call(server, api, "GET", "/pets/7")[0] == 200
    (entry, _) = entries(server, "?plane=invoke")
    assert (entry["fault"], entry["status"]) == (name, status)
    assert entry["cause"] == f"the fault rule flaky answers {error}"


def test_a_rule_meets_its_api_stage_and_route_alone(server, api, backend):
    other = make_api(client_of(server), {"GET /pets/{id}": proxy_integration(backend.url)})
    client_of(server).create_stage(ApiId=api, StageName="prod", AutoDeploy=True)
    add(server, {"api": api, "stage": "prod", "route": "GET *"}, {"error": "throttled"})
    assert call(server, api, "GET", "/prod/pets/7")[0] == 429
    assert call(server, api, "POST", "/prod/pets", b"{}")[0] == 200
    assert call(server, api, "GET", "/pets/7")[0] == 200
    assert call(server, other, "GET", "/pets/7")[0] == 200


def test_rules_of_one_plane_never_meet_the_other(server, api):
    admin(server, "POST", "faults", {"name": "control", "then": {"status": 418}})
    assert call(server, api, "GET", "/pets/7")[0] == 200
    admin(server, "DELETE", "faults")
    add(server, {}, {"error": "throttled"}, name="invoke")
    assert client_of(server).get_api(ApiId=api)["ApiId"] == api
    assert call(server, api, "GET", "/pets/7")[0] == 429
    _, rule = admin(server, "GET", "faults/invoke")
    assert (rule["matched"], rule["fired"]) == (1, 1)


def test_a_firing_tells_the_route_that_it_met(server, api):
    name = add(server, {}, {"error": "timeout"})
    _, fields, _ = call(server, api, "GET", "/pets/7")
    _, rule = admin(server, "GET", f"faults/{name}")
    (firing,) = rule["lastFirings"]
    assert firing["requestId"] == fields["Apigw-Requestid"]
    assert (firing["api"], firing["stage"], firing["route"]) == (api, "$default", "GET /pets/{id}")
    assert "operation" not in firing


def test_a_rule_meets_no_call_that_the_api_turns_away(server, backend):
    client = client_of(server)
    api = make_api(
        client, {"GET /pets": proxy_integration(backend.url)}, route={"AuthorizationType": "AWS_IAM"})
    name = add(server, {}, {"error": "throttled"})
    assert call(server, api, "GET", "/nothing")[0] == 404
    assert call(server, api, "GET", "/pets")[0] == 403
    assert admin(server, "GET", f"faults/{name}")[1]["matched"] == 0


def test_a_status_with_headers_and_body_replaces_the_integration(server, api, backend):
    then = {"status": 502, "headers": {"X-Why": "test", "Content-Type": "text/html"}, "body": "<p>", "retryAfter": "1500ms"}
    add(server, {}, then)
    status, fields, body = call(server, api, "GET", "/pets/7")
    assert (status, body, backend.requests) == (502, b"<p>", [])
    assert (fields["X-Why"], fields["Content-Type"], fields["Retry-After"]) == ("test", "text/html", "2")
    assert "x-amz-retry-after" not in fields


def test_an_answer_of_a_rule_has_the_cors_headers_of_the_api(server, backend):
    api = make_api(
        client_of(server), {"GET /pets": proxy_integration(backend.url)},
        CorsConfiguration={"AllowOrigins": ["https://shop.example"]})
    add(server, {}, {"error": "throttled"})
    status, fields, _ = call(server, api, "GET", "/pets", headers={"Origin": "https://shop.example"})
    assert (status, fields["Access-Control-Allow-Origin"]) == (429, "https://shop.example")


def test_a_delay_waits_on_the_emulators_clock_behind_the_integration(server, api, backend):
    add(server, {"method": "GET"}, {"delay": "10s"}, name="slow")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", "/pets/7", headers={"Host": f"{api}.execute-api.us-east-1.amazonaws.com"})
        # The entry tells that the answer is known; the clock stands, so that it waits.
        _, waited = admin(server, "GET", "requests?plane=invoke&since=0&wait=20s")
        if not waited["requests"]:
            admin(server, "POST", "clock", {"advance": "1ms"})
            _, waited = admin(server, "GET", "requests?plane=invoke&since=0&wait=20s")
        (entry,) = waited["requests"]
        assert entry["fault"] == "slow"
        assert entry["durationMs"] >= 10_000
        admin(server, "POST", "clock", {"advance": "10s"})
        assert connection.getresponse().read() == b"backend"
    assert len(backend.requests) == 1


def test_a_rate_of_a_rule_counts_each_route_by_itself(server, api):
    add(server, {}, {"error": "throttled"}, when={"rate": {"perSecond": 1, "burst": 1, "per": "route"}})
    assert [call(server, api, "GET", "/pets/7")[0] for _ in range(2)] == [200, 429]
    assert [call(server, api, "POST", "/pets", b"{}")[0] for _ in range(2)] == [200, 429]
    admin(server, "POST", "clock", {"advance": "1s"})
    assert [call(server, api, "GET", "/pets/8")[0] for _ in range(2)] == [200, 429]


def raw_answer(server, api, path="/pets/7"):
    """All bytes of one answer until the connection ends, and whether it ended by a reset."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {api}.execute-api.localhost\r\nConnection: close\r\n\r\n".encode())
        received = b""
        try:
            while part := connection.recv(65536):
                received += part
        except ConnectionResetError:
            return received, True
        return received, False


@pytest.mark.parametrize(
    ("fault", "is_called", "is_reset", "status", "ending"),
    [
        ("reset", False, True, None, None),
        ("close", False, False, None, None),
        ("reset-after-head", True, True, 200, b"\r\n\r\n"),
        ({"truncate": 3}, True, False, 200, b"\r\n\r\nbac"),
    ],
)
def test_a_connection_breaks_as_in_the_control_plane(server, api, backend, fault, is_called, is_reset, status, ending):
    add(server, {}, {"connection": fault}, name="broken")
    received, was_reset = raw_answer(server, api)
    assert was_reset is is_reset
    assert len(backend.requests) == (1 if is_called else 0)
    if ending is None:
        assert received == b""
    elif received:
        # A reset may overtake the head on its way.
        assert received.endswith(ending)
    (entry,) = entries(server, "?plane=invoke")
    assert (entry["fault"], entry["status"]) == ("broken", status)


def test_a_stalled_call_ends_with_its_limit(start, backend):
    server = start("--limit", "stall-max=1ms")
    api = make_api(client_of(server), {"GET /pets": proxy_integration(backend.url)})
    add(server, {}, {"connection": "stall"})
    assert raw_answer(server, api, "/pets") == (b"", False)
    assert backend.requests == []


def test_a_broken_delivery_tells_no_status_in_metrics(server, api):
    add(server, {}, {"connection": "reset"})
    raw_answer(server, api)
    (line,) = metrics(server, "invocations_total")
    assert line.endswith(',status="none"} 1')


def test_the_access_log_tells_the_answer_of_a_rule(start, backend, tmp_path):
    log = tmp_path / "access.log"
    server = start("--access-logs", str(log))
    format_ = '{"id":"$context.requestId","status":"$context.status","type":"$context.error.responseType","error":"$context.integrationErrorMessage"}'
    api = make_api(
        client_of(server), {"GET /pets": proxy_integration(backend.url)},
        stage={"AccessLogSettings": {"DestinationArn": "arn:aws:logs:us-east-1:000000000000:log-group:a", "Format": format_}})
    add(server, {}, {"error": "timeout"}, name="late", when={"first": 1})
    call(server, api, "GET", "/pets")
    add(server, {}, {"error": "throttled"}, name="busy")
    call(server, api, "GET", "/pets")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [{name: value for name, value in line.items() if name != "id"} for line in lines] == [
        {"status": "503", "type": "INTEGRATION_TIMEOUT", "error": "the fault rule late answers timeout"},
        {"status": "429", "type": "THROTTLED", "error": "-"},
    ]


def test_rules_come_from_files_too(start, backend, tmp_path):
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"match": {"plane": "invoke", "route": "GET /pets"}, "then": {"error": "throttled"}}))
    server = start("--faults", str(rules))
    api = make_api(client_of(server), {"GET /pets": proxy_integration(backend.url)})
    assert call(server, api, "GET", "/pets")[::2] == (429, THROTTLED)


def test_a_function_is_not_called_for_the_answer_of_a_rule(start):
    events = []

    def function(event):
        events.append(event)
        return "ok"

    with runtime_emulator(function) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        api = make_api(client_of(server), {"GET /pets": function_integration()})
        add(server, {}, {"error": "function-error"}, when={"first": 1})
        assert [call(server, api, "GET", "/pets")[0] for _ in range(2)] == [500, 200]
    assert len(events) == 1
