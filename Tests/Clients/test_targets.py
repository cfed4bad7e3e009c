"""Where the calls of an API go and what they may carry, by files and at run time: key sets,
addresses, functions and backends.
"""

import concurrent.futures
import http.client
import json
import os
import subprocess
import sys
import urllib.request

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from local_server import run_command
from test_invoke import (
    FUNCTION, Backend, call, client_of, demand_tokens, free_port, function_integration, make_api, proxy_integration,
    runtime_emulator, serve_one_event, token,
)

ISSUER = "https://tokens.example.invalid/pool"


class Issuer:
    """An issuer that nobody can reach."""

    url = ISSUER


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_set(**keys):
    entries = [
        {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig"}
        for kid, key in keys.items()
    ]
    return json.dumps({"keys": entries})


def api_with_tokens(client):
    api_id = make_api(client, {"GET /me": function_integration()})
    demand_tokens(client, api_id, ISSUER)
    return api_id


def status(server, api_id, key, kid="first"):
    headers = {"Authorization": f"Bearer {token(key, Issuer, kid=kid)}"}
    return call(server, api_id, "GET", "/me", headers=headers)[0]


def reload(server):
    return call(server, None, "POST", "/__admin/reload?keep=created", host="localhost")


def test_a_key_set_of_a_file_checks_tokens_offline_and_is_read_again_by_a_reload(start, tmp_path):
    first, second = new_key(), new_key()
    keys = tmp_path / "keys.json"
    keys.write_text(key_set(first=first))
    with runtime_emulator(lambda _: {"statusCode": 200, "body": "in"}) as emulator:
        server = start("--lambda", f"pets={emulator.url}", "--jwks", f"{ISSUER}={keys}", "--upstream-only")
        api_id = api_with_tokens(client_of(server))
        before = [status(server, api_id, first), status(server, api_id, second), status(server, api_id, first, "other")]
        keys.write_text(key_set(first=second))
        reloaded = reload(server)[0]
        after = [status(server, api_id, first), status(server, api_id, second)]
        keys.write_text('{"keys": [{"kty": "RSA", "kid": "first", "n": "AQAB"}]}')
        refused, _, body = reload(server)
        kept = [status(server, api_id, first), status(server, api_id, second)]

    assert (before, reloaded, after) == ([200, 401, 401], 200, [401, 200])
    assert refused == 400
    assert b"/keys/0" in body and b"as e" in body
    assert kept == after


def test_a_bad_key_set_ends_the_start_with_one_line(tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text('{"kyes": []}')

    result = run_command("--port", "0", "--jwks", f"{ISSUER}={keys}")

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f'{keys}:1:1: /: found an object, expected a key set: {{"keys": [...]}}\n'


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--jwks", "keys.json"], "expected ISSUER=FILE"),
        (["--jwks", "a=1.json", "--jwks", "a=2.json"], "found --jwks a=… twice, expected one file an issuer"),
        (["--jwks", f"{ISSUER}=/nonexistent"], "/nonexistent: found no such file or directory"),
    ],
)
def test_a_mistake_in_jwks_is_told(arguments, message):
    result = run_command("--port", "0", *arguments)

    assert result.returncode == 2
    assert message in result.stderr


def get(url):
    with urllib.request.urlopen(url, timeout=30) as response:
        return response.status, response.read()


def curl(url):
    """curl knows by itself that names below localhost are this machine."""
    result = subprocess.run(
        ["curl", "-sS", "--fail-with-body", "-w", " %{http_code}", url], capture_output=True, text=True, timeout=30, check=True)
    return result.stdout


def test_an_api_shows_the_real_address_unless_told_otherwise(start):
    server = start()

    made = client_of(server).create_api(Name="pets", ProtocolType="HTTP")

    assert made["ApiEndpoint"] == f"https://{made['ApiId']}.execute-api.us-east-1.amazonaws.com"


def test_the_local_address_of_every_answer_can_be_called_as_it_stands(start):
    with runtime_emulator(lambda event: {"statusCode": 200, "body": event["rawPath"]}) as emulator:
        server = start("--lambda", f"pets={emulator.url}", "--api-endpoint", "local")
        client = client_of(server)
        api_id = make_api(client, {"GET /pets": function_integration()})
        shown = [
            client.get_api(ApiId=api_id)["ApiEndpoint"],
            client.update_api(ApiId=api_id, Name="cats")["ApiEndpoint"],
            *(item["ApiEndpoint"] for item in client.get_apis()["Items"]),
        ]
        answer = curl(shown[0] + "/pets")

    assert set(shown) == {f"http://{api_id}.execute-api.localhost:{server.port}"}
    assert len(shown) == 3
    assert answer == "/pets 200"


def test_a_template_may_be_the_path_form_which_needs_no_name(start):
    form = "http://127.0.0.1:{port}/_aws/execute-api/{apiId}"
    with runtime_emulator(lambda event: {"statusCode": 200, "body": event["requestContext"]["stage"]}) as emulator:
        server = start("--lambda", f"pets={emulator.url}", variables={"APIGATEWAYV2_LOCAL_API_ENDPOINT": form})
        client = client_of(server)
        quick = client.create_api(Name="pets", ProtocolType="HTTP", Target=FUNCTION)
        client.create_stage(ApiId=quick["ApiId"], StageName="prod", AutoDeploy=True)
        plain, staged = get(quick["ApiEndpoint"] + "/x"), get(quick["ApiEndpoint"] + "/prod/x")
        chat = client.create_api(Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
        imported = client.import_api(Body=json.dumps(
            {"openapi": "3.0.1", "info": {"title": "pets", "version": "1"}, "paths": {}}))

    assert (plain, staged) == ((200, b"$default"), (200, b"prod"))
    assert chat["ApiEndpoint"] == f"ws://127.0.0.1:{server.port}/_aws/execute-api/{chat['ApiId']}"
    assert imported["ApiEndpoint"] == f"http://127.0.0.1:{server.port}/_aws/execute-api/{imported['ApiId']}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("locl", "expected aws, local or a URL with {apiId}; did you mean local?"),
        ("http://localhost:{port}", "expected a URL with {apiId}"),
        ("http://localhost:4290/{apiId}/", "without a slash at its end"),
        ("http://localhost/{apiid}/{apiId}", 'found "{apiid}", expected one of {apiId}, {port}, {region}; did you mean {apiId}?'),
        ("http://localhost/{apiId}/{port", 'found "{port"'),
    ],
)
def test_a_mistake_in_the_form_of_addresses_is_told(text, message):
    result = run_command("--port", "0", "--api-endpoint", text)

    assert result.returncode == 2
    assert message in result.stderr


# Functions and backends of a file, and of requests


def answering(body):
    """A function behind a Runtime Interface Emulator."""
    return runtime_emulator(lambda _: {"statusCode": 200, "body": body})


def put_targets(server, document, **headers):
    body = document if isinstance(document, str) else json.dumps(document)
    fields = {"Content-Type": "application/json", **headers}
    return call(server, None, "PUT", "/__admin/targets", body, fields, host="localhost")


def get_targets(server, **headers):
    return call(server, None, "GET", "/__admin/targets", headers=headers, host="localhost")


def body_of(server, api_id, path="/pets"):
    status, _, body = call(server, api_id, "GET", path)
    return body.decode() if status == 200 else status


def test_a_file_names_functions_and_backends_and_is_read_again(start, tmp_path):
    file = tmp_path / "targets.json"
    with answering("first") as first, answering("second") as second, Backend(
            lambda request: (200, {}, request["path"].encode())) as backend:
        file.write_text(json.dumps(
            {"functions": {"pets": first.url}, "upstreams": {"api.example.com": backend.url}}))
        server = start("--targets", file, "--upstream-only")
        api_id = make_api(client_of(server), {
            "GET /pets": function_integration(), "GET /far": proxy_integration("http://api.example.com/v1")})
        before = [body_of(server, api_id), body_of(server, api_id, "/far")]
        file.write_text(json.dumps({"functions": {"pets": second.url}}))
        reloaded = reload(server)[0]
        after = [body_of(server, api_id), body_of(server, api_id, "/far")]
        file.write_text('{"functions": {"pets": "runtime9001"}}')
        refused, _, problems = reload(server)
        kept = body_of(server, api_id)

    assert before == ["first", "/v1"]
    assert (reloaded, after) == (200, ["second", 503])
    assert (refused, kept) == (400, "second")
    [error] = json.loads(problems)["errors"]
    assert (error["file"], error["path"], error["line"], error["column"]) == (str(file), "/functions/pets", 1, 24)


def test_an_option_stands_before_the_file_and_a_request_before_both(start, tmp_path):
    file = tmp_path / "targets.json"
    with answering("file") as of_file, answering("option") as of_option, answering("request") as of_request:
        file.write_text(json.dumps({"functions": {"pets": of_file.url, "cats": of_file.url}}))
        server = start("--targets", file, "--lambda", f"pets={of_option.url}")
        api_id = make_api(client_of(server), {
            "GET /pets": function_integration(),
            "GET /cats": {**function_integration(), "IntegrationUri": FUNCTION.replace("pets", "cats")}})
        before = [body_of(server, api_id), body_of(server, api_id, "/cats")]
        put = put_targets(server, {"functions": {"pets": of_request.url}, "upstreams": {"a.example": "http://localhost:1"}})
        during = [body_of(server, api_id), body_of(server, api_id, "/cats")]
        shown = json.loads(get_targets(server)[2])
        emptied = put_targets(server, {})
        after = body_of(server, api_id)

    assert before == ["option", "file"]
    assert (put[0], put[2]) == (204, b"")
    assert during == ["request", "file"]
    assert shown == {
        "functions": {
            "cats": {"place": of_file.url, "from": "file"}, "pets": {"place": of_request.url, "from": "request"}},
        "upstreams": {"a.example": {"place": "http://localhost:1", "from": "request"}},
    }
    assert (emptied[0], after) == (204, "option")


def test_a_reset_drops_the_targets_of_requests(start, tmp_path):
    fixtures = tmp_path / "api.json"
    first = start("--seed", "1")
    api_id = make_api(client_of(first), {"GET /pets": function_integration()})
    fixtures.write_bytes(call(first, None, "GET", "/__admin/state", host="localhost")[2])
    with answering("request") as of_request:
        server = start("--fixtures", fixtures)
        put_targets(server, {"functions": {"pets": of_request.url}})
        before = body_of(server, api_id)
        reset = call(server, None, "POST", "/__admin/reset", host="localhost")[0]
        after = body_of(server, api_id)

    assert (before, reset, after) == ("request", 204, 500)


def test_runtimes_are_listened_for_at_run_time_and_a_port_may_pass_to_another_function(start):
    port = free_port()
    server = start()
    api_id = make_api(client_of(server), {"GET /pets": function_integration()})
    seen = [put_targets(server, {"functions": {"cats": f"runtime:{port}"}})[0]]
    seen.append(put_targets(server, {"functions": {"pets": f"runtime:{port}"}})[0])
    # The same again changes nothing: the listener stays.
    with concurrent.futures.ThreadPoolExecutor() as pool:
        runtime = pool.submit(serve_one_event, port, lambda *_: ("response", {"statusCode": 200, "body": "here"}))
        answer = pool.submit(body_of, server, api_id)
        seen.append(put_targets(server, {"functions": {"pets": f"runtime:{port}"}})[0])
        assert answer.result(30) == "here"
        assert runtime.result(30) == 202
    put_targets(server, {})

    assert seen == [204, 204, 204]
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection("127.0.0.1", port, timeout=30).connect()


def test_a_port_in_use_changes_nothing(start):
    with answering("first") as first, answering("taken") as taken:
        server = start()
        api_id = make_api(client_of(server), {"GET /pets": function_integration()})
        put_targets(server, {"functions": {"pets": first.url}})
        port = taken.server.server_port
        status, _, body = put_targets(server, {"functions": {"pets": taken.url, "cats": f"runtime:{port}"}})
        kept = body_of(server, api_id)

    assert status == 400
    assert f"port {port} for function cats: address already in use" in json.loads(body)["errors"][0]["found"]
    assert kept == "first"


def test_a_request_may_name_no_command_and_every_mistake_is_told(start):
    server = start()

    status, _, body = put_targets(server, {"functions": {"pets": "run:touch /tmp/x", "cats": "htp://x"}, "upstream": {}})
    nothing = json.loads(get_targets(server)[2])

    assert status == 400
    errors = json.loads(body)["errors"]
    assert [error["path"] for error in errors] == ["/functions/pets", "/functions/cats", "/upstream"]
    assert "commands come from options and files alone" in errors[0]["expected"]
    assert errors[1]["suggestion"] == "http://"
    assert errors[2]["suggestion"] == "upstreams"
    assert nothing == {"functions": {}, "upstreams": {}}


def test_a_page_of_another_site_may_neither_read_nor_write_targets(start):
    server = start("--lambda", "pets=http://localhost:9000")
    page = {"Origin": "https://evil.example"}
    site = {"Sec-Fetch-Site": "cross-site"}
    answers = [get_targets(server, **page), get_targets(server, **site), put_targets(server, {}, **page)]
    # A form of another site needs no leave for this type.
    answers.append(put_targets(server, {}, **{"Content-Type": "text/plain"}))
    rebound = call(server, None, "GET", "/__admin/targets", host="rebound.example")

    assert [answer[0] for answer in answers] == [403, 403, 403, 415]
    assert rebound[0] == 403
    assert all(b"9000" not in answer[2] for answer in [*answers, rebound])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, ": found no such file or directory, expected a file of targets"),
        ("{", ":1:2: found the end of the text"),
        ('{"functions": {"a": "9000"}}', ':1:21: /functions/a: found "9000" for function a'),
    ],
)
def test_a_bad_file_ends_the_start_and_fails_validation(tmp_path, text, message):
    file = tmp_path / "targets.json"
    if text is not None:
        file.write_text(text)

    started = run_command("--port", "0", "--targets", file)
    validated = run_command("validate", "--targets", file)

    assert (started.returncode, validated.returncode) == (2, 2)
    assert started.stderr.startswith(f"{file}{message}")
    assert validated.stderr == started.stderr
    assert started.stderr.count("\n") == 1


# A runtime in a few lines: it tells its process and its word in each answer.
RUNTIME = """
import json, os, sys, urllib.request
base = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
while True:
    with urllib.request.urlopen(base + "/next") as event:
        name = event.headers["Lambda-Runtime-Aws-Request-Id"]
    body = json.dumps({"statusCode": 200, "body": f"{sys.argv[1]} {os.getpid()}"}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{base}/{name}/response", data=body, method="POST")).close()
"""


def test_a_process_of_the_file_stays_while_its_place_is_the_same(start, tmp_path):
    file, runtime = tmp_path / "targets.json", tmp_path / "runtime.py"
    runtime.write_text(RUNTIME)

    def write(word, **others):
        place = f"run:exec '{sys.executable}' '{runtime}' {word}"
        file.write_text(json.dumps({"functions": {"pets": place, **others}}))

    write("first")
    server = start("--targets", file)
    api_id = make_api(client_of(server), {"GET /pets": function_integration()})
    before = body_of(server, api_id)
    write("first", cats="http://localhost:9000")
    assert reload(server)[0] == 200
    kept = body_of(server, api_id)
    write("second")
    assert reload(server)[0] == 200
    changed = body_of(server, api_id)

    assert before.startswith("first ")
    assert kept == before
    assert changed.startswith("second ")
    with pytest.raises(ProcessLookupError):
        os.kill(int(before.split(" ")[1]), 0)
