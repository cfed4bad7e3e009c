"""Where the calls of an API go and what they may carry, by files and at run time: key sets, addresses."""

import json
import subprocess
import urllib.request

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from local_server import run_command
from test_invoke import FUNCTION, call, client_of, function_integration, make_api, runtime_emulator, token

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
    authorizer = client.create_authorizer(
        ApiId=api_id, Name="tokens", AuthorizerType="JWT", IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": ISSUER, "Audience": ["shop"]})["AuthorizerId"]
    [route] = client.get_routes(ApiId=api_id)["Items"]
    client.update_route(ApiId=api_id, RouteId=route["RouteId"], AuthorizationType="JWT", AuthorizerId=authorizer)
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
        (["--jwks", f"{ISSUER}=/nonexistent"], "/nonexistent: found No such file or directory"),
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
