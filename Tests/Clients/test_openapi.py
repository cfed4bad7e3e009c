"""ImportApi, ReimportApi and ExportApi through boto3 on a real socket. openapi-spec-validator checks the exports."""

import json

import openapi_spec_validator
import pytest
import yaml

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:pets"

DOCUMENT = """
openapi: 3.0.1
info: {title: pets, version: "1.0", description: All pets.}
tags: [{name: team, x-amazon-apigateway-tag-value: blue}]
paths:
  /pets/{petId}:
    parameters: [{name: petId, in: path, required: true, schema: {type: string}}]
    get:
      operationId: GetPet
      responses: {"200": {description: A pet.}}
      security: [{jwt: [read]}]
      x-amazon-apigateway-integration: &pets
        type: aws_proxy
        uri: arn:aws:lambda:us-east-1:000000000000:function:pets
        payloadFormatVersion: "2.0"
    delete:
      responses: {default: {description: Gone.}}
      security: [{lambda: []}]
      x-amazon-apigateway-integration: *pets
  /{proxy+}:
    x-amazon-apigateway-any-method:
      x-amazon-apigateway-auth: {type: AWS_IAM}
      x-amazon-apigateway-integration:
        {type: http_proxy, httpMethod: ANY, uri: "https://example.com/{proxy}", payloadFormatVersion: "1.0",
         timeoutInMillis: 1000, requestParameters: {"overwrite:path": $request.path}}
  /$default:
    x-amazon-apigateway-any-method: {isDefaultRoute: true}
components:
  securitySchemes:
    jwt:
      type: oauth2
      flows: {}
      x-amazon-apigateway-authorizer:
        type: jwt
        identitySource: $request.header.Authorization
        jwtConfiguration: {issuer: "https://issuer.example.com", audience: [pets]}
    lambda:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authorizer:
        type: request
        identitySource: $request.header.Authorization
        authorizerUri: arn:aws:lambda:us-east-1:000000000000:function:guard
        authorizerPayloadFormatVersion: "2.0"
        enableSimpleResponses: true
x-amazon-apigateway-cors: {allowOrigins: ["*"], allowMethods: [GET]}
"""


@pytest.fixture
def apis(start, connect):
    """A client of a server without fixtures."""
    return connect(start("--log-level", "off"))


def export(apis, api_id, **options):
    """The exported document, as text."""
    options = {"Specification": "OAS30", "OutputType": "JSON", **options}
    body = apis.export_api(ApiId=api_id, **options)["body"]
    return (body if isinstance(body, bytes) else body.read()).decode()


def routes(apis, api_id):
    return {route["RouteKey"]: route for route in apis.get_routes(ApiId=api_id)["Items"]}


def test_an_import_makes_an_api_with_all_its_parts(apis):
    imported = apis.import_api(Body=DOCUMENT, FailOnWarnings=True)

    assert imported["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert imported["Name"] == "pets"
    assert imported["Description"] == "All pets."
    assert imported["Version"] == "1.0"
    assert imported["Tags"] == {"team": "blue"}
    assert imported["CorsConfiguration"] == {"AllowOrigins": ["*"], "AllowMethods": ["GET"]}
    assert "Warnings" not in imported
    assert "paths./pets/{petId}: key [parameters] will be ignored by API Gateway" in imported["ImportInfo"]
    assert sorted(routes(apis, imported["ApiId"])) == [
        "$default",
        "ANY /{proxy+}",
        "DELETE /pets/{petId}",
        "GET /pets/{petId}",
    ]
    route = routes(apis, imported["ApiId"])["GET /pets/{petId}"]
    assert route["AuthorizationType"] == "JWT"
    assert route["AuthorizationScopes"] == ["read"]
    assert route["OperationName"] == "GetPet"
    integration = apis.get_integration(
        ApiId=imported["ApiId"], IntegrationId=route["Target"].removeprefix("integrations/")
    )
    assert integration["IntegrationUri"] == FUNCTION
    assert {item["Name"] for item in apis.get_authorizers(ApiId=imported["ApiId"])["Items"]} == {
        "jwt",
        "lambda",
    }


@pytest.mark.parametrize("extensions", [True, False])
def test_exports_are_valid_openapi_and_say_the_same_in_both_formats(apis, extensions):
    api_id = apis.import_api(Body=DOCUMENT)["ApiId"]

    exported = export(apis, api_id, IncludeExtensions=extensions)

    document = json.loads(exported)
    openapi_spec_validator.validate(document)
    assert yaml.safe_load(export(apis, api_id, OutputType="YAML", IncludeExtensions=extensions)) == document
    assert ("x-amazon-apigateway-importexport-version" in document) == extensions


@pytest.mark.parametrize("output_type, media_type", [("JSON", "application/json"), ("YAML", "application/yaml")])
def test_an_export_tells_its_media_type(apis, output_type, media_type):
    api_id = apis.import_api(Body=DOCUMENT)["ApiId"]

    exported = apis.export_api(ApiId=api_id, Specification="OAS30", OutputType=output_type)

    assert exported["ResponseMetadata"]["HTTPHeaders"]["content-type"] == media_type


def test_an_export_is_imported_as_the_same_api(apis):
    api_id = apis.import_api(Body=DOCUMENT)["ApiId"]
    exported = export(apis, api_id)

    copy_id = apis.import_api(Body=export(apis, api_id, OutputType="YAML"), FailOnWarnings=True)["ApiId"]
    reimported = apis.reimport_api(ApiId=api_id, Body=exported, FailOnWarnings=True)

    assert reimported["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert export(apis, api_id) == exported
    assert export(apis, copy_id).replace(copy_id, api_id) == exported


def test_a_stage_is_exported_as_it_was_deployed(apis):
    api_id = apis.import_api(Body=DOCUMENT)["ApiId"]
    apis.create_stage(ApiId=api_id, StageName="prod")
    apis.create_deployment(ApiId=api_id, StageName="prod")
    deployed = export(apis, api_id, StageName="prod")

    apis.reimport_api(ApiId=api_id, Body="openapi: 3.0.1\npaths: {/new: {get: {}}}")

    assert export(apis, api_id, StageName="prod") == deployed
    assert list(json.loads(export(apis, api_id))["paths"]) == ["/new"]
    assert json.loads(deployed)["servers"][0]["variables"]["basePath"]["default"] == "prod"


def test_warnings_are_told_or_fail_the_import(apis):
    document = DOCUMENT.replace("type: http_proxy", "type: MOCK")

    imported = apis.import_api(Body=document)
    assert len(imported["Warnings"]) == 1
    assert "Target" not in routes(apis, imported["ApiId"])["ANY /{proxy+}"]

    with pytest.raises(apis.exceptions.BadRequestException) as refused:
        apis.reimport_api(ApiId=imported["ApiId"], Body=document, FailOnWarnings=True)
    assert refused.value.response["Error"]["Message"] == (
        "Warnings found during import:\n\t" + imported["Warnings"][0]
    )


@pytest.mark.parametrize("body", ["{", "a: b: c", "swagger: '2.0'", "[]"])
def test_what_is_no_openapi_3_0_document_is_refused(apis, body):
    with pytest.raises(apis.exceptions.BadRequestException) as refused:
        apis.import_api(Body=body)

    assert refused.value.response["Error"]["Message"].startswith("Invalid OpenAPI input.")
    assert apis.get_apis()["Items"] == []


def test_unknown_apis_and_apis_without_routes_are_not_exported(apis):
    with pytest.raises(apis.exceptions.NotFoundException):
        export(apis, "none")

    empty = apis.create_api(Name="empty", ProtocolType="HTTP")["ApiId"]
    with pytest.raises(apis.exceptions.BadRequestException):
        export(apis, empty)
