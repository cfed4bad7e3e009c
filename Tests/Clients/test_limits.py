"""Bounds that `--limit` sets, at the bound and one past it, where no other file of this folder has them."""

import concurrent.futures
import http.client
import json
import os
import subprocess

import boto3
import pytest
from botocore.config import Config

from local_server import BOUND
from test_invoke import (  # noqa: F401
    call, client_of, demand_tokens, free_port, function_integration, issuer, key, make_api, proxy_integration,
    runtime_emulator, token,
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


# A resolver that tells how many names it looks up at the time. Each look-up ends with a byte from the gate.
RESOLVER = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int open_lookups;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
    if (!node || !strstr(node, ".slow.invalid")) {
        int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
        *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
        return real(node, service, hints, result);
    }
    int told = open(getenv("LOOKUPS"), O_WRONLY);
    dprintf(told, "%d\\n", atomic_fetch_add(&open_lookups, 1) + 1);
    close(told);
    char letter;
    int gate = open(getenv("GATE"), O_RDONLY);
    int found = read(gate, &letter, 1) == 1 ? EAI_NONAME : EAI_FAIL;
    close(gate);
    atomic_fetch_sub(&open_lookups, 1);
    return found;
}
"""


@pytest.mark.parametrize(("options", "most"), [(("--limit", "address-lookups-max=2"), 2), ((), 4)])
def test_as_many_names_are_looked_up_at_once_as_the_limit_allows(start, tmp_path, options, most):
    (tmp_path / "resolver.c").write_text(RESOLVER)
    library, gate, told = tmp_path / "resolver.so", tmp_path / "gate", tmp_path / "lookups"
    # The compiler of the Swift toolchain, which built the C targets of the server.
    subprocess.run(["clang", "-shared", "-fPIC", "-o", library, tmp_path / "resolver.c", "-ldl"], check=True)
    os.mkfifo(gate)
    os.mkfifo(told)
    lookups, opener = open(os.open(told, os.O_RDWR)), os.open(gate, os.O_RDWR)
    server = start("--event-loops", "1", *options, variables={
        "LD_PRELOAD": str(library), "GATE": str(gate), "LOOKUPS": str(told)})
    api_id = make_api(client_of(server), {
        f"GET /{number}": proxy_integration(f"http://name{number}.slow.invalid/") for number in range(4)})
    with concurrent.futures.ThreadPoolExecutor() as pool:
        answers = [pool.submit(call, server, api_id, "GET", f"/{number}") for number in range(4)]
        counts = [int(lookups.readline()) for _ in range(most)]
        # The loop goes on meanwhile.
        assert call(server, None, "GET", "/v2/apis", host="localhost")[0] == 200
        os.write(opener, b"1234")
        counts += [int(lookups.readline()) for _ in range(4 - most)]
        statuses = [answer.result(BOUND)[0] for answer in answers]
    lookups.close()
    os.close(opener)

    assert statuses == [503] * 4
    assert max(counts) == most

