"""Portals, their products and pages. Defaults and messages: docs/fidelity-domains.md, "Portals"."""

from .domains import ABROAD, CERTIFICATE
from .flow import ABSENT, DATE, Flow, Scenario, Step, Text, identifier

PRODUCT = Step("CreatePortalProduct", {"DisplayName": "Pets"})
COLORS = {
    "AccentColor": "#000001", "BackgroundColor": "#000002", "ErrorValidationColor": "#000003", "HeaderColor": "#000004",
    "NavigationColor": "#000005", "TextColor": "#000006",
}
CONTENT = {"DisplayName": "Portal", "Theme": {"CustomColors": COLORS}}
PORTAL = Step("CreatePortal", {"Authorization": {"None": {}}, "EndpointConfiguration": {"None": {}}, "PortalContent": CONTENT})
PRODUCT_ARN = "arn:aws:apigateway:us-east-1:000000000000:/portalproducts/a1b2c3d4e5"
PAGE_ARN = PRODUCT_ARN + "/productpages/a1b2c3d4e5"
DOMAIN_NAMES = {
    "PortalDefaultDomainName": Text(r"p-[a-z0-9]{10}\.apigw-portal\.us-east-1\.on\.aws"),
    "PortalDomainHostedZoneId": "Z2FDTNDATAQYW2",
}
METHOD = {"IdentifierParts": {"Method": "GET", "Path": "/pets", "RestApiId": "a1b2c3d4e5", "Stage": "prod"}}
POLICY = '{"Version": "2012-10-17", "Statement": []}'


def arn(path):
    return Text("arn:aws:apigateway:us-east-1:[0-9]{12}:/" + path)


FLOWS = [
    Flow(
        "Portal", "", list_operation="ListPortals", another=("RumAppMonitorName", "monitor{}"),
        unknown="Invalid portal identifier specified",
        full={
            "Authorization": {
                "CognitoConfig": {
                    "AppClientId": "client", "UserPoolArn": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/a",
                    "UserPoolDomain": "https://login.example.com",
                },
            },
            "EndpointConfiguration": {"AcmManaged": {"CertificateArn": CERTIFICATE, "DomainName": "portal.example.com"}},
            "IncludedPortalProductArns": [PRODUCT_ARN], "LogoUri": "s3://logos/logo.png",
            "PortalContent": {"Description": "All APIs.", "DisplayName": "Portal", "Theme": {"CustomColors": COLORS}},
            "RumAppMonitorName": "monitor", "Tags": {"team": "blue"},
        },
        full_answer={
            "EndpointConfiguration": {"CertificateArn": CERTIFICATE, "DomainName": "portal.example.com"} | DOMAIN_NAMES,
            "LastModified": DATE, "LogoUri": ABSENT, "PortalArn": arn("portals/<PortalId>"),
            "PortalContent": {
                "Description": "All APIs.", "DisplayName": "Portal",
                "Theme": {"CustomColors": COLORS, "LogoLastUploaded": DATE},
            },
            "PortalId": identifier(10), "PublishStatus": "DISABLED",
        },
        least=PORTAL.parameters,
        least_answer={
            "Authorization": {"None": {}}, "EndpointConfiguration": DOMAIN_NAMES, "IncludedPortalProductArns": [],
            "LastModified": DATE, "PortalArn": arn("portals/<PortalId>"), "PortalContent": CONTENT,
            "PortalId": identifier(10), "PublishStatus": "DISABLED", "Tags": {},
        },
        update={
            "Authorization": {"None": {}}, "EndpointConfiguration": {"None": {}}, "IncludedPortalProductArns": [],
            "LogoUri": "", "PortalContent": CONTENT, "RumAppMonitorName": "",
        },
        updated={"EndpointConfiguration": DOMAIN_NAMES, "LogoUri": ABSENT, "RumAppMonitorName": ABSENT},
    ),
    Flow(
        "PortalProduct", "", list_operation="ListPortalProducts", another=("DisplayName", "Pets {}"),
        unknown="Invalid portal product identifier specified",
        full={"Description": "All pets.", "DisplayName": "Pets", "Tags": {"team": "blue"}},
        full_answer={
            "LastModified": DATE, "PortalProductArn": arn("portalproducts/<PortalProductId>"),
            "PortalProductId": identifier(10),
        },
        least={"DisplayName": "Pets"},
        least_answer={
            "DisplayName": "Pets", "LastModified": DATE, "PortalProductArn": arn("portalproducts/<PortalProductId>"),
            "PortalProductId": identifier(10), "Tags": {},
        },
        update={
            "Description": "", "DisplayName": "Dogs",
            "DisplayOrder": {
                "Contents": [{"ProductRestEndpointPageArns": [PAGE_ARN], "SectionName": "First"}],
                "OverviewPageArn": PAGE_ARN, "ProductPageArns": [PAGE_ARN],
            },
        },
        updated={"Description": ABSENT},
    ),
    Flow(
        "ProductPage", "", given=(PRODUCT,), list_operation="ListProductPages",
        another=("DisplayContent", lambda number: {"Body": "Text.", "Title": f"Page {number}"}),
        unknown="Invalid product page identifier specified",
        full={"DisplayContent": {"Body": "Text.", "Title": "Page"}},
        full_answer={
            "LastModified": DATE, "ProductPageId": identifier(10),
            "ProductPageArn": arn("portalproducts/<PortalProductId>/productpages/<ProductPageId>"),
        },
        update={"DisplayContent": {"Body": "Other.", "Title": "Other"}},
    ),
    Flow(
        "ProductRestEndpointPage", "", given=(PRODUCT,), list_operation="ListProductRestEndpointPages",
        another=("TryItState", lambda number: "ENABLED"),
        unknown="Invalid product REST endpoint page identifier specified",
        full={
            "DisplayContent": {"Overrides": {"Body": "Text.", "Endpoint": "https://example.com", "OperationName": "Get"}},
            "RestEndpointIdentifier": METHOD, "TryItState": "ENABLED",
        },
        full_answer={
            "DisplayContent": {"Body": "Text.", "Endpoint": "https://example.com", "OperationName": "Get"},
            "LastModified": DATE, "ProductRestEndpointPageId": identifier(10), "Status": "AVAILABLE",
            "ProductRestEndpointPageArn": arn(
                "portalproducts/<PortalProductId>/productrestendpointpages/<ProductRestEndpointPageId>"),
        },
        least={"RestEndpointIdentifier": METHOD},
        least_answer={
            "DisplayContent": {"Endpoint": "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod/pets"},
            "LastModified": DATE, "ProductRestEndpointPageId": identifier(10), "RestEndpointIdentifier": METHOD,
            "Status": "AVAILABLE", "TryItState": "DISABLED",
            "ProductRestEndpointPageArn": arn(
                "portalproducts/<PortalProductId>/productrestendpointpages/<ProductRestEndpointPageId>"),
        },
        update={"DisplayContent": {"None": {}}, "TryItState": "DISABLED"},
        updated={"DisplayContent": {"Endpoint": "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod/pets"}},
    ),
]

SCENARIOS = [
    Scenario(
        "a portal is previewed, published, disabled and deleted",
        given=(PORTAL,),
        steps=(
            Step("PreviewPortal", answer={}),
            Step("GetPortal", shows={"Preview": {
                "PreviewStatus": "PREVIEW_READY",
                "PreviewUrl": Text(r"https://p-<PortalId>-[a-z0-9]{10}\.apigw-portal\.us-east-1\.on\.aws")}}),
            Step("PublishPortal", {"Description": "The first."}, answer={}),
            Step("GetPortal", shows={
                "PublishStatus": "PUBLISHED", "LastPublished": DATE, "LastPublishedDescription": "The first."}),
            Step("DeletePortal", error=(
                "BadRequestException", "Portal <PortalId> must be disabled before it can be deleted")),
            Step("DisablePortal", answer={}),
            Step("GetPortal", shows={"PublishStatus": "DISABLED"}),
            Step("DeletePortal", answer={}),
        ),
    ),
    Scenario(
        "a publication has a description of 1024 characters at most",
        given=(PORTAL,),
        steps=(Step("PublishPortal", {"Description": "a" * 1025}, error=("BadRequestException",)),),
    ),
    Scenario(
        "operations on what is not there",
        steps=tuple(
            Step(operation, parameters, error=("NotFoundException", message))
            for parameters, message, operations in (
                ({"PortalId": "missing"}, "Invalid portal identifier specified",
                 ("PreviewPortal", "PublishPortal", "DisablePortal")),
                ({"PortalProductId": "missing"}, "Invalid portal product identifier specified",
                 ("GetPortalProductSharingPolicy", "DeletePortalProductSharingPolicy")),
                ({"PortalProductId": "missing", "PolicyDocument": POLICY}, "Invalid portal product identifier specified",
                 ("PutPortalProductSharingPolicy",)),
            )
            for operation in operations
        ),
    ),
    Scenario(
        "a portal's certificate is of one region, and its choices are one of two",
        steps=(
            Step("CreatePortal", PORTAL.parameters | {"EndpointConfiguration": {
                "AcmManaged": {"CertificateArn": ABROAD, "DomainName": "portal.example.com"}}}, error=(
                    "BadRequestException",
                    f"Invalid certificate ARN: {ABROAD}. Certificate must be in 'us-east-1'.")),
            Step("CreatePortal", PORTAL.parameters | {"Authorization": {}}, error=("BadRequestException",)),
        ),
    ),
    Scenario(
        "a sharing policy is made, replaced and deleted",
        given=(PRODUCT,),
        steps=(
            Step("GetPortalProductSharingPolicy", error=("NotFoundException",)),
            Step("DeletePortalProductSharingPolicy", error=("NotFoundException",)),
            Step("PutPortalProductSharingPolicy", {"PolicyDocument": "{}"}, answer={}),
            Step("PutPortalProductSharingPolicy", {"PolicyDocument": POLICY}, answer={}),
            Step("GetPortalProductSharingPolicy",
                 answer={"PolicyDocument": POLICY, "PortalProductId": "<PortalProductId>"}),
            Step("PutPortalProductSharingPolicy", {"PolicyDocument": "nonsense"}, error=("BadRequestException",)),
            Step("PutPortalProductSharingPolicy", {"PolicyDocument": ""}, error=("BadRequestException",)),
            Step("PutPortalProductSharingPolicy", {"PolicyDocument": "a" * 307_201}, error=("BadRequestException",)),
            Step("PutPortalProductSharingPolicy", {}, error=("BadRequestException",)),
            Step("DeletePortalProductSharingPolicy", answer={}),
            Step("GetPortalProductSharingPolicy", error=("NotFoundException",)),
        ),
    ),
    Scenario(
        "pages and the sharing policy go with their product",
        given=(
            PRODUCT, Step("CreateProductPage", {"DisplayContent": {"Body": "Text.", "Title": "Page"}}),
            Step("PutPortalProductSharingPolicy", {"PolicyDocument": POLICY}),
        ),
        steps=(
            Step("DeletePortalProduct", answer={}),
            Step("GetProductPage", error=("NotFoundException", "Invalid portal product identifier specified")),
            Step("GetPortalProductSharingPolicy", error=(
                "NotFoundException", "Invalid portal product identifier specified")),
        ),
    ),
]
