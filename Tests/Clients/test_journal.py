"""The journal as clients see it: it shows the attempts that boto3 and the AWS CLI say they made, and keeps accounts apart."""

import concurrent.futures
import json
import subprocess
import sys
import urllib.error
import urllib.request

import botocore.endpoint
import pytest

from local_server import FIXTURES, clean_environment, run_command
from test_admin import admin

GET = {"ApiId": "a1b2c3d4e5", "IntegrationId": "abc123d"}
MODES = [("legacy", 5), ("standard", 3), ("adaptive", 3)]
THROTTLED = {"match": {"operation": "GetIntegration"}, "then": {"error": "TooManyRequestsException"}}


@pytest.fixture
def server(start):
    return start("--fixtures", FIXTURES, "--log-level", "off")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(botocore.endpoint.time, "sleep", lambda _: None)


def calls(server, query="operation=GetIntegration"):
    status, answer = admin(server, "GET", f"calls?{query}")
    assert status == 200, answer
    return answer["calls"]


@pytest.mark.parametrize(("mode", "attempts"), MODES)
def test_a_call_has_the_attempts_that_the_client_says_it_made(server, connect, mode, attempts):
    admin(server, "POST", "faults", {**THROTTLED, "name": "flaky", "when": {"first": 2}})
    metadata = connect(server, retries={"mode": mode}).get_integration(**GET)["ResponseMetadata"]
    (call,) = calls(server)
    assert metadata["RetryAttempts"] == 2
    assert [attempt["status"] for attempt in call["attempts"]] == [429, 429, 200]
    assert [attempt["attempt"] for attempt in call["attempts"]] == [1, 2, 3]
    assert [attempt["fault"] for attempt in call["attempts"]] == ["flaky", "flaky", None]
    assert call["attempts"][-1]["requestId"] == metadata["RequestId"]
    assert call["outcome"] == "succeeded"


@pytest.mark.parametrize(("mode", "attempts"), MODES)
def test_a_call_that_is_given_up_has_all_its_attempts(server, connect, mode, attempts):
    admin(server, "POST", "faults", {**THROTTLED, "name": "busy"})
    client = connect(server, retries={"mode": mode})
    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        client.get_integration(**GET)
    (call,) = calls(server)
    assert len(call["attempts"]) == attempts
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == attempts - 1
    assert call["outcome"] == "failed"
    assert all(attempt["gapMs"] >= 0 for attempt in call["attempts"][1:])


def test_the_attempts_of_the_command_line_are_one_call(server):
    admin(server, "POST", "faults", {**THROTTLED, "when": {"first": 1}})
    result = subprocess.run(
        [sys.executable, "-m", "awscli", "--endpoint-url", server.endpoint, "apigatewayv2", "get-integration",
         "--api-id", "a1b2c3d4e5", "--integration-id", "abc123d"],
        env=clean_environment(AWS_RETRY_MODE="standard"), capture_output=True, text=True, timeout=120, check=False,
    )
    assert result.returncode == 0, result.stderr
    (call,) = calls(server)
    assert [attempt["status"] for attempt in call["attempts"]] == [429, 200]


def test_an_entry_is_found_by_the_request_id_that_the_client_saw(server, connect):
    metadata = connect(server, access_key="AKIAIOSFODNN7EXAMPLE").get_integration(**GET)["ResponseMetadata"]
    status, entry = admin(server, "GET", f"requests/{metadata['RequestId']}")
    assert status == 200
    assert entry["operation"] == "GetIntegration"
    assert entry["accessKeyId"] == "AKIAIOSFODNN7EXAMPLE"
    assert entry["status"] == 200
    assert json.loads(entry["answerBody"])["integrationId"] == "abc123d"
    assert entry["headers"]["authorization"].endswith("Signature=***")
    assert entry["invocationId"] == entry["headers"]["amz-sdk-invocation-id"]
    assert entry["durationMs"] > 0


def test_two_accounts_count_list_and_forget_their_own(server, connect):
    for account, count in [("111122223333", 1), ("444455556666", 2)]:
        client = connect(server, access_key=account)
        for _ in range(count):
            client.get_apis()
    assert admin(server, "POST", "requests/count?account=111122223333", {"operation": "GetApis"}) == (200, {"count": 1})
    assert admin(server, "POST", "requests/count", {"account": "444455556666"}) == (200, {"count": 2})
    assert admin(server, "POST", "reset?account=444455556666")[0] == 204
    left = admin(server, "GET", "requests")[1]["requests"]
    assert [entry["account"] for entry in left] == ["111122223333"]


@pytest.mark.parametrize("path", ["requests", "calls"])
def test_a_wait_ends_with_the_request_that_it_is_for(server, connect, path):
    client = connect(server)
    client.get_integration(**GET)
    last = admin(server, "GET", "requests")[1]["requests"][-1]["number"]
    query = f"{path}?since={last}&operation=GetIntegration&wait=60s"
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(admin, server, "GET", query)
        client.get_apis()
        assert not waiting.done()
        request_id = client.get_integration(**GET)["ResponseMetadata"]["RequestId"]
        status, answer = waiting.result(60)
    assert status == 200
    (found,) = answer[path]
    newest = found if path == "requests" else found["attempts"][-1]
    assert newest["requestId"] == request_id


@pytest.mark.parametrize("options", [(), ("--admin-port", "0")])
def test_a_wait_goes_by_the_emulated_clock_and_ends_empty(start, options):
    server = start("--fixtures", FIXTURES, "--clock", "manual", "--log-level", "off", *options)
    if options:
        server.endpoint = server.process.stdout.readline().split()[-1]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(admin, server, "GET", "requests?wait=20s")
        admin(server, "POST", "clock", {"advance": "19999ms"})
        assert not waiting.done()
        while not waiting.done():
            admin(server, "POST", "clock", {"advance": "20s"})
        assert waiting.result()[1]["requests"] == []


@pytest.mark.parametrize("wait", ["61s", "soon", "-1s"])
def test_a_wait_that_is_too_long_or_none_is_told(server, wait):
    status, answer = admin(server, "GET", f"requests?wait={wait}")
    assert status == 400
    assert answer["errors"] == [
        {"path": "/wait", "found": f'"{wait}"', "expected": "a time such as 500ms, at most 60s"},
    ]


def test_the_longest_wait_is_a_limit(start):
    server = start("--limit", "admin-wait-max=1s", "--clock", "manual", "--log-level", "off")
    assert admin(server, "GET", "requests?wait=1001ms")[0] == 400


def test_the_journal_keeps_as_many_as_it_was_told(start, connect):
    server = start("--fixtures", FIXTURES, "--journal", "2", "--journal-body-bytes", "10", "--log-level", "off")
    client = connect(server)
    for _ in range(3):
        client.get_integration(**GET)
    answer = admin(server, "GET", "requests")[1]
    assert [entry["number"] for entry in answer["requests"]] == [2, 3]
    assert (answer["overwritten"], answer["capacity"]) == (1, 2)
    assert [len(entry["answerBody"]) for entry in answer["requests"]] == [10, 10]
    assert answer["requests"][0]["answerBodyBytes"] > 10


def test_a_server_without_a_journal_says_so(start):
    server = start("--journal", "0")
    status, answer = admin(server, "GET", "requests")
    assert status == 409
    assert "--journal" in answer["message"]


def test_metrics_are_read_by_the_parser_of_prometheus(server, connect):
    from prometheus_client.parser import text_string_to_metric_families

    admin(server, "POST", "faults", {**THROTTLED, "name": 'a "b"', "when": {"first": 1}})
    client = connect(server)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.get_integration(**GET)
    client.get_integration(**GET)
    with urllib.request.urlopen(f"{server.endpoint}/__admin/metrics", timeout=30) as answer:
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        families = {family.name: family for family in text_string_to_metric_families(answer.read().decode())}
    samples = {(sample.name, *sorted(sample.labels.items())): sample.value
               for family in families.values() for sample in family.samples}
    prefix = "apigatewayv2_local_"
    operation = ("operation", "GetIntegration")
    place = ("account", "000000000000"), operation, ("region", "us-east-1")
    assert samples[(prefix + "requests_total", *place, ("status", "429"))] == 1
    assert samples[(prefix + "requests_total", *place, ("status", "200"))] == 1
    assert samples[(prefix + "request_duration_seconds_count", operation)] == 2
    assert samples[(prefix + "faults_total", ("account", ""), ("rule", 'a "b"'))] == 1
    assert samples[(prefix + "open_connections",)] >= 1
    assert samples[(prefix + "resources", ("resource", "Integration"))] >= 1
    assert families[prefix + "request_duration_seconds"].type == "histogram"


# Safety


def status_of(url, **headers):
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize(("headers", "status"), [
    ({}, 200),
    ({"Host": "attacker.example"}, 403),
    ({"Origin": "https://attacker.example"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
])
def test_pages_of_other_sites_are_kept_from_the_admin_api(server, headers, status):
    assert status_of(f"{server.endpoint}/__admin/health", **headers) == status
    assert status_of(f"{server.endpoint}/v2/apis", **headers) == 200


def test_the_admin_api_moves_to_a_port_of_its_own(start):
    server = start("--fixtures", FIXTURES, "--admin-port", "0", "--log-level", "off")
    prefix = "apigatewayv2-local admin on "
    line = server.process.stdout.readline()
    assert line.startswith(prefix)
    endpoint = line[len(prefix):].strip()
    assert status_of(f"{server.endpoint}/__admin/health") == 403
    assert status_of(f"{endpoint}/__admin/health") == 200
    assert status_of(f"{endpoint}/v2/apis") == 404
    port = endpoint.rsplit(":", 1)[1]
    assert run_command("health", "--port", port).returncode == 0
    assert run_command("health", variables={"APIGATEWAYV2_LOCAL_ADMIN_PORT": port}).returncode == 0


def test_the_admin_api_is_taken_away(start):
    server = start("--admin", "off")
    assert status_of(f"{server.endpoint}/__admin/health") == 403
    assert status_of(f"{server.endpoint}/__admin/requests") == 403


def test_an_admin_port_that_is_taken_or_pointless_is_told(server):
    both = run_command("--admin", "off", "--admin-port", "1234")
    assert both.returncode == 2
    assert "expected one of them" in both.stderr
    taken = run_command("--port", "0", "--admin-port", server.port)
    assert (taken.returncode, taken.stdout) == (1, "")
    assert f"127.0.0.1:{server.port} is in use" in taken.stderr
    assert "--admin-port 0 picks a free one" in taken.stderr


def test_a_name_that_is_let_in_may_be_asked_for(start):
    server = start("--admin-host", "apigw", "--log-level", "off")
    assert status_of(f"{server.endpoint}/__admin/health", Host="apigw:4290") == 200
    assert status_of(f"{server.endpoint}/__admin/health", Host="other") == 403
