"""Domain names, what they lead to, VPC links and tags. Defaults and messages: docs/fidelity-domains.md."""

from .apis import HTTP_API, LISTENER, STAGE, WEBSOCKET_API
from .flow import ABSENT, DATE, Flow, Scenario, Step, Text, identifier

CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-3333-4444-555555555555"
ABROAD = "arn:aws:acm:eu-west-1:000000000000:certificate/11111111-2222-3333-4444-555555555555"

DOMAIN = Step(
    "CreateDomainName", {"DomainName": "example.com", "DomainNameConfigurations": [{"CertificateArn": CERTIFICATE}]}
)
ROUTED_DOMAIN = Step("CreateDomainName", DOMAIN.parameters | {"RoutingMode": "ROUTING_RULE_THEN_API_MAPPING"})
RULE = {
    "Actions": [{"InvokeApi": {"ApiId": "a1b2c3d4e5", "Stage": "prod", "StripBasePath": True}}],
    "Conditions": [
        {"MatchBasePaths": {"AnyOf": ["pets"]}},
        {"MatchHeaders": {"AnyOf": [{"Header": "x-version", "ValueGlob": "2*"}]}},
    ],
    "Priority": 100,
}

FLOWS = [
    Flow(
        "DomainName", "", list_operation="GetDomainNames", another=("DomainName", "n{}.example.com"),
        unknown="Invalid domain name identifier specified",
        full={
            "DomainName": "api.example.com",
            "DomainNameConfigurations": [{
                "CertificateArn": CERTIFICATE, "CertificateName": "mine", "EndpointType": "REGIONAL",
                "IpAddressType": "dualstack", "OwnershipVerificationCertificateArn": CERTIFICATE,
                "SecurityPolicy": "TLS_1_2",
            }],
            "MutualTlsAuthentication": {"TruststoreUri": "s3://trust/store.pem", "TruststoreVersion": "1"},
            "RoutingMode": "ROUTING_RULE_ONLY", "Tags": {"team": "blue"},
        },
        full_answer={
            "ApiMappingSelectionExpression": "$request.basepath",
            "DomainNameArn": "arn:aws:apigateway:us-east-1::/domainnames/api.example.com",
            "DomainNameConfigurations": [{
                "ApiGatewayDomainName": Text(r"d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com"),
                "CertificateArn": CERTIFICATE, "CertificateName": "mine", "DomainNameStatus": "AVAILABLE",
                "EndpointType": "REGIONAL", "HostedZoneId": "Z1UJRXOUMOOFQ8", "IpAddressType": "dualstack",
                "OwnershipVerificationCertificateArn": CERTIFICATE, "SecurityPolicy": "TLS_1_2",
            }],
        },
        least={"DomainName": "example.com", "DomainNameConfigurations": [{"CertificateArn": CERTIFICATE}]},
        least_answer={
            "ApiMappingSelectionExpression": "$request.basepath", "DomainName": "example.com",
            "DomainNameArn": "arn:aws:apigateway:us-east-1::/domainnames/example.com",
            "DomainNameConfigurations": [{
                "ApiGatewayDomainName": Text(r"d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com"),
                "CertificateArn": CERTIFICATE, "DomainNameStatus": "AVAILABLE", "EndpointType": "REGIONAL",
                "HostedZoneId": "Z1UJRXOUMOOFQ8", "IpAddressType": "ipv4", "SecurityPolicy": "TLS_1_2",
            }],
            "RoutingMode": "API_MAPPING_ONLY", "Tags": {},
        },
        update={
            "DomainNameConfigurations": [{"CertificateArn": CERTIFICATE}],
            "MutualTlsAuthentication": {"TruststoreUri": ""}, "RoutingMode": "ROUTING_RULE_THEN_API_MAPPING",
        },
        updated={
            "DomainNameConfigurations": [{
                "ApiGatewayDomainName": Text(r"d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com"),
                "CertificateArn": CERTIFICATE, "CertificateName": "mine", "DomainNameStatus": "AVAILABLE",
                "EndpointType": "REGIONAL", "HostedZoneId": "Z1UJRXOUMOOFQ8", "IpAddressType": "dualstack",
                "OwnershipVerificationCertificateArn": CERTIFICATE, "SecurityPolicy": "TLS_1_2",
            }],
            "MutualTlsAuthentication": ABSENT,
        },
    ),
    Flow(
        "ApiMapping", "", given=(HTTP_API, STAGE, DOMAIN), list_operation="GetApiMappings",
        another=("ApiMappingKey", "v{}"), unknown="Invalid API mapping identifier specified",
        full={"ApiId": "<ApiId>", "ApiMappingKey": "v1/pets", "Stage": "prod"},
        full_answer={"ApiMappingId": identifier(6)},
        least={"ApiId": "<ApiId>", "Stage": "prod"},
        least_answer={"ApiId": "<ApiId>", "ApiMappingId": identifier(6), "ApiMappingKey": "", "Stage": "prod"},
        update={"ApiId": "<ApiId>", "ApiMappingKey": "v2"},
    ),
    Flow(
        "RoutingRule", "", given=(ROUTED_DOMAIN,), list_operation="ListRoutingRules", list_member="RoutingRules",
        another=("Priority", 1), unknown="Invalid routing rule identifier specified",
        verbs=("Create", "Get", "Put", "Delete"),
        full=RULE,
        full_answer={
            "RoutingRuleArn": Text("arn:aws:apigateway:us-east-1:[0-9]{12}:/domainnames/example.com/routingrules/[a-z0-9]{6}"),
            "RoutingRuleId": identifier(6),
        },
        least={"Actions": [{"InvokeApi": {"ApiId": "a1b2c3d4e5", "Stage": "prod"}}], "Conditions": [], "Priority": 1},
        least_answer={
            "Actions": [{"InvokeApi": {"ApiId": "a1b2c3d4e5", "Stage": "prod", "StripBasePath": False}}],
            "Conditions": [], "Priority": 1, "RoutingRuleId": identifier(6),
            "RoutingRuleArn": Text("arn:aws:apigateway:us-east-1:[0-9]{12}:/domainnames/example.com/routingrules/[a-z0-9]{6}"),
        },
        update={
            "Actions": [{"InvokeApi": {"ApiId": "a1b2c3d4e5", "Stage": "dev", "StripBasePath": False}}],
            "Conditions": [
                {"MatchBasePaths": {"AnyOf": ["dogs"]}},
                {"MatchHeaders": {"AnyOf": [{"Header": "x-version", "ValueGlob": "*"}]}},
            ],
            "Priority": 7,
        },
    ),
    Flow(
        "VpcLink", "", list_operation="GetVpcLinks", another=("Name", "link{}"),
        unknown="Invalid Vpc Link identifier specified",
        full={"Name": "inside", "SecurityGroupIds": ["sg-1"], "SubnetIds": ["subnet-1", "subnet-2"], "Tags": {"a": "b"}},
        full_answer={
            "CreatedDate": DATE, "VpcLinkId": identifier(6), "VpcLinkStatus": "PENDING",
            "VpcLinkStatusMessage": "VPC link is provisioning ENIs", "VpcLinkVersion": "V2",
        },
        least={"Name": "inside", "SubnetIds": ["subnet-1"]},
        least_answer={
            "CreatedDate": DATE, "Name": "inside", "SecurityGroupIds": [], "SubnetIds": ["subnet-1"], "Tags": {},
            "VpcLinkId": identifier(6), "VpcLinkStatus": "PENDING", "VpcLinkStatusMessage": "VPC link is provisioning ENIs", "VpcLinkVersion": "V2",
        },
        update={"Name": "outside"},
    ),
]

# What becomes of a resource by itself between its creation and the next look at it.
SETTLED = {
    "VpcLink": {"VpcLinkStatus": "AVAILABLE", "VpcLinkStatusMessage": "VPC link is ready to route traffic"},
}

SCENARIOS = [
    Scenario(
        "a domain name is its own, and its certificate of its region",
        given=(DOMAIN,),
        steps=(
            Step("CreateDomainName", DOMAIN.parameters, error=(
                "BadRequestException", "The domain name you provided already exists.")),
            Step("CreateDomainName", {"DomainName": "a.example.com"}, error=(
                "BadRequestException", "Invalid input. Expected one domain name configuration")),
            Step("CreateDomainName", {
                "DomainName": "a.example.com", "DomainNameConfigurations": [{"CertificateArn": ABROAD}]}, error=(
                    "BadRequestException",
                    f"Invalid certificate ARN: {ABROAD}. Certificate must be in 'us-east-1'.")),
            Step("UpdateDomainName", {"DomainNameConfigurations": [{"EndpointType": "EDGE"}]}, error=(
                "BadRequestException", "EDGE endpoint type is not supported for APIGatewayV2 domainName")),
        ),
    ),
    Scenario(
        "what a domain name leads to stays, and goes with the domain name",
        given=(HTTP_API, STAGE, DOMAIN, Step("CreateApiMapping", {"ApiId": "<ApiId>", "Stage": "prod"})),
        steps=(
            Step("CreateApiMapping", {"ApiId": "<ApiId>", "Stage": "prod"}, error=(
                "ConflictException", "ApiMapping key already exists for this domain name")),
            Step("DeleteApi", error=(
                "BadRequestException",
                "Deleting API <ApiId> failed. Please remove all API mappings for the API from your custom domain "
                "names.")),
            Step("DeleteStage", error=(
                "BadRequestException",
                "Deleting stage prod failed. Please remove all base path mappings related to the stage in your "
                "domains: example.com")),
            Step("CreateApiMapping", {"ApiId": "<ApiId>", "ApiMappingKey": "v1", "Stage": "prod"}),
            Step("UpdateApiMapping", {"ApiId": "<ApiId>", "ApiMappingKey": ""}, error=(
                "ConflictException", "ApiMapping key already exists for this domain name")),
            Step("UpdateApiMapping", {"ApiId": "<ApiId>", "Stage": "missing"}, error=(
                "BadRequestException", "Invalid stage identifier specified")),
            Step("CreateApiMapping", {"ApiId": "missing", "ApiMappingKey": "v3", "Stage": "prod"}, error=(
                "BadRequestException", "Invalid API identifier specified <Account>:missing")),
            Step("CreateApiMapping", {"ApiId": "<ApiId>", "ApiMappingKey": "a b", "Stage": "prod"}, error=(
                "BadRequestException",
                "An API mapping key may contain only letters, numbers and one of $-_.+!*'(), characters.")),
            Step("DeleteDomainName", answer={}),
            Step("DeleteApi", answer={}),
        ),
    ),
    Scenario(
        "a WebSocket API shares a domain name with no other kind",
        given=(HTTP_API, STAGE, DOMAIN, Step("CreateApiMapping", {"ApiId": "<ApiId>", "Stage": "prod"}), WEBSOCKET_API, STAGE),
        steps=(
            Step("CreateApiMapping", {"ApiId": "<ApiId>", "ApiMappingKey": "a", "Stage": "prod"},
                 error=("BadRequestException",)),
        ),
    ),
    Scenario(
        "a routing rule's priority is its own",
        given=(ROUTED_DOMAIN, Step("CreateRoutingRule", RULE)),
        steps=(
            Step("CreateRoutingRule", RULE, error=("ConflictException",)),
            Step("CreateRoutingRule", RULE | {"Priority": 2}),
            Step("PutRoutingRule", RULE, error=("ConflictException",)),
            Step("PutRoutingRule", RULE | {"Priority": 3, "Actions": []}, error=(
                "BadRequestException", "A routing rule must have exactly one action")),
        ),
    ),
    Scenario(
        "a VPC link that an integration leads through stays",
        given=(
            HTTP_API, Step("CreateVpcLink", {"Name": "inside", "SubnetIds": ["subnet-1"]}),
            Step("CreateIntegration", {
                "ConnectionId": "<VpcLinkId>", "ConnectionType": "VPC_LINK", "IntegrationMethod": "ANY",
                "IntegrationType": "HTTP_PROXY", "IntegrationUri": LISTENER, "PayloadFormatVersion": "1.0"}),
            Step("CreateRoute", {"RouteKey": "GET /a", "Target": "integrations/<IntegrationId>"}),
        ),
        steps=(
            Step("DeleteVpcLink", error=(
                "BadRequestException",
                "Cannot delete vpc link. Vpc link '<VpcLinkId>', is referenced in [ANY:<RouteId>] in format of "
                "[Method:Resource].")),
            Step("CreateVpcLink", {"Name": "a", "SubnetIds": []}, error=(
                "BadRequestException", "SubnetIds for a vpc link cannot be empty")),
        ),
    ),
    Scenario(
        "tags are added, replaced and taken away",
        given=(Step("CreateApi", {"Name": "a", "ProtocolType": "HTTP", "Tags": {"a": "1", "b": "2"}}),),
        steps=(
            Step("TagResource", {
                "ResourceArn": "arn:aws:apigateway:us-east-1::/apis/<ApiId>", "Tags": {"b": "3", "c": "4"}}, answer={}),
            Step("UntagResource", {
                "ResourceArn": "arn:aws:apigateway:us-east-1::/apis/<ApiId>", "TagKeys": ["a", "z"]}, answer={}),
            Step("GetTags", {"ResourceArn": "arn:aws:apigateway:us-east-1::/apis/<ApiId>"},
                 answer={"Tags": {"b": "3", "c": "4"}}),
            Step("GetApi", shows={"Tags": {"b": "3", "c": "4"}}),
        ),
    ),
    Scenario(
        "tags have their bounds, and UntagResource needs keys",
        given=(Step("CreateVpcLink", {"Name": "inside", "SubnetIds": ["subnet-1"]}),),
        steps=tuple(
            Step(operation, {"ResourceArn": "arn:aws:apigateway:us-east-1::/vpclinks/<VpcLinkId>"} | more, error=(
                "BadRequestException", *message))
            for operation, more, message in (
                ("TagResource", {"Tags": {"a": "b" * 1601}}, ()),
                ("TagResource", {"Tags": {"aws:a": "b"}}, ()),
                ("TagResource", {"Tags": {"a" * 129: "b"}}, ()),
                ("TagResource", {"Tags": {f"key{number}": "a" for number in range(51)}}, ()),
                ("UntagResource", {"TagKeys": []}, (
                    "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not "
                    "be null",)),
            )
        ),
    ),
    Scenario(
        "an ARN that leads nowhere",
        steps=tuple(
            Step(operation, {"ResourceArn": arn} | more, error=error)
            for operation, more in (("GetTags", {}), ("TagResource", {"Tags": {"a": "b"}}), ("UntagResource", {"TagKeys": ["a"]}))
            for arn, error in (
                ("arn:aws:apigateway:us-east-1::/apis/missing",
                 ("NotFoundException", "Invalid API identifier specified <Account>:missing")),
                ("arn:aws:apigateway:eu-west-1::/apis/missing",
                 ("BadRequestException", "Invalid ARN specified in the request")),
                ("nonsense", ("BadRequestException", "Invalid ARN specified in the request")),
            )
        ),
    ),
]
