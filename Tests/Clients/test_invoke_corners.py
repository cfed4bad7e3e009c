"""Calls in corners: a route without a target, blanks in a function's headers, tokens without a key, signed URLs."""

import httpx
import pytest

from test_invoke import call, client_of, function_integration, make_api, runtime_emulator

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
