"""What recordings of AWS and its documentation say of calls of HTTP APIs, byte by byte over real sockets. The other facts of
docs/fidelity-invoke.md are in test_invoke.py, test_invoke_facts.py and the tests of the files that the page names."""

import contextlib
import json
import re
import socket
import struct
import subprocess
import threading

import pytest

import websocket_api
from local_server import BOUND
from test_invoke import FUNCTION, Backend, call, client_of, function_integration, make_api, proxy_integration, runtime_emulator
from test_invoke_facts import api_with_tokens

LISTENER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/pets/50dc6c495c0c9188/f2f7dc8efc522ab2"
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{11}E[A-Za-z0-9_-]{2}[AQgw]=")


@pytest.fixture
def pets(start):
    """Starts a server with the function pets, which keeps its events and gives what the test says."""
    with contextlib.ExitStack() as stack:

        def serve(function, *arguments):
            emulator = stack.enter_context(runtime_emulator(function))
            return start("--lambda", f"pets={emulator.url}", *arguments)

        yield serve


def raw(server, api_id, target, *fields, method="GET"):
    """The status line, the header lines in their order, and the body of one call over HTTP/1.1."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {api_id}.execute-api.localhost", *fields]
    with socket.create_connection(("127.0.0.1", server.port), BOUND) as peer:
        peer.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += peer.recv(65536)
        head, body = received.split(b"\r\n\r\n", 1)
        status, *lines = head.decode("latin-1").split("\r\n")
        length = next((int(line.split(": ")[1]) for line in lines if line.startswith("Content-Length: ")), 0)
        while len(body) < length:
            body += peer.recv(65536)
    return status, lines, body


def names(lines):
    return [line.split(":")[0] for line in lines]


# Header lines


def test_the_lines_of_an_answer_over_http1_have_the_recorded_names_and_order(pets):
    result = {"statusCode": 200, "headers": {"myheader": "a", "X-Custom-Header": "b"}, "cookies": ["c=1"], "body": "{}"}
    server = pets(lambda _: result)
    api_id = make_api(client_of(server), {"GET /pets": function_integration()})

    status, lines, body = raw(server, api_id, "/pets")

    assert (status, body) == ("HTTP/1.1 200 OK", b"{}")
    assert names(lines)[:4] == ["Date", "Content-Type", "Content-Length", "Connection"]
    assert "Connection: keep-alive" in lines and "Content-Type: text/plain; charset=utf-8" in lines
    assert sorted(names(lines)[4:-1]) == ["Myheader", "Set-Cookie", "X-Custom-Header"]
    name, value = lines[-1].split(": ")
    assert name == "Apigw-Requestid" and REQUEST_ID.fullmatch(value)


def test_a_preflight_without_an_origin_has_three_lines(pets):
    server = pets(lambda _: {})
    api_id = make_api(client_of(server), {"GET /pets": function_integration()}, CorsConfiguration={"AllowOrigins": ["*"]})

    status, lines, body = raw(server, api_id, "/pets", method="OPTIONS")

    assert (status, names(lines), body) == ("HTTP/1.1 204 No Content", ["Date", "Connection", "Apigw-Requestid"], b"")


def failing(event):
    if event["rawPath"] == "/broken":
        return {"statusCode": 0, "body": "x", "headers": {"x-own": "y"}}
    return {"statusCode": 200}


@pytest.mark.parametrize(("target", "status", "message"), [
    ("/locked", "403 Forbidden", "Forbidden"), ("/none", "404 Not Found", "Not Found"),
    ("/throttled", "429 Too Many Requests", "Too Many Requests"),
    ("/broken", "500 Internal Server Error", "Internal Server Error"),
    ("/unreachable", "503 Service Unavailable", "Service Unavailable")])
def test_an_answer_of_the_gateway_has_its_bytes_and_no_lines_of_other_services(pets, target, status, message):
    server = pets(failing)
    client = client_of(server)
    with Backend(lambda _: (200, {}, b"")) as gone:
        unreachable = proxy_integration(gone.url)
    api_id = make_api(client, {"GET /broken": function_integration(), "GET /unreachable": unreachable,
                               "GET /locked": function_integration(), "GET /throttled": function_integration()},
                      stage={"RouteSettings": {"GET /throttled": {"ThrottlingRateLimit": 0.0, "ThrottlingBurstLimit": 0}}})
    locked = next(route for route in client.get_routes(ApiId=api_id)["Items"] if route["RouteKey"] == "GET /locked")
    client.update_route(ApiId=api_id, RouteId=locked["RouteId"], AuthorizationType="AWS_IAM")

    line, lines, body = raw(server, api_id, target)

    expected = json.dumps({"message": message}, separators=(",", ":")).encode()
    assert (line, body) == (f"HTTP/1.1 {status}", expected)
    assert names(lines) == ["Date", "Content-Type", "Content-Length", "Connection", "Apigw-Requestid"]
    assert "Content-Type: application/json" in lines and f"Content-Length: {len(expected)}" in lines


def test_one_identifier_stands_in_the_answer_the_event_and_the_access_log(pets, tmp_path):
    events, log = [], tmp_path / "access.log"
    server = pets(lambda event: events.append(event) or {"statusCode": 200}, "--access-logs", str(log))
    settings = {"DestinationArn": "arn:aws:logs:us-east-1:000000000000:log-group:pets",
                "Format": "$context.requestId $context.extendedRequestId $context.protocol"}
    api_id = make_api(client_of(server), {
        "GET /two": function_integration(), "GET /one": {**function_integration(), "PayloadFormatVersion": "1.0"}},
        stage={"AccessLogSettings": settings})

    answers = [call(server, api_id, "GET", target)[1]["Apigw-Requestid"] for target in ("/two", "/one", "/none")]
    server.stop()

    assert [event["requestContext"]["requestId"] for event in events] == answers[:2]
    assert events[1]["requestContext"]["extendedRequestId"] == answers[1]
    assert log.read_text().splitlines() == [f"{answer} {answer} HTTP/1.1" for answer in answers]


def test_a_call_without_a_stage_has_no_line_in_the_access_log(pets, tmp_path):
    log = tmp_path / "access.log"
    server = pets(lambda _: {"statusCode": 200}, "--access-logs", str(log))
    client = client_of(server)
    api_id = client.create_api(Name="pets", ProtocolType="HTTP")["ApiId"]
    made = client.create_integration(ApiId=api_id, **function_integration())["IntegrationId"]
    client.create_route(ApiId=api_id, RouteKey="GET /pets", Target=f"integrations/{made}")
    client.create_stage(ApiId=api_id, StageName="prod", AutoDeploy=True, AccessLogSettings={
        "DestinationArn": "arn:aws:logs:us-east-1:000000000000:log-group:pets", "Format": "$context.requestId $context.path"})

    answers = [call(server, api_id, "GET", target) for target in ("/pets", "/other/pets", "/prod/pets", "/prod/none")]
    server.stop()

    assert [answer[0] for answer in answers] == [404, 404, 200, 404]
    assert [answer[2] for answer in answers[:2]] == [b'{"message":"Not Found"}'] * 2
    assert log.read_text().splitlines() == [
        f"{answer[1]['Apigw-Requestid']} {path}" for answer, path in zip(answers[2:], ("/prod/pets", "/prod/none"))]


def test_the_access_log_of_a_websocket_api_has_the_variables_of_its_events(start, tmp_path):
    log = tmp_path / "access.log"
    names_ = ("eventType", "routeKey", "connectionId", "messageId", "identity.apiKey", "waf.status", "authenticate.status",
              "authorize.latency", "authorizer.latency", "identity.apiKeyId")
    server = start("--access-logs", str(log))
    routes = {key: websocket_api.MOCK for key in ("$default", "$disconnect")}
    api_id = websocket_api.make_api(server, routes, stage={"AccessLogSettings": {
        "DestinationArn": "arn:aws:logs:us-east-1:000000000000:log-group:chat",
        "Format": "$context.requestId " + " ".join(f"$context.{name}" for name in names_)}})
    with websocket_api.connect(server, api_id) as client:
        client.send("hello")
    server.stop()
    lines = [line.split(" ")[1:] for line in log.read_text().splitlines()]

    assert [line[:2] for line in lines] == [["CONNECT", "$connect"], ["MESSAGE", "$default"], ["DISCONNECT", "$disconnect"]]
    assert len({line[2] for line in lines}) == 1 and lines[0][2][11] == "C"
    assert [line[3][11:12] for line in lines] == ["", "F", ""]
    assert all(line[4:] == ["-"] * 6 for line in lines)


# Events


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_path_is_decoded_but_for_the_path_of_version_1(pets, version):
    events = []
    server = pets(lambda event: events.append(event) or {"statusCode": 200})
    integration = {**function_integration(), "PayloadFormatVersion": version}
    api_id = make_api(client_of(server), {"GET /pets/{proxy+}": integration})

    assert call(server, api_id, "GET", "/pets/a%2Fb%20c/%E2%98%95/?Q=1&q=a+b&q=%2B")[0] == 200

    [event] = events
    assert event["pathParameters"] == {"proxy": "a/b c/☕"}
    if version == "1.0":
        assert event["path"] == "/pets/a%2Fb%20c/%E2%98%95/"
        assert event["requestContext"]["path"] == "/pets/a/b c/☕/"
        assert event["queryStringParameters"] == {"Q": "1", "q": "+"}
        assert event["multiValueQueryStringParameters"] == {"Q": ["1"], "q": ["a b", "+"]}
        assert (event["requestContext"]["resourceId"], event["resource"]) == ("GET /pets/{proxy+}", "/pets/{proxy+}")
    else:
        assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/pets/a/b c/☕/"
        assert event["rawQueryString"] == "Q=1&q=a+b&q=%2B"
        assert event["queryStringParameters"] == {"Q": "1", "q": "a b,+"}


def test_over_http2_an_event_has_the_protocol_of_http1_and_a_connection_128_streams(pets):
    events = []
    server = pets(lambda event: events.append(event) or {"statusCode": 200})
    api_id = make_api(client_of(server), {"GET /pets": function_integration()})
    subprocess.run(
        ["curl", "-sS", "--http2-prior-knowledge", "-H", f"Host: {api_id}.execute-api.localhost", f"{server.endpoint}/pets"],
        capture_output=True, timeout=BOUND, check=True)
    with socket.create_connection(("127.0.0.1", server.port), BOUND) as peer:
        peer.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5))
        with peer.makefile("rb") as stream:
            head = stream.read(9)
            length, kind = int.from_bytes(head[:3], "big"), head[3]
            settings = dict(struct.iter_unpack(">HI", stream.read(length)))

    assert [event["requestContext"]["http"]["protocol"] for event in events] == ["HTTP/1.1"]
    assert kind == 4 and settings[3] == 128


# Backends


@pytest.fixture
def plain_backend():
    """Keeps the bytes of each request, and gives an answer with lines of its own."""
    answer = (b"HTTP/1.1 401 Unauthorized\r\nserver: uvicorn\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\netag: \"x\"\r\n"
              b"www-authenticate: Basic\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nno")
    requests, listener = [], socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                peer, _ = listener.accept()
                with peer:
                    received = b""
                    while b"\r\n\r\n" not in received:
                        received += peer.recv(65536)
                    requests.append(received.decode("latin-1").split("\r\n\r\n")[0].split("\r\n"))
                    peer.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", requests
    listener.close()


def test_a_backend_gets_the_recorded_lines_and_its_own_pass_unchanged(start, plain_backend):
    url, requests = plain_backend
    server = start()
    api_id = make_api(client_of(server), {"GET /pets": proxy_integration(url + "/base")})

    status, lines, body = raw(server, api_id, "/pets?a=1", "X-Own: yes", "X-Forwarded-For: 192.0.2.7")

    [[request_line, *sent]] = requests
    fields = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[1] for line in sent}
    assert request_line == "GET /base?a=1 HTTP/1.1"
    assert fields["host"] == url.removeprefix("http://")
    assert re.fullmatch(
        rf"by=127\.0\.0\.1;for=127\.0\.0\.1;host={api_id}\.execute-api\.localhost;proto=http", fields["forwarded"])
    assert (fields["via"], fields["content-length"], fields["x-own"]) == ("HTTP/1.1 AmazonAPIGateway", "0", "yes")
    assert fields["x-amzn-trace-id"].startswith("Root=1-")
    assert "x-forwarded-proto" not in fields and "x-forwarded-port" not in fields
    assert (status, body) == ("HTTP/1.1 401 Unauthorized", b"no")
    assert {line.lower() for line in lines} >= {
        "server: uvicorn", "date: sun, 06 nov 1994 08:49:37 gmt", 'etag: "x"', "www-authenticate: basic"}
    assert not [line for line in lines if "remapped" in line.lower()]


def test_a_private_backend_gets_the_apis_host_the_stage_and_no_by(start, plain_backend):
    url, requests = plain_backend
    server = start("--upstream", f"{LISTENER}={url}")
    client = client_of(server)
    link = client.create_vpc_link(Name="pets", SubnetIds=["subnet-1"])["VpcLinkId"]
    private = proxy_integration(LISTENER, ConnectionType="VPC_LINK", ConnectionId=link)
    mapped = {**private, "RequestParameters": {"overwrite:path": "$request.path"}}
    api_id = make_api(client, {"GET /echo": private, "GET /mapped": mapped})
    client.create_stage(ApiId=api_id, StageName="dev", AutoDeploy=True)

    raw(server, api_id, "/dev/echo")
    raw(server, api_id, "/dev/mapped")

    assert [request[0] for request in requests] == ["GET /dev/echo HTTP/1.1", "GET /mapped HTTP/1.1"]
    for _, *lines in requests:
        fields = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[1] for line in lines}
        assert fields["host"] == f"{api_id}.execute-api.localhost"
        assert fields["forwarded"] == f"for=127.0.0.1;host={api_id}.execute-api.localhost;proto=http"
        assert fields["via"] == "HTTP/1.1 AmazonAPIGateway"


def test_the_identifier_of_a_request_is_mapped_from_the_context_alone(start):
    with Backend(lambda request: (200, {}, request["headers"].get("x-id", "").encode())) as backend:
        server = start()
        client = client_of(server)
        api_id = make_api(client, {"GET /pets": {
            **proxy_integration(backend.url), "RequestParameters": {"overwrite:header.x-id": "$context.requestId"}}})
        for name, value in (("append:header.apigw-requestid", "x"), ("append:header.x", "$request.header.apigw-requestid")):
            with pytest.raises(client.exceptions.BadRequestException):
                client.create_integration(
                    ApiId=api_id, **{**proxy_integration(backend.url), "RequestParameters": {name: value}})
        _, fields, body = call(server, api_id, "GET", "/pets")

    assert fields["Apigw-Requestid"] == body.decode()


# Authorizers and stages


def test_an_issuer_that_does_not_answer_is_a_401_that_says_so(pets):
    server = pets(lambda _: {"statusCode": 200})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        api_id = api_with_tokens(server, url)
        # Header {"alg":"RS256","kid":"a"} and claims {}.
        token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.AA"
        status, fields, body = call(server, api_id, "GET", "/me", headers={"Authorization": token})

    assert (status, body) == (401, b'{"message":"Unauthorized"}')
    assert 'error="invalid_token" error_description="OIDC discovery endpoint communication error"' in fields[
        "WWW-Authenticate"]


def test_a_domain_serves_an_api_whose_own_host_is_off_and_longest_mappings_win(pets):
    server = pets(lambda event: {"statusCode": 200, "body": event["requestContext"]["apiId"]})
    client = client_of(server)
    apis = {key: make_api(client, {"$default": function_integration()}, DisableExecuteApiEndpoint=True)
            for key in ("", "orders", "orders/v1")}
    client.create_domain_name(DomainName="shop.example", DomainNameConfigurations=[
        {"CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/c"}])
    for key, api_id in apis.items():
        client.create_api_mapping(ApiId=api_id, DomainName="shop.example", Stage="$default", ApiMappingKey=key)

    own = [call(server, api_id, "GET", "/")[0] for api_id in apis.values()]
    served = [call(server, None, "GET", path, host="shop.example")[2].decode()
              for path in ("/", "/ordersx", "/orders/v2", "/orders/v1/items")]

    assert own == [404, 404, 404]
    assert served == [apis[""], apis[""], apis["orders"], apis["orders/v1"]]


def simple(event):
    return {"isAuthorized": event["routeKey"] == "GET /a"}


def policy(event):
    return {"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [
        {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["routeArn"]}]}}


@pytest.mark.parametrize(("answer", "sources", "statuses", "asked"), [
    # A kept simple answer decides for every route, unless the route is a source.
    (simple, ["$request.header.x-word"], [200, 200, 200], 1),
    (simple, ["$request.header.x-word", "$context.routeKey"], [200, 403, 200], 2),
    # A kept policy is evaluated again for each route.
    (policy, ["$request.header.x-word"], [200, 403, 200], 1),
])
def test_a_kept_answer_of_an_authorizer_counts_for_other_routes(pets, answer, sources, statuses, asked):
    events = []

    def function(event):
        if event.get("type") != "REQUEST":
            return {"statusCode": 200}
        events.append(event)
        return answer(event)

    server = pets(function)
    client = client_of(server)
    authorizer_uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
    api_id = make_api(client, {"GET /a": function_integration(), "GET /b": function_integration()})
    authorizer = client.create_authorizer(
        ApiId=api_id, Name="door", AuthorizerType="REQUEST", IdentitySource=sources, AuthorizerUri=authorizer_uri,
        AuthorizerPayloadFormatVersion="2.0", EnableSimpleResponses=answer is simple, AuthorizerResultTtlInSeconds=60)
    for route in client.get_routes(ApiId=api_id)["Items"]:
        client.update_route(
            ApiId=api_id, RouteId=route["RouteId"], AuthorizationType="CUSTOM", AuthorizerId=authorizer["AuthorizerId"])

    answers = [call(server, api_id, "GET", path, headers={"x-word": "w"}) for path in ("/a", "/b", "/a")]

    assert [status for status, _, _ in answers] == statuses
    assert len(events) == asked
