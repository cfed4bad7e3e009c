"""Where the calls of an API go and what they may carry, by files and at run time: key sets of issuers."""

import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from local_server import run_command
from test_invoke import call, client_of, function_integration, make_api, runtime_emulator, token

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
