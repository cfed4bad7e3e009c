"""The handshakes of WebSocket APIs: addresses, authorizers, keys, and refusals by their status."""

import contextlib
import http.client
import json
import socket

import boto3
import pytest
import websockets.sync.client
from websockets.exceptions import InvalidStatus

from websocket_api import AUTHORIZER, MOCK, PROXY, Function, chat, connect, make_api, quoted, signed  # noqa: F401


@pytest.mark.parametrize("path", ["/_aws/execute-api/{}/dev", "/_aws/execute-api/{}/dev/", "/ws/{}/dev"])
def test_the_events_of_a_connection_have_their_members(chat, path):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY, "$default": PROXY, "$disconnect": PROXY})

    with connect(server, api_id, "?room=1", path.format(api_id), user_agent_header="test/1",
                 additional_headers={"X-Own": "v"}) as client:
        connected = function.next()
        client.send('{"action": "none"}')
        message = function.next()
        client.close(4001, "bye")
    end = function.next()

    context = connected["requestContext"]
    assert context["eventType"] == "CONNECT" and context["routeKey"] == "$connect"
    assert context["connectionId"][11] == "C" and context["connectionId"].endswith("=")
    assert context["requestId"] == context["extendedRequestId"] and context["requestId"][11] == "F"
    assert context["stage"] == "dev" and context["apiId"] == api_id
    assert context["domainName"] == f"{api_id}.execute-api.us-east-1.amazonaws.com"
    assert context["identity"] == {"userAgent": "test/1", "sourceIp": "127.0.0.1"}
    assert connected["queryStringParameters"] == {"room": "1"}
    assert connected["headers"]["X-Own"] == "v" and "Upgrade" not in connected["headers"]
    assert connected["multiValueHeaders"]["X-Own"] == ["v"]

    assert "headers" not in message and message["body"] == '{"action": "none"}'
    assert message["isBase64Encoded"] is False
    assert message["requestContext"]["eventType"] == "MESSAGE"
    assert message["requestContext"]["routeKey"] == "$default"
    assert message["requestContext"]["connectionId"] == context["connectionId"]
    assert message["requestContext"]["connectedAt"] == context["connectedAt"]
    assert message["requestContext"]["messageId"][11] == "F"

    assert set(end["headers"]) == {"Host", "x-api-key", "X-Forwarded-For", "x-restapi"}
    assert end["requestContext"]["eventType"] == "DISCONNECT"
    assert end["requestContext"]["disconnectStatusCode"] == 4001
    assert end["requestContext"]["disconnectReason"] == "bye"


def test_an_api_answers_under_its_own_host(chat):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY})
    connection = socket.create_connection(("127.0.0.1", server.port))

    url = f"ws://{api_id}.execute-api.us-east-1.amazonaws.com/dev"
    with websockets.sync.client.connect(url, sock=connection, proxy=None):
        event = function.next()

    assert event["requestContext"]["domainName"] == f"{api_id}.execute-api.us-east-1.amazonaws.com"
    assert event["headers"]["Host"] == f"{api_id}.execute-api.us-east-1.amazonaws.com"


def test_a_custom_domain_leads_to_a_stage_by_its_mapping(chat):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY})
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)
    client.create_domain_name(DomainName="chat.example.com", DomainNameConfigurations=[
        {"CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/c"}])
    client.create_api_mapping(ApiId=api_id, DomainName="chat.example.com", Stage="dev", ApiMappingKey="v1")
    connection = socket.create_connection(("127.0.0.1", server.port))

    with websockets.sync.client.connect("ws://chat.example.com/v1", sock=connection, proxy=None) as socket_client:
        context = function.next()["requestContext"]
        answer = signed(server, "POST", f"/v1/@connections/{quoted(context['connectionId'])}", "chat.example.com", b"hi")
        assert socket_client.recv(timeout=30) == "hi"

    assert context["domainName"] == "chat.example.com" and answer.status == 200


def test_a_stage_without_a_connect_route_lets_everybody_in(start):
    server = start()
    api_id = make_api(server, {"$default": MOCK})

    with connect(server, api_id) as client:
        assert client.response.status_code == 101


@pytest.mark.parametrize("status", [200, 201, 301, 400, 401, 403, 501])
def test_the_status_of_connect_decides(chat, status):
    server, function = chat(lambda event: {"statusCode": status, "body": "secret", "headers": {"x-own": "v"}})
    api_id = make_api(server, {"$connect": PROXY})

    if status < 300:
        with connect(server, api_id) as client:
            assert "x-own" not in client.response.headers
    else:
        # The client would follow a redirect, and there is none.
        with pytest.raises(InvalidStatus) as refused, connect(server, api_id):
            pass
        assert refused.value.response.status_code == status
        assert "x-own" not in refused.value.response.headers and not refused.value.response.body


def test_a_function_that_raises_refuses_the_handshake_with_502(chat):
    server, function = chat(lambda event: {"errorMessage": "no", "errorType": "Error"})
    api_id = make_api(server, {"$connect": PROXY})

    with pytest.raises(InvalidStatus) as refused, connect(server, api_id):
        pass

    assert refused.value.response.status_code == 502


def test_a_subprotocol_is_the_one_that_the_function_returns(chat):
    server, function = chat(
        lambda event: {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "second"}})
    api_id = make_api(server, {"$connect": PROXY})

    with connect(server, api_id, subprotocols=["first", "second"]) as client:
        assert client.subprotocol == "second"

    assert function.next()["headers"]["Sec-WebSocket-Protocol"] == "first, second"


def policy(effect, **more):
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": "*"}
    return {"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}, **more}


def guarded(server, **options):
    """An API whose handshake an authorizer checks."""
    api_id = make_api(server, {"$connect": PROXY, "$default": PROXY}, **options)
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{AUTHORIZER}/invocations"
    made = client.create_authorizer(
        ApiId=api_id, Name="guard", AuthorizerType="REQUEST", AuthorizerUri=uri,
        IdentitySource=["route.request.querystring.token"])["AuthorizerId"]
    for route in client.get_routes(ApiId=api_id)["Items"]:
        if route["RouteKey"] == "$connect":
            client.update_route(ApiId=api_id, RouteId=route["RouteId"], AuthorizationType="CUSTOM", AuthorizerId=made)
    return api_id


def test_an_authorizer_lets_in_and_its_context_is_in_every_later_event(chat):
    with Function(lambda event: policy("Allow", context={"n": 7, "admin": True})) as guard:
        server, function = chat(lambda event: {"statusCode": 200}, "--lambda", f"guard={guard.server.url}")
        api_id = guarded(server)

        with connect(server, api_id, "?token=t") as client:
            asked, connected = guard.next(), function.next()
            client.send("x")
            message = function.next()

    assert asked["type"] == "REQUEST" and asked["methodArn"].endswith(f":{api_id}/dev/$connect")
    assert asked["headers"]["Upgrade"] == "websocket" and asked["headers"]["Connection"] == "upgrade"
    for event in connected, message:
        authorizer = event["requestContext"]["authorizer"]
        assert authorizer["principalId"] == "ann" and authorizer["n"] == "7" and authorizer["admin"] == "true"
        assert isinstance(authorizer["integrationLatency"], int)


@pytest.mark.parametrize("query, answer, status", [
    ("", None, 401), ("?token=t", policy("Deny"), 403),
    ("?token=t", {"errorMessage": "Unauthorized", "errorType": "Error"}, 401),
    ("?token=t", {"errorMessage": "other", "errorType": "Error"}, 500), ("?token=t", {"a": 1}, 500),
])
def test_an_authorizer_refuses_with_its_status(chat, query, answer, status):
    with Function(lambda event: answer) as guard:
        server, function = chat(lambda event: {"statusCode": 200}, "--lambda", f"guard={guard.server.url}")
        api_id = guarded(server)

        with pytest.raises(InvalidStatus) as refused, connect(server, api_id, query):
            pass

    assert refused.value.response.status_code == status
    assert function.events.empty() and guard.events.qsize() == (0 if query == "" else 1)


def authorizer_answer(count):
    """A policy whose JSON has `count` bytes."""
    answer = policy("Allow", context={"filler": ""})
    answer["context"]["filler"] = "a" * (count - len(json.dumps(answer)))
    return answer


@pytest.mark.parametrize("options, most", [((), 8192), (("--limit", "websocket-authorizer-bytes-max=1000"), 1000)])
def test_the_answer_of_an_authorizer_has_a_quota(chat, options, most):
    counts = iter((most, most + 1))
    with Function(lambda event: authorizer_answer(next(counts))) as guard:
        server, _ = chat(
            lambda event: {"statusCode": 200}, "--lambda", f"guard={guard.server.url}", *options)
        api_id = guarded(server)
        with connect(server, api_id, "?token=t"):
            pass
        with pytest.raises(InvalidStatus) as refused, connect(server, api_id, "?token=t"):
            pass
        line = server.wait_for_log("status=500")

    assert refused.value.response.status_code == 500
    assert f"has {most + 1} bytes, and {most} are allowed (--limit websocket-authorizer-bytes-max)" in line


@pytest.mark.parametrize("options, most", [((), 4096), (("--limit", "websocket-url-bytes-max=200"), 200)])
def test_the_url_of_a_handshake_has_a_quota(chat, options, most):
    server, function = chat(lambda event: {"statusCode": 200}, *options)
    api_id = make_api(server, {"$connect": PROXY})
    address = f"wss://127.0.0.1:{server.port}/_aws/execute-api/{api_id}/dev?q="

    with connect(server, api_id, "?q=" + "a" * (most - len(address))):
        assert function.next()
    with pytest.raises(InvalidStatus) as refused, connect(server, api_id, "?q=" + "a" * (most + 1 - len(address))):
        pass
    line = server.wait_for_log("status=414")

    assert refused.value.response.body == b'{"message":"Request URI too long"}'
    assert f"the URL has {most + 1} bytes, and {most} are allowed (--limit websocket-url-bytes-max)" in line
    assert function.events.empty()


def test_an_api_key_opens_a_route_that_demands_one(chat):
    server, function = chat(lambda event: {"statusCode": 200}, "--api-key", "phone=s3cret")
    api_id = make_api(server, {"$connect": PROXY}, route={"$connect": {"ApiKeyRequired": True}})

    with connect(server, api_id, additional_headers={"x-api-key": "s3cret"}):
        assert function.next()["requestContext"]["identity"]["apiKey"] == "s3cret"
    for headers in {}, {"x-api-key": "other"}:
        with pytest.raises(InvalidStatus) as refused, connect(server, api_id, additional_headers=headers):
            pass
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize(("key", "is_open"), [("s3cret", True), ("other", False), (None, False)])
def test_an_api_key_may_come_from_the_authorizer(chat, key, is_open):
    with Function(lambda event: policy("Allow", usageIdentifierKey=key)) as guard:
        server, function = chat(
            lambda event: {"statusCode": 200}, "--lambda", f"guard={guard.server.url}", "--api-key", "phone=s3cret")
        api_id = guarded(
            server, ApiKeySelectionExpression="$context.authorizer.usageIdentifierKey",
            route={"$connect": {"ApiKeyRequired": True}})

        if is_open:
            with connect(server, api_id, "?token=t"):
                assert function.next()["requestContext"]["identity"]["apiKey"] == "s3cret"
        else:
            # A header is no source here.
            with pytest.raises(InvalidStatus) as refused:
                connect(server, api_id, "?token=t", additional_headers={"x-api-key": "s3cret"})
            assert refused.value.response.status_code == 403


def test_a_required_parameter_must_be_there(start):
    server = start()
    parameters = {"route.request.querystring.room": {"Required": True}}
    api_id = make_api(server, {"$connect": MOCK}, route={"$connect": {"RequestParameters": parameters}})

    with connect(server, api_id, "?room=1"):
        pass
    with pytest.raises(InvalidStatus) as refused, connect(server, api_id):
        pass

    assert refused.value.response.status_code == 400


@pytest.mark.parametrize("options, count", [((), 500), (("--limit", "account-connections-per-second=3"), 3)])
def test_one_connection_more_than_allowed_in_a_second_is_refused(start, options, count):
    server = start("--clock", "manual", *options)
    api_id = make_api(server, {"$default": MOCK})

    with contextlib.ExitStack() as clients:
        for _ in range(count):
            clients.enter_context(connect(server, api_id, compression=None))
        with pytest.raises(InvalidStatus) as refused, connect(server, api_id):
            pass

    assert refused.value.response.status_code == 429


def test_other_requests_to_a_stage_are_refused(start):
    server = start()
    api_id = make_api(server, {"$default": MOCK})

    def status(path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("GET", f"/_aws/execute-api/{api_id}/{path}", headers=headers)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status

    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    assert status("dev") == 403
    assert status("dev", **upgrade, **{"Sec-WebSocket-Version": "12"}) == 426
    assert status("dev/more", **upgrade, **{"Sec-WebSocket-Version": "13"}) == 403
    assert status("other", **upgrade, **{"Sec-WebSocket-Version": "13"}) == 404
    assert status("dev/@connections/x") == 403


@pytest.mark.parametrize(("host", "status"), [("evil.example", 403), ("chat.localhost", 101)])
def test_a_page_of_a_name_that_points_here_opens_no_connection_by_the_path(start, host, status):
    server = start()
    api_id = make_api(server, {"$default": MOCK})
    handshakes = []
    for form in ("/_aws/execute-api/{}/dev", "/ws/{}/dev"):
        try:
            with websockets.sync.client.connect(
                    f"ws://{host}:{server.port}" + form.format(api_id), origin=f"http://{host}:{server.port}",
                    sock=socket.create_connection(("127.0.0.1", server.port))) as client:
                handshakes.append(client.response.status_code)
        except InvalidStatus as refused:
            handshakes.append(refused.response.status_code)

    assert handshakes == [status, status]
