"""APIs and what they are made of. Defaults and messages: docs/fidelity-apis.md."""

from .flow import ABSENT, DATE, Flow, Scenario, Step, Text, identifier

ROLE = "arn:aws:iam::000000000000:role/gateway"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:pets"
FUNCTION_URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
LISTENER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/lb/1234567890abcdef/1234567890abcdef"
LOG_GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:pets"
NO_API = "Invalid API identifier specified <Account>:missing"

HTTP_API = Step("CreateApi", {"Name": "pets", "ProtocolType": "HTTP"})
WEBSOCKET_API = Step(
    "CreateApi", {"Name": "chat", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"}
)
PROXY = Step(
    "CreateIntegration",
    {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "GET", "IntegrationUri": "https://example.com",
     "PayloadFormatVersion": "1.0"},
)
MOCK = Step("CreateIntegration", {"IntegrationType": "MOCK"})
ROUTE = Step("CreateRoute", {"RouteKey": "GET /pets", "Target": "integrations/<IntegrationId>"})
WEBSOCKET_ROUTE = Step("CreateRoute", {"RouteKey": "send", "Target": "integrations/<IntegrationId>"})
STAGE = Step("CreateStage", {"StageName": "prod"})
DEPLOYMENT = Step("CreateDeployment")
VPC_LINK = Step("CreateVpcLink", {"Name": "inside", "SubnetIds": ["subnet-1"]})
JWT = Step(
    "CreateAuthorizer",
    {"AuthorizerType": "JWT", "IdentitySource": ["$request.header.Authorization"], "Name": "jwt",
     "JwtConfiguration": {"Audience": ["pets"], "Issuer": "https://issuer.example.com"}},
)
GUARD = Step(
    "CreateAuthorizer",
    {"AuthorizerType": "REQUEST", "AuthorizerUri": FUNCTION_URI, "IdentitySource": ["route.request.header.Auth"],
     "Name": "guard"},
)

API_ID = identifier(10)

FLOWS = [
    Flow(
        "Api", "of HTTP", list_operation="GetApis", another=("Name", "pets{}"), unknown=NO_API,
        full={
            "ApiKeySelectionExpression": "$request.header.x-api-key",
            "CorsConfiguration": {
                "AllowCredentials": True, "AllowHeaders": ["x-a"], "AllowMethods": ["GET"],
                "AllowOrigins": ["https://example.com"], "ExposeHeaders": ["x-b"], "MaxAge": 300,
            },
            "Description": "All pets.", "DisableExecuteApiEndpoint": True, "IpAddressType": "dualstack", "Name": "pets",
            "ProtocolType": "HTTP", "RouteSelectionExpression": "$request.method $request.path",
            "Tags": {"team": "blue"}, "Version": "1.0",
        },
        full_answer={
            "ApiEndpoint": "https://<ApiId>.execute-api.us-east-1.amazonaws.com", "ApiId": API_ID, "CreatedDate": DATE,
        },
        least={"Name": "pets", "ProtocolType": "HTTP"},
        least_answer={
            "ApiEndpoint": "https://<ApiId>.execute-api.us-east-1.amazonaws.com", "ApiId": API_ID,
            "ApiKeySelectionExpression": "$request.header.x-api-key", "CreatedDate": DATE,
            "DisableExecuteApiEndpoint": False, "IpAddressType": "ipv4", "Name": "pets", "ProtocolType": "HTTP",
            "RouteSelectionExpression": "$request.method $request.path", "Tags": {},
        },
        update={
            "ApiKeySelectionExpression": "$context.authorizer.usageIdentifierKey",
            "CorsConfiguration": {"AllowOrigins": ["*"], "AllowHeaders": []}, "Description": "", "Name": "dogs",
            "DisableExecuteApiEndpoint": False, "IpAddressType": "ipv4", "Version": "",
        },
        updated={
            "CorsConfiguration": {"AllowOrigins": ["*"]}, "Description": ABSENT, "Version": ABSENT,
        },
    ),
    Flow(
        "Api", "of WebSockets", list_operation="GetApis", unknown=NO_API,
        full={
            "ApiKeySelectionExpression": "$context.authorizer.usageIdentifierKey", "Description": "All talk.",
            "DisableExecuteApiEndpoint": True, "DisableSchemaValidation": True, "IpAddressType": "dualstack",
            "Name": "chat", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action",
            "Tags": {"team": "blue"}, "Version": "1.0",
        },
        full_answer={
            "ApiEndpoint": "wss://<ApiId>.execute-api.us-east-1.amazonaws.com", "ApiId": API_ID, "CreatedDate": DATE,
        },
        least={"Name": "chat", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"},
        least_answer={
            "ApiEndpoint": "wss://<ApiId>.execute-api.us-east-1.amazonaws.com", "ApiId": API_ID,
            "ApiKeySelectionExpression": "$request.header.x-api-key", "CreatedDate": DATE,
            "DisableExecuteApiEndpoint": False, "IpAddressType": "ipv4", "Name": "chat", "ProtocolType": "WEBSOCKET",
            "RouteSelectionExpression": "$request.body.action", "Tags": {},
        },
        update={"DisableSchemaValidation": False, "RouteSelectionExpression": "$request.body.kind"},
    ),
    Flow(
        "Api", "by quick create",
        full={
            "CredentialsArn": ROLE, "Name": "quick", "ProtocolType": "HTTP", "RouteKey": "GET /pets", "Target": FUNCTION,
        },
        full_answer={
            "ApiEndpoint": "https://<ApiId>.execute-api.us-east-1.amazonaws.com", "ApiId": API_ID,
            "ApiKeySelectionExpression": "$request.header.x-api-key", "CreatedDate": DATE, "CredentialsArn": ABSENT,
            "DisableExecuteApiEndpoint": False, "IpAddressType": "ipv4", "RouteKey": ABSENT,
            "RouteSelectionExpression": "$request.method $request.path", "Target": ABSENT,
        },
    ),
    Flow(
        "Integration", "through a VPC link", given=(HTTP_API, VPC_LINK), list_operation="GetIntegrations",
        another=("Description", "number {}"), unknown="Invalid Integration identifier specified",
        full={
            "ConnectionId": "<VpcLinkId>", "ConnectionType": "VPC_LINK", "CredentialsArn": ROLE,
            "Description": "Inside.", "IntegrationMethod": "ANY", "IntegrationType": "HTTP_PROXY",
            "IntegrationUri": LISTENER, "PayloadFormatVersion": "1.0",
            "RequestParameters": {"overwrite:path": "/a", "append:header.a": "b"},
            "ResponseParameters": {"200": {"overwrite:header.a": "b"}, "404": {"overwrite:statuscode": "200"}},
            "TimeoutInMillis": 1000, "TlsConfig": {"ServerNameToVerify": "example.com"},
        },
        full_answer={"IntegrationId": identifier(7)},
        least={"IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION_URI, "PayloadFormatVersion": "2.0"},
        least_answer={
            "ConnectionType": "INTERNET", "IntegrationId": identifier(7), "IntegrationMethod": "POST",
            "IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION_URI, "PayloadFormatVersion": "2.0",
            "TimeoutInMillis": 30000,
        },
        update={
            "CredentialsArn": "", "Description": "", "RequestParameters": {"append:header.a": ""},
            "ResponseParameters": {"404": {}}, "TimeoutInMillis": 30000,
        },
        updated={
            "CredentialsArn": ABSENT, "Description": ABSENT, "RequestParameters": {"overwrite:path": "/a"},
            "ResponseParameters": {"200": {"overwrite:header.a": "b"}},
        },
    ),
    Flow(
        "Integration", "of a service", given=(HTTP_API,), unknown="Invalid Integration identifier specified",
        full={
            "CredentialsArn": ROLE, "IntegrationSubtype": "SQS-SendMessage", "IntegrationType": "AWS_PROXY",
            "PayloadFormatVersion": "1.0",
            "RequestParameters": {"QueueUrl": "https://example.com/q", "MessageBody": "$request.body"},
        },
        full_answer={"ConnectionType": "INTERNET", "IntegrationId": identifier(7), "TimeoutInMillis": 30000},
        update={"IntegrationSubtype": "SQS-PurgeQueue"},
    ),
    Flow(
        "Integration", "of WebSockets", given=(WEBSOCKET_API,), unknown="Invalid Integration identifier specified",
        full={
            "ConnectionType": "INTERNET", "ContentHandlingStrategy": "CONVERT_TO_TEXT", "CredentialsArn": ROLE,
            "Description": "A function.", "IntegrationMethod": "POST", "IntegrationType": "AWS",
            "IntegrationUri": FUNCTION_URI, "PassthroughBehavior": "NEVER", "PayloadFormatVersion": "1.0",
            "RequestParameters": {"integration.request.header.a": "route.request.header.a"},
            "RequestTemplates": {"$default": "{}"}, "TemplateSelectionExpression": "$default", "TimeoutInMillis": 29000,
        },
        full_answer={
            "IntegrationId": identifier(7),
            "IntegrationResponseSelectionExpression": "${integration.response.body.errorMessage}",
        },
        least={"IntegrationType": "MOCK"},
        least_answer={
            "ConnectionType": "INTERNET", "IntegrationId": identifier(7),
            "IntegrationResponseSelectionExpression": "${integration.response.statuscode}", "IntegrationType": "MOCK",
            "PassthroughBehavior": "WHEN_NO_MATCH", "PayloadFormatVersion": "1.0", "TimeoutInMillis": 29000,
        },
        update={
            "ContentHandlingStrategy": "CONVERT_TO_BINARY", "PassthroughBehavior": "WHEN_NO_TEMPLATES",
            "RequestTemplates": {"text": "a"}, "TemplateSelectionExpression": "text",
        },
    ),
    Flow(
        "Route", "of HTTP", given=(HTTP_API, PROXY, JWT), list_operation="GetRoutes", another=("RouteKey", "GET /{}"),
        unknown="Invalid Route identifier specified",
        full={
            "ApiKeyRequired": False, "AuthorizationScopes": ["read"], "AuthorizationType": "JWT",
            "AuthorizerId": "<AuthorizerId>", "OperationName": "GetPet", "RouteKey": "GET /pets/{petId}",
            "Target": "integrations/<IntegrationId>",
        },
        full_answer={"RouteId": identifier(7)},
        least={"RouteKey": "$default"},
        least_answer={
            "ApiKeyRequired": False, "AuthorizationType": "NONE", "RouteId": identifier(7), "RouteKey": "$default",
        },
        update={
            "AuthorizationScopes": [], "AuthorizationType": "NONE", "OperationName": "", "RouteKey": "PUT /pets",
            "Target": "",
        },
        updated={
            "AuthorizationScopes": ABSENT, "AuthorizerId": ABSENT, "OperationName": ABSENT, "Target": ABSENT,
        },
    ),
    Flow(
        "Route", "of WebSockets", given=(WEBSOCKET_API, MOCK, GUARD), list_operation="GetRoutes",
        unknown="Invalid Route identifier specified",
        full={
            "ApiKeyRequired": True, "AuthorizationType": "CUSTOM", "AuthorizerId": "<AuthorizerId>",
            "ModelSelectionExpression": "$request.body.kind", "OperationName": "Connect", "RequestModels": {"a": "A"},
            "RequestParameters": {
                "route.request.header.a": {"Required": True}, "route.request.header.b": {"Required": False},
            },
            "RouteKey": "$connect", "RouteResponseSelectionExpression": "$default",
            "Target": "integrations/<IntegrationId>",
        },
        full_answer={"RouteId": identifier(7)},
        least={"RouteKey": "send"},
        least_answer={
            "ApiKeyRequired": False, "AuthorizationType": "NONE", "RouteId": identifier(7), "RouteKey": "send",
        },
        update={
            "ApiKeyRequired": False, "AuthorizationType": "NONE", "ModelSelectionExpression": "",
            "RequestParameters": {"route.request.header.c": {"Required": True}}, "RouteResponseSelectionExpression": "",
        },
        updated={
            "AuthorizerId": ABSENT, "ModelSelectionExpression": ABSENT,
            "RequestParameters": {
                "route.request.header.a": {"Required": True}, "route.request.header.b": {"Required": False},
                "route.request.header.c": {"Required": True},
            },
            "RouteResponseSelectionExpression": ABSENT,
        },
    ),
    Flow(
        "Stage", "of HTTP", given=(HTTP_API, PROXY, ROUTE, DEPLOYMENT), list_operation="GetStages",
        another=("StageName", "stage{}"), unknown="Invalid stage identifier specified",
        full={
            "AccessLogSettings": {"DestinationArn": LOG_GROUP, "Format": "$context.requestId"}, "AutoDeploy": False,
            "ClientCertificateId": "a1b2c3",
            "DefaultRouteSettings": {
                "DetailedMetricsEnabled": True, "ThrottlingBurstLimit": 10, "ThrottlingRateLimit": 2000.0,
            },
            "DeploymentId": "<DeploymentId>", "Description": "The first.",
            "RouteSettings": {"GET /pets": {"ThrottlingBurstLimit": 100, "ThrottlingRateLimit": 0.5}},
            "StageName": "prod", "StageVariables": {"a": "b", "c": "d"}, "Tags": {"team": "blue"},
        },
        full_answer={"CreatedDate": DATE, "LastUpdatedDate": DATE},
        least={"StageName": "$default"},
        least_answer={
            "CreatedDate": DATE, "DefaultRouteSettings": {"DetailedMetricsEnabled": False}, "LastUpdatedDate": DATE,
            "RouteSettings": {}, "StageName": "$default", "StageVariables": {}, "Tags": {},
        },
        update={
            "AccessLogSettings": {}, "ClientCertificateId": "", "DefaultRouteSettings": {"ThrottlingBurstLimit": 5},
            "Description": "The second.", "StageVariables": {"a": "", "e": "f"},
        },
        updated={
            "AccessLogSettings": {"DestinationArn": LOG_GROUP, "Format": "$context.requestId"}, "ClientCertificateId": ABSENT,
            "DefaultRouteSettings": {
                "DetailedMetricsEnabled": True, "ThrottlingBurstLimit": 5, "ThrottlingRateLimit": 2000.0,
            },
            "StageVariables": {"c": "d", "e": "f"},
        },
    ),
    Flow(
        "Stage", "of WebSockets", given=(WEBSOCKET_API, MOCK, WEBSOCKET_ROUTE),
        unknown="Invalid stage identifier specified",
        full={
            "DefaultRouteSettings": {"DataTraceEnabled": True, "DetailedMetricsEnabled": True, "LoggingLevel": "INFO"},
            "RouteSettings": {"send": {"DataTraceEnabled": True, "LoggingLevel": "ERROR"}}, "StageName": "prod",
        },
        full_answer={"CreatedDate": DATE, "LastUpdatedDate": DATE, "StageVariables": {}, "Tags": {}},
        least={"StageName": "prod"},
        least_answer={
            "CreatedDate": DATE, "LastUpdatedDate": DATE, "RouteSettings": {}, "StageName": "prod",
            "DefaultRouteSettings": {"DataTraceEnabled": False, "DetailedMetricsEnabled": False, "LoggingLevel": "OFF"},
            "StageVariables": {}, "Tags": {},
        },
        update={"DefaultRouteSettings": {"LoggingLevel": "OFF"}},
        updated={
            "DefaultRouteSettings": {"DataTraceEnabled": True, "DetailedMetricsEnabled": True, "LoggingLevel": "OFF"},
        },
    ),
    Flow(
        "Deployment", "", given=(HTTP_API, PROXY, ROUTE, STAGE), freed=(Step("DeleteStage"),), list_operation="GetDeployments",
        another=("Description", "number {}"), unknown="Invalid Deployment identifier specified",
        full={"Description": "The first.", "StageName": "<StageName>"},
        full_answer={
            "AutoDeployed": False, "CreatedDate": DATE, "DeploymentId": identifier(6), "DeploymentStatus": "DEPLOYED",
            "StageName": ABSENT,
        },
        least={},
        least_answer={
            "AutoDeployed": False, "CreatedDate": DATE, "DeploymentId": identifier(6), "DeploymentStatus": "DEPLOYED",
        },
        update={"Description": ""}, updated={"Description": ABSENT},
    ),
    Flow(
        "Authorizer", "by function", given=(HTTP_API,), list_operation="GetAuthorizers", another=("Name", "guard{}"),
        unknown="Invalid Authorizer identifier specified",
        full={
            "AuthorizerCredentialsArn": ROLE, "AuthorizerPayloadFormatVersion": "2.0",
            "AuthorizerResultTtlInSeconds": 300, "AuthorizerType": "REQUEST", "AuthorizerUri": FUNCTION_URI,
            "EnableSimpleResponses": True, "IdentitySource": ["$request.header.Authorization"],
            "IdentityValidationExpression": "a+", "Name": "guard",
        },
        full_answer={"AuthorizerId": identifier(6)},
        least={
            "AuthorizerPayloadFormatVersion": "1.0", "AuthorizerType": "REQUEST", "AuthorizerUri": FUNCTION_URI,
            "IdentitySource": ["$request.header.Authorization"], "Name": "guard",
        },
        least_answer={
            "AuthorizerId": identifier(6), "AuthorizerPayloadFormatVersion": "1.0", "AuthorizerType": "REQUEST",
            "AuthorizerUri": FUNCTION_URI, "IdentitySource": ["$request.header.Authorization"], "Name": "guard",
        },
        update={"AuthorizerCredentialsArn": "", "AuthorizerResultTtlInSeconds": 0, "Name": "door"},
        updated={"AuthorizerCredentialsArn": ABSENT},
    ),
    Flow(
        "Authorizer", "by token", given=(HTTP_API,), unknown="Invalid Authorizer identifier specified",
        full={
            "AuthorizerType": "JWT", "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": {"Audience": ["pets"], "Issuer": "https://issuer.example.com"}, "Name": "jwt",
        },
        full_answer={"AuthorizerId": identifier(6)},
        update={"JwtConfiguration": {"Audience": ["dogs"], "Issuer": "https://other.example.com"}},
    ),
    Flow(
        "Authorizer", "of WebSockets", given=(WEBSOCKET_API,), unknown="Invalid Authorizer identifier specified",
        full={
            "AuthorizerType": "REQUEST", "AuthorizerUri": FUNCTION_URI,
            "IdentitySource": ["route.request.querystring.token"], "Name": "guard",
        },
        full_answer={"AuthorizerId": identifier(6)},
        update={"IdentitySource": ["route.request.header.Auth"]},
    ),
    Flow(
        "Model", "", given=(WEBSOCKET_API,), list_operation="GetModels", another=("Name", "Message{}"),
        unknown="Invalid Model identifier specified",
        full={"ContentType": "application/json", "Description": "A message.", "Name": "Message", "Schema": "{}"},
        full_answer={"ModelId": identifier(6)},
        least={"Name": "Message", "Schema": "{}"},
        least_answer={"ModelId": identifier(6), "Name": "Message", "Schema": "{}"},
        update={"ContentType": "text/plain", "Description": "", "Name": "Text", "Schema": '{"type": "string"}'},
        updated={"Description": ABSENT},
    ),
    Flow(
        "IntegrationResponse", "", given=(WEBSOCKET_API, MOCK), list_operation="GetIntegrationResponses",
        another=("IntegrationResponseKey", "/{}/"), unknown="Invalid IntegrationResponse identifier specified",
        full={
            "ContentHandlingStrategy": "CONVERT_TO_TEXT", "IntegrationResponseKey": "/200/",
            "ResponseParameters": {"method.response.header.a": "integration.response.header.a"},
            "ResponseTemplates": {"$default": "{}"}, "TemplateSelectionExpression": "$default",
        },
        full_answer={"IntegrationResponseId": identifier(7)},
        least={"IntegrationResponseKey": "$default"},
        least_answer={"IntegrationResponseId": identifier(7), "IntegrationResponseKey": "$default"},
        update={"IntegrationResponseKey": "/404/", "TemplateSelectionExpression": ""},
        updated={"TemplateSelectionExpression": ABSENT},
    ),
    Flow(
        "RouteResponse", "", given=(WEBSOCKET_API, Step("CreateRoute", {"RouteKey": "send"})),
        list_operation="GetRouteResponses", unknown="Invalid RouteResponse identifier specified",
        full={
            "ModelSelectionExpression": "$response.body.kind", "ResponseModels": {"a": "A"},
            "ResponseParameters": {"route.response.header.a": {"Required": True}}, "RouteResponseKey": "$default",
        },
        full_answer={"RouteResponseId": identifier(6)},
        least={"RouteResponseKey": "$default"},
        least_answer={"RouteResponseId": identifier(6), "RouteResponseKey": "$default"},
        update={"ModelSelectionExpression": "", "ResponseModels": {"b": "B"}},
        updated={"ModelSelectionExpression": ABSENT},
    ),
]

SCENARIOS = [
    Scenario(
        "a quick create makes a route, an integration and a stage, which stay",
        given=(Step("CreateApi", {"Name": "quick", "ProtocolType": "HTTP", "Target": FUNCTION}),),
        steps=(
            Step("GetStage", {"StageName": "$default"},
                 shows={"ApiGatewayManaged": True, "AutoDeploy": True, "DeploymentId": identifier(6)}),
            Step("UpdateStage", {"StageName": "$default", "Description": "Mine."}, shows={"Description": "Mine."}),
            Step("DeleteStage", {"StageName": "$default"}, error=("BadRequestException",)),
            Step("GetRoutes", shows={"Items": [{
                "ApiGatewayManaged": True, "ApiKeyRequired": False, "AuthorizationType": "NONE",
                "RouteId": identifier(7), "RouteKey": "$default", "Target": Text("integrations/[a-z0-9]{7}")}]}),
            Step("GetIntegrations", shows={"Items": [{
                "ApiGatewayManaged": True, "ConnectionType": "INTERNET", "IntegrationId": identifier(7),
                "IntegrationMethod": "POST", "IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION,
                "PayloadFormatVersion": "2.0", "TimeoutInMillis": 30000}]}),
        ),
    ),
    Scenario(
        "the CORS configuration is removed",
        given=(Step("CreateApi", {"Name": "pets", "ProtocolType": "HTTP", "CorsConfiguration": {"MaxAge": 60}}),),
        steps=(
            Step("GetApi", shows={"CorsConfiguration": {"MaxAge": 60}}),
            Step("DeleteCorsConfiguration", answer={}),
            Step("GetApi", shows={"CorsConfiguration": ABSENT}),
        ),
    ),
    Scenario(
        "an integration that a route uses stays",
        given=(HTTP_API, PROXY, ROUTE),
        steps=(
            Step("DeleteIntegration", error=(
                "ConflictException",
                "Cannot delete Integration because it is referenced by the following Routes with Ids: [<RouteId>]",
            )),
            Step("DeleteRoute", answer={}),
            Step("DeleteIntegration", answer={}),
        ),
    ),
    Scenario(
        "an authorizer that a route uses stays",
        given=(HTTP_API, JWT, Step("CreateRoute", {
            "RouteKey": "POST /pdf", "AuthorizationType": "JWT", "AuthorizerId": "<AuthorizerId>"})),
        steps=(
            Step("DeleteAuthorizer", error=(
                "ConflictException", "Cannot delete authorizer 'jwt', is referenced in route: POST /pdf")),
        ),
    ),
    Scenario(
        "a route's key is its own",
        given=(HTTP_API, Step("CreateRoute", {"RouteKey": "GET /a/{b}"}, named={"RouteId": "FirstRouteId"})),
        steps=(
            Step("CreateRoute", {"RouteKey": "GET /a/{b}"}, error=(
                "ConflictException", "Route with key GET /a/{b} already exists for this API")),
            Step("CreateRoute", {"RouteKey": "GET /a/{c}"}, error=(
                "ConflictException",
                'The provided route key "GET /a/{c}" has a conflicting variable on the same hierarchical level as '
                '"GET /a/{b}"')),
            Step("CreateRoute", {"RouteKey": "GET /z"}),
            Step("UpdateRoute", {"RouteKey": "GET /a/{b}"}, error=(
                "ConflictException", "Route with key GET /a/{b} already exists for this API")),
            Step("CreateRoute", {"RouteKey": "GET /x", "Target": "integrations/missing"}, error=(
                "NotFoundException", "Invalid Integration identifier specified")),
        ),
    ),
    Scenario(
        "a request parameter of a route is removed",
        given=(WEBSOCKET_API, Step("CreateRoute", {
            "RouteKey": "$connect", "RequestParameters": {"route.request.header.a": {"Required": True}}})),
        steps=(
            Step("DeleteRouteRequestParameter", {"RequestParameterKey": "route.request.header.b"},
                 error=("NotFoundException",)),
            Step("DeleteRouteRequestParameter", {"RequestParameterKey": "route.request.header.a"}, answer={}),
            Step("GetRoute", shows={"RequestParameters": ABSENT}),
        ),
    ),
    Scenario(
        "parts of a stage are removed",
        given=(HTTP_API, PROXY, ROUTE, Step("CreateStage", {
            "StageName": "prod", "AccessLogSettings": {"DestinationArn": LOG_GROUP + ":*", "Format": "$context.requestId"},
            "RouteSettings": {"GET /pets": {"ThrottlingBurstLimit": 1}}})),
        steps=(
            Step("GetStage", shows={"AccessLogSettings": {"DestinationArn": LOG_GROUP, "Format": "$context.requestId"}}),
            Step("DeleteAccessLogSettings", answer={}),
            Step("DeleteRouteSettings", {"RouteKey": "GET /dogs"}, error=(
                "NotFoundException", "Unable to find Route by key GET /dogs within the provided RouteSettings")),
            Step("DeleteRouteSettings", {"RouteKey": "GET /pets"}, answer={}),
            Step("GetStage", shows={"AccessLogSettings": ABSENT, "RouteSettings": {}}),
            Step("ResetAuthorizersCache", answer={}),
        ),
    ),
    Scenario(
        "a stage's name is its own, and its deployment and routes are there",
        given=(HTTP_API, PROXY, STAGE),
        steps=(
            Step("CreateStage", {"StageName": "prod"}, error=("ConflictException", "Stage already exists")),
            Step("CreateStage", {"StageName": "a", "DeploymentId": "a1b2c3"}, error=(
                "BadRequestException", "Deployment id does not exist")),
            Step("UpdateStage", {"RouteSettings": {"GET /a": {"ThrottlingBurstLimit": 1}}}, error=(
                "NotFoundException", "Unable to find Route by key GET /a within the provided RouteSettings")),
            Step("CreateStage", {"StageName": "a b"}, error=(
                "BadRequestException", "Stage name only allows a-zA-Z0-9_")),
            Step("UpdateStage", {"DefaultRouteSettings": {"LoggingLevel": "INFO"}}, error=(
                "BadRequestException", "Execution logs are not supported on protocolType HTTP")),
        ),
    ),
    Scenario(
        "a stage that deploys by itself has a new deployment with every change",
        given=(HTTP_API, PROXY, ROUTE, Step("CreateStage", {"StageName": "prod", "AutoDeploy": True})),
        steps=(
            Step("GetStage", shows={"DeploymentId": identifier(6), "LastDeploymentStatusMessage": Text(
                "Successfully deployed stage with deployment ID '[a-z0-9]{6}'")}, named={"DeploymentId": "First"}),
            Step("UpdateIntegration", {"Description": "Changed."}),
            Step("GetStage", shows={"DeploymentId": Text("(?!<First>)[a-z0-9]{6}")}),
            Step("GetDeployment", {"DeploymentId": "<First>"}, shows={
                "AutoDeployed": True,
                "Description": "Automatic deployment triggered by changes to the Api configuration"}),
        ),
    ),
    Scenario(
        "a deployment needs a route with a target, and stays while a stage points to it",
        given=(HTTP_API,),
        steps=(
            Step("CreateDeployment", error=(
                "BadRequestException", "Unable to deploy API because no routes exist in this API")),
            Step("CreateRoute", {"RouteKey": "GET /a"}),
            Step("CreateDeployment", error=(
                "BadRequestException", "Unable to deploy API because no valid routes exist in this API")),
            PROXY,
            ROUTE,
            Step("CreateDeployment", {"StageName": "prod"}, error=(
                "NotFoundException", "Invalid stage identifier specified")),
            STAGE,
            Step("CreateDeployment", {"StageName": "prod"}),
            Step("GetStage", shows={"DeploymentId": "<DeploymentId>"}),
            Step("DeleteDeployment", error=(
                "BadRequestException", "Active stages pointing to this deployment must be moved or deleted")),
        ),
    ),
    Scenario(
        "names within a WebSocket API are their own",
        given=(WEBSOCKET_API, MOCK, GUARD, WEBSOCKET_ROUTE),
        steps=(
            Step("CreateAuthorizer", GUARD.parameters, error=(
                "BadRequestException",
                "Authorizer name must be unique. Authorizer guard already exists in this RestApi.")),
            Step("CreateModel", {"Name": "A", "Schema": "{}"}),
            Step("CreateModel", {"Name": "A", "Schema": "{}"}, error=("ConflictException",)),
            Step("CreateModel", {"Name": "B", "Schema": '{"a": 1}'}),
            Step("UpdateModel", {"Name": "A"}, error=("ConflictException",)),
            Step("GetModelTemplate", answer={"Value": '{"a": 1}'}),
            Step("CreateIntegrationResponse", {"IntegrationResponseKey": "/200/"}),
            Step("CreateIntegrationResponse", {"IntegrationResponseKey": "/200/"}, error=("ConflictException",)),
            Step("CreateIntegrationResponse", {"IntegrationResponseKey": "/404/"}),
            Step("UpdateIntegrationResponse", {"IntegrationResponseKey": "/200/"}, error=("ConflictException",)),
            Step("CreateRouteResponse", {"RouteResponseKey": "$default"}),
            Step("CreateRouteResponse", {"RouteResponseKey": "$default"}, error=("ConflictException",)),
        ),
    ),
    Scenario(
        "an HTTP API has none of what WebSocket APIs have",
        given=(HTTP_API, PROXY, ROUTE),
        steps=(
            Step("CreateModel", {"Name": "A", "Schema": "{}"}, error=(
                "BadRequestException", "Currently, Models are not permitted for APIs with a protocol type of HTTP")),
            Step("CreateIntegrationResponse", {"IntegrationResponseKey": "/200/"}, error=(
                "BadRequestException",
                "IntegrationResponses are currently not supported for this API protocol type. This is because the API "
                "may only be configured with proxy integration at this time.")),
            Step("CreateRouteResponse", {"RouteResponseKey": "$default"}, error=(
                "BadRequestException", "RouteResponses are currently not supported for this API protocol type. This is "
                "because the API may only be configured with proxy integration at this time.")),
            Step("CreateIntegration", {"IntegrationType": "MOCK"}, error=(
                "BadRequestException",
                "Currently, an API with a protocol type of HTTP may only be associated with proxy integrations "
                "(AWS_PROXY, HTTP_PROXY)")),
        ),
    ),
    Scenario(
        "operations on parts of what is not there",
        given=(WEBSOCKET_API,),
        steps=tuple(
            Step(operation, parameters | {"ApiId": api}, error=("NotFoundException", message))
            for operation, parameters, own in (
                ("DeleteAccessLogSettings", {"StageName": "missing"}, "Invalid stage identifier specified"),
                ("DeleteRouteSettings", {"StageName": "missing", "RouteKey": "a"}, "Invalid stage identifier specified"),
                ("ResetAuthorizersCache", {"StageName": "missing"}, "Invalid stage identifier specified"),
                ("DeleteRouteRequestParameter", {"RouteId": "missing", "RequestParameterKey": "a"},
                 "Invalid Route identifier specified"),
                ("GetModelTemplate", {"ModelId": "missing"}, "Invalid Model identifier specified"),
                ("DeleteCorsConfiguration", {}, None),
            )
            for api, message in (("missing", NO_API), ("<ApiId>", own))
            if message
        ),
    ),
    Scenario(
        "what an API is refused",
        steps=tuple(
            Step("CreateApi", parameters, error=("BadRequestException", message))
            for parameters, message in (
                ({"ProtocolType": "HTTP", "Name": ""}, "Invalid API name specified"),
                ({"ProtocolType": "WEBSOCKET", "Name": "a"}, "Invalid routeSelectionExpression"),
                ({"ProtocolType": "HTTP", "Name": "a", "RouteSelectionExpression": "$request.body.a"},
                 'Route selection expression is currently limited to "${request.method} ${request.path}"'),
                ({"ProtocolType": "WEBSOCKET", "Name": "a", "RouteSelectionExpression": "$request.body.a",
                  "CorsConfiguration": {}}, "Cors is not supported for WEBSOCKET protocolType"),
                ({"ProtocolType": "HTTP", "Name": "a",
                  "CorsConfiguration": {"AllowCredentials": True, "AllowOrigins": ["*"]}},
                 "allow-credentials is not supported if 'allow-origin' is *"),
            )
        ),
    ),
]
