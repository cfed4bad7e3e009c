"""The bytes of answers over a raw socket: start line, names, order and case of the fields, and the body to the byte."""

import http.client
import json
import pathlib
import re
import resource
import select
import socket

import pytest

from local_server import FIXTURES, run_command
from wire_form import integration_files, read, wire_answer

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/apigateway/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64
)
FIELD_FORMS = {
    "Date": r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT",
    "Content-Type": r"application/json",
    "Content-Length": r"\d+",
    "Connection": r"keep-alive",
    "x-amzn-RequestId": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "x-amzn-ErrorType": r"[A-Za-z]+",
    "x-amz-apigw-id": r"[A-Za-z0-9_-]{15}=",
    "X-Amzn-Trace-Id": r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}",
}
SUCCESS_FIELDS = [name for name in FIELD_FORMS if name != "x-amzn-ErrorType"]
ERROR_FIELDS = list(FIELD_FORMS)


def exchange(server, method, path, authorization=AUTHORIZATION):
    """One request by http.client: status, reason, fields in order, body."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        headers = {"Authorization": authorization} if authorization else {}
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, response.reason, response.getheaders(), response.read()
    finally:
        connection.close()


def assert_fields(fields, names, body):
    assert [name for name, _ in fields] == names
    for name, value in fields:
        assert re.fullmatch(FIELD_FORMS[name], value), f"{name}: {value}"
    assert dict(fields)["Content-Length"] == str(len(body))


def test_the_whole_answer_is_these_bytes(shipped):
    with socket.create_connection(("127.0.0.1", shipped.port), timeout=30) as peer:
        peer.sendall(
            b"GET /v2/apis/a1b2c3d4e5/integrations/lmb4d7a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        received = b"".join(iter(lambda: peer.recv(65536), b""))
    head, body = received.split(b"\r\n\r\n", 1)
    lines = head.decode("ascii").split("\r\n")
    assert lines[0] == "HTTP/1.1 200 OK"
    assert [line.split(": ", 1)[0] for line in lines[1:]] == SUCCESS_FIELDS
    assert body == (
        b'{"connectionType":"INTERNET","integrationId":"lmb4d7a","integrationMethod":"POST",'
        b'"integrationType":"AWS_PROXY",'
        b'"integrationUri":"arn:aws:lambda:us-east-1:123456789012:function:place-order",'
        b'"payloadFormatVersion":"2.0","timeoutInMillis":10000}'
    )


@pytest.mark.parametrize(
    ("api", "integration", "path"), integration_files(), ids=lambda value: getattr(value, "stem", value)
)
def test_a_success_has_the_services_fields_and_the_fixtures_members(shipped, api, integration, path):
    status, reason, fields, body = exchange(shipped, "GET", f"/v2/apis/{api}/integrations/{integration}")
    assert (status, reason) == (200, "OK")
    assert_fields(fields, SUCCESS_FIELDS, body)
    assert json.loads(body) == wire_answer(read(path))


def test_the_answer_to_an_unknown_api_ends_in_a_newline(shipped):
    status, reason, fields, body = exchange(shipped, "GET", "/v2/apis/nope/integrations/abc123d")
    assert (status, reason) == (404, "Not Found")
    assert_fields(fields, ERROR_FIELDS, body)
    assert dict(fields)["x-amzn-ErrorType"] == "NotFoundException"
    assert body == b'{"message":"Invalid API identifier specified 000000000000:nope"}\n'


def test_the_answer_to_an_unknown_integration(shipped):
    status, _, fields, body = exchange(shipped, "GET", "/v2/apis/a1b2c3d4e5/integrations/nope")
    assert status == 404
    assert_fields(fields, ERROR_FIELDS, body)
    assert dict(fields)["x-amzn-ErrorType"] == "NotFoundException"
    assert body == b'{"message":"Invalid Integration identifier specified"}\n'


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v2/nope"),
        ("OPTIONS", "/v2/apis"),
        ("GET", "/"),
        ("GET", "/v1/apis"),
        ("PUT", "/v2/apis/a1b2c3d4e5/integrations/abc123d"),
    ],
)
def test_an_unknown_path_or_method_gets_the_front_ends_answer_of_73_bytes(shipped, method, path):
    status, reason, fields, body = exchange(shipped, method, path)
    assert (status, reason) == (403, "Forbidden")
    assert_fields(fields, ERROR_FIELDS, body)
    assert dict(fields)["x-amzn-ErrorType"] == "AccessDeniedException"
    assert body == b'{"Message":"Unable to determine service/operation name to be authorized"}'
    assert len(body) == 73


def test_an_injected_429_has_the_services_form_and_no_retry_after(start):
    server = start("--fixtures", FIXTURES, "--fail", "GetIntegration:429")
    status, reason, fields, body = exchange(server, "GET", "/v2/apis/a1b2c3d4e5/integrations/abc123d")
    assert (status, reason) == (429, "Too Many Requests")
    assert_fields(fields, ERROR_FIELDS, body)
    assert dict(fields)["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert body == b'{"message":"Too Many Requests"}'


def test_credentials_are_asked_for_only_when_told_to(start, shipped):
    path = "/v2/apis/a1b2c3d4e5/integrations/abc123d"
    strict = start("--fixtures", FIXTURES, "--auth", "present")
    assert exchange(shipped, "GET", path, authorization=None)[0] == 200
    assert exchange(strict, "GET", path)[0] == 200
    status, reason, fields, body = exchange(strict, "GET", path, authorization=None)
    assert (status, reason) == (403, "Forbidden")
    assert_fields(fields, ERROR_FIELDS, body)
    assert dict(fields)["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    assert body == b'{"message":"Missing Authentication Token"}'


def test_head_has_the_fields_of_get_and_no_body(shipped):
    with socket.create_connection(("127.0.0.1", shipped.port), timeout=30) as peer:
        peer.sendall(b"HEAD /v2/nope HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: peer.recv(65536), b""))
    head, body = received.split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert b"\r\nContent-Length: 73\r\n" in head
    assert body == b""


def test_requests_in_one_packet_are_answered_in_order_on_one_connection(shipped):
    request = b"GET /v2/apis/a1b2c3d4e5/integrations/%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
    with socket.create_connection(("127.0.0.1", shipped.port), timeout=30) as peer:
        peer.sendall(
            request % (b"abc123d", b"") + request % (b"nope", b"") + request % (b"lmb4d7a", b"Connection: close\r\n")
        )
        received = b"".join(iter(lambda: peer.recv(65536), b""))
    assert re.findall(rb"HTTP/1\.1 (\d+) ", received) == [b"200", b"404", b"200"]


def test_a_server_without_a_free_descriptor_pauses_and_serves_when_there_is_one_again(start):
    """The limit is set from outside: a process of many threads may not run out of descriptors by itself, because
    Dispatch opens files of /proc to count its threads and gives up when it can't."""
    request = b"GET /v2/apis HTTP/1.1\r\nHost: x\r\n\r\n"
    server = start()
    held = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    held.sendall(request)
    assert held.recv(12) == b"HTTP/1.1 200"

    # Its limit is the number of descriptors that it holds now, so none is left.
    held_by_server = len(list(pathlib.Path(f"/proc/{server.process.pid}/fd").iterdir()))
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (held_by_server, hard))
    waiting = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    waiting.sendall(request)
    server.wait_for_log("no connections are accepted for now: accept4: too many open files")
    held.sendall(request)
    served = held.recv(1 << 16)
    while b"HTTP/1.1 200" not in served:
        served += held.recv(1 << 16)
    is_served_too_early = bool(select.select([waiting], [], [], 0)[0])
    held.close()

    assert not is_served_too_early
    assert waiting.recv(12) == b"HTTP/1.1 200"
    waiting.close()
