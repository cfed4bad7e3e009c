"""Each member of the service's model that a request may set for a WebSocket API, and its part in a handshake or a message:
honoured, shown by two real clients that differ in that member alone; answered 501; or none, with the reason. A new member of
the model fails until it has a row. test_invoke_members.py is the same for HTTP APIs.
"""

import itertools
import json
import threading

import boto3
import botocore.session
import pytest
from websockets.exceptions import InvalidStatus

from local_server import LocalServer
from test_invoke import Backend
from test_invoke_members import leaves
from websocket_api import AUTHORIZER, MOCK, PROXY, Function, connect, make_api

OPERATIONS = [
    "CreateApi", "CreateRoute", "CreateIntegration", "CreateAuthorizer", "CreateStage", "CreateModel",
    "CreateIntegrationResponse", "CreateRouteResponse",
]
LAMBDA_URI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{}/invocations"
GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:chat"

# Members with no part in a handshake or a message, by the reason.
NONE = {
    "the service shows it and no more": [
        "CreateApi.Name", "CreateApi.Description", "CreateApi.Tags", "CreateApi.Version", "CreateRoute.OperationName",
        "CreateIntegration.Description", "CreateAuthorizer.Name", "CreateStage.Description", "CreateStage.Tags",
        "CreateModel.Description"],
    "HTTP APIs alone have it": [
        "CreateApi.CorsConfiguration.AllowCredentials", "CreateApi.CorsConfiguration.AllowHeaders",
        "CreateApi.CorsConfiguration.AllowMethods", "CreateApi.CorsConfiguration.AllowOrigins",
        "CreateApi.CorsConfiguration.ExposeHeaders", "CreateApi.CorsConfiguration.MaxAge", "CreateApi.RouteKey",
        "CreateApi.Target", "CreateApi.CredentialsArn", "CreateRoute.AuthorizationScopes",
        "CreateIntegration.IntegrationSubtype", "CreateIntegration.ResponseParameters",
        "CreateIntegration.TlsConfig.ServerNameToVerify", "CreateAuthorizer.AuthorizerPayloadFormatVersion",
        "CreateAuthorizer.AuthorizerResultTtlInSeconds", "CreateAuthorizer.EnableSimpleResponses",
        "CreateAuthorizer.JwtConfiguration.Audience", "CreateAuthorizer.JwtConfiguration.Issuer"],
    "WebSocket APIs have one value of it": [
        "CreateIntegration.PayloadFormatVersion", "CreateAuthorizer.AuthorizerType"],
    "the model says that it is not used": ["CreateAuthorizer.IdentityValidationExpression"],
    "it is about the creation of deployments": ["CreateApi.DisableSchemaValidation"],
    "roles are not asked, because there are no policies here": [
        "CreateIntegration.CredentialsArn", "CreateAuthorizer.AuthorizerCredentialsArn"],
    "addresses are this server's own": ["CreateApi.IpAddressType"],
    "it is about CloudWatch, which is not there": [
        "CreateStage.AccessLogSettings.DestinationArn", "CreateStage.DefaultRouteSettings.DataTraceEnabled",
        "CreateStage.DefaultRouteSettings.DetailedMetricsEnabled", "CreateStage.DefaultRouteSettings.LoggingLevel",
        "CreateStage.RouteSettings.DataTraceEnabled", "CreateStage.RouteSettings.DetailedMetricsEnabled",
        "CreateStage.RouteSettings.LoggingLevel"],
    "messages have no content type": ["CreateModel.ContentType"],
    "the developer guide knows checks of requests alone": [
        "CreateRouteResponse.ModelSelectionExpression", "CreateRouteResponse.ResponseModels"],
    "messages have no header fields": ["CreateRouteResponse.ResponseParameters.Required"],
}
HONOURED = {}
REFUSED = {}
# Members without a part that are shown to change nothing, because the service's model says so.
SHOWN = {}


def registers(table):
    def rows(*members):
        def register(check):
            table.update({member: check for member in members})
            return check
        return register
    return rows


honours, refuses, shows_nothing = registers(HONOURED), registers(REFUSED), registers(SHOWN)


class Bench:
    """A server with all that an API may call, and short words for clients."""

    def __init__(self, folder):
        self.log = folder / "access.log"
        self.function = Function(self.answer)
        self.guard = Function(self.authorize)
        self.backend = Backend(lambda request: (200, {"X-Inner": "1"}, request["body"] or b"empty"))
        self.server = LocalServer(
            "--port", "0", "--clock", "manual", "--access-logs", self.log, "--api-key", "phone=kkk",
            "--lambda", f"chat={self.function.server.url}", "--lambda", f"guard={self.guard.server.url}",
            "--upstream", f"vlink1={self.backend.url}")
        self.client = boto3.client("apigatewayv2", endpoint_url=self.server.endpoint)

    released = threading.Event()

    def answer(self, event):
        if "requestContext" not in event:
            return {"got": event}
        if "boom" in event.get("body", ""):
            return {"errorMessage": "boom", "errorType": "E"}
        return {"statusCode": 200, "body": event["requestContext"]["routeKey"]}

    def authorize(self, event):
        allowed = event["queryStringParameters"].get("token") == "yes"
        statement = {"Action": "execute-api:Invoke", "Effect": "Allow" if allowed else "Deny", "Resource": "*"}
        return {"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}

    def api(self, integration=None, responses=(), two_way=True, stage=None, **options):
        """An API with the one route `go`, whose client gets the answer."""
        return make_api(
            self.server, {"go": integration or PROXY}, two_way=("go",) if two_way else (), responses={"go": responses},
            stage=stage, **options)

    def say(self, api_id, message='{"action": "go"}', **options):
        """The message that comes back, as JSON if it is some."""
        with connect(self.server, api_id, **options) as client:
            client.send(message)
            answer = client.recv(timeout=30)
        try:
            return json.loads(answer)
        except ValueError:
            return answer

    def mock(self, response=None, **members):
        """The answer of a mock with these members; `response` has those of its integration response."""
        responses = [{"IntegrationResponseKey": "$default", **(response or {})}]
        return self.say(self.api({**MOCK, **members}, responses))

    def status(self, api_id, query="", **headers):
        """The status of a handshake."""
        try:
            with connect(self.server, api_id, query, additional_headers=headers):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    def route(self, api_id, key="go"):
        return next(one for one in self.client.get_routes(ApiId=api_id)["Items"] if one["RouteKey"] == key)

    def guarded(self, **authorizer):
        api_id = make_api(self.server, {"$connect": PROXY, "go": PROXY}, two_way=("go",))
        wanted = {
            "AuthorizerType": "REQUEST", "AuthorizerUri": LAMBDA_URI.format(AUTHORIZER), "IdentitySource": [], **authorizer}
        made = self.client.create_authorizer(ApiId=api_id, Name="guard", **wanted)["AuthorizerId"]
        self.client.update_route(
            ApiId=api_id, RouteId=self.route(api_id, "$connect")["RouteId"], AuthorizationType="CUSTOM", AuthorizerId=made)
        return api_id

    def close(self):
        self.server.stop()
        self.function.__exit__()
        self.guard.__exit__()
        self.backend.__exit__()


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    made = Bench(tmp_path_factory.mktemp("bench"))
    yield made
    made.close()


# APIs


@honours("CreateApi.ProtocolType", "CreateRoute.ApiId", "CreateRoute.RouteKey", "CreateRoute.Target", "CreateIntegration.ApiId")
def routes(bench):
    api_id = make_api(bench.server, {"go": PROXY, "other": PROXY}, two_way=("go", "other"))
    assert [bench.say(api_id, f'{{"action": "{key}"}}') for key in ("go", "other")] == ["go", "other"]
    assert bench.say(api_id, "{}")["message"] == "Forbidden"


@honours("CreateApi.RouteSelectionExpression")
def selection(bench):
    api_id = bench.api(RouteSelectionExpression="$request.body.verb")
    assert bench.say(api_id, '{"verb": "go"}') == "go"
    assert bench.say(api_id, '{"action": "go"}')["message"] == "Forbidden"


@honours("CreateApi.ApiKeySelectionExpression", "CreateRoute.ApiKeyRequired")
def api_keys(bench):
    locked = {"route": {"$connect": {"ApiKeyRequired": True}}}
    by_header = make_api(bench.server, {"$connect": PROXY}, **locked)
    by_answer = make_api(
        bench.server, {"$connect": PROXY}, ApiKeySelectionExpression="$context.authorizer.usageIdentifierKey", **locked)
    free = make_api(bench.server, {"$connect": PROXY})
    assert [bench.status(one) for one in (by_header, by_answer, free)] == [403, 403, 101]
    assert [bench.status(one, **{"x-api-key": "kkk"}) for one in (by_header, by_answer)] == [101, 403]


@honours("CreateApi.DisableExecuteApiEndpoint")
def disabled_endpoint(bench):
    assert [bench.status(bench.api(DisableExecuteApiEndpoint=value)) for value in (True, False)] == [404, 101]


# Routes


@honours("CreateRoute.AuthorizationType", "CreateRoute.AuthorizerId", "CreateAuthorizer.ApiId", "CreateAuthorizer.AuthorizerUri")
def authorization(bench):
    signed = make_api(bench.server, {"$connect": PROXY}, route={"$connect": {"AuthorizationType": "AWS_IAM"}})
    assert [bench.status(signed), bench.status(make_api(bench.server, {"$connect": PROXY}))] == [403, 101]
    asked = bench.guard.events.qsize()
    guarded = bench.guarded()
    assert [bench.status(guarded, "?token=no"), bench.status(guarded, "?token=yes")] == [403, 101]
    assert bench.guard.events.qsize() == asked + 2


@honours("CreateRoute.RequestParameters.Required")
def required(bench):
    def api(value):
        parameters = {"route.request.querystring.room": {"Required": value}}
        return make_api(bench.server, {"$connect": MOCK}, route={"$connect": {"RequestParameters": parameters}})

    assert [bench.status(api(True)), bench.status(api(True), "?room=1"), bench.status(api(False))] == [400, 101, 101]


@honours(
    "CreateRoute.RequestModels", "CreateRoute.ModelSelectionExpression", "CreateModel.ApiId", "CreateModel.Name",
    "CreateModel.Schema")
def models(bench):
    def answers(members, *messages):
        api_id = make_api(bench.server, {})
        for name, wanted in (("Text", "text"), ("Number", "number")):
            bench.client.create_model(
                ApiId=api_id, Name=name, ContentType="application/json", Schema=json.dumps({"required": [wanted]}))
        made = bench.client.create_integration(ApiId=api_id, **PROXY)["IntegrationId"]
        route = bench.client.create_route(
            ApiId=api_id, RouteKey="go", Target=f"integrations/{made}", RouteResponseSelectionExpression="$default",
            **members)["RouteId"]
        bench.client.create_route_response(ApiId=api_id, RouteId=route, RouteResponseKey="$default")
        return [bench.say(api_id, json.dumps({"action": "go", **message})) == "go" for message in messages]

    text, number = {"text": 1}, {"number": 1}
    assert answers({}, text, number) == [True, True]
    assert answers({"RequestModels": {"$default": "Text"}}, text, number) == [True, False]
    chosen = {"RequestModels": {"a": "Number", "$default": "Text"}, "ModelSelectionExpression": "$request.body.kind"}
    assert answers(chosen, text, {**number, "kind": "a"}, {**text, "kind": "a"}) == [True, True, False]


@honours("CreateRoute.RouteResponseSelectionExpression", "CreateRouteResponse.ApiId", "CreateRouteResponse.RouteId",
         "CreateRouteResponse.RouteResponseKey")
def two_way(bench):
    def answers(prepare, *messages):
        """The messages that come back."""
        api_id = make_api(bench.server, {"go": PROXY, "last": PROXY}, two_way=("last",))
        prepare(api_id, bench.route(api_id)["RouteId"])
        with connect(bench.server, api_id) as client:
            client.send('{"action": "go"}')
            found = [] if messages else [client.recv(timeout=30)]
            for message in messages:
                client.send(json.dumps({"action": message}))
                found.append(client.recv(timeout=30))
            return found

    def respond(api_id, route):
        bench.client.create_route_response(ApiId=api_id, RouteId=route, RouteResponseKey="$default")

    def select(api_id, route):
        bench.client.update_route(ApiId=api_id, RouteId=route, RouteResponseSelectionExpression="$default")

    for prepare in (lambda *_: None, respond, select):
        assert answers(prepare, "last", "last") == ["last", "last"]
    assert answers(lambda *names: (respond(*names), select(*names))) == ["go"]


@shows_nothing(
    "CreateRouteResponse.ModelSelectionExpression", "CreateRouteResponse.ResponseModels",
    "CreateRouteResponse.ResponseParameters.Required")
def route_responses(bench):
    api_id = make_api(bench.server, {"go": PROXY})
    route = bench.route(api_id)["RouteId"]
    bench.client.create_model(
        ApiId=api_id, Name="Text", ContentType="application/json", Schema='{"required": ["never"]}')
    bench.client.update_route(ApiId=api_id, RouteId=route, RouteResponseSelectionExpression="$default")
    bench.client.create_route_response(
        ApiId=api_id, RouteId=route, RouteResponseKey="$default", ResponseModels={"$default": "Text"},
        ModelSelectionExpression="$default", ResponseParameters={"route.response.header.X-A": {"Required": True}})
    assert bench.say(api_id) == "go"


# Integrations


@honours("CreateIntegration.IntegrationType", "CreateIntegration.IntegrationUri", "CreateIntegration.IntegrationMethod")
def kinds(bench):
    http = {"IntegrationType": "HTTP_PROXY", "IntegrationUri": bench.backend.url + "/a"}
    for method in ("POST", "PUT"):
        assert bench.say(bench.api({**http, "IntegrationMethod": method})) == {"action": "go"}
    assert [(one["method"], one["path"]) for one in bench.backend.requests[-2:]] == [("POST", "/a"), ("PUT", "/a")]
    assert bench.say(bench.api()) == "go"


@honours("CreateIntegration.ConnectionType", "CreateIntegration.ConnectionId")
def private(bench):
    inside = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "POST", "IntegrationUri": "http://nlb.internal/in",
              "ConnectionType": "VPC_LINK"}
    assert bench.say(bench.api({**inside, "ConnectionId": "vlink1"})) == {"action": "go"}
    assert bench.backend.requests[-1]["path"] == "/in"
    assert bench.say(bench.api({**inside, "ConnectionId": "vlink2"}))["message"] == "Internal server error"


@honours("CreateIntegration.ContentHandlingStrategy")
def request_bytes(bench):
    def body(**members):
        bench.say(bench.api({
            "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "POST", "IntegrationUri": bench.backend.url, **members},
            RouteSelectionExpression="go"), "aGk=")
        return bench.backend.requests[-1]["body"]

    assert [body(), body(ContentHandlingStrategy="CONVERT_TO_BINARY")] == [b"aGk=", b"hi"]


@honours("CreateIntegration.RequestTemplates", "CreateIntegration.TemplateSelectionExpression")
def templates(bench):
    both = {"$default": '{"statusCode": 200, "is": "default"}', "x": '{"statusCode": 200, "is": "x"}'}
    chosen = bench.api(
        {**MOCK, "RequestTemplates": both, "TemplateSelectionExpression": "${request.body.t}"},
        [{"IntegrationResponseKey": "$default"}])
    assert [bench.say(chosen, f'{{"action": "go", "t": "{t}"}}')["is"] for t in ("x", "y")] == ["x", "default"]
    assert bench.mock(RequestTemplates=both)["is"] == "default"


@honours("CreateIntegration.PassthroughBehavior")
def passthrough(bench):
    def answer(behaviour):
        bare = {"IntegrationType": "MOCK", "PassthroughBehavior": behaviour}
        return bench.say(
            bench.api(bare, [{"IntegrationResponseKey": "$default"}]), '{"action": "go", "statusCode": 200}')

    assert answer("WHEN_NO_MATCH") == {"action": "go", "statusCode": 200}
    assert answer("NEVER")["message"] == "Unsupported Media Type"


@honours("CreateIntegration.RequestParameters")
def parameters(bench):
    bench.say(bench.api({
        "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "POST", "IntegrationUri": bench.backend.url,
        "RequestParameters": {"integration.request.header.Route": "context.routeKey"}}))
    assert bench.backend.requests[-1]["headers"]["Route"] == "go"


@honours("CreateIntegration.TimeoutInMillis")
def timeouts(bench):
    with Backend(lambda request: bench.released.wait(30) and (200, {}, b"late")) as slow:
        http = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "POST", "IntegrationUri": slow.url}
        assert bench.say(bench.api({**http, "TimeoutInMillis": 50}))["message"] == "Endpoint request timed out"
        bench.released.set()
        assert bench.say(bench.api(http)) == "late"


# Integration responses


@honours("CreateIntegrationResponse.ApiId", "CreateIntegrationResponse.IntegrationId",
         "CreateIntegrationResponse.IntegrationResponseKey", "CreateIntegrationResponse.ResponseTemplates")
def responses(bench):
    api_id = bench.api(
        {**MOCK, "RequestTemplates": {"$default": '{"statusCode": $input.json("$.s")}'}},
        [{"IntegrationResponseKey": "/4\\d\\d/", "ResponseTemplates": {"$default": "refused"}},
         {"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "taken"}}])
    assert [bench.say(api_id, f'{{"action": "go", "s": {s}}}') for s in (200, 404)] == ["taken", "refused"]


@honours("CreateIntegrationResponse.TemplateSelectionExpression")
def response_templates(bench):
    both = {"ResponseTemplates": {"$default": "default", "200": "chosen"}}
    assert bench.mock(both) == "default"
    assert bench.mock({**both, "TemplateSelectionExpression": "${integration.response.statuscode}"}) == "chosen"


@honours("CreateIntegrationResponse.ContentHandlingStrategy")
def response_bytes(bench):
    text = {"ResponseTemplates": {"$default": "aGk="}}
    assert [bench.mock(text), bench.mock({**text, "ContentHandlingStrategy": "CONVERT_TO_BINARY"})] == ["aGk=", b"hi"]


@honours("CreateIntegrationResponse.ResponseParameters")
def subprotocols(bench):
    def chosen(**members):
        api_id = make_api(bench.server, {"$connect": MOCK}, responses={"$connect": [
            {"IntegrationResponseKey": "$default", **members}]})
        with connect(bench.server, api_id, subprotocols=["first", "second"]) as client:
            return client.subprotocol

    mapped = {"route.response.header.Sec-WebSocket-Protocol": "'second'"}
    assert [chosen(), chosen(ResponseParameters=mapped)] == [None, "second"]


# Authorizers


@honours("CreateAuthorizer.IdentitySource")
def sources(bench):
    sourced = bench.guarded(IdentitySource=["route.request.querystring.token"])
    assert [bench.status(sourced), bench.status(bench.guarded())] == [401, 403]


@shows_nothing("CreateAuthorizer.IdentityValidationExpression")
def identity_pattern(bench):
    sourced = bench.guarded(
        IdentitySource=["route.request.querystring.token"], IdentityValidationExpression="^never$")
    assert bench.status(sourced, "?token=yes") == 101


# Stages


@honours("CreateStage.ApiId", "CreateStage.StageName", "CreateStage.DeploymentId", "CreateStage.AutoDeploy")
def stages(bench):
    api_id = make_api(bench.server, {"go": PROXY, "other": PROXY}, two_way=("go",))
    deployment = bench.client.create_deployment(ApiId=api_id)["DeploymentId"]
    bench.client.create_stage(ApiId=api_id, StageName="fixed", DeploymentId=deployment)
    bench.client.delete_route(ApiId=api_id, RouteId=bench.route(api_id)["RouteId"])
    assert bench.say(api_id)["message"] == "Forbidden"
    assert bench.say(api_id, path=f"/_aws/execute-api/{api_id}/fixed") == "go"
    with pytest.raises(InvalidStatus):
        bench.say(api_id, path=f"/_aws/execute-api/{api_id}/none")


@honours("CreateStage.StageVariables")
def variables(bench):
    answer = {"ResponseTemplates": {"$default": "$stageVariables.color"}}
    responses = [{"IntegrationResponseKey": "$default", **answer}]
    assert bench.say(bench.api(MOCK, responses, stage={"StageVariables": {"color": "blue"}})) == "blue"


def throttled(bench, **stage):
    api_id = bench.api(stage=stage)
    with connect(bench.server, api_id) as client:
        answers = []
        for _ in range(2):
            client.send('{"action": "go"}')
            answers.append(client.recv(timeout=30))
    return answers[0] == "go" and "Too Many Requests" in answers[1]


@honours("CreateStage.DefaultRouteSettings.ThrottlingBurstLimit", "CreateStage.DefaultRouteSettings.ThrottlingRateLimit",
         "CreateStage.RouteSettings.ThrottlingBurstLimit", "CreateStage.RouteSettings.ThrottlingRateLimit")
def throttles(bench):
    one = {"ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 0.5}
    assert throttled(bench, RouteSettings={"go": one}) and throttled(bench, DefaultRouteSettings=one)
    assert not throttled(bench)


@honours("CreateStage.AccessLogSettings.Format")
def access_logs(bench):
    api_id = bench.api(stage={"AccessLogSettings": {
        "DestinationArn": GROUP, "Format": "$context.apiId $context.eventType $context.requestId"}})
    bench.say(api_id)
    assert f"{api_id} MESSAGE " in bench.log.read_text()


@refuses("CreateStage.ClientCertificateId")
def client_certificate(bench):
    stage = {"ClientCertificateId": "abc123"}
    # It changes nothing where no certificate would be shown.
    assert bench.say(bench.api(stage=stage)) == "go"
    secure = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "POST", "IntegrationUri": "https://localhost:1/"}
    assert bench.say(bench.api(secure))["message"] == "Internal server error"
    return bench.say(bench.api(secure, stage=stage))["message"], "clientCertificateId of stage dev is not honoured"


# The table


def members():
    model = botocore.session.get_session().get_service_model("apigatewayv2")
    return list(itertools.chain.from_iterable(
        leaves(model.operation_model(name).input_shape, name) for name in OPERATIONS))


def test_every_member_of_the_model_has_one_row_and_no_row_is_of_another():
    none = [member for rows in NONE.values() for member in rows]
    rows = [*HONOURED, *REFUSED, *none]

    assert sorted(rows) == sorted(set(rows))
    assert sorted(rows) == sorted(members())
    assert set(SHOWN) <= set(none)


@pytest.mark.parametrize("check", dict.fromkeys([*HONOURED.values(), *SHOWN.values()]), ids=lambda check: check.__name__)
def test_a_member_has_the_part_that_its_row_says(check, bench):
    check(bench)


@pytest.mark.parametrize("check", dict.fromkeys(REFUSED.values()), ids=lambda check: check.__name__)
def test_a_member_that_is_not_honoured_is_named_in_the_frame(check, bench):
    message, name = check(bench)

    assert name in message and "this local stand-in" in message
