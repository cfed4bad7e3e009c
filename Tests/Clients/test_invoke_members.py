"""Each member of the service's model that a request may set, and its part in a call: honoured, shown by two real calls that
differ in that member alone; answered 501; or none, with the reason. A new member of the model fails until it has a row.
test_websocket_members.py is the same for WebSocket APIs.
"""

import datetime
import http.server
import json
import ssl
import threading
import time

import botocore.session
import jwt
import pytest
import websockets.sync.client
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from local_server import LocalServer
from test_invoke import FUNCTION, Backend, call, client_of, function_integration, make_api, proxy_integration, runtime_emulator

OPERATIONS = [
    "CreateApi", "CreateRoute", "CreateIntegration", "CreateAuthorizer", "CreateStage", "CreateDomainName",
    "CreateApiMapping", "CreateRoutingRule", "CreateDeployment", "CreateVpcLink",
]
LISTENER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/pets/50dc6c495c0c9188/f2f7dc8efc522ab2"
ISSUER = "https://tokens.example.invalid"
CERTIFICATE = [{"CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/c"}]
ORIGIN = "https://a.example"

# Members with no part in a call, by the reason.
NONE = {
    "the service shows it and no more": [
        "CreateApi.Name", "CreateApi.Description", "CreateApi.Tags", "CreateApi.Version", "CreateRoute.OperationName",
        "CreateIntegration.Description", "CreateAuthorizer.Name", "CreateStage.Description", "CreateStage.Tags",
        "CreateDomainName.Tags", "CreateDeployment.Description", "CreateVpcLink.Name", "CreateVpcLink.Tags",
        "CreateDomainName.DomainNameConfigurations.CertificateName",
        "CreateDomainName.DomainNameConfigurations.CertificateUploadDate",
        "CreateDomainName.DomainNameConfigurations.DomainNameStatus",
        "CreateDomainName.DomainNameConfigurations.DomainNameStatusMessage",
        "CreateDomainName.DomainNameConfigurations.HostedZoneId",
        "CreateDomainName.DomainNameConfigurations.ApiGatewayDomainName"],
    "WebSocket APIs alone have it": [
        "CreateApi.ApiKeySelectionExpression", "CreateApi.DisableSchemaValidation", "CreateRoute.ModelSelectionExpression",
        "CreateRoute.RequestModels", "CreateRoute.RequestParameters.Required", "CreateRoute.RouteResponseSelectionExpression",
        "CreateIntegration.ContentHandlingStrategy", "CreateIntegration.PassthroughBehavior",
        "CreateIntegration.RequestTemplates", "CreateIntegration.TemplateSelectionExpression",
        "CreateStage.ClientCertificateId", "CreateStage.DefaultRouteSettings.DataTraceEnabled",
        "CreateStage.DefaultRouteSettings.LoggingLevel", "CreateStage.RouteSettings.DataTraceEnabled",
        "CreateStage.RouteSettings.LoggingLevel"],
    "HTTP APIs have one value of it": ["CreateApi.RouteSelectionExpression"],
    "roles are not asked, because there are no policies here": [
        "CreateApi.CredentialsArn", "CreateIntegration.CredentialsArn", "CreateAuthorizer.AuthorizerCredentialsArn"],
    "the model says that it is not used": ["CreateAuthorizer.IdentityValidationExpression"],
    "addresses and certificates are this server's own": [
        "CreateApi.IpAddressType", "CreateDomainName.DomainNameConfigurations.CertificateArn",
        "CreateDomainName.DomainNameConfigurations.EndpointType", "CreateDomainName.DomainNameConfigurations.IpAddressType",
        "CreateDomainName.DomainNameConfigurations.SecurityPolicy",
        "CreateDomainName.DomainNameConfigurations.OwnershipVerificationCertificateArn",
        "CreateVpcLink.SecurityGroupIds", "CreateVpcLink.SubnetIds"],
    "it is about CloudWatch, which is not there": [
        "CreateStage.DefaultRouteSettings.DetailedMetricsEnabled", "CreateStage.RouteSettings.DetailedMetricsEnabled",
        "CreateStage.AccessLogSettings.DestinationArn"],
    "requests and fixtures refuse it for HTTP APIs": ["CreateRoute.ApiKeyRequired"],
    "a private domain's identifier, and no private domain is served": ["CreateRoutingRule.DomainNameId"],
}
HONOURED = {}
REFUSED = {}


def honours(*members):
    """Registers a check: it makes the calls that show the members."""
    def register(check):
        HONOURED.update({member: check for member in members})
        return check
    return register


def refuses(*members):
    """Registers a check: it makes the call that is answered 501."""
    def register(check):
        REFUSED.update({member: check for member in members})
        return check
    return register


class Bench:
    """A server with all that an API may call, and short words for calls."""

    def __init__(self, folder):
        self.events, self.asked = [], []
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        entry = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key())), "kid": "k", "use": "sig"}
        (folder / "keys.json").write_text(json.dumps({"keys": [entry]}))
        self.log = folder / "access.log"
        self.emulator = runtime_emulator(self.function)
        self.door = runtime_emulator(self.authorize)
        self.backend = Backend(lambda request: (200, {"X-Inner": "1"}, (request["method"] + request["path"]).encode()))
        self.services = Backend(lambda _: (200, {"Content-Type": "text/xml"}, b"<SendMessageResponse/>"))
        self.inside = SecureBackend(folder)
        self.server = LocalServer(
            "--port", "0", "--clock", "manual", "--access-logs", self.log, "--jwks", f"{ISSUER}={folder / 'keys.json'}",
            "--lambda", f"pets={self.emulator.url}", "--lambda", f"door={self.door.url}",
            "--upstream", f"{LISTENER}={self.backend.url}", "--upstream", f"{LISTENER}f={self.inside.url}",
            "--upstream-ca", self.inside.authority, "--aws-endpoint", self.services.url)
        self.client = client_of(self.server)

    def function(self, event):
        self.events.append(event)
        if event["headers"].get("x-wait"):
            self.released.wait(30)
        return {"statusCode": 200, "body": event.get("routeKey", "1.0")}

    released = threading.Event()

    def authorize(self, event):
        self.asked.append(event)
        # Events of 1.0 have capitals.
        word = {name.lower(): value for name, value in event["headers"].items()}.get("x-word")
        if word == "policy":
            return {"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [
                {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}]}}
        return {"isAuthorized": word == "please"}

    def api(self, routes=None, **options):
        return make_api(self.client, routes or {"GET /pets": function_integration()}, **options)

    def get(self, api_id, path="/pets", method="GET", **headers):
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return call(self.server, api_id, method, path, headers=fields)

    def status(self, api_id, path="/pets", **headers):
        return self.get(api_id, path, **headers)[0]

    def protect(self, api_id, kind, scopes=(), **authorizer):
        made = self.client.create_authorizer(ApiId=api_id, Name="door", **authorizer)["AuthorizerId"]
        [route] = self.client.get_routes(ApiId=api_id)["Items"]
        extra = {"AuthorizationScopes": list(scopes)} if scopes else {}
        self.client.update_route(
            ApiId=api_id, RouteId=route["RouteId"], AuthorizationType=kind, AuthorizerId=made, **extra)
        return api_id

    def by_function(self, **authorizer):
        wanted = {
            "AuthorizerType": "REQUEST", "AuthorizerPayloadFormatVersion": "2.0", "EnableSimpleResponses": True,
            "IdentitySource": ["$request.header.x-word"],
            "AuthorizerUri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
                             f"{FUNCTION.replace('pets', 'door')}/invocations", **authorizer}
        return self.protect(self.api(), "CUSTOM", **wanted)

    def by_token(self, scopes=(), issuer=ISSUER, audience="shop", source="$request.header.Authorization"):
        return self.protect(
            self.api(), "JWT", scopes, AuthorizerType="JWT", IdentitySource=[source],
            JwtConfiguration={"Issuer": issuer, "Audience": [audience]})

    def token(self, **claims):
        wanted = {"iss": ISSUER, "aud": "shop", "exp": int(time.time()) + 86_400, "scope": "read", **claims}
        return jwt.encode(wanted, self.key, algorithm="RS256", headers={"kid": "k"})

    def advance(self, duration):
        return call(
            self.server, None, "POST", "/__admin/clock", json.dumps({"advance": duration}),
            {"Content-Type": "application/json"}, host="localhost")[0]

    def close(self):
        self.released.set()
        self.server.stop()
        for part in (self.emulator, self.door, self.backend, self.services, self.inside):
            part.__exit__()


class SecureBackend:
    """A backend over TLS whose certificate is of inside.example alone."""

    def __init__(self, folder):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "inside.example")])
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("inside.example")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256()))
        self.authority = folder / "inside.pem"
        self.authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        private = folder / "inside-key.pem"
        private.write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()))

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"inside")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority, private)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    made = Bench(tmp_path_factory.mktemp("bench"))
    yield made
    made.close()


# APIs


def cors(bench, name, value, field, method="GET", **headers):
    """The header field with the member and without it."""
    base = {"AllowOrigins": [ORIGIN], "AllowMethods": ["GET"]}
    base.pop(name, None)
    with_it = bench.api(CorsConfiguration={**base, name: value})
    without = bench.api(CorsConfiguration=base)
    return [bench.get(api_id, method=method, Origin=ORIGIN, **headers)[1][field] for api_id in (with_it, without)]


PREFLIGHT = {"method": "OPTIONS", "Access_Control_Request_Method": "GET"}


@honours("CreateApi.CorsConfiguration.AllowOrigins")
def origins(bench):
    field = "Access-Control-Allow-Origin"
    assert cors(bench, "AllowOrigins", [ORIGIN], field) == [ORIGIN, None]


@honours("CreateApi.CorsConfiguration.AllowCredentials")
def credentials(bench):
    assert cors(bench, "AllowCredentials", True, "Access-Control-Allow-Credentials") == ["true", None]


@honours("CreateApi.CorsConfiguration.ExposeHeaders")
def exposed(bench):
    assert cors(bench, "ExposeHeaders", ["X-A"], "Access-Control-Expose-Headers") == ["x-a", None]


@honours("CreateApi.CorsConfiguration.AllowMethods")
def methods(bench):
    assert cors(bench, "AllowMethods", ["PUT"], "Access-Control-Allow-Methods", **PREFLIGHT) == ["PUT", None]


@honours("CreateApi.CorsConfiguration.AllowHeaders")
def allowed_headers(bench):
    assert cors(bench, "AllowHeaders", ["X-A"], "Access-Control-Allow-Headers", **PREFLIGHT) == ["x-a", None]


@honours("CreateApi.CorsConfiguration.MaxAge")
def max_age(bench):
    assert cors(bench, "MaxAge", 7, "Access-Control-Max-Age", **PREFLIGHT) == ["7", None]


@honours("CreateApi.DisableExecuteApiEndpoint")
def disabled_endpoint(bench):
    assert bench.status(bench.api(DisableExecuteApiEndpoint=True)) == 404
    assert bench.status(bench.api(DisableExecuteApiEndpoint=False)) == 200


@honours("CreateApi.Target", "CreateApi.RouteKey")
def quick_create(bench):
    client = bench.client
    whole = client.create_api(Name="pets", ProtocolType="HTTP", Target=FUNCTION)["ApiId"]
    one = client.create_api(Name="pets", ProtocolType="HTTP", Target=FUNCTION, RouteKey="GET /pets")["ApiId"]
    assert [bench.status(whole), bench.status(whole, "/x"), bench.status(one), bench.status(one, "/x")] == [
        200, 200, 200, 404]


@honours("CreateApi.ProtocolType")
def websocket(bench):
    client = bench.client
    api_id = client.create_api(
        Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")["ApiId"]
    made = client.create_integration(
        ApiId=api_id, IntegrationType="MOCK", RequestTemplates={"$default": '{"statusCode": 200}'})["IntegrationId"]
    client.create_route(ApiId=api_id, RouteKey="$connect", Target=f"integrations/{made}")
    deployment = client.create_deployment(ApiId=api_id)["DeploymentId"]
    client.create_stage(ApiId=api_id, StageName="prod", DeploymentId=deployment)
    url = f"ws://127.0.0.1:{bench.server.port}/_aws/execute-api/{api_id}/prod"
    with websockets.sync.client.connect(url) as chat:
        assert chat.response.status_code == 101


# Routes


@honours("CreateRoute.ApiId", "CreateRoute.RouteKey", "CreateRoute.Target", "CreateIntegration.ApiId")
def routes(bench):
    api_id = bench.api({"GET /pets": function_integration(), "GET /far": proxy_integration(bench.backend.url + "/there")})
    assert [bench.get(api_id)[2], bench.get(api_id, "/far")[2], bench.status(api_id, "/none")] == [
        b"GET /pets", b"GET/there", 404]


@honours("CreateRoute.AuthorizationType", "CreateRoute.AuthorizerId", "CreateAuthorizer.ApiId")
def authorization(bench):
    assert bench.status(bench.api(route={"AuthorizationType": "AWS_IAM"})) == 403
    assert bench.status(bench.by_token()) == 401
    assert bench.status(bench.api()) == 200


@honours("CreateRoute.AuthorizationScopes")
def scopes(bench):
    api_id = bench.by_token(scopes=["write"])
    assert bench.status(api_id, Authorization=bench.token()) == 403
    assert bench.status(api_id, Authorization=bench.token(scope="read write")) == 200


# Integrations


@honours("CreateIntegration.IntegrationType", "CreateIntegration.IntegrationUri", "CreateIntegration.IntegrationMethod")
def backends(bench):
    plain = proxy_integration(bench.backend.url + "/a")
    api_id = bench.api({"GET /any": plain, "GET /put": {**plain, "IntegrationMethod": "PUT"}})
    assert [bench.get(api_id, "/any")[2], bench.get(api_id, "/put")[2]] == [b"GET/a", b"PUT/a"]


@honours("CreateIntegration.PayloadFormatVersion")
def formats(bench):
    api_id = bench.api({"GET /one": function_integration("1.0"), "GET /two": function_integration("2.0")})
    bench.status(api_id, "/one")
    bench.status(api_id, "/two")
    assert [event["version"] for event in bench.events[-2:]] == ["1.0", "2.0"]


@honours("CreateIntegration.IntegrationSubtype")
def services(bench):
    api_id = bench.api({"GET /queue": {
        "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage", "PayloadFormatVersion": "1.0",
        "CredentialsArn": "arn:aws:iam::000000000000:role/queue",
        "RequestParameters": {
            "QueueUrl": "https://sqs.us-east-1.amazonaws.com/000000000000/q", "MessageBody": "$request.querystring.a"}}})
    assert bench.get(api_id, "/queue?a=hello")[2] == b"<SendMessageResponse/>"
    assert b"MessageBody=hello" in bench.services.requests[-1]["body"]


@honours("CreateIntegration.RequestParameters", "CreateIntegration.ResponseParameters")
def mappings(bench):
    plain = proxy_integration(bench.backend.url)
    mapped = {**plain, "RequestParameters": {"overwrite:path": "/mapped"},
              "ResponseParameters": {"200": {"overwrite:statuscode": "202", "remove:header.x-inner": "''"}}}
    api_id = bench.api({"GET /plain": plain, "GET /mapped": mapped})
    answers = [bench.get(api_id, path) for path in ("/plain", "/mapped")]
    assert [(status, fields["X-Inner"]) for status, fields, _ in answers] == [(200, "1"), (202, None)]
    assert answers[1][2] == b"GET/mapped"


@honours("CreateIntegration.ConnectionType", "CreateIntegration.ConnectionId")
def private(bench):
    link = bench.client.create_vpc_link(Name="pets", SubnetIds=["subnet-1"])["VpcLinkId"]
    inside = proxy_integration(LISTENER, ConnectionType="VPC_LINK", ConnectionId=link)
    api_id = bench.api({"GET /pets": inside})
    bench.advance("10m")
    assert bench.get(api_id)[2] == b"GET/pets"


@honours("CreateIntegration.TlsConfig.ServerNameToVerify")
def server_name(bench):
    link = bench.client.create_vpc_link(Name="pets", SubnetIds=["subnet-1"])["VpcLinkId"]
    bench.advance("10m")

    def inside(name):
        return proxy_integration(
            LISTENER + "f", ConnectionType="VPC_LINK", ConnectionId=link, TlsConfig={"ServerNameToVerify": name})

    api_id = bench.api({"GET /right": inside("inside.example"), "GET /wrong": inside("other.example")})
    assert [bench.status(api_id, "/right"), bench.status(api_id, "/wrong")] == [200, 503]


@honours("CreateIntegration.TimeoutInMillis")
def timeouts(bench):
    api_id = bench.api({"GET /pets": {**function_integration(), "TimeoutInMillis": 50}})
    assert bench.get(api_id, x_wait="yes")[::2] == (503, b'{"message":"Service Unavailable"}')
    assert bench.status(api_id) == 200


# Authorizers


@honours("CreateAuthorizer.AuthorizerType", "CreateAuthorizer.AuthorizerUri", "CreateAuthorizer.IdentitySource")
def functions(bench):
    api_id = bench.by_function()
    assert [bench.status(api_id), bench.status(api_id, x_word="no"), bench.status(api_id, x_word="please")] == [
        401, 403, 200]
    assert bench.asked[-1]["identitySource"] == ["please"]


@honours("CreateAuthorizer.AuthorizerPayloadFormatVersion")
def authorizer_formats(bench):
    assert bench.status(bench.by_function(), x_word="please") == 200
    old = bench.by_function(AuthorizerPayloadFormatVersion="1.0", EnableSimpleResponses=False)
    assert bench.status(old, x_word="policy") == 200
    assert [event["version"] for event in bench.asked[-2:]] == ["2.0", "1.0"]


@honours("CreateAuthorizer.EnableSimpleResponses")
def simple_responses(bench):
    # With them a policy is no answer, and without them isAuthorized is none.
    simple, policies = bench.by_function(), bench.by_function(EnableSimpleResponses=False)
    assert [bench.status(simple, x_word="please"), bench.status(simple, x_word="policy")] == [200, 500]
    assert [bench.status(policies, x_word="please"), bench.status(policies, x_word="policy")] == [500, 200]


@honours("CreateAuthorizer.AuthorizerResultTtlInSeconds")
def kept_answers(bench):
    api_id = bench.by_function(AuthorizerResultTtlInSeconds=60)
    before = len(bench.asked)
    assert [bench.status(api_id, x_word="please") for _ in range(2)] == [200, 200]
    kept = len(bench.asked) - before
    bench.advance("61s")
    bench.status(api_id, x_word="please")
    assert (kept, len(bench.asked) - before) == (1, 2)


@honours("CreateAuthorizer.JwtConfiguration.Issuer", "CreateAuthorizer.JwtConfiguration.Audience")
def token_settings(bench):
    api_id = bench.by_token()
    claims = [{}, {"aud": "orders"}, {"iss": "https://other.example"}]
    assert [bench.status(api_id, Authorization=bench.token(**one)) for one in claims] == [200, 401, 401]
    assert bench.status(bench.by_token(audience="orders"), Authorization=bench.token(aud="orders")) == 200


# Stages


@honours("CreateStage.ApiId", "CreateStage.StageName", "CreateStage.DeploymentId", "CreateDeployment.ApiId")
def deployed(bench):
    client, api_id = bench.client, bench.api({"GET /pets": function_integration(), "GET /kept": function_integration()})
    deployment = client.create_deployment(ApiId=api_id)["DeploymentId"]
    client.create_stage(ApiId=api_id, StageName="prod", DeploymentId=deployment)
    [route] = [one for one in client.get_routes(ApiId=api_id)["Items"] if one["RouteKey"] == "GET /pets"]
    client.delete_route(ApiId=api_id, RouteId=route["RouteId"])
    assert [bench.status(api_id, "/prod/pets"), bench.status(api_id, "/pets"), bench.status(api_id, "/test/pets")] == [
        200, 404, 404]


@honours("CreateDeployment.StageName")
def deployed_to_a_stage(bench):
    client, api_id = bench.client, bench.api()
    client.create_stage(ApiId=api_id, StageName="prod")
    before = bench.status(api_id, "/prod/pets")
    client.create_deployment(ApiId=api_id, StageName="prod")
    assert [before, bench.status(api_id, "/prod/pets")] == [404, 200]


@honours("CreateStage.AutoDeploy")
def automatic(bench):
    client, api_id = bench.client, bench.api()
    deployment = client.create_deployment(ApiId=api_id)["DeploymentId"]
    client.create_stage(ApiId=api_id, StageName="fixed", DeploymentId=deployment)
    client.create_stage(ApiId=api_id, StageName="live", AutoDeploy=True)
    [route] = client.get_routes(ApiId=api_id)["Items"]
    client.create_route(ApiId=api_id, RouteKey="GET /new", Target=route["Target"])
    assert [bench.status(api_id, "/live/new"), bench.status(api_id, "/fixed/new")] == [200, 404]


@honours("CreateStage.StageVariables")
def variables(bench):
    uri = {**function_integration(), "IntegrationUri": FUNCTION.replace("pets", "${stageVariables.name}")}
    right = bench.api({"GET /pets": uri}, stage={"StageVariables": {"name": "pets"}})
    wrong = bench.api({"GET /pets": uri}, stage={"StageVariables": {"name": "nobody"}})
    assert [bench.status(right), bench.status(wrong)] == [200, 500]
    assert bench.events[-1]["stageVariables"] == {"name": "pets"}


@honours("CreateStage.DefaultRouteSettings.ThrottlingBurstLimit", "CreateStage.DefaultRouteSettings.ThrottlingRateLimit")
def throttled(bench):
    api_id = bench.api(stage={"DefaultRouteSettings": {"ThrottlingRateLimit": 0.5, "ThrottlingBurstLimit": 2}})
    burst = [bench.status(api_id) for _ in range(3)]
    bench.advance("1s")
    early = bench.status(api_id)
    bench.advance("1s")
    assert (burst, early, bench.status(api_id)) == ([200, 200, 429], 429, 200)


@honours("CreateStage.RouteSettings.ThrottlingBurstLimit", "CreateStage.RouteSettings.ThrottlingRateLimit")
def throttled_routes(bench):
    api_id = bench.api(
        {"GET /pets": function_integration(), "GET /free": function_integration()},
        stage={"RouteSettings": {"GET /pets": {"ThrottlingRateLimit": 0.5, "ThrottlingBurstLimit": 1}}})
    seen = [bench.status(api_id) for _ in range(2)] + [bench.status(api_id, "/free") for _ in range(3)]
    bench.advance("2s")
    assert seen + [bench.status(api_id)] == [200, 429, 200, 200, 200, 200]


@honours("CreateStage.AccessLogSettings.Format")
def access_logs(bench):
    group = "arn:aws:logs:us-east-1:000000000000:log-group:pets"
    api_id = bench.api(stage={"AccessLogSettings": {
        "DestinationArn": group, "Format": "$context.apiId $context.status $context.requestId"}})
    _, fields, _ = bench.get(api_id)
    assert f"{api_id} 200 {fields['Apigw-Requestid']}\n" in bench.log.read_text()


# Custom domains


def domain(bench, name, **options):
    bench.client.create_domain_name(DomainName=name, DomainNameConfigurations=CERTIFICATE, **options)
    return name


def at(bench, name, path, **headers):
    return call(bench.server, None, "GET", path, headers=headers, host=name)[0]


@honours(
    "CreateDomainName.DomainName", "CreateApiMapping.DomainName", "CreateApiMapping.ApiId", "CreateApiMapping.Stage",
    "CreateApiMapping.ApiMappingKey")
def mapped(bench):
    name, api_id = domain(bench, "mapped.example"), bench.api()
    bench.client.create_api_mapping(DomainName=name, ApiId=api_id, Stage="$default", ApiMappingKey="v1")
    assert [at(bench, name, path) for path in ("/v1/pets", "/v1/none", "/v2/pets")] == [200, 404, 403]
    assert at(bench, "other.example", "/v1/pets") == 403


@honours(
    "CreateDomainName.RoutingMode", "CreateRoutingRule.DomainName", "CreateRoutingRule.Priority",
    "CreateRoutingRule.Actions.InvokeApi.ApiId", "CreateRoutingRule.Actions.InvokeApi.Stage",
    "CreateRoutingRule.Actions.InvokeApi.StripBasePath", "CreateRoutingRule.Conditions.MatchBasePaths.AnyOf",
    "CreateRoutingRule.Conditions.MatchHeaders.AnyOf.Header", "CreateRoutingRule.Conditions.MatchHeaders.AnyOf.ValueGlob")
def ruled(bench):
    client, api_id = bench.client, bench.api()
    other = bench.api({"GET /v1/pets": proxy_integration(bench.backend.url)})
    name = domain(bench, "ruled.example", RoutingMode="ROUTING_RULE_THEN_API_MAPPING")
    client.create_api_mapping(DomainName=name, ApiId=api_id, Stage="$default")

    def rule(priority, api_id, strips, **conditions):
        client.create_routing_rule(
            DomainName=name, Priority=priority, Conditions=[{kind: {"AnyOf": value}} for kind, value in conditions.items()],
            Actions=[{"InvokeApi": {"ApiId": api_id, "Stage": "$default", "StripBasePath": strips}}])

    # The first takes the path off, the second does not.
    rule(20, api_id, True, MatchBasePaths=["v1"])
    rule(10, other, False, MatchHeaders=[{"Header": "x-beta", "ValueGlob": "y*"}])
    before = len(bench.backend.requests)
    answers = [at(bench, name, "/v1/pets"), at(bench, name, "/v1/pets", **{"x-beta": "yes"}),
               at(bench, name, "/v1/pets", **{"x-beta": "no"})]
    assert (answers, len(bench.backend.requests) - before) == ([200, 200, 200], 1)
    assert at(bench, name, "/pets") == 200
    client.update_domain_name(DomainName=name, RoutingMode="API_MAPPING_ONLY")
    assert [at(bench, name, "/v1/pets"), at(bench, name, "/pets")] == [404, 200]


@refuses("CreateDomainName.MutualTlsAuthentication.TruststoreUri", "CreateDomainName.MutualTlsAuthentication.TruststoreVersion")
def mutual_tls(bench):
    name = f"mutual{len(bench.events)}.example"
    domain(bench, name, MutualTlsAuthentication={"TruststoreUri": "s3://bucket/trust.pem", "TruststoreVersion": "1"})
    bench.client.create_api_mapping(DomainName=name, ApiId=bench.api(), Stage="$default")
    return call(bench.server, None, "GET", "/pets", host=name), "mutualTlsAuthentication"


# The table


def leaves(shape, path):
    """The paths of all members of a shape that hold a value."""
    for name, member in shape.members.items():
        while member.type_name in ("list", "map"):
            member = member.member if member.type_name == "list" else member.value
        if member.type_name == "structure":
            yield from leaves(member, f"{path}.{name}")
        else:
            yield f"{path}.{name}"


def members():
    model = botocore.session.get_session().get_service_model("apigatewayv2")
    return [leaf for name in OPERATIONS for leaf in leaves(model.operation_model(name).input_shape, name)]


def test_every_member_of_the_model_has_one_row_and_no_row_is_of_another():
    rows = [*HONOURED, *REFUSED, *(member for members_ in NONE.values() for member in members_)]

    assert sorted(rows) == sorted(set(rows))
    assert sorted(rows) == sorted(members())


@pytest.mark.parametrize("check", dict.fromkeys(HONOURED.values()), ids=lambda check: check.__name__)
def test_a_member_is_honoured_in_a_call(check, bench):
    check(bench)


@pytest.mark.parametrize("check", dict.fromkeys(REFUSED.values()), ids=lambda check: check.__name__)
def test_a_member_that_is_not_honoured_answers_501_and_is_named(check, bench):
    (status, _, body), name = check(bench)

    assert status == 501
    assert name in json.loads(body)["message"]
