"""Facts of docs/fidelity-invoke.md over real sockets: what a caller sees of routes, answers, CORS, tokens and limits."""

import json
import subprocess
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from test_invoke import Backend, call, client_of, demand_tokens, function_integration, make_api, proxy_integration, runtime_emulator

CLOUD_MAP = "arn:aws:servicediscovery:us-east-1:000000000000:service/srv-id"


@pytest.fixture
def emulator():
    def function(event):
        return {"statusCode": 200, "body": f"{event['requestContext']['http']['method']} {event['routeKey']}"}

    with runtime_emulator(function) as started:
        yield started


@pytest.fixture
def pets(start, emulator):
    """Starts a server with the function pets."""
    return lambda *arguments: start("--lambda", f"pets={emulator.url}", *arguments)


def statuses(server, api_id, *targets):
    return [call(server, api_id, *target.split(" "))[0] for target in targets]


# Routes and answers


def test_a_method_without_a_route_is_404_and_case_counts_in_paths(pets):
    server = pets()
    api_id = make_api(client_of(server), {"GET /pets": function_integration(), "ANY /any": function_integration()})

    head = call(server, api_id, "HEAD", "/pets")

    assert statuses(server, api_id, "GET /pets", "POST /pets", "GET /Pets", "HEAD /any", "DELETE /any") == [
        200, 404, 404, 200, 200]
    assert (head[0], head[2]) == (404, b"")


def test_a_method_of_its_own_wins_over_any_and_any_over_default(pets):
    server = pets()
    api_id = make_api(client_of(server), {
        "$default": function_integration(), "ANY /pets": function_integration(), "GET /pets": function_integration()})

    answers = [call(server, api_id, method, path)[2] for method, path in
               (("GET", "/pets"), ("PUT", "/pets"), ("PUT", "/x"))]

    assert answers == [b"GET GET /pets", b"PUT ANY /pets", b"PUT $default"]


@pytest.mark.parametrize("target", ["/pets/", "//pets", "/pets"])
def test_a_slash_at_the_end_and_a_doubled_one_reach_the_route(pets, target):
    server = pets()
    api_id = make_api(client_of(server), {"GET /pets": function_integration()})

    assert call(server, api_id, "GET", target)[0] == 200


def test_over_http2_an_answer_has_its_lines_in_the_recorded_order(pets):
    server = pets()
    api_id = make_api(client_of(server), {"GET /pets": function_integration()})
    url = f"http://127.0.0.1:{server.port}/_aws/execute-api/{api_id}/$default/pets"

    answer = subprocess.run(
        ["curl", "-sSi", "--http2-prior-knowledge", url], capture_output=True, text=True, timeout=30, check=True)

    head = answer.stdout.split("\n\n")[0].replace("\r", "").split("\n\n")[0].splitlines()
    assert [line.split(":")[0] for line in head[1:]][:4] == ["date", "content-type", "content-length", "apigw-requestid"]


def test_the_default_endpoint_goes_with_the_next_deployment(pets):
    server = pets()
    client = client_of(server)
    api_id = client.create_api(Name="pets", ProtocolType="HTTP")["ApiId"]
    made = client.create_integration(ApiId=api_id, **function_integration())["IntegrationId"]
    client.create_route(ApiId=api_id, RouteKey="GET /pets", Target=f"integrations/{made}")
    client.create_deployment(ApiId=api_id)
    deployment = client.create_deployment(ApiId=api_id)["DeploymentId"]
    client.create_stage(ApiId=api_id, StageName="prod", DeploymentId=deployment)
    client.update_api(ApiId=api_id, DisableExecuteApiEndpoint=True)
    before = call(server, api_id, "GET", "/prod/pets")[0]
    client.update_stage(
        ApiId=api_id, StageName="prod", DeploymentId=client.create_deployment(ApiId=api_id)["DeploymentId"])
    after = call(server, api_id, "GET", "/prod/pets")

    assert (before, after[0], after[2]) == (200, 404, b'{"message":"Not Found"}')


# CORS


CORS = {"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"], "AllowCredentials": True}
PAGE = {"Origin": "https://a.example"}


def test_answers_of_the_gateway_itself_carry_cors_headers(pets):
    server = pets()
    api_id = make_api(
        client_of(server), {"GET /me": function_integration()}, CorsConfiguration=CORS,
        route={"AuthorizationType": "AWS_IAM"})

    answers = [call(server, api_id, "GET", path, headers=PAGE) for path in ("/me", "/none")]

    assert [answer[0] for answer in answers] == [403, 404]
    for _, fields, _ in answers:
        assert fields["Access-Control-Allow-Origin"] == "https://a.example"
        assert fields["Access-Control-Allow-Credentials"] == "true"
        assert fields["Vary"] == "origin"


def test_a_route_that_takes_options_wins_with_its_authorizer(pets):
    server = pets()
    api_id = make_api(
        client_of(server), {"ANY /me": function_integration()}, CorsConfiguration=CORS,
        route={"AuthorizationType": "AWS_IAM"})
    preflight = {**PAGE, "Access-Control-Request-Method": "GET"}

    refused = call(server, api_id, "OPTIONS", "/me", headers=preflight)
    elsewhere = call(server, api_id, "OPTIONS", "/none", headers=preflight)

    assert (refused[0], refused[1]["Access-Control-Allow-Origin"]) == (403, "https://a.example")
    assert (elsewhere[0], elsewhere[2]) == (204, b"")


def test_options_without_cors_and_without_a_route_are_404(pets):
    server = pets()
    api_id = make_api(client_of(server), {"GET /pets": function_integration()})

    assert statuses(server, api_id, "OPTIONS /pets") == [404]


def test_cors_headers_of_a_function_are_dropped_only_while_cors_is_configured(start):
    def function(_):
        return {"statusCode": 200, "headers": {"access-control-allow-origin": "https://own.example"}, "body": ""}

    with runtime_emulator(function) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        client = client_of(server)
        apis = [make_api(client, {"GET /pets": function_integration()}, **options)
                for options in ({}, {"CorsConfiguration": {"AllowOrigins": ["*"]}})]
        seen = [call(server, api_id, "GET", "/pets", headers=PAGE)[1].get_all("Access-Control-Allow-Origin")
                for api_id in apis]

    assert seen == [["https://own.example"], ["*"]]


# Tokens


class Issuer:
    """An issuer whose keys and documents a test changes."""

    def __init__(self):
        self.keys = {"first": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
        self.padding = 0
        self.backend = Backend(self.answer)
        self.url = self.backend.url

    def answer(self, request):
        if request["path"] == "/.well-known/openid-configuration":
            return 200, {}, json.dumps({"jwks_uri": f"{self.url}/keys"}).encode()
        entries = [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig"}
                   for kid, key in self.keys.items()]
        document = json.dumps({"keys": entries}).encode()
        return 200, {}, document + b" " * (self.padding and self.padding - len(document))

    @property
    def fetches(self):
        return sum(request["path"] == "/keys" for request in self.backend.requests)

    def status(self, server, api_id, kid="first"):
        claims = {"iss": self.url, "aud": "shop", "exp": int(time.time()) + 864_000}
        text = jwt.encode(claims, self.keys[kid], algorithm="RS256", headers={"kid": kid})
        return call(server, api_id, "GET", "/me", headers={"Authorization": text})


@pytest.fixture
def issuer():
    made = Issuer()
    yield made
    made.backend.__exit__()


def api_with_tokens(server, url):
    client = client_of(server)
    api_id = make_api(client, {"GET /me": function_integration()})
    demand_tokens(client, api_id, url)
    return api_id


def advance(server, duration):
    body = json.dumps({"advance": duration})
    fields = {"Content-Type": "application/json"}
    assert call(server, None, "POST", "/__admin/clock", body, fields, host="localhost")[0] == 200


def test_keys_are_kept_for_two_hours_of_the_emulators_clock(pets, issuer):
    server = pets("--clock", "manual")
    api_id = api_with_tokens(server, issuer.url)
    seen = [(issuer.status(server, api_id)[0], issuer.fetches)]
    for pause in ("7199s", "1s"):
        advance(server, pause)
        seen.append((issuer.status(server, api_id)[0], issuer.fetches))

    assert seen == [(200, 1), (200, 1), (200, 2)]


def test_an_unknown_key_is_fetched_once_a_minute(pets, issuer):
    server = pets("--clock", "manual")
    api_id = api_with_tokens(server, issuer.url)
    issuer.status(server, api_id)
    issuer.keys["second"] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    early = issuer.status(server, api_id, "second")[0], issuer.fetches
    advance(server, "60s")
    late = issuer.status(server, api_id, "second")[0], issuer.fetches

    assert (early, late) == ((401, 1), (200, 2))


@pytest.mark.parametrize(("bytes_", "status"), [(150_000, 200), (150_001, 401)])
def test_a_key_set_may_have_150000_bytes(pets, issuer, bytes_, status):
    server = pets()
    api_id = api_with_tokens(server, issuer.url)
    issuer.padding = bytes_

    answer, fields, _ = issuer.status(server, api_id)

    assert answer == status
    if status == 401:
        assert 'error_description="JWKS communication error"' in fields["WWW-Authenticate"]


def test_an_issuer_that_nobody_listens_at_is_a_401_that_says_so(pets, issuer):
    server = pets()
    api_id = api_with_tokens(server, issuer.url)
    issuer.backend.__exit__()

    status, fields, body = issuer.status(server, api_id)

    assert (status, body) == (401, b'{"message":"Unauthorized"}')
    assert 'error="invalid_token" error_description="OIDC discovery endpoint communication error"' in fields[
        "WWW-Authenticate"]


# Limits and backends


def test_a_limit_of_zero_lets_nobody_pass(pets):
    server = pets()
    api_id = make_api(
        client_of(server), {"GET /pets": function_integration()},
        stage={"DefaultRouteSettings": {"ThrottlingRateLimit": 0.0, "ThrottlingBurstLimit": 0}})

    status, fields, body = call(server, api_id, "GET", "/pets")

    assert (status, body) == (429, b'{"message":"Too Many Requests"}')
    assert fields["Retry-After"] is None


def test_a_redirect_of_a_backend_passes_to_the_caller(start):
    with Backend(lambda _: (302, {"Location": "/elsewhere"}, b"")) as backend:
        server = start()
        api_id = make_api(client_of(server), {"GET /pets": proxy_integration(backend.url)})
        status, fields, _ = call(server, api_id, "GET", "/pets")

    assert (status, fields["Location"], len(backend.requests)) == (302, "/elsewhere", 1)


def test_the_filters_of_a_cloud_map_service_do_not_hide_its_upstream(start):
    with Backend(lambda request: (200, {}, request["path"].encode())) as backend:
        server = start("--upstream", f"{CLOUD_MAP}={backend.url}")
        client = client_of(server)
        link = client.create_vpc_link(Name="pets", SubnetIds=["subnet-1"])["VpcLinkId"]
        api_id = make_api(client, {"GET /pets": proxy_integration(
            f"{CLOUD_MAP}?color=blue", ConnectionType="VPC_LINK", ConnectionId=link)})
        status, _, body = call(server, api_id, "GET", "/pets")

    assert (status, body) == (200, b"/pets")
