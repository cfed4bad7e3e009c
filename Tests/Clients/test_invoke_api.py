"""Functions behind a server of the Lambda Invoke API, and the spellings of places that are refused."""

import json
import threading

import pytest

from local_server import BOUND, run_command
from test_invoke import Backend, call, client_of, make_api, runtime_emulator

ACCOUNT = "000000000000"
# 6 MiB: Lambda quotas, "Invocation payload (request and response)".
PAYLOAD_BYTES_MAX = 6 * 1024 * 1024


def integration(function):
    return {"IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "2.0",
            "IntegrationUri": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{function}"}


def invoke_api(status=200, payload=None, fields=None):
    """A server of the Invoke API with one answer for all functions."""
    content = json.dumps(payload or {"statusCode": 201, "body": "invoked"}).encode()
    return Backend(lambda _: (status, {"Content-Type": "application/json", **(fields or {})}, content))


def served(start, endpoint, function="pets", *arguments, **options):
    """A server whose functions are at the endpoint, and a function that calls the API there."""
    server = start("--lambda-endpoint", endpoint.url, *arguments)
    api_id = make_api(client_of(server), {"$default": integration(function)}, **options)
    return server, lambda path="/", **request: call(
        server, api_id, request.pop("method", "GET"), path, **request)


def test_a_function_is_invoked_by_its_name_without_credentials_of_the_environment(start):
    with invoke_api() as endpoint:
        _, get = served(start, endpoint)
        status, _, body = get("/a?b=c", method="POST", body=b"hello", headers={"Content-Type": "text/plain"})

    assert (status, body) == (201, b"invoked")
    [request] = endpoint.requests
    assert (request["method"], request["path"]) == ("POST", "/2015-03-31/functions/pets/invocations")
    fields = request["headers"]
    assert fields["X-Amz-Invocation-Type"] == "RequestResponse"
    assert fields["Content-Type"] == "application/json"
    assert fields["X-Amzn-Trace-Id"].startswith("Root=1-")
    # The tests' environment has the access key "test".
    assert fields["Authorization"].startswith(
        f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20300101/us-east-1/lambda/aws4_request, ")
    assert fields["Authorization"].endswith("Signature=" + "0" * 64)
    assert not {"X-Amz-Security-Token", "X-Amz-Date"} & set(fields.keys())
    event = json.loads(request["body"])
    assert (event["version"], event["rawPath"], event["body"]) == ("2.0", "/a", "hello")


@pytest.mark.parametrize(
    ("function", "target"),
    [("pets:live", "pets/invocations?Qualifier=live"), ("pets:7", "pets/invocations?Qualifier=7"),
     ("pets:$LATEST", "pets/invocations?Qualifier=%24LATEST"),
     ("${stageVariables.name}:${stageVariables.alias}", "cats/invocations?Qualifier=blue")])
def test_an_alias_or_a_version_is_the_qualifier(start, function, target):
    variables = {"name": "cats", "alias": "blue"}
    with invoke_api() as endpoint:
        _, get = served(start, endpoint, function, stage={"StageVariables": variables})
        assert get()[0] == 201

    assert endpoint.requests[0]["path"] == f"/2015-03-31/functions/{target}"


def test_a_place_of_the_function_itself_comes_first_and_an_alias_before_the_name(start):
    with invoke_api() as endpoint, runtime_emulator(lambda _: {"statusCode": 202}) as named, \
            runtime_emulator(lambda _: {"statusCode": 203}) as aliased:
        server = start("--lambda-endpoint", endpoint.url, "--lambda", f"pets={named.url}",
                       "--lambda", f"pets:live={aliased.url}")
        client = client_of(server)
        statuses = [call(server, make_api(client, {"$default": integration(function)}), "GET", "/")[0]
                    for function in ("pets", "pets:other", "pets:live", "cats")]

    assert statuses == [202, 202, 203, 201]


@pytest.mark.parametrize("kind", ["Unhandled", "Handled"])
def test_a_function_error_is_a_500_with_its_cause_in_the_log(start, kind):
    error = {"errorMessage": "no such order", "errorType": "ValueError"}
    with invoke_api(payload=error, fields={"X-Amz-Function-Error": kind}) as endpoint:
        server, get = served(start, endpoint)
        status, fields, body = get("/orders")

    assert (status, body) == (500, b'{"message":"Internal Server Error"}')
    assert fields["Content-Type"] == "application/json"
    line = server.wait_for_log("path=/orders")
    assert kind in line and "no such order" in line


@pytest.mark.parametrize(
    ("invoke_status", "kind", "expected", "cause"),
    [(429, "TooManyRequestsException", (503, b'{"message":"Service Unavailable"}'), "throttled"),
     (404, "ResourceNotFoundException", (500, b'{"message":"Internal Server Error"}'), "Invoke answered 404"),
     (403, "AccessDeniedException", (500, b'{"message":"Internal Server Error"}'), "Invoke answered 403"),
     (500, "ServiceException", (500, b'{"message":"Internal Server Error"}'), "Invoke answered 500")])
def test_an_error_of_the_invoke_api_is_the_answer_of_the_gateway(start, invoke_status, kind, expected, cause):
    error = {"Type": "User", "message": "no"}
    with invoke_api(invoke_status, error, {"x-amzn-ErrorType": kind}) as endpoint:
        server, get = served(start, endpoint)
        status, _, body = get("/orders")

    assert (status, body) == expected
    assert cause in server.wait_for_log("path=/orders")


def test_a_server_that_is_not_there_is_a_500_and_the_log_names_it(start):
    with invoke_api() as endpoint:
        pass
    server, get = served(start, endpoint)

    assert get("/orders")[0] == 500
    assert endpoint.url in server.wait_for_log("path=/orders")


def test_the_largest_event_passes_and_one_of_a_byte_more_is_refused(start):
    with invoke_api() as endpoint:
        _, get = served(start, endpoint)

        def post(count):
            return get("/", method="POST", body=b"a" * count, headers={"Content-Type": "text/plain"})

        assert post(6_000_000)[0] == 201
        count = 6_000_000 + PAYLOAD_BYTES_MAX - len(endpoint.requests[0]["body"])
        largest, beyond = post(count), post(count + 1)

    assert len(endpoint.requests[1]["body"]) == PAYLOAD_BYTES_MAX
    assert largest[0] == 201
    assert (beyond[0], len(endpoint.requests)) == (413, 2)


def test_the_largest_answer_passes_and_one_of_a_byte_more_is_a_500(start):
    frame = len(json.dumps({"statusCode": 200, "body": ""}))
    for excess, expected in ((0, 200), (1, 500)):
        payload = {"statusCode": 200, "body": "a" * (PAYLOAD_BYTES_MAX - frame + excess)}
        with invoke_api(payload=payload) as endpoint:
            _, get = served(start, endpoint)
            status, _, body = get()
        assert status == expected
        assert len(body) == len(payload["body"]) if expected == 200 else body == b'{"message":"Internal Server Error"}'


def test_an_invocation_beyond_the_timeout_is_a_503(start):
    released = threading.Event()
    with Backend(lambda _: released.wait(BOUND) and (200, {}, b"{}")) as endpoint:
        server = start("--lambda-endpoint", endpoint.url)
        api_id = make_api(client_of(server), {"$default": {**integration("pets"), "TimeoutInMillis": 100}})
        status, _, body = call(server, api_id, "GET", "/")
        released.set()

    assert (status, body) == (503, b'{"message":"Service Unavailable"}')


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--lambda", "pets"], "expected NAME=http://HOST:PORT, NAME=runtime:PORT or NAME=run:COMMAND"),
     (["--lambda", "pets=runtme:9001"], "did you mean runtime:?"),
     (["--lambda", "pets=runtime:0"], "a port from 1 to 65535"),
     (["--lambda", "pets=run:"], "run:python3 -m awslambdaric app.handler"),
     (["--lambda", "arn:aws:lambda:us-east-1:1:function:a=runtime:1"], "a function's name without its ARN"),
     (["--lambda", "pets=run:a", "--lambda", "pets=run:b"], "found --lambda pets=… twice"),
     (["--lambda-concurrency", "pets=0", "--lambda", "pets=run:a"], "a count from 1 to 100"),
     (["--lambda-concurrency", "pets=2"], "--lambda pets=run:COMMAND"),
     (["--lambda-endpoint", "localhost:3001"], "a URL such as http://localhost:9000")])
def test_a_wrong_place_is_one_line_and_status_2(arguments, message):
    result = run_command("--port", "0", *arguments)

    assert result.returncode == 2
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1 and message in errors[0]
    assert result.stdout == ""
