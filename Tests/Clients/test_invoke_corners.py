"""Calls in corners: a route without a target, blanks in a function's headers, tokens without a key, signed URLs."""

import time

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from test_invoke import (
    Backend, call, client_of, demand_tokens, function_integration, make_api, proxy_integration, runtime_emulator,
)

CORS = {"AllowOrigins": ["https://example.com"], "AllowMethods": ["GET"]}
PREFLIGHT = {"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}


@pytest.mark.parametrize(("key", "method", "path"), [
    ("GET /cats", "GET", "/cats"), ("OPTIONS /{proxy+}", "OPTIONS", "/pets"), ("$default", "GET", "/none")])
def test_a_route_without_a_target_is_404_with_cors_headers(start, key, method, path):
    with runtime_emulator(lambda _: {"statusCode": 200, "body": "pets"}) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        client = client_of(server)
        api_id = make_api(client, {"GET /pets": function_integration()}, CorsConfiguration=CORS)
        client.create_route(ApiId=api_id, RouteKey=key)
        status, fields, body = call(server, api_id, method, path, headers=PREFLIGHT)
        other = call(server, api_id, "GET", "/pets")

    assert (status, body) == (404, b'{"message":"Not Found"}')
    assert fields["Access-Control-Allow-Origin"] == "https://example.com"
    assert server.wait_for_log(f"route {key} has no target")
    assert other[2] == b"pets"


def test_blanks_around_a_functions_header_are_no_part_of_it(start):
    """HTTP/2 forbids them, so that strict clients would refuse the whole answer."""
    answer = {
        "statusCode": 200, "headers": {"x-a": " a b\t", "x-b": " ", "content-type": " text/x "}, "cookies": [" c=1 "],
        "body": ' {"name": " tom "}',
    }
    with runtime_emulator(lambda _: answer) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        api_id = make_api(client_of(server), {"GET /pets": {
            **function_integration(), "ResponseParameters": {"200": {"append:header.x-name": "$response.body.name"}}}})
        with httpx.Client(http1=False, http2=True, timeout=30) as client:
            fields = client.get(f"{server.endpoint}/_aws/execute-api/{api_id}/pets").headers

    assert [fields[name] for name in ("x-a", "x-b", "content-type", "set-cookie", "x-name")] == [
        "a b", "", "text/x", "c=1", "tom"]


def test_the_log_says_that_a_token_names_no_key(start):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with Backend(lambda request: (200, {}, (
            f'{{"jwks_uri": "{issuer.url}/keys"}}' if "openid" in request["path"] else '{"keys": []}').encode())) as issuer:
        server = start()
        client = client_of(server)
        api_id = make_api(client, {"GET /pets": proxy_integration("http://127.0.0.1:9")})
        demand_tokens(client, api_id, issuer.url)
        token = jwt.encode({"iss": issuer.url, "aud": "shop", "exp": int(time.time()) + 60}, key, algorithm="RS256")
        status, _, _ = call(server, api_id, "GET", "/pets", headers={"Authorization": "Bearer " + token})

    assert status == 401
    assert server.wait_for_log("the token names no key (kid)")


def service_call(start, emulator, attributes, path="/"):
    """The forms that the service gets for SQS-SendMessage, and the answer's status."""
    server = start("--aws-endpoint", emulator.url)
    api_id = make_api(client_of(server), {"POST /": {
        "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage", "PayloadFormatVersion": "1.0",
        "CredentialsArn": "arn:aws:iam::000000000000:role/pets",
        "RequestParameters": {
            "QueueUrl": "https://sqs.us-east-1.amazonaws.com/000000000000/pets", "MessageBody": "hi",
            "MessageAttributes": attributes}}})
    status, _, _ = call(server, api_id, "POST", path)
    return server, status, [request["body"].decode() for request in emulator.requests]


def test_a_number_in_a_message_attribute_reaches_the_queue(start):
    with Backend(lambda _: (200, {}, b"<ok/>")) as emulator:
        _, status, [form] = service_call(start, emulator, '{"age": {"DataType": "Number", "StringValue": 7}}')

    assert status == 200
    assert form.endswith("MessageAttribute.1.Value.DataType=Number&MessageAttribute.1.Value.StringValue=7")


def test_message_attributes_that_are_no_object_are_a_400_and_told(start):
    with Backend(lambda _: (200, {}, b"<ok/>")) as emulator:
        server, status, forms = service_call(start, emulator, "$request.querystring.a", "/?a=tom")

    assert (status, forms) == (400, [])
    assert server.wait_for_log("MessageAttributes is no JSON object")


@pytest.mark.parametrize("path", ["/pets", "/none"])
def test_the_log_has_no_signature_of_a_signed_url(start, path):
    with runtime_emulator(lambda _: {"statusCode": 200}) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        api_id = make_api(client_of(server), {"GET /pets": function_integration()}, route={"AuthorizationType": "AWS_IAM"})
        query = "?X-Amz-Credential=AKIDEXAMPLE/20261128/us-east-1/execute-api/aws4_request&X-Amz-Signature=secret1&X-Amz-Security-Token=secret2"
        call(server, api_id, "GET", path + query)
        call(server, "", "GET", path + query, host="nosuchapi1.execute-api.us-east-1.amazonaws.com")
        call(server, "", "GET", "/v2/apis" + query, host="localhost")
        server.wait_for_log(f"path={path}?")
        server.wait_for_log(f"path={path}?")
        server.wait_for_log("path=/v2/apis?")

    assert "X-Amz-Signature=***&X-Amz-Security-Token=***" in "".join(server.log)
    assert "secret" not in "".join(server.log)


def mapped_answer(start, mappings):
    """The server, and the header fields of a backend's answer after the mappings."""
    with Backend(lambda _: (200, {}, b"pets")) as backend:
        server = start()
        api_id = make_api(client_of(server), {
            "GET /pets": proxy_integration(backend.url, ResponseParameters={"200": mappings})})
        _, fields, body = call(server, api_id, "GET", "/pets")

    assert body == b"pets"
    return server, fields


def test_a_mapping_reads_the_date_of_the_backend(start):
    _, fields = mapped_answer(start, {"append:header.x-date": "$response.header.date"})

    assert fields.get_all("X-Date") == fields.get_all("Date")


def test_a_mapping_sets_the_one_date_of_an_answer(start):
    _, fields = mapped_answer(start, {"overwrite:header.Date": "Sun, 06 Nov 1994 08:49:37 GMT"})

    assert fields.get_all("Date") == ["Sun, 06 Nov 1994 08:49:37 GMT"]


def test_a_mapping_of_a_header_about_the_connection_is_told(start):
    server, fields = mapped_answer(start, {"append:header.Proxy-Connection": "close"})

    assert "Proxy-Connection" not in fields
    assert server.wait_for_log("mapping append:header.Proxy-Connection does not act")


@pytest.mark.parametrize(("answer", "told"), [
    ({"headers": {"a b": "1"}}, "no header can have the name a b"),
    ({"headers": {"x-a": "1\r\nx-b: 2"}}, "header x-a has a control character"),
    ({"cookies": ["a=1\n"]}, "header Set-Cookie has a control character"),
    ({"cookies": "a=1"}, "cookies is"),
])
def test_a_part_of_a_functions_answer_that_is_left_out_is_told(start, answer, told):
    with runtime_emulator(lambda _: {"statusCode": 200, "body": "pets", **answer}) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        api_id = make_api(client_of(server), {"GET /pets": function_integration()})
        status, fields, body = call(server, api_id, "GET", "/pets")

    assert (status, body) == (200, b"pets")
    assert not {"X-A", "X-B", "Set-Cookie"} & set(fields)
    assert server.wait_for_log(f"the function's answer: {told}")
