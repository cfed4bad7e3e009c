"""Calls in flight when a signal stops the server: they get their answers within the drain time."""

import signal
import socket
import sys
import threading

import pytest

from local_server import BOUND, LocalServer
from test_invoke import (
    Backend, client_of, free_port, function_integration, make_api, proxy_integration, runtime_emulator, serve_one_event)

# The end of one idle connection then tells that the server has the order.
ONE_LOOP = ("--event-loops", "1")

# A runtime that tells a meeting point of its event, and answers when that lets it.
FUNCTION = """
import json, os, sys, urllib.request
base = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
with urllib.request.urlopen(f"{base}/next") as event:
    request_id = event.headers["Lambda-Runtime-Aws-Request-Id"]
urllib.request.urlopen(sys.argv[1]).close()
body = json.dumps({"statusCode": 200, "body": "done"}).encode()
urllib.request.urlopen(f"{base}/{request_id}/response", body).close()
"""


def send(server, api_id):
    peer = socket.create_connection(("127.0.0.1", server.port), BOUND)
    peer.sendall(f"GET /pets HTTP/1.1\r\nHost: {api_id}.execute-api.localhost\r\n\r\n".encode())
    return peer


def received(peer):
    with peer:
        return b"".join(iter(lambda: peer.recv(65536), b""))


def stop(server):
    """Returns when the loop has the order, and so closes the idle connection. The log tells of the signal before that."""
    with socket.create_connection(("127.0.0.1", server.port), BOUND) as idle:
        server.process.send_signal(signal.SIGTERM)
        assert idle.recv(1) == b""


class Meeting:
    """Whoever comes to `hold` is counted, and stays until `let_go`."""

    def __init__(self):
        self.came, self.may_go = threading.Event(), threading.Event()

    def hold(self):
        self.came.set()
        assert self.may_go.wait(BOUND)


@pytest.mark.parametrize("place", ["emulator", "endpoint", "runtime", "process", "backend"])
def test_a_call_in_flight_gets_its_answer_while_the_server_stops(place, tmp_path):
    meeting = Meeting()

    def function(_):
        meeting.hold()
        return {"statusCode": 200, "body": "done"}

    def held(_):
        meeting.hold()
        return 200, {}, b'{"statusCode":200,"body":"done"}' if place == "endpoint" else b"done"

    port = free_port()
    (tmp_path / "function.py").write_text(FUNCTION)
    with runtime_emulator(function) as emulator, Backend(held) as backend:
        arguments = {
            "emulator": ["--lambda", f"pets={emulator.url}"], "endpoint": ["--lambda-endpoint", backend.url],
            "runtime": ["--lambda", f"pets=runtime:{port}"], "backend": [],
            "process": ["--lambda", f"pets=run:exec {sys.executable} {tmp_path / 'function.py'} {backend.url}"],
        }[place]
        with LocalServer("--port", "0", *ONE_LOOP, "--limit", "drain-timeout=1m", *arguments) as server:
            integration = proxy_integration(backend.url) if place == "backend" else function_integration()
            api_id = make_api(client_of(server), {"GET /pets": integration})
            if place == "runtime":
                runtime = threading.Thread(
                    target=serve_one_event, args=(port, lambda *_: ("response", function(None))))
                runtime.start()
            peer = send(server, api_id)
            assert meeting.came.wait(BOUND)
            stop(server)
            meeting.may_go.set()
            answer = received(peer)
            assert server.process.wait(BOUND) == 0
            if place == "runtime":
                runtime.join(BOUND)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nConnection: close\r\n" in answer
    assert answer.endswith(b"done")


def test_an_authorizer_in_flight_leads_to_its_function_while_the_server_stops():
    meeting = Meeting()

    def function(event):
        if event.get("type") == "REQUEST":
            meeting.hold()
            return {"isAuthorized": True}
        return {"statusCode": 200, "body": "done"}

    with runtime_emulator(function) as emulator, LocalServer(
            "--port", "0", *ONE_LOOP, "--limit", "drain-timeout=1m", "--lambda", f"pets={emulator.url}") as server:
        client = client_of(server)
        api_id = make_api(client, {"GET /pets": function_integration()})
        [integration] = client.get_integrations(ApiId=api_id)["Items"]
        authorizer = client.create_authorizer(
            ApiId=api_id, Name="door", AuthorizerType="REQUEST", AuthorizerUri=integration["IntegrationUri"],
            IdentitySource=["$request.header.Host"], AuthorizerPayloadFormatVersion="2.0",
            EnableSimpleResponses=True)["AuthorizerId"]
        [route] = client.get_routes(ApiId=api_id)["Items"]
        client.update_route(
            ApiId=api_id, RouteId=route["RouteId"], AuthorizationType="CUSTOM", AuthorizerId=authorizer)
        peer = send(server, api_id)
        assert meeting.came.wait(BOUND)
        stop(server)
        meeting.may_go.set()
        answer = received(peer)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"done")


def test_a_call_that_outlasts_the_drain_time_is_503():
    meeting = Meeting()

    def function(_):
        meeting.hold()
        return {"statusCode": 200}

    with runtime_emulator(function) as emulator, LocalServer(
            "--port", "0", *ONE_LOOP, "--limit", "drain-timeout=100ms", "--lambda", f"pets={emulator.url}") as server:
        api_id = make_api(client_of(server), {"GET /pets": function_integration()})
        peer = send(server, api_id)
        assert meeting.came.wait(BOUND)
        stop(server)
        status = server.process.wait(BOUND)
        answer = received(peer)
        meeting.may_go.set()

    assert status == 0
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert answer.endswith(b'{"message":"Service Unavailable"}')
