"""HTTP APIs that are made by boto3 and then called over a socket: functions, backends, tokens, CORS, limits.

Functions, backends and issuers are small servers of the standard library in the test's own process.
"""

import concurrent.futures
import http.client
import http.server
import json
import socket
import threading
import time

import boto3
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from local_server import run_command

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:pets"


class Backend:
    """A server that remembers its requests, and answers each with what `answer` makes of it."""

    def __init__(self, answer):
        self.requests = []
        backend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = {"method": self.command, "path": self.path, "headers": self.headers, "body": body}
                backend.requests.append(request)
                status, fields, content = answer(request)
                self.send_response(status)
                for name, value in fields.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def runtime_emulator(function):
    """A Runtime Interface Emulator of one function, which gets the event."""

    def answer(request):
        assert request["path"] == "/2015-03-31/functions/function/invocations"
        return 200, {"Content-Type": "application/json"}, json.dumps(function(json.loads(request["body"]))).encode()

    return Backend(answer)


def client_of(server):
    return boto3.client("apigatewayv2", endpoint_url=server.endpoint)


def call(server, api_id, method, path, body=None, headers=None, host=None):
    """Calls an API by its host; gives the status, the header fields and the body."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        fields = {"Host": host or f"{api_id}.execute-api.us-east-1.amazonaws.com", **(headers or {})}
        connection.request(method, path, body=body, headers=fields)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def make_api(client, routes, **options):
    """An API with a deployed $default stage; `routes` are integrations by route key."""
    stage = options.pop("stage", {})
    route_options = options.pop("route", {})
    api_id = client.create_api(Name="pets", ProtocolType="HTTP", **options)["ApiId"]
    for key, integration in routes.items():
        made = client.create_integration(ApiId=api_id, **integration)["IntegrationId"]
        client.create_route(ApiId=api_id, RouteKey=key, Target=f"integrations/{made}", **route_options)
    client.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True, **stage)
    return api_id


def demand_tokens(client, api_id, issuer, **route):
    """Makes the one route of an API demand a token of the issuer for `shop`; `route` are more of its members."""
    authorizer = client.create_authorizer(
        ApiId=api_id, Name="tokens", AuthorizerType="JWT", IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": issuer, "Audience": ["shop"]})["AuthorizerId"]
    [found] = client.get_routes(ApiId=api_id)["Items"]
    client.update_route(
        ApiId=api_id, RouteId=found["RouteId"], AuthorizationType="JWT", AuthorizerId=authorizer, **route)


def function_integration(version="2.0"):
    return {"IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION, "PayloadFormatVersion": version}


def proxy_integration(uri, **options):
    return {
        "IntegrationType": "HTTP_PROXY", "IntegrationUri": uri, "IntegrationMethod": "ANY",
        "PayloadFormatVersion": "1.0", **options,
    }


def test_a_function_gets_the_event_and_answers(start):
    events = []

    def function(event):
        events.append(event)
        return {"statusCode": 201, "headers": {"x-kind": "cat"}, "body": "meow", "cookies": ["a=1"]}

    with runtime_emulator(function) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        api_id = make_api(client_of(server), {"POST /pets/{name}": function_integration()})
        status, fields, body = call(
            server, api_id, "POST", "/pets/mimi?full=yes&full=no", b'{"a":1}', {"Content-Type": "application/json"})

    assert (status, body) == (201, b"meow")
    assert (fields["X-Kind"], fields["Set-Cookie"]) == ("cat", "a=1")
    assert len(fields["Apigw-Requestid"]) == 16
    [event] = events
    assert event["routeKey"] == "POST /pets/{name}"
    assert event["rawPath"] == "/pets/mimi"
    assert event["pathParameters"] == {"name": "mimi"}
    assert event["queryStringParameters"] == {"full": "yes,no"}
    assert (event["body"], event["isBase64Encoded"]) == ('{"a":1}', False)
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"
    assert event["requestContext"]["apiId"] == api_id
    assert event["requestContext"]["requestId"] == fields["Apigw-Requestid"]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def serve_one_event(port, answer):
    """A runtime that fetches one event, as the Lambda Runtime API has it, and posts what `answer` makes of it."""
    base = "/2018-06-01/runtime/invocation"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", f"{base}/next")
    response = connection.getresponse()
    event, fields = json.loads(response.read()), response.headers
    ending, body = answer(event, fields)
    connection.request("POST", f"{base}/{fields['Lambda-Runtime-Aws-Request-Id']}/{ending}", json.dumps(body))
    accepted = connection.getresponse()
    accepted.read()
    connection.close()
    return accepted.status


@pytest.mark.parametrize(
    ("ending", "body", "expected"),
    [("response", {"statusCode": 200, "body": "mine"}, (200, b"mine")),
     ("error", {"errorMessage": "boom", "errorType": "ValueError"}, (500, b'{"message":"Internal Server Error"}'))])
def test_a_runtime_fetches_events_and_answers(start, ending, body, expected):
    port = free_port()
    server = start("--lambda", f"pets=runtime:{port}")
    api_id = make_api(client_of(server), {"GET /pets": function_integration()})
    seen = []

    def answer(event, fields):
        seen.append((event["rawPath"], fields["Lambda-Runtime-Invoked-Function-Arn"]))
        return ending, body

    with concurrent.futures.ThreadPoolExecutor() as pool:
        runtime = pool.submit(serve_one_event, port, answer)
        status, _, content = call(server, api_id, "GET", "/pets")
        assert runtime.result(30) == 202

    assert (status, content) == expected
    assert seen == [("/pets", FUNCTION)]


def test_a_function_that_is_not_configured_is_500_and_the_log_says_what_to_add(start):
    server = start()
    api_id = make_api(client_of(server), {"GET /pets": function_integration()})

    status, fields, body = call(server, api_id, "GET", "/pets")

    assert (status, body) == (500, b'{"message":"Internal Server Error"}')
    assert fields["Content-Type"] == "application/json"
    assert server.wait_for_log("add --lambda pets=http://localhost:9000")


def test_a_path_that_no_route_takes_is_404_and_the_log_names_the_nearest(start):
    server = start()
    api_id = make_api(client_of(server), {"GET /pets": function_integration()})

    status, _, body = call(server, api_id, "POST", "/pets")

    assert (status, body) == (404, b'{"message":"Not Found"}')
    assert server.wait_for_log(f"no route of {api_id} matches POST /pets: GET /pets is the nearest")


def test_a_host_that_no_api_owns_is_forbidden(start):
    server = start()

    status, fields, body = call(server, "nosuchapi1", "GET", "/")

    assert (status, body) == (403, b'{"message":"Forbidden"}')
    assert fields["x-amzn-errortype"] == "ForbiddenException"


def test_a_backend_gets_the_request_and_its_answer_passes(start):
    with Backend(lambda request: (207, {"X-From": "backend"}, b"hello " + request["body"])) as backend:
        server = start()
        api_id = make_api(client_of(server), {"ANY /v1/{proxy+}": proxy_integration(backend.url + "/base/{proxy}")})
        status, fields, body = call(server, api_id, "PUT", "/v1/a/b%20c?x=1", b"world", {"X-Own": "yes"})

    assert (status, fields["X-From"], body) == (207, "backend", b"hello world")
    [request] = backend.requests
    assert (request["method"], request["path"]) == ("PUT", "/base/a/b%20c?x=1")
    assert request["headers"]["X-Own"] == "yes"
    assert request["headers"]["Forwarded"].startswith("by=127.0.0.1;for=127.0.0.1;host=")


def test_a_backend_that_nobody_listens_at_is_503(start):
    with Backend(lambda _: (200, {}, b"")) as gone:
        url = gone.url
    server = start()
    api_id = make_api(client_of(server), {"GET /": proxy_integration(url)})

    status, _, body = call(server, api_id, "GET", "/")

    assert (status, body) == (503, b'{"message":"Service Unavailable"}')


def test_an_upstream_stands_for_a_host_and_no_other_is_called(start):
    with Backend(lambda request: (200, {}, request["headers"]["Host"].encode())) as backend:
        server = start("--upstream", f"api.example.com={backend.url}", "--upstream-only")
        api_id = make_api(
            client_of(server),
            {"GET /mapped": proxy_integration("https://api.example.com/"),
             "GET /other": proxy_integration("https://other.example.com/"),
             "GET /near": proxy_integration("http://127.0.0.1.evil.invalid/")})
        mapped = call(server, api_id, "GET", "/mapped")
        other = call(server, api_id, "GET", "/other")
        near = call(server, api_id, "GET", "/near")

    assert (mapped[0], mapped[2]) == (200, b"api.example.com")
    assert (other[0], near[0]) == (503, 503)
    assert server.wait_for_log("add --upstream other.example.com=")
    assert server.wait_for_log("add --upstream 127.0.0.1.evil.invalid=")


def test_a_private_backend_is_called_by_its_arn_through_its_link(start):
    arn = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/pets/50dc6c495c0c9188/f2f7dc8efc522ab2"
    with Backend(lambda request: (200, {}, request["path"].encode())) as backend:
        server = start("--upstream", f"{arn}={backend.url}")
        client = client_of(server)
        link = client.create_vpc_link(Name="pets", SubnetIds=["subnet-1"])["VpcLinkId"]
        mapped = proxy_integration(arn, ConnectionType="VPC_LINK", ConnectionId=link)
        api_id = make_api(client, {"GET /pets": mapped})
        available = call(server, api_id, "GET", "/pets")

    assert (available[0], available[2]) == (200, b"/pets")


def test_a_runtimes_port_that_is_in_use_is_told(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run_command("--port", "0", "--lambda", f"pets=runtime:{port}")

    assert result.returncode == 1
    assert f"cannot listen at port {port} for the runtimes of function pets: address already in use" in result.stderr


def test_mappings_change_the_request_and_the_response(start):
    with Backend(lambda _: (404, {"X-Inner": "1"}, b"no")) as backend:
        server = start()
        api_id = make_api(
            client_of(server),
            {"GET /": proxy_integration(
                backend.url,
                RequestParameters={"append:header.x-kind": "$request.querystring.kind", "overwrite:path": "/mapped"},
                ResponseParameters={"404": {"overwrite:statuscode": "204", "remove:header.x-inner": "''"}})})
        status, fields, _ = call(server, api_id, "GET", "/?kind=cat")

    assert status == 204
    assert "X-Inner" not in fields
    [request] = backend.requests
    assert request["path"].split("?")[0] == "/mapped"
    assert request["headers"]["x-kind"] == "cat"


def test_cors_is_answered_as_configured(start):
    with runtime_emulator(lambda _: {"statusCode": 200, "body": "x"}) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        api_id = make_api(
            client_of(server), {"GET /pets": function_integration()},
            CorsConfiguration={
                "AllowOrigins": ["https://a.example"], "AllowMethods": ["POST", "GET"], "AllowHeaders": ["X-B"],
                "MaxAge": 5})
        preflight = call(
            server, api_id, "OPTIONS", "/pets",
            headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"})
        simple = call(server, api_id, "GET", "/pets", headers={"Origin": "https://a.example"})
        foreign = call(server, api_id, "GET", "/pets", headers={"Origin": "https://b.example"})

    assert preflight[0] == 204
    assert preflight[1]["Access-Control-Allow-Methods"] == "GET,POST"
    assert preflight[1]["Access-Control-Allow-Headers"] == "x-b"
    assert preflight[1]["Access-Control-Max-Age"] == "5"
    assert (simple[0], simple[1]["Access-Control-Allow-Origin"]) == (200, "https://a.example")
    assert (foreign[0], foreign[1]["Access-Control-Allow-Origin"]) == (200, None)


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def issuer(key):
    """An issuer with one key, `first`."""

    def answer(request):
        if request["path"] == "/.well-known/openid-configuration":
            host = request["headers"]["Host"]
            return 200, {}, json.dumps({"jwks_uri": f"http://{host}/keys"}).encode()
        entry = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": "first", "use": "sig"}
        return 200, {}, json.dumps({"keys": [entry]}).encode()

    with Backend(answer) as backend:
        yield backend


def token(key, issuer, kid="first", **claims):
    wanted = {"iss": issuer.url, "aud": "shop", "exp": int(time.time()) + 600, "scope": "read", **claims}
    return jwt.encode(wanted, key, algorithm="RS256", headers={"kid": kid})


def test_tokens_are_checked_as_the_authorizer_says(start, key, issuer):
    events = []

    def function(event):
        events.append(event)
        return {"statusCode": 200, "body": "in"}

    with runtime_emulator(function) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        client = client_of(server)
        api_id = make_api(client, {"GET /me": function_integration()})
        demand_tokens(client, api_id, issuer.url, AuthorizationScopes=["read"])

        def answer(text=None):
            headers = {"Authorization": f"Bearer {text}"} if text else {}
            return call(server, api_id, "GET", "/me", headers=headers)

        none = answer()
        good = answer(token(key, issuer))
        other = answer(token(key, issuer, aud="orders"))
        late = answer(token(key, issuer, exp=int(time.time()) - 5))
        scope = answer(token(key, issuer, scope="write"))
        stranger = answer(token(rsa.generate_private_key(public_exponent=65537, key_size=2048), issuer))

    assert (none[0], none[1]["WWW-Authenticate"], none[2]) == (401, "Bearer", b'{"message":"Unauthorized"}')
    assert (good[0], good[2]) == (200, b"in")
    assert events[0]["requestContext"]["authorizer"]["jwt"]["claims"]["aud"] == "shop"
    assert (other[0], late[0], stranger[0]) == (401, 401, 401)
    assert "invalid_token" in other[1]["WWW-Authenticate"]
    assert (scope[0], scope[2]) == (403, b'{"message":"Forbidden"}')
    assert len(events) == 1
    assert [request["path"] for request in issuer.requests] == ["/.well-known/openid-configuration", "/keys"]
    assert server.wait_for_log("audience orders, expected one of shop")


def test_a_function_authorizes_and_its_answer_is_kept(start):
    events = []

    def function(event):
        events.append(event)
        if event.get("type") == "REQUEST":
            return {"isAuthorized": event["identitySource"] == ["let me in"], "context": {"user": "ann"}}
        return {"statusCode": 200, "body": json.dumps(event["requestContext"]["authorizer"]["lambda"])}

    with runtime_emulator(function) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        client = client_of(server)
        api_id = make_api(client, {"GET /me": function_integration()})
        authorizer = client.create_authorizer(
            ApiId=api_id, Name="door", AuthorizerType="REQUEST", IdentitySource=["$request.header.x-word"],
            AuthorizerUri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations",
            AuthorizerPayloadFormatVersion="2.0", EnableSimpleResponses=True, AuthorizerResultTtlInSeconds=60,
        )["AuthorizerId"]
        [route] = client.get_routes(ApiId=api_id)["Items"]
        client.update_route(
            ApiId=api_id, RouteId=route["RouteId"], AuthorizationType="CUSTOM", AuthorizerId=authorizer)
        missing = call(server, api_id, "GET", "/me")
        denied = call(server, api_id, "GET", "/me", headers={"x-word": "please"})
        first = call(server, api_id, "GET", "/me", headers={"x-word": "let me in"})
        second = call(server, api_id, "GET", "/me", headers={"x-word": "let me in"})
        asked = [event for event in events if event.get("type") == "REQUEST"]
        client.reset_authorizers_cache(ApiId=api_id, StageName="$default")
        call(server, api_id, "GET", "/me", headers={"x-word": "let me in"})
        asked_again = [event for event in events if event.get("type") == "REQUEST"]

    assert (missing[0], denied[0]) == (401, 403)
    assert (first[0], first[2]) == (200, b'{"user": "ann"}')
    assert second[0] == 200
    assert len(asked) == 2
    assert len(asked_again) == 3


def test_an_iam_route_refuses_unsigned_requests(start):
    with runtime_emulator(lambda _: {"statusCode": 200, "body": "in"}) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        api_id = make_api(
            client_of(server), {"GET /me": function_integration()}, route={"AuthorizationType": "AWS_IAM"})
        unsigned = call(server, api_id, "GET", "/me")
        signed = call(
            server, api_id, "GET", "/me",
            headers={"Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261127/us-east-1/execute-api/"
                     "aws4_request, SignedHeaders=host, Signature=00"})

    assert (unsigned[0], unsigned[2]) == (403, b'{"message":"Forbidden"}')
    assert signed[0] == 200


def test_a_stage_serves_what_was_deployed(start):
    with runtime_emulator(lambda event: {"statusCode": 200, "body": event["routeKey"]}) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        client = client_of(server)
        api_id = client.create_api(Name="pets", ProtocolType="HTTP")["ApiId"]
        integration = client.create_integration(ApiId=api_id, **function_integration())["IntegrationId"]
        target = f"integrations/{integration}"
        client.create_route(ApiId=api_id, RouteKey="GET /old", Target=target)
        deployment = client.create_deployment(ApiId=api_id)["DeploymentId"]
        client.create_stage(ApiId=api_id, StageName="prod", DeploymentId=deployment)
        client.create_route(ApiId=api_id, RouteKey="GET /new", Target=target)
        before = [call(server, api_id, "GET", path)[0] for path in ("/prod/old", "/prod/new", "/old")]
        client.update_stage(
            ApiId=api_id, StageName="prod", DeploymentId=client.create_deployment(ApiId=api_id)["DeploymentId"])
        after = call(server, api_id, "GET", "/prod/new")[0]

    assert before == [200, 404, 404]
    assert after == 200


def test_the_path_form_and_a_custom_domain_reach_the_api(start):
    with runtime_emulator(lambda event: {"statusCode": 200, "body": event["rawPath"]}) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        client = client_of(server)
        api_id = make_api(client, {"GET /pets": function_integration()})
        client.create_domain_name(
            DomainName="pets.example.com",
            DomainNameConfigurations=[{"CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/c"}])
        client.create_api_mapping(
            ApiId=api_id, DomainName="pets.example.com", Stage="$default", ApiMappingKey="v1")
        by_path = call(server, api_id, "GET", f"/_aws/execute-api/{api_id}/$default/pets", host="localhost")
        by_domain = call(server, api_id, "GET", "/v1/pets", host="pets.example.com")
        unmapped = call(server, api_id, "GET", "/v2/pets", host="pets.example.com")
        foreign = call(
            server, api_id, "GET", f"/_aws/execute-api/{api_id}/$default/pets", host="localhost",
            headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})

    assert (by_path[0], by_path[2]) == (200, b"/pets")
    assert (by_domain[0], by_domain[2]) == (200, b"/pets")
    assert (unmapped[0], unmapped[2]) == (403, b'{"message":"Forbidden"}')
    assert foreign[0] == 403


def test_a_stage_limits_its_rate_on_the_emulators_clock(start):
    with runtime_emulator(lambda _: {"statusCode": 200, "body": "x"}) as emulator:
        server = start("--lambda", f"pets={emulator.url}", "--clock", "manual")
        api_id = make_api(
            client_of(server), {"GET /pets": function_integration()},
            stage={"DefaultRouteSettings": {"ThrottlingRateLimit": 1.0, "ThrottlingBurstLimit": 2}})
        burst = [call(server, api_id, "GET", "/pets") for _ in range(3)]
        moved, _, _ = call(
            server, None, "POST", "/__admin/clock", json.dumps({"advance": "1s"}),
            {"Content-Type": "application/json"}, host="localhost")
        later = call(server, api_id, "GET", "/pets")

    assert [answer[0] for answer in burst] == [200, 200, 429]
    assert moved == 200
    assert burst[2][2] == b'{"message":"Too Many Requests"}'
    assert later[0] == 200


def test_access_logs_are_written_as_the_stage_says(start, tmp_path):
    log = tmp_path / "access.log"
    with runtime_emulator(lambda _: {"statusCode": 202, "body": "x"}) as emulator:
        server = start("--lambda", f"pets={emulator.url}", "--access-logs", log)
        api_id = make_api(
            client_of(server), {"GET /pets": function_integration()},
            stage={"AccessLogSettings": {
                "DestinationArn": "arn:aws:logs:us-east-1:000000000000:log-group:pets",
                "Format": '{"id":"$context.requestId","route":"$context.routeKey","status":"$context.status",'
                          '"user":"$context.authorizer.claims.sub"}'}})
        _, fields, _ = call(server, api_id, "GET", "/pets")

    assert json.loads(log.read_text()) == {
        "id": fields["Apigw-Requestid"], "route": "GET /pets", "status": "202", "user": "-"}


def test_access_logs_tell_the_request_identifier_of_a_function(start, tmp_path):
    log = tmp_path / "access.log"
    answer = lambda _: (200, {"x-amzn-RequestId": "d0e1"}, b'{"statusCode": 200}')
    with Backend(answer) as emulator:
        server = start("--lambda", f"pets={emulator.url}", "--access-logs", log)
        api_id = make_api(
            client_of(server), {"GET /pets": function_integration()},
            stage={"AccessLogSettings": {
                "DestinationArn": "arn:aws:logs:us-east-1:000000000000:log-group:pets",
                "Format": "$context.integration.requestId $context.awsEndpointRequestId $context.requestId"}})
        _, fields, _ = call(server, api_id, "GET", "/pets")

    assert log.read_text() == f"d0e1 d0e1 {fields['Apigw-Requestid']}\n"


def test_a_service_integration_calls_the_endpoint(start):
    answer = b"<SendMessageResponse><SendMessageResult/></SendMessageResponse>"
    with Backend(lambda _: (200, {"Content-Type": "text/xml"}, answer)) as service:
        server = start("--aws-endpoint", service.url)
        api_id = make_api(client_of(server), {"POST /queue": {
            "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage", "PayloadFormatVersion": "1.0",
            "CredentialsArn": "arn:aws:iam::000000000000:role/queue",
            "RequestParameters": {
                "QueueUrl": "https://sqs.us-east-1.amazonaws.com/000000000000/q", "MessageBody": "$request.body"}}})
        status, _, body = call(server, api_id, "POST", "/queue", b"hello", {"Content-Type": "text/plain"})

    assert (status, body) == (200, answer)
    [request] = service.requests
    assert b"Action=SendMessage" in request["body"]
    assert b"MessageBody=hello" in request["body"]
