"""Bounds that `--limit` sets, at the bound and one past it, where no other file of this folder has them."""

import http.client
import json

import boto3
import pytest
from botocore.config import Config

from test_invoke import (  # noqa: F401
    call, client_of, demand_tokens, free_port, function_integration, issuer, key, make_api, runtime_emulator, token,
)


def ask(server, method, path, body=None, account=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    fields = {"Authorization": f"AWS4-HMAC-SHA256 Credential={account}/20300101/us-east-1/apigateway/aws4_request, "
                               "SignedHeaders=host, Signature=0"} if account else {}
    connection.request(method, path, body, fields | ({"Content-Type": "application/json"} if body else {}))
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_so_many_fault_rules_are_taken_and_no_more(start):
    server = start("--limit", "fault-rules-max=2")
    rule = json.dumps({"then": {"status": 500}})

    statuses = [ask(server, "POST", "/__admin/faults", rule) for _ in range(3)]

    assert [status for status, _ in statuses] == [201, 201, 400]
    assert json.loads(statuses[2][1])["errors"][0]["expected"] == "at most 2"


def test_so_many_fault_rules_of_a_file_are_taken_and_no_more(start, tmp_path):
    file = tmp_path / "faults.json"
    file.write_text(json.dumps([{"then": {"status": 500}}] * 2))

    start("--limit", "fault-rules-max=2", "--faults", str(file))
    with pytest.raises(Exception, match="found 2 rules in all, expected at most 1"):
        start("--limit", "fault-rules-max=1", "--faults", str(file))


def test_so_many_buckets_of_a_rule_are_remembered_and_no_more(start, tmp_path):
    file = tmp_path / "faults.json"
    file.write_text(json.dumps([{"when": {"rate": {"perSecond": 0.001, "burst": 1}}, "then": {"status": 503}}]))
    server = start("--limit", "fault-buckets-max=2", "--faults", str(file), "--clock", "manual")
    accounts = ["111122223333", "222233334444", "333344445555"]

    def statuses(accounts):
        return [ask(server, "GET", "/v2/apis", account=account)[0] for account in accounts]

    assert statuses(accounts[:2] * 2) == [200, 200, 503, 503]
    # The third takes the place of one of the two, and each that comes back that of another.
    assert statuses([accounts[2], accounts[2]]) == [200, 503]
    assert 200 in statuses(accounts[:2])


@pytest.mark.parametrize("most", [0, 1, 2])
def test_so_many_accounts_have_metrics_of_their_own_and_no_more(start, most):
    server = start("--limit", f"metered-scopes-max={most}")
    for account in ["111122223333", "222233334444", "333344445555"]:
        ask(server, "GET", "/v2/apis", account=account)

    _, text = ask(server, "GET", "/__admin/metrics")

    lines = [line for line in text.splitlines() if line.startswith("apigatewayv2_local_requests_total{")]
    assert [line.rpartition(" ")[2] for line in lines if 'account="other"' in line] == [str(3 - most)]
    assert len(lines) == most + 1


@pytest.mark.parametrize(("most", "status"), [(1, 403), (2, 200)])
def test_a_call_finds_its_api_in_so_many_accounts_and_no_more(start, most, status):
    with runtime_emulator(lambda _: {"statusCode": 200, "body": "in"}) as emulator:
        server = start("--limit", f"scopes-searched-max={most}", "--lambda", f"pets={emulator.url}")
        api_id = make_api(client_of(server), {"GET /me": function_integration()})
        boto3.client("apigatewayv2", endpoint_url=server.endpoint, region_name="eu-west-1",
                     config=Config(retries={"max_attempts": 0})).create_api(Name="b", ProtocolType="HTTP")

        assert call(server, api_id, "GET", "/me")[0] == status
        if status == 403:
            assert server.wait_for_log("--limit scopes-searched-max")


@pytest.mark.parametrize(("most", "status"), [(1, 401), (2, 200)])
def test_a_token_has_so_many_levels_and_no_more(start, key, issuer, most, status):
    with runtime_emulator(lambda _: {"statusCode": 200, "body": "in"}) as emulator:
        server = start("--limit", f"token-depth-max={most}", "--lambda", f"pets={emulator.url}")
        client = client_of(server)
        api_id = make_api(client, {"GET /me": function_integration()})
        demand_tokens(client, api_id, issuer.url)
        fields = {"Authorization": f"Bearer {token(key, issuer, groups=['a'])}"}

        assert call(server, api_id, "GET", "/me", headers=fields)[0] == status


@pytest.mark.parametrize("most", [0, 1])
def test_so_many_events_wait_for_a_runtime_and_no_more(start, most):
    port = free_port()
    server = start("--limit", f"function-events-max={most}", "--lambda", f"pets=runtime:{port}")
    api_id = make_api(client_of(server), {"GET /me": function_integration()})
    waiting = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=30) for _ in range(most + 1)]
    for connection in waiting:
        connection.request("GET", "/me", headers={"Host": f"{api_id}.execute-api.localhost"})

    refused = server.wait_for_log("the function is throttled")

    assert "status=503" in refused
    for connection in waiting:
        connection.close()
