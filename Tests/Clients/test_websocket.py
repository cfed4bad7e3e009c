"""WebSocket APIs that are made by boto3 and then driven by `websockets`: handshakes, messages, ends, @connections.

Functions are closures behind a Runtime Interface Emulator of the test's own process.
"""

import http.client
import json
import pathlib
import queue
import socket
import sys
import threading
import urllib.error
import urllib.request

import boto3
import pytest
import websockets.sync.client
from botocore.exceptions import ClientError
from websockets.exceptions import ConnectionClosed, InvalidStatus

from test_invoke import Backend, runtime_emulator

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:chat"
AUTHORIZER = "arn:aws:lambda:us-east-1:000000000000:function:guard"
PROXY = {"IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION}
MOCK = {"IntegrationType": "MOCK", "RequestTemplates": {"$default": '{"statusCode": 200}'}}


class Function:
    """A function that remembers its events, and answers each with what `answer` makes of it."""

    def __init__(self, answer=lambda event: {"statusCode": 200}):
        self.events = queue.Queue()

        def run(event):
            self.events.put(event)
            return answer(event)

        self.server = runtime_emulator(run)

    def next(self):
        return self.events.get(timeout=30)

    def __enter__(self):
        self.server.__enter__()
        return self

    def __exit__(self, *arguments):
        self.server.__exit__(*arguments)


def make_api(server, routes, stage=None, **options):
    """An API with a deployed stage `dev`. `routes` are integrations by route key; None has none.

    `route` has more members of a route by its key, `two_way` the keys of the routes with a route response.
    """
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)
    more, two_way = options.pop("route", {}), options.pop("two_way", ())
    responses = options.pop("responses", {})
    options = {"RouteSelectionExpression": "$request.body.action", **options}
    api_id = client.create_api(Name="chat", ProtocolType="WEBSOCKET", **options)["ApiId"]
    for key, integration in routes.items():
        members = dict(more.get(key, {}))
        if integration:
            made = client.create_integration(ApiId=api_id, **integration)["IntegrationId"]
            members["Target"] = f"integrations/{made}"
            for response in responses.get(key, ()):
                client.create_integration_response(ApiId=api_id, IntegrationId=made, **response)
        if key in two_way:
            members["RouteResponseSelectionExpression"] = "$default"
        route = client.create_route(ApiId=api_id, RouteKey=key, **members)["RouteId"]
        if key in two_way:
            client.create_route_response(ApiId=api_id, RouteId=route, RouteResponseKey="$default")
    client.create_stage(ApiId=api_id, StageName="dev", AutoDeploy=True, **(stage or {}))
    return api_id


def connect(server, api_id, query="", path=None, **options):
    url = f"ws://127.0.0.1:{server.port}" + (path or f"/_aws/execute-api/{api_id}/dev") + query
    return websockets.sync.client.connect(url, **options)


def management(server, api_id, path=None, **options):
    url = f"{server.endpoint}" + (path or f"/_aws/execute-api/{api_id}/dev")
    return boto3.client("apigatewaymanagementapi", endpoint_url=url, **options)


@pytest.fixture
def chat(start):
    """A server and its function."""
    functions = []

    def make(answer=lambda event: {"statusCode": 200}, *arguments):
        function = Function(answer)
        functions.append(function)
        return start("--lambda", f"chat={function.server.url}", *arguments), function

    yield make
    for function in functions:
        function.__exit__()


# Handshakes


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
        with pytest.raises(InvalidStatus) as refused:
            connect(server, api_id)
        assert refused.value.response.status_code == status
        assert "x-own" not in refused.value.response.headers and not refused.value.response.body


def test_a_function_that_raises_refuses_the_handshake_with_502(chat):
    server, function = chat(lambda event: {"errorMessage": "no", "errorType": "Error"})
    api_id = make_api(server, {"$connect": PROXY})

    with pytest.raises(InvalidStatus) as refused:
        connect(server, api_id)

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

        with pytest.raises(InvalidStatus) as refused:
            connect(server, api_id, query)

    assert refused.value.response.status_code == status
    assert function.events.empty() and guard.events.qsize() == (0 if query == "" else 1)


def test_an_api_key_opens_a_route_that_demands_one(chat):
    server, function = chat(lambda event: {"statusCode": 200}, "--api-key", "phone=s3cret")
    api_id = make_api(server, {"$connect": PROXY}, route={"$connect": {"ApiKeyRequired": True}})

    with connect(server, api_id, additional_headers={"x-api-key": "s3cret"}):
        assert function.next()["requestContext"]["identity"]["apiKey"] == "s3cret"
    for headers in {}, {"x-api-key": "other"}:
        with pytest.raises(InvalidStatus) as refused:
            connect(server, api_id, additional_headers=headers)
        assert refused.value.response.status_code == 403


def test_a_required_parameter_must_be_there(start):
    server = start()
    parameters = {"route.request.querystring.room": {"Required": True}}
    api_id = make_api(server, {"$connect": MOCK}, route={"$connect": {"RequestParameters": parameters}})

    with connect(server, api_id, "?room=1"):
        pass
    with pytest.raises(InvalidStatus) as refused:
        connect(server, api_id)

    assert refused.value.response.status_code == 400


def test_one_connection_more_than_500_a_second_is_refused(start):
    server = start("--clock", "manual")
    api_id = make_api(server, {"$default": MOCK})

    clients = []
    try:
        for _ in range(500):
            clients.append(connect(server, api_id, compression=None, close_timeout=0))
        with pytest.raises(InvalidStatus) as refused:
            connect(server, api_id)
    finally:
        for client in clients:
            client.socket.close()

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


# Messages


def test_a_message_without_a_route_gets_the_forbidden_frame(start):
    server = start()
    api_id = make_api(server, {"send": MOCK})

    with connect(server, api_id) as client:
        client.send("no JSON")
        frame = client.recv(timeout=30)

    ids = json.loads(frame)
    assert frame == '{{"message": "Forbidden", "connectionId":"{connectionId}", "requestId":"{requestId}"}}'.format(**ids)


@pytest.mark.parametrize("two_way", [(), ("$default",)])
def test_a_failed_function_gets_its_frame_and_the_socket_stays_open(chat, two_way):
    server, function = chat(lambda event: {"errorMessage": "no", "errorType": "Error"})
    api_id = make_api(server, {"$default": PROXY}, two_way=two_way)

    with connect(server, api_id) as client:
        for _ in range(2):
            client.send("{}")
            frame = client.recv(timeout=30)
            assert frame.startswith('{"message": "Internal server error", "connectionId":"')


def test_a_slow_function_gets_the_frame_of_the_timeout(chat):
    held = threading.Event()
    server, function = chat(lambda event: held.wait(30) and {"statusCode": 200})
    api_id = make_api(server, {"$default": {**PROXY, "TimeoutInMillis": 50}})

    with connect(server, api_id) as client:
        client.send("{}")
        frame = client.recv(timeout=30)
        held.set()

    assert frame.startswith('{"message": "Endpoint request timed out", "connectionId":"')


def test_a_message_must_fit_its_model(chat):
    server, function = chat(lambda event: {"statusCode": 200, "body": "taken"})
    api_id = make_api(server, {})
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)
    schema = {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "required": ["text"]}
    client.create_model(ApiId=api_id, Name="Text", ContentType="application/json", Schema=json.dumps(schema))
    made = client.create_integration(ApiId=api_id, **PROXY)["IntegrationId"]
    route = client.create_route(
        ApiId=api_id, RouteKey="send", Target=f"integrations/{made}", RequestModels={"$default": "Text"},
        RouteResponseSelectionExpression="$default")["RouteId"]
    client.create_route_response(ApiId=api_id, RouteId=route, RouteResponseKey="$default")

    with connect(server, api_id) as socket_client:
        socket_client.send('{"action": "send"}')
        frame = socket_client.recv(timeout=30)
        assert function.events.empty()
        socket_client.send('{"action": "send", "text": "x"}')
        assert socket_client.recv(timeout=30) == "taken"

    ids = json.loads(frame)
    assert frame == (
        '{{"message" : "Bad request body", "connectionId": "{connectionId}", "messageId": "{messageId}"}}'
    ).format(**ids)


def test_only_a_two_way_route_sends_the_answer(chat):
    answers = {"text": {"body": "hi"}, "teapot": {"statusCode": 418, "body": "still sent"}, "none": {},
               "binary": {"body": "AAE=", "isBase64Encoded": True}}
    server, function = chat(
        lambda event: {"statusCode": 200, "body": "dropped", **answers.get(json.loads(event["body"])["x"], {})})
    api_id = make_api(server, {"one": PROXY, "two": PROXY}, two_way=("two",))

    with connect(server, api_id) as client:
        client.send('{"action": "one", "x": "text"}')
        function.next()
        received = []
        for name in "text", "teapot", "none", "binary":
            client.send(json.dumps({"action": "two", "x": name}))
            received.append(client.recv(timeout=30))

    assert received == ["hi", "still sent", "dropped", b"\x00\x01"]


def test_a_binary_message_closes_with_1003(start):
    server = start()
    api_id = make_api(server, {"$default": MOCK})

    with connect(server, api_id) as client:
        client.send(b"\x00")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)

    assert closed.value.rcvd.code == 1003


def test_a_mock_answers_by_its_templates(start):
    server = start()
    mock = {"IntegrationType": "MOCK", "TemplateSelectionExpression": "${request.body.kind}", "RequestTemplates": {
        "good": '{"statusCode": 200, "n": $input.json(\'$.n\')}', "$default": '{"statusCode": 404}'}}
    responses = [
        {"IntegrationResponseKey": r"/2\d\d/", "ResponseTemplates": {"$default": "n=$input.path('$.n') $context.routeKey"}},
        {"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "status $context.status"}}]
    api_id = make_api(server, {"$default": mock}, two_way=("$default",), responses={"$default": responses})

    with connect(server, api_id) as client:
        client.send('{"kind": "good", "n": 7}')
        assert client.recv(timeout=30) == "n=7 $default"
        client.send("other")
        assert client.recv(timeout=30) == "status 404"


def test_an_http_backend_gets_parameters_and_a_template(start):
    with Backend(lambda request: (201, {"x-n": "5"}, b'{"done": true}')) as backend:
        server = start()
        integration = {
            "IntegrationType": "HTTP", "IntegrationMethod": "PUT", "IntegrationUri": backend.url + "/messages",
            "RequestParameters": {
                "integration.request.header.ConnectionId": "context.connectionId",
                "integration.request.querystring.kind": "route.request.body.kind"},
            "RequestTemplates": {"$default": '{"text": $input.json(\'$.text\')}'}}
        responses = [{"IntegrationResponseKey": "201", "ResponseTemplates": {"$default": "done $input.path('$.done')"}}]
        api_id = make_api(server, {"$default": integration}, two_way=("$default",), responses={"$default": responses})

        with connect(server, api_id) as client:
            client.send('{"kind": "k", "text": "hello"}')
            assert client.recv(timeout=30) == "done true"

    request = backend.requests[0]
    assert (request["method"], request["path"]) == ("PUT", "/messages?kind=k")
    assert json.loads(request["body"]) == {"text": "hello"}
    assert request["headers"]["ConnectionId"].endswith("=")
    assert request["headers"]["User-Agent"] == f"AmazonAPIGateway_{api_id}"


def test_an_http_proxy_gets_the_message_as_it_is(start):
    with Backend(lambda request: (200, {}, b"echo " + request["body"])) as backend:
        server = start()
        proxy = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "POST", "IntegrationUri": backend.url + "/"}
        api_id = make_api(server, {"$connect": proxy, "$default": proxy}, two_way=("$default",))

        with connect(server, api_id, additional_headers={"X-Own": "v"}) as client:
            client.send("as it is")
            assert client.recv(timeout=30) == "echo as it is"

    assert backend.requests[0]["headers"]["X-Own"] == "v"
    assert backend.requests[1]["body"] == b"as it is"


def test_a_function_of_type_aws_gets_the_template_and_errors_choose_the_response(chat):
    def answer(event):
        return {"errorMessage": "bad luck", "errorType": "E"} if event["n"] == 0 else {"twice": 2 * event["n"]}

    server, function = chat(answer)
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
    integration = {"IntegrationType": "AWS", "IntegrationMethod": "POST", "IntegrationUri": uri,
                   "RequestTemplates": {"$default": '{"n": $input.json(\'$.n\')}'}}
    responses = [
        {"IntegrationResponseKey": "/bad.*/", "ResponseTemplates": {"$default": "sorry"}},
        {"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "$input.path('$.twice')"}}]
    api_id = make_api(server, {"$default": integration}, two_way=("$default",), responses={"$default": responses})

    with connect(server, api_id) as client:
        client.send('{"n": 4}')
        assert client.recv(timeout=30) == "8"
        client.send('{"n": 0}')
        assert client.recv(timeout=30) == "sorry"


def test_another_service_gets_its_action(start):
    with Backend(lambda request: (200, {}, b"{}")) as services:
        server = start("--aws-endpoint", services.url)
        integration = {
            "IntegrationType": "AWS", "IntegrationMethod": "POST",
            "IntegrationUri": "arn:aws:apigateway:us-east-1:kinesis:action/PutRecord",
            "CredentialsArn": "arn:aws:iam::000000000000:role/r",
            "RequestTemplates": {"$default": '{"Data": "$util.base64Encode($input.body)"}'}}
        api_id = make_api(server, {"$default": integration}, two_way=("$default",),
                          responses={"$default": [{"IntegrationResponseKey": "$default"}]})

        with connect(server, api_id) as client:
            client.send("hi")
            assert client.recv(timeout=30) == "{}"

    assert services.requests[0]["headers"]["X-Amz-Target"] == "Kinesis_20131202.PutRecord"
    assert services.requests[0]["body"] == b'{"Data": "aGk="}'


def test_a_private_backend_is_reached_by_its_link(start):
    with Backend(lambda request: (200, {}, b"private")) as backend:
        server = start("--upstream", f"vlink1={backend.url}", "--upstream-only")
        integration = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "POST", "ConnectionType": "VPC_LINK",
                       "ConnectionId": "vlink1", "IntegrationUri": "http://nlb.internal/path"}
        api_id = make_api(server, {"$default": integration}, two_way=("$default",))

        with connect(server, api_id) as client:
            client.send("x")
            assert client.recv(timeout=30) == "private"

    assert backend.requests[0]["path"] == "/path"
    assert backend.requests[0]["headers"]["Host"] == "nlb.internal"


def test_a_connection_keeps_the_deployment_of_its_handshake(chat):
    server, function = chat(lambda event: {"statusCode": 200, "body": "old"})
    api_id = make_api(server, {"$default": PROXY}, two_way=("$default",))
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)

    with connect(server, api_id) as before:
        before.send("{}")
        assert before.recv(timeout=30) == "old"
        old = client.get_routes(ApiId=api_id)["Items"]
        client.create_route(ApiId=api_id, RouteKey="other")
        client.delete_route(ApiId=api_id, RouteId=old[0]["RouteId"])
        before.send("{}")
        assert before.recv(timeout=30) == "old"
        with connect(server, api_id) as after:
            after.send("{}")
            assert json.loads(after.recv(timeout=30))["message"] == "Forbidden"


# Ends


def test_every_way_to_end_reaches_disconnect(chat):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY, "$disconnect": PROXY})

    def end():
        context = function.next()["requestContext"]
        return context["eventType"], context["disconnectStatusCode"], context["disconnectReason"]

    with connect(server, api_id) as client:
        function.next()
        client.close(1000, "")
    assert end() == ("DISCONNECT", 1000, "")

    with connect(server, api_id) as client:
        connection_id = function.next()["requestContext"]["connectionId"]
        management(server, api_id).delete_connection(ConnectionId=connection_id)
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=30)
    assert end()[0] == "DISCONNECT"

    client = connect(server, api_id)
    function.next()
    client.socket.shutdown(socket.SHUT_RDWR)
    assert end()[:2] == ("DISCONNECT", 1006)


# @connections


def quoted(connection_id):
    return connection_id.replace("=", "%3D")


def signed(server, method, path, host, body=b""):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    scope = "000000000000/20300101/us-east-1/execute-api/aws4_request"
    connection.request(method, path, body=body, headers={
        "Host": host,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"})
    response = connection.getresponse()
    response.body = response.read()
    connection.close()
    return response


@pytest.mark.parametrize("path", ["/_aws/execute-api/{}/dev", "/ws/{}/dev"])
def test_another_process_posts_reads_and_closes(chat, path):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY})
    manager = management(server, api_id, path.format(api_id))

    with connect(server, api_id, user_agent_header="test/1") as client:
        connection_id = function.next()["requestContext"]["connectionId"]
        manager.post_to_connection(ConnectionId=connection_id, Data=b"hello")
        assert client.recv(timeout=30) == "hello"
        found = manager.get_connection(ConnectionId=connection_id)
        manager.delete_connection(ConnectionId=connection_id)
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=30)

    assert found["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "test/1"}
    assert found["ConnectedAt"] <= found["LastActiveAt"]


def test_a_connection_that_is_gone_is_410_without_a_body(chat):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY})
    with connect(server, api_id):
        connection_id = function.next()["requestContext"]["connectionId"]

    manager = management(server, api_id)
    for call in (lambda: manager.post_to_connection(ConnectionId=connection_id, Data=b"x"),
                 lambda: manager.get_connection(ConnectionId="unknown="),
                 lambda: manager.delete_connection(ConnectionId=connection_id)):
        with pytest.raises(manager.exceptions.GoneException):
            call()
    answer = signed(server, "POST", f"/_aws/execute-api/{api_id}/dev/@connections/{quoted(connection_id)}", "localhost")
    assert (answer.status, answer.body, answer.headers["x-amzn-ErrorType"]) == (410, b"", "GoneException")


def test_a_message_may_have_128_kilobytes_and_no_more(chat):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY})
    manager = management(server, api_id)

    with connect(server, api_id) as client:
        connection_id = function.next()["requestContext"]["connectionId"]
        manager.post_to_connection(ConnectionId=connection_id, Data=b"x" * 131072)
        assert len(client.recv(timeout=30)) == 131072
        with pytest.raises(manager.exceptions.PayloadTooLargeException):
            manager.post_to_connection(ConnectionId=connection_id, Data=b"x" * 131073)


def test_connections_need_the_stage_and_a_signature(chat):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY})

    with connect(server, api_id):
        connection_id = function.next()["requestContext"]["connectionId"]
        with pytest.raises(ClientError) as refused:
            management(server, api_id, f"/_aws/execute-api/{api_id}").post_to_connection(
                ConnectionId=connection_id, Data=b"x")
        unsigned = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        unsigned.request("POST", f"/_aws/execute-api/{api_id}/dev/@connections/{quoted(connection_id)}", body=b"x")
        assert unsigned.getresponse().status == 403
        unsigned.close()

    assert refused.value.response["Error"]["Code"] == "ForbiddenException"


# The admin API and the records


def test_a_test_plays_the_server_and_ends_a_client(start):

    def admin(method, path, body=None):
        request = urllib.request.Request(
            f"{server.endpoint}/__admin/connections{path}", data=body, method=method,
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    server = start()
    api_id = make_api(server, {"$default": MOCK})
    with connect(server, api_id) as client:
        listed = json.loads(admin("GET", "")[1])["connections"]
        path = "/" + quoted(listed[0]["connectionId"])
        assert admin("POST", path + "/messages", b"from the test")[0] == 204
        assert client.recv(timeout=30) == "from the test"
        assert admin("POST", path + "/messages")[0] == 400
        assert admin("DELETE", path + "?code=1005")[0] == 400
        assert admin("DELETE", path + "?code=4000&reason=bye")[0] == 204
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)

    assert len(listed) == 1 and listed[0]["api"] == api_id and listed[0]["stage"] == "dev"
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4000, "bye")
    assert admin("POST", "/unknown/messages", b"x")[0] == 404
    assert admin("DELETE", "/unknown")[0] == 404


def test_messages_are_in_the_journal_with_their_answers(start):
    server = start()
    api_id = make_api(server, {"$default": MOCK}, two_way=("$default",), responses={"$default": [
        {"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "answer"}}]})

    with connect(server, api_id) as client:
        client.send("question")
        assert client.recv(timeout=30) == "answer"
        with urllib.request.urlopen(f"{server.endpoint}/__admin/requests?plane=invoke") as response:
            entries = json.load(response)["requests"]

    assert [(entry["method"], entry["status"]) for entry in entries] == [("GET", 101), ("MESSAGE", 200)]
    assert entries[1]["body"] == "question" and entries[1]["answerBody"] == "answer"
    assert entries[1]["route"] == "$default" and entries[1]["api"] == api_id


def test_the_chat_of_the_cookbook_lets_everybody_hear_everybody(start, tmp_path):
    page = pathlib.Path(__file__).parents[2] / "docs" / "invoke.md"
    source = page.read_text().split("`chat.py`:")[1].split("```python\n")[1].split("```")[0]
    (tmp_path / "chat.py").write_text(source)
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    command = f"cd {tmp_path} && GATEWAY=http://127.0.0.1:{port} exec {sys.executable} -m awslambdaric chat.handler"
    server = start("--port", str(port), "--lambda", f"chat=run:{command}")
    api_id = make_api(server, {"$connect": PROXY, "$default": PROXY, "$disconnect": PROXY})

    with connect(server, api_id) as ann, connect(server, api_id) as bob:
        ann.send("hello")
        assert (ann.recv(timeout=30), bob.recv(timeout=30)) == ("hello", "hello")


# Faults


def faulty(server, then, **match):
    rule = {"match": {"plane": "invoke", **match}, "then": then}
    request = urllib.request.Request(
        f"{server.endpoint}/__admin/faults", data=json.dumps(rule).encode(), method="POST",
        headers={"Content-Type": "application/json"})
    urllib.request.urlopen(request).close()


@pytest.mark.parametrize("error, text", [
    ("throttled", "Too Many Requests"), ("forbidden", "Forbidden"), ("timeout", "Endpoint request timed out")])
def test_a_rule_answers_a_message_with_an_error_frame(chat, error, text):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY, "$default": PROXY})
    faulty(server, {"error": error}, route="$default")

    with connect(server, api_id) as client:
        function.next()
        client.send("{}")
        assert json.loads(client.recv(timeout=30))["message"] == text

    assert function.events.empty()


def test_a_rule_refuses_a_handshake(start):
    server = start()
    api_id = make_api(server, {"$connect": MOCK})
    faulty(server, {"error": "throttled"}, route="$connect")

    with pytest.raises(InvalidStatus) as refused:
        connect(server, api_id)

    assert refused.value.response.status_code == 429


def test_a_rule_resets_the_connection_of_a_message(start):
    server = start()
    api_id = make_api(server, {"$default": MOCK})
    faulty(server, {"connection": "reset"}, route="$default")

    with connect(server, api_id) as client:
        client.send("{}")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)

    assert closed.value.rcvd is None
