"""Rules that are added, read, replaced and removed while the server runs, and reset."""

import json
import urllib.error
import urllib.request

import pytest

from local_server import FIXTURES

GET = {"ApiId": "a1b2c3d4e5", "IntegrationId": "abc123d"}
RULE = {
    "name": "flaky-get",
    "match": {"operation": "GetIntegration", "apiId": "a1b2c3d4e5"},
    "when": {"first": 2},
    "then": {"error": "TooManyRequestsException"},
}


def admin(server, method, path, body=None):
    """One call: status, and the answer's JSON if it has any."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.endpoint}/__admin/{path}", data=data, method=method, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            status, text = error.code, error.read()
    return status, json.loads(text) if text else None


@pytest.fixture
def server(start):
    return start("--fixtures", FIXTURES, "--log-format", "json")


def statuses(client, count):
    """What so many calls were answered."""
    found = []
    for _ in range(count):
        try:
            found.append(client.get_integration(**GET)["ResponseMetadata"]["HTTPStatusCode"])
        except client.exceptions.ClientError as error:
            found.append(error.response["ResponseMetadata"]["HTTPStatusCode"])
    return found


def test_health_is_200(server):
    assert admin(server, "GET", "health")[0] == 200


def test_a_rule_added_at_run_time_fires_and_is_gone_when_removed(server, connect):
    client = connect(server)
    assert statuses(client, 1) == [200]
    assert admin(server, "POST", "faults", RULE)[0] in (200, 201)
    assert statuses(client, 1) == [429]
    assert admin(server, "DELETE", "faults/flaky-get")[0] in (200, 204)
    assert statuses(client, 1) == [200]


def test_a_rule_is_listed_and_read_as_it_was_sent(server):
    admin(server, "POST", "faults", RULE)
    status, listed = admin(server, "GET", "faults")
    assert status == 200
    assert [rule["name"] for rule in listed["rules"]] == ["flaky-get"]
    status, rule = admin(server, "GET", "faults/flaky-get")
    assert status == 200
    assert {name: rule[name] for name in RULE} == RULE


def test_a_rule_is_replaced_by_name(server, connect):
    admin(server, "POST", "faults", RULE)
    replaced = {**RULE, "when": "always", "then": {"error": "ConflictException"}}
    assert admin(server, "PUT", "faults/flaky-get", replaced)[0] in (200, 201, 204)
    assert statuses(connect(server), 3) == [409, 409, 409]


def test_all_rules_are_removed_at_once(server, connect):
    admin(server, "POST", "faults", {"rules": [RULE, {**RULE, "name": "another"}]})
    assert admin(server, "DELETE", "faults")[0] in (200, 204)
    assert admin(server, "GET", "faults")[1]["rules"] == []
    assert statuses(connect(server), 1) == [200]


def test_a_reset_brings_back_the_rules_of_the_start_and_their_counts(start, connect):
    server = start("--fixtures", FIXTURES, "--faults", FIXTURES / "faults/two-429s-then-success.json")
    client = connect(server)
    assert statuses(client, 3) == [429, 429, 200]
    admin(server, "DELETE", "faults")
    admin(server, "POST", "faults", RULE)
    assert admin(server, "POST", "reset")[0] in (200, 204)
    assert [rule["name"] for rule in admin(server, "GET", "faults")[1]["rules"]] == ["two-429s-then-success"]
    assert statuses(client, 3) == [429, 429, 200]


def test_an_unknown_rule_is_404_and_a_bad_one_400_with_every_mistake(server):
    assert admin(server, "GET", "faults/nope")[0] == 404
    assert admin(server, "DELETE", "faults/nope")[0] == 404
    status, answer = admin(server, "POST", "faults", {"match": {"operation": "GetIntegratio"}, "then": {"error": "Nope"}})
    assert status == 400
    text = json.dumps(answer)
    assert "GetIntegration" in text and "TooManyRequestsException" in text
    assert admin(server, "GET", "faults")[1]["rules"] == []


def test_the_first_attempt_of_every_call_fails_and_the_second_succeeds(start, connect, monkeypatch):
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    server = start(
        "--fixtures", FIXTURES, "--faults", FIXTURES / "faults/first-attempt-of-every-call.json",
        "--log-format", "json",
    )
    client = connect(server, retries={"mode": "standard"})
    for _ in range(3):
        assert client.get_integration(**GET)["ResponseMetadata"]["RetryAttempts"] == 1
    assert [entry["status"] for entry in server.requests(6)] == [429, 200] * 3


def test_retry_after_is_sent_on_demand_only(server, connect):
    client = connect(server)
    rule = {**RULE, "when": "always", "then": {**RULE["then"], "retryAfter": "1500ms"}}
    admin(server, "POST", "faults", rule)
    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        client.get_integration(**GET)
    headers = caught.value.response["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amz-retry-after"] == "1500"
    assert headers["retry-after"] == "2"


def test_any_status_with_any_body_and_headers(server, connect):
    client = connect(server)
    then = {"status": 503, "headers": {"x-amzn-ErrorType": "SlowDown"}, "body": {"message": "later"}}
    admin(server, "POST", "faults", {"then": then})
    with pytest.raises(client.exceptions.ClientError) as caught:
        client.get_integration(**GET)
    assert caught.value.response["Error"] == {"Code": "SlowDown", "Message": "later"}
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_the_log_names_the_rule_that_fired(server, connect):
    admin(server, "POST", "faults", RULE)
    statuses(connect(server), 3)
    entries = [entry for entry in server.requests(4) if entry.get("operation") == "GetIntegration"]
    assert [entry.get("fault") for entry in entries] == ["flaky-get", "flaky-get", None]
