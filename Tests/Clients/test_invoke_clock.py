"""Calls on an emulator's clock whose date is set back: limits, kept answers and kept key sets go by the time that passes."""

import json
import time
import urllib.request

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from test_invoke import (
    Backend, call, client_of, demand_tokens, function_integration, make_api, proxy_integration, runtime_emulator,
)

PAST = "2020-01-01T00:00:00Z"


def move(server, **order):
    """Gives an order to the server's clock, and gives the time that it then shows."""
    request = urllib.request.Request(
        f"{server.endpoint}/__admin/clock", json.dumps(order).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["time"]


def test_a_date_that_is_set_keeps_its_fraction_of_a_second(start):
    with runtime_emulator(lambda event: {"statusCode": 200, "body": f"{event['requestContext']['timeEpoch']}"}) as emulator:
        server = start("--lambda", f"pets={emulator.url}", "--clock", "manual")
        api_id = make_api(client_of(server), {"GET /pets": function_integration()})
        shown = move(server, set="2024-02-29T23:59:59.987Z")
        told = call(server, api_id, "GET", "/pets")[2]

    assert (shown, told) == ("2024-02-29T23:59:59.987000Z", b"1709251199987")


def test_a_limit_refills_after_the_date_was_set_back(start):
    with runtime_emulator(lambda _: {"statusCode": 200}) as emulator:
        server = start("--lambda", f"pets={emulator.url}", "--clock", "manual")
        api_id = make_api(client_of(server), {"GET /pets": function_integration()}, stage={
            "DefaultRouteSettings": {"ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 1}})

        def status():
            return call(server, api_id, "GET", "/pets")[0]

        seen = [status(), status()]
        move(server, set=PAST)
        seen.append(status())
        move(server, advance="1s")
        seen += [status(), status()]

    assert seen == [200, 429, 429, 200, 429]


def test_a_kept_answer_of_an_authorizer_ends_after_the_date_was_set_back(start):
    asked = []

    def answer(request):
        asked.append(request["path"])
        return 200, {}, b'{"isAuthorized": true}'

    with runtime_emulator(lambda _: {"statusCode": 200}) as emulator, Backend(answer) as judge:
        server = start("--lambda", f"pets={emulator.url}", "--lambda", f"judge={judge.url}", "--clock", "manual")
        client = client_of(server)
        api_id = make_api(client, {"GET /pets": function_integration()})
        authorizer = client.create_authorizer(
            ApiId=api_id, Name="judge", AuthorizerType="REQUEST", IdentitySource=["$request.header.x-key"],
            AuthorizerUri="arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
            "arn:aws:lambda:us-east-1:000000000000:function:judge/invocations",
            AuthorizerPayloadFormatVersion="2.0", EnableSimpleResponses=True,
            AuthorizerResultTtlInSeconds=60)["AuthorizerId"]
        [route] = client.get_routes(ApiId=api_id)["Items"]
        client.update_route(ApiId=api_id, RouteId=route["RouteId"], AuthorizationType="CUSTOM", AuthorizerId=authorizer)
        counts = []
        for order in ({}, {"set": PAST}, {"advance": "59s"}, {"advance": "1s"}):
            move(server, **order) if order else None
            assert call(server, api_id, "GET", "/pets", headers={"x-key": "1"})[0] == 200
            counts.append(len(asked))

    assert counts == [1, 1, 1, 2]


def test_a_new_key_of_an_issuer_is_fetched_after_the_date_was_set_back(start):
    keys = {}

    def answer(request):
        if "openid" in request["path"]:
            return 200, {}, json.dumps({"jwks_uri": f"{issuer.url}/keys"}).encode()
        entries = [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid}
                   for kid, key in keys.items()]
        return 200, {}, json.dumps({"keys": entries}).encode()

    with Backend(lambda _: (200, {}, b"")) as backend, Backend(answer) as issuer:
        server = start("--clock", "manual")
        client = client_of(server)
        api_id = make_api(client, {"GET /pets": proxy_integration(backend.url)})
        demand_tokens(client, api_id, issuer.url)

        def status(kid):
            if kid not in keys:
                keys[kid] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            token = jwt.encode(
                {"iss": issuer.url, "aud": "shop", "exp": int(time.time()) + 3600}, keys[kid], algorithm="RS256",
                headers={"kid": kid})
            return call(server, api_id, "GET", "/pets", headers={"Authorization": token})[0]

        seen = [status("first")]
        move(server, set=PAST)
        seen.append(status("second"))
        move(server, advance="60s")
        seen.append(status("second"))

    assert seen == [200, 401, 200]
