"""WebSocket APIs that are made by boto3 and then driven by `websockets`: what their tests share.

Functions are closures behind a Runtime Interface Emulator of the test's own process.
"""

import http.client
import json
import queue
import urllib.request

import boto3
import pytest
import websockets.sync.client

from test_invoke import runtime_emulator

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


def admin(server, method, path, body=None):
    """The answer of the admin API; None if it has no body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{server.endpoint}/__admin/{path}", data=data, method=method, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        text = response.read()
    return json.loads(text) if text else None


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


def faulty(server, then, when="always", **match):
    rule = {"match": {"plane": "invoke", **match}, "when": when, "then": then}
    request = urllib.request.Request(
        f"{server.endpoint}/__admin/faults", data=json.dumps(rule).encode(), method="POST",
        headers={"Content-Type": "application/json"})
    urllib.request.urlopen(request).close()
