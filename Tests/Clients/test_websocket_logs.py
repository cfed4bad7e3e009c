"""The access logs of WebSocket APIs: the variables of failures, functions, authorizers and times."""

import json

import boto3
import pytest
from websockets.exceptions import InvalidStatus

from test_invoke import Backend
from test_websocket_handshakes import guarded, policy
from websocket_api import FUNCTION, MOCK, PROXY, Function, chat, connect, make_api  # noqa: F401

GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:chat"
ERRORS = ["error.message", "error.messageString", "error.responseType"]
STATUSES = ["integration.integrationStatus", "integration.status", "integrationStatus"]
LAMBDA = {
    "IntegrationType": "AWS", "IntegrationMethod": "POST",
    "IntegrationUri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"}


class Log:
    """The access log of a server. Its lines have variables of the context, parted by bars."""

    def __init__(self, folder):
        self.path = folder / "access.log"
        self.options = ["--access-logs", self.path]

    def stage(self, *names):
        parts = ["$context.requestId", "$context.routeKey", *(f"$context.{name}" for name in names)]
        return {"AccessLogSettings": {"DestinationArn": GROUP, "Format": " | ".join(parts)}}

    def values(self, server, route):
        """The values of the last line of a route, once the server has written all."""
        server.stop()
        lines = [line.split(" | ") for line in self.path.read_text().splitlines()]
        return [line for line in lines if line[1] == route][-1][2:]


@pytest.fixture
def log(tmp_path):
    return Log(tmp_path)


@pytest.mark.parametrize(("message", "route", "expected"), [
    ("other", "$default", ["Forbidden", '"Forbidden"', "ACCESS_DENIED"]),
    ("bare", "bare", ["Internal server error", '"Internal server error"', "INTEGRATION_FAILURE"]),
    ("raises", "raises", ["Internal server error", '"Internal server error"', "INTEGRATION_FAILURE"]),
    ("never", "never", ["Unsupported Media Type", '"Unsupported Media Type"', "UNSUPPORTED_MEDIA_TYPE"]),
    ("model", "model", ["Bad request body", '"Bad request body"', "BAD_REQUEST_BODY"]),
    ("works", "works", ["-", "-", "-"]),
])
def test_a_failed_message_is_logged_with_the_words_of_its_frame(chat, log, message, route, expected):
    server, _ = chat(lambda event: {"errorMessage": "no", "errorType": "E"}, *log.options)
    api_id = make_api(server, {
        "bare": None, "raises": PROXY, "works": MOCK, "never": {"IntegrationType": "MOCK", "PassthroughBehavior": "NEVER"}},
        stage=log.stage(*ERRORS))
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)
    client.create_model(ApiId=api_id, Name="Text", ContentType="application/json", Schema='{"required": ["text"]}')
    client.create_route(ApiId=api_id, RouteKey="model", RequestModels={"$default": "Text"})

    with connect(server, api_id) as socket_client:
        socket_client.send(json.dumps({"action": message}))
        if message != "works":
            assert json.loads(socket_client.recv(timeout=30))["message"] == expected[0]

    assert log.values(server, route) == expected


def test_a_handshake_that_its_function_fails_is_logged_with_the_words_of_its_answer(chat, log):
    server, _ = chat(lambda event: {"errorMessage": "no", "errorType": "E"}, *log.options)
    api_id = make_api(server, {"$connect": PROXY}, stage=log.stage(*ERRORS, *STATUSES))

    with pytest.raises(InvalidStatus) as refused, connect(server, api_id):
        pass

    assert json.loads(refused.value.response.body) == {"message": "Internal server error"}
    assert log.values(server, "$connect") == [
        "Internal server error", '"Internal server error"', "INTEGRATION_FAILURE", "200", "-", "-"]


@pytest.mark.parametrize(("integration", "answer", "expected"), [
    (PROXY, {"statusCode": 418, "body": "tea"}, ["200", "418", "418"]),
    (PROXY, {"a": 1}, ["200", "-", "-"]),
    (LAMBDA, {"a": 1}, ["200", "200", "200"]),
    (LAMBDA, {"errorMessage": "no", "errorType": "E"}, ["200", "-", "-"]),
])
def test_a_function_is_logged_with_its_status_and_lambdas(chat, log, integration, answer, expected):
    server, _ = chat(lambda event: answer, *log.options)
    api_id = make_api(server, {"go": integration}, two_way=("go",), stage=log.stage(*STATUSES), responses={
        "go": [{"IntegrationResponseKey": "$default"}]} if integration is LAMBDA else {})

    with connect(server, api_id) as client:
        client.send('{"action": "go"}')
        client.recv(timeout=30)

    assert log.values(server, "go") == expected


AUTHORIZER = ["status", "integrationStatus", "error", "principalId"]


@pytest.mark.parametrize(("query", "answer", "expected"), [
    ("?token=t", policy("Allow"), ["200", "200", "-", "ann"]),
    ("?token=t", policy("Deny"), ["200", "200", "-", "-"]),
    ("?token=t", {"errorMessage": "Unauthorized", "errorType": "E"}, ["401", "200", "Unauthorized", "-"]),
    ("?token=t", {"errorMessage": "broken", "errorType": "E"}, ["500", "200", "broken", "-"]),
    ("", None, ["-", "-", "-", "-"]),
])
def test_an_authorizer_is_logged_with_its_call(chat, log, query, answer, expected):
    names = [*AUTHORIZER, "requestId", "latency", "integrationLatency"]
    with Function(lambda event: answer) as guard:
        server, _ = chat(lambda event: {"statusCode": 200}, "--lambda", f"guard={guard.server.url}", *log.options)
        api_id = guarded(server, stage=log.stage(*(f"authorizer.{name}" for name in names)))
        try:
            with connect(server, api_id, query):
                pass
        except InvalidStatus:
            pass
        *values, request_id, latency, integration_latency = log.values(server, "$connect")

    assert values == expected
    if answer is None:
        assert [request_id, latency, integration_latency] == ["-", "-", "-"]
    else:
        assert len(request_id) == 36 and latency == integration_latency and latency.isdigit()


def test_the_time_of_a_request_is_in_milliseconds_wherever_it_is_told(start, log):
    requests = []
    with Backend(lambda request: requests.append(request) or (200, {}, b"")) as backend:
        server = start("--clock", "manual", *log.options)
        integration = {
            "IntegrationType": "HTTP", "IntegrationMethod": "POST", "IntegrationUri": backend.url,
            "RequestParameters": {"integration.request.header.Time": "context.requestTimeEpoch"},
            "RequestTemplates": {"$default": "$context.requestTimeEpoch"}, "TemplateSelectionExpression": "\\$default"}
        api_id = make_api(
            server, {"go": integration}, two_way=("go",), stage=log.stage("requestTimeEpoch"), responses={"go": [
                {"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "$context.requestTimeEpoch"}}]})
        with connect(server, api_id) as client:
            client.send('{"action": "go"}')
            answer = client.recv(timeout=30)
        logged = log.values(server, "go")

    (request,) = requests
    assert len(answer) == 13
    assert {request["headers"]["Time"], request["body"].decode(), answer, *logged} == {answer}
