"""Templates, patterns, expressions and schemas that no call can use: told when they are stored, from wherever they come."""

import json
import subprocess

import boto3
import pytest

from local_server import BINARY
from websocket_api import MOCK, admin, connect, make_api

BROKEN = '{"statusCode": 200}\n#if(true) x'
OF_BROKEN = "requestTemplates.$default: line 2, column 1: #end of this #if is missing, so that every call"


def warnings(server):
    return [line.split(" warning ")[1].strip() for line in server.log if " warning " in line]


def made(start, members=None, responses=(), *arguments):
    """A server with an API of one integration, and the words that begin its warnings."""
    server = start(*arguments)
    api_id = make_api(server, {"go": {**MOCK, **(members or {})}}, two_way=("go",), responses={"go": responses})
    (integration,) = boto3.client("apigatewayv2", endpoint_url=server.endpoint).get_integrations(ApiId=api_id)["Items"]
    return server, api_id, integration["IntegrationId"]


def test_a_template_that_cannot_be_parsed_is_stored_and_told(start):
    server, api_id, integration = made(start, {"RequestTemplates": {"$default": BROKEN}})
    line = server.wait_for_log(f"api {api_id} integration {integration} {OF_BROKEN}")

    with connect(server, api_id) as client:
        client.send('{"action": "go"}')
        message = json.loads(client.recv(timeout=30))["message"]

    assert line.split()[1] == "warning"
    assert message == (
        f"requestTemplates.$default of integration {integration} is not read by this local stand-in, so that the request "
        "is not let through: line 2, column 1: #end of this #if is missing")


def test_an_update_is_told_if_it_writes_a_template(start):
    server, api_id, integration = made(start)
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)

    def update(**members):
        client.update_integration(ApiId=api_id, IntegrationId=integration, **members)

    update(RequestTemplates={"$default": BROKEN})
    server.wait_for_log(f"api {api_id} integration {integration} {OF_BROKEN}")
    update(Description="no more")
    update(RequestTemplates={"$default": "right"})
    update(TemplateSelectionExpression="${request.bdy.x}")
    server.wait_for_log(
        f"api {api_id} integration {integration} templateSelectionExpression is ${{request.bdy.x}}, which is not read")

    assert len(warnings(server)) == 2


@pytest.mark.parametrize(("members", "text"), [
    ({"ResponseTemplates": {"text": "#set($a"}}, "responseTemplates.text: line 1, column 8: #set expects = behind the reference"),
    ({"IntegrationResponseKey": "/a(/"}, "integrationResponseKey: the regular expression a(: missing closing parenthesis"),
    ({"TemplateSelectionExpression": "${request.bdy}"}, "templateSelectionExpression is ${request.bdy}, which is not read"),
])
def test_an_integration_response_is_told(start, members, text):
    server, api_id, integration = made(start, None, [{"IntegrationResponseKey": "$default"}])
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)
    (response,) = client.get_integration_responses(ApiId=api_id, IntegrationId=integration)["Items"]
    names = {"ApiId": api_id, "IntegrationId": integration}

    client.update_integration_response(**names, IntegrationResponseId=response["IntegrationResponseId"], **members)
    server.wait_for_log(
        f"api {api_id} integration {integration} response {response['IntegrationResponseId']} {text}")
    client.delete_integration_response(**names, IntegrationResponseId=response["IntegrationResponseId"])
    client.create_integration_response(**names, **{"IntegrationResponseKey": "200", **members})

    assert text in server.wait_for_log(f"api {api_id} integration {integration} response ")


def test_a_model_is_told_if_a_request_writes_a_schema_that_cannot_be_compiled(start):
    server, api_id, _ = made(start)
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)
    far = json.dumps({"properties": {"a": {"$ref": "#/definitions/far"}}})
    ids = {"ApiId": api_id, "ModelId": client.create_model(
        ApiId=api_id, Name="Pet", ContentType="application/json", Schema=far)["ModelId"]}
    text = f"api {api_id} model Pet schema: $ref #/definitions/far names nothing, so that every call of its routes will fail"
    line = server.wait_for_log(text)
    (route,) = client.get_routes(ApiId=api_id)["Items"]
    client.update_route(
        ApiId=api_id, RouteId=route["RouteId"], ModelSelectionExpression="go", RequestModels={"go": "Pet"})
    with connect(server, api_id) as socket:
        socket.send('{"action": "go"}')
        message = json.loads(socket.recv(timeout=30))["message"]

    client.update_model(**ids, Description="no more")
    client.update_model(**ids, Schema="{}")
    client.update_model(**ids, Schema='{"pattern": "("}')
    server.wait_for_log(f"api {api_id} model Pet schema: a pattern of /: the regular expression (: missing")

    assert line.split()[1] == "warning"
    assert message == (
        "requestModels of route go names Pet, which is not honoured by this local stand-in, so that the request is not let "
        "through: $ref #/definitions/far names nothing")
    assert sum(" model Pet " in line for line in warnings(server)) == 2


def test_nothing_is_told_of_what_can_be_used(start):
    server, _, _ = made(start, {"TemplateSelectionExpression": "${request.body.x}"}, [
        {"IntegrationResponseKey": "/2\\d\\d/", "ResponseTemplates": {"$default": "$input.body"}}])

    assert warnings(server) == []


def test_files_and_imports_are_told_too(start, tmp_path):
    server, api_id, integration = made(start, {"RequestTemplates": {"$default": BROKEN}})
    text = f"api {api_id} integration {integration} {OF_BROKEN}"
    server.wait_for_log(text)
    state = admin(server, "GET", "state")
    admin(server, "PUT", "state", state)
    server.wait_for_log(text)
    file, kept = tmp_path / "chat.json", tmp_path / "state.db"
    file.write_text(json.dumps(state))

    checked = subprocess.run([BINARY, "validate", file], capture_output=True, text=True)
    seeded = start("--fixtures", file, "--state", kept)
    seeded.wait_for_log(text)
    admin(seeded, "POST", "reload")
    seeded.wait_for_log(text)
    seeded.stop()
    start("--state", kept).wait_for_log(text)

    assert checked.returncode == 0
    assert checked.stdout.startswith("no mistakes and 1 warning in 1 Api, ")
    assert checked.stderr.startswith(f"warning: {text}")
    assert checked.stderr.count("\n") == 1
