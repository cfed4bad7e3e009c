"""What a tester does with calls of deployed APIs: faults, the journal and metrics, over real sockets."""

import concurrent.futures
import contextlib
import http.client
import json
import re
import socket
import threading

import pytest

from test_admin import admin
from test_invoke import (
    Backend, call, client_of, demand_tokens, function_integration, make_api, proxy_integration, runtime_emulator,
)

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


# Reports of calls


def report(server, fields):
    status, answer = admin(server, "GET", f"invocations/{fields['Apigw-Requestid']}")
    assert status == 200, answer
    return answer


def test_a_report_tells_the_route_and_why_not_the_others(server, backend):
    target = proxy_integration(backend.url)
    keys = ["GET /pets/{id}", "POST /pets/{id}", "GET /pets", "GET /pets/{id}/toys", "GET /dogs/{id}", "ANY /{proxy+}", "$default"]
    api = make_api(client_of(server), dict.fromkeys(keys, target))
    _, fields, _ = call(server, api, "GET", "/pets/7")
    routes = report(server, fields)["routes"]
    assert routes["matched"] == "GET /pets/{id}"
    others = routes["others"]
    # Equally near ones come in the order of their identifiers, which are drawn.
    assert [sorted(others[:2]), others[2], sorted(others[3:5]), others[5:]] == [
        [
            "$default matches too, and GET /pets/{id} stands before it",
            "ANY /{proxy+} matches too, and GET /pets/{id} stands before it",
        ],
        "POST /pets/{id} takes POST",
        ["GET /pets ends before /7", "GET /pets/{id}/toys goes on with /toys"],
        ["GET /dogs/{id} has dogs in place of pets"],
    ]


def test_a_report_of_a_miss_has_a_line_for_each_route(server, api):
    _, fields, _ = call(server, api, "GET", "/pet/7")
    found = report(server, fields)
    assert (found["status"], found["route"], found["integration"], found["authorization"]) == (404, None, None, None)
    assert found["routes"] == {
        "matched": None,
        "others": ["GET /pets/{id} has pets in place of pet", "POST /pets has pets in place of pet"],
    }
    assert found["steps"] == []
    assert found["answer"]["body"] == '{"message":"Not Found"}'


def test_a_report_is_about_the_routes_of_its_own_time(server, api):
    client = client_of(server)
    _, fields, _ = call(server, api, "GET", "/cats")
    (target,) = {route["Target"] for route in client.get_routes(ApiId=api)["Items"] if route["RouteKey"] == "POST /pets"}
    client.create_route(ApiId=api, RouteKey="GET /cats", Target=target)
    _, later, _ = call(server, api, "GET", "/cats")
    assert report(server, fields)["routes"]["matched"] is None
    assert len(report(server, fields)["routes"]["others"]) == 2
    assert report(server, later)["routes"]["matched"] == "GET /cats"


def test_a_report_has_what_was_sent_to_a_backend_and_what_came_back(server, api, backend):
    _, fields, _ = call(server, api, "POST", "/pets?a=1", b'{"name":"mimi"}', {"Authorization": "Bearer secret", "X-Kind": "cat"})
    found = report(server, fields)
    (step,) = found["steps"]
    assert (step["part"], step["target"], step["error"]) == ("integration", f"{backend.url}/base?a=1", None)
    sent, received = step["sent"], step["received"]
    assert (sent["method"], sent["url"]) == ("POST", f"{backend.url}/base?a=1")
    assert (sent["body"], sent["bodyBytes"]) == ('{"name":"mimi"}', 15)
    assert (sent["headers"]["x-kind"], sent["headers"]["authorization"]) == ("cat", "Bearer ***")
    assert sent["headers"]["via"] == "HTTP/1.1 AmazonAPIGateway"
    assert (received["status"], received["body"], received["headers"]["x-from"]) == (200, "backend", "backend")
    assert found["request"]["body"] == '{"name":"mimi"}'
    assert found["request"]["headers"]["authorization"] == "Bearer ***"
    assert (found["answer"]["status"], found["answer"]["body"]) == (200, "backend")
    assert found["answer"]["headers"]["apigw-requestid"] == fields["Apigw-Requestid"] == found["requestId"]
    assert "secret" not in json.dumps(found)


def test_a_report_has_the_times_of_each_part(server, api):
    _, fields, _ = call(server, api, "GET", "/pets/7")
    found = report(server, fields)
    times = found["timings"]
    assert set(times) == {"authorizerMs", "mappingMs", "integrationMs", "faultMs", "gatewayMs", "totalMs"}
    parts = sum(times[name] for name in times if name != "totalMs")
    assert parts == pytest.approx(times["totalMs"], abs=0.01)
    assert times["totalMs"] == found["durationMs"]
    assert times["integrationMs"] == found["steps"][0]["durationMs"] > 0
    assert times["mappingMs"] > 0
    assert (times["authorizerMs"], times["faultMs"]) == (0, 0)


def test_a_report_tells_why_a_backend_did_not_answer(server):
    api = make_api(client_of(server), {"GET /pets": proxy_integration("http://127.0.0.1:1")})
    _, fields, _ = call(server, api, "GET", "/pets")
    found = report(server, fields)
    (step,) = found["steps"]
    assert (step["received"], found["status"]) == (None, 503)
    assert step["error"] in found["cause"]


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_report_has_the_event_of_a_function_without_its_secrets(start, version):
    events = []

    def function(event):
        events.append(event)
        return {"statusCode": 201, "body": "made"}

    with runtime_emulator(function) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        api = make_api(client_of(server), {"POST /pets": function_integration(version)})
        _, fields, _ = call(
            server, api, "POST", "/pets?X-Amz-Signature=secret&b=2", b'{"a": "\\"secret kept\\""}',
            {"Authorization": "Bearer secret", "X-Amz-Security-Token": "secret", "Content-Type": "application/json"})
        (step,) = report(server, fields)["steps"]
    assert step["target"].endswith(":function:pets")
    shown = json.loads(step["sent"]["body"])
    (event,) = events
    assert shown["body"] == event["body"] == '{"a": "\\"secret kept\\""}'
    assert {name.lower(): value for name, value in shown["headers"].items()}["authorization"] == "Bearer ***"
    assert "secret" not in json.dumps({name: value for name, value in shown.items() if name != "body"})
    assert json.loads(step["received"]["body"]) == {"statusCode": 201, "body": "made"}
    assert step["sent"]["bodyBytes"] > len(shown["body"])


def test_an_event_that_is_cut_off_shows_no_secrets_either(start):
    with runtime_emulator(lambda _: "ok") as emulator:
        # From a cut in the middle of the value to one behind it.
        for size in (200, 230, 260, 400):
            server = start("--lambda", f"pets={emulator.url}", "--journal-body-bytes", str(size))
            api = make_api(client_of(server), {"GET /": function_integration()})
            _, fields, _ = call(server, api, "GET", "/", headers={"Authorization": "Bearer " + "secret" * 20})
            (step,) = report(server, fields)["steps"]
            assert step["sent"]["bodyBytes"] > size
            assert "secret" not in step["sent"]["body"]
            assert len(step["sent"]["body"]) <= size


def test_a_function_that_is_not_configured_is_told(server):
    api = make_api(client_of(server), {"GET /pets": function_integration()})
    _, fields, _ = call(server, api, "GET", "/pets")
    found = report(server, fields)
    assert "add --lambda pets=" in found["cause"]
    assert found["steps"][0]["error"] == found["cause"]
    assert found["steps"][0]["received"] is None


def test_a_report_has_the_call_of_a_lambda_authorizer_and_then_its_kept_answer(start, backend):
    with runtime_emulator(lambda event: {"isAuthorized": True, "context": {"who": "mimi"}}) as emulator:
        server = start("--lambda", f"guard={emulator.url}")
        client = client_of(server)
        api = make_api(client, {"GET /pets": proxy_integration(backend.url)})
        guard = client.create_authorizer(
            ApiId=api, Name="guard", AuthorizerType="REQUEST", IdentitySource=["$request.header.Authorization"],
            AuthorizerUri="arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
            "arn:aws:lambda:us-east-1:000000000000:function:guard/invocations",
            AuthorizerPayloadFormatVersion="2.0", EnableSimpleResponses=True, AuthorizerResultTtlInSeconds=300)
        (route,) = client.get_routes(ApiId=api)["Items"]
        client.update_route(
            ApiId=api, RouteId=route["RouteId"], AuthorizationType="CUSTOM", AuthorizerId=guard["AuthorizerId"])
        reports = []
        for _ in range(2):
            _, fields, _ = call(server, api, "GET", "/pets", headers={"Authorization": "secret"})
            reports.append(report(server, fields))
    first, second = reports
    assert [step["part"] for step in first["steps"]] == ["authorizer", "integration"]
    event = json.loads(first["steps"][0]["sent"]["body"])
    assert (event["identitySource"], event["headers"]["authorization"]) == (["***"], "***")
    assert json.loads(first["steps"][0]["received"]["body"])["context"] == {"who": "mimi"}
    assert first["authorization"] == {"type": "REQUEST", "admitted": True}
    assert first["timings"]["authorizerMs"] == first["steps"][0]["durationMs"] > 0
    assert [(step["part"], step["sent"]) for step in second["steps"]][0] == ("authorizer", None)
    assert "secret" not in json.dumps(reports)


def test_a_report_of_a_refused_token_tells_the_cause(server, backend):
    client = client_of(server)
    api = make_api(client, {"GET /me": proxy_integration(backend.url)})
    demand_tokens(client, api, "http://127.0.0.1:1")
    status, fields, _ = call(server, api, "GET", "/me")
    found = report(server, fields)
    assert status == 401
    assert found["authorization"] == {"type": "JWT", "admitted": False}
    assert found["cause"]
    assert backend.requests == []


def test_a_report_has_the_fault_and_its_delay(server, api):
    add(server, {}, {"error": "timeout", "delay": "0s"}, name="late")
    _, fields, _ = call(server, api, "GET", "/pets/7")
    found = report(server, fields)
    assert (found["fault"], found["steps"], found["answer"]["status"]) == ("late", [], 503)


def test_a_request_that_reached_no_stage_has_a_report(server):
    _, fields, _ = call(server, "nosuchapi1", "GET", "/pets")
    status, found = admin(server, "GET", f"invocations/{fields['x-amzn-requestid']}")
    assert (status, found["routes"], found["cause"]) == (200, None, "no account has an API nosuchapi1")


def test_the_list_takes_the_filters_of_the_journal(server, api):
    for path in ("/pets/1", "/pets/2", "/nothing"):
        call(server, api, "GET", path)

    def listed(query=""):
        status, answer = admin(server, "GET", f"invocations{query}")
        assert status == 200, answer
        return answer["invocations"]

    assert [entry["path"] for entry in listed()] == ["/pets/1", "/pets/2", "/nothing"]
    assert [entry["path"] for entry in listed("?status=404")] == ["/nothing"]
    assert [entry["path"] for entry in listed("?route=GET%20*&limit=1")] == ["/pets/2"]
    assert [entry["path"] for entry in listed(f"?since={listed()[1]['number']}")] == ["/nothing"]
    assert listed("?account=111122223333") == []
    for query, wrong in [("?operation=GetApi", "operation"), ("?plane=control", "plane"), ("?rout=x", "rout")]:
        status, answer = admin(server, "GET", f"invocations{query}")
        assert (status, answer["errors"][0]["path"]) == (400, f"/{wrong}")
    assert admin(server, "GET", "invocations?rout=x")[1]["errors"][0]["suggestion"] == "route"


def test_the_list_may_wait_for_a_call(start, api, server):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        waiting = pool.submit(admin, server, "GET", "invocations?route=POST%20/pets&wait=20s")
        call(server, api, "GET", "/pets/1")
        call(server, api, "POST", "/pets", b"{}")
        _, answer = waiting.result(timeout=30)
    assert [entry["route"] for entry in answer["invocations"]] == ["POST /pets"]


def test_calls_are_forgotten_apart_from_requests_to_the_service(server, api):
    call(server, api, "GET", "/pets/1")
    assert admin(server, "DELETE", "invocations?account=111122223333")[0] == 204
    assert len(entries(server, "?plane=invoke")) == 1
    assert admin(server, "DELETE", "invocations")[0] == 204
    assert entries(server, "?plane=invoke") == []
    assert entries(server, "?operation=CreateApi") != []


def test_an_unknown_call_and_a_missing_journal_are_told(server, start):
    status, answer = admin(server, "GET", "invocations/nosuch")
    assert (status, answer["message"]) == (404, 'No invocation in the journal has the id "nosuch".')
    off = start("--journal", "0")
    assert admin(off, "GET", "invocations")[0] == 409
    api = make_api(client_of(off), {"GET /pets": proxy_integration("http://127.0.0.1:1")})
    assert call(off, api, "GET", "/pets")[0] == 503


def test_pages_of_other_sites_may_not_read_calls(server, api):
    call(server, api, "GET", "/pets/1")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}):
        with contextlib.closing(connection):
            connection.request("GET", "/__admin/invocations", headers=headers)
            assert connection.getresponse().status == 403


def test_the_routes_of_calls_count_once_in_the_journal_however_many_calls_share_them(start, backend):
    """A table of so many routes has some 25 kB, and a call three."""
    server = start("--limit", "journal-bytes-max=200000", "--journal-body-bytes", "0")
    client = client_of(server)
    target = proxy_integration(backend.url)
    api = make_api(client, {"GET /first": target})
    integration = client.get_integrations(ApiId=api)["Items"][0]["IntegrationId"]
    client.update_stage(ApiId=api, StageName="$default", AutoDeploy=False)
    for number in range(80):
        client.create_route(ApiId=api, RouteKey=f"GET /route{number}", Target=f"integrations/{integration}")
    client.update_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    client.create_deployment(ApiId=api, StageName="$default")
    admin(server, "DELETE", "requests")

    def overwritten():
        return admin(server, "GET", "requests?limit=1")[1]["overwritten"]

    for _ in range(20):
        call(server, api, "GET", "/first")
    assert overwritten() == 0
    # Each deployment has a table of its own.
    for _ in range(20):
        client.create_deployment(ApiId=api, StageName="$default")
        call(server, api, "GET", "/first")
    assert overwritten() > 0
    admin(server, "DELETE", "invocations")
    for _ in range(20):
        call(server, api, "GET", "/first")
    assert len(entries(server, "?plane=invoke")) == 20


def test_a_client_that_goes_before_the_answer_leaves_an_entry(start):
    asked, may_answer = threading.Event(), threading.Event()

    def answer(_):
        asked.set()
        may_answer.wait(timeout=30)
        return 200, {}, b"late"

    with Backend(answer) as backend:
        server = start()
        api = make_api(client_of(server), {"GET /pets": proxy_integration(backend.url)})
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(f"GET /pets HTTP/1.1\r\nHost: {api}.execute-api.localhost\r\n\r\n".encode())
            assert asked.wait(timeout=30)
        _, answered = admin(server, "GET", "invocations?wait=20s")
        may_answer.set()
    (entry,) = answered["invocations"]
    assert (entry["route"], entry["status"]) == ("GET /pets", None)
    assert entry["cause"] == "the client closed the connection or the stream before the answer"
    (line,) = metrics(server, "invocations_total")
    assert line.endswith(',status="none"} 1')
