"""The ends of WebSocket connections, and @connections from another process."""

import http.client
import json
import socket

import boto3
import pytest
from botocore.exceptions import ClientError
from websockets.exceptions import ConnectionClosed

from websocket_api import PROXY, chat, connect, make_api, management, quoted, signed  # noqa: F401


def test_every_way_to_end_reaches_disconnect(chat):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY, "$disconnect": PROXY})

    def end():
        context = function.next()["requestContext"]
        return context["eventType"], context["disconnectStatusCode"], context["disconnectReason"]

    with connect(server, api_id) as client:
        function.next()
        client.close(1000, "")
    assert end() == ("DISCONNECT", 1000, "")

    with connect(server, api_id) as client:
        connection_id = function.next()["requestContext"]["connectionId"]
        management(server, api_id).delete_connection(ConnectionId=connection_id)
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=30)
    assert end()[0] == "DISCONNECT"

    with connect(server, api_id) as client:
        function.next()
        client.socket.shutdown(socket.SHUT_RDWR)
        assert end()[:2] == ("DISCONNECT", 1006)


# @connections


@pytest.mark.parametrize("path", ["/_aws/execute-api/{}/dev", "/ws/{}/dev"])
def test_another_process_posts_reads_and_closes(chat, path):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY})
    manager = management(server, api_id, path.format(api_id))

    with connect(server, api_id, user_agent_header="test/1") as client:
        connection_id = function.next()["requestContext"]["connectionId"]
        manager.post_to_connection(ConnectionId=connection_id, Data=b"hello")
        assert client.recv(timeout=30) == "hello"
        found = manager.get_connection(ConnectionId=connection_id)
        manager.delete_connection(ConnectionId=connection_id)
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=30)

    assert found["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "test/1"}
    assert found["ConnectedAt"] <= found["LastActiveAt"]


def test_a_connection_that_is_gone_is_410_without_a_body(chat):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY})
    with connect(server, api_id):
        connection_id = function.next()["requestContext"]["connectionId"]

    manager = management(server, api_id)
    for call in (lambda: manager.post_to_connection(ConnectionId=connection_id, Data=b"x"),
                 lambda: manager.get_connection(ConnectionId="unknown="),
                 lambda: manager.delete_connection(ConnectionId=connection_id)):
        with pytest.raises(manager.exceptions.GoneException):
            call()
    answer = signed(server, "POST", f"/_aws/execute-api/{api_id}/dev/@connections/{quoted(connection_id)}", "localhost")
    assert (answer.status, answer.body, answer.headers["x-amzn-ErrorType"]) == (410, b"", "GoneException")


def test_a_message_may_have_128_kilobytes_and_no_more(chat):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY})
    manager = management(server, api_id)

    with connect(server, api_id) as client:
        connection_id = function.next()["requestContext"]["connectionId"]
        manager.post_to_connection(ConnectionId=connection_id, Data=b"x" * 131072)
        assert len(client.recv(timeout=30)) == 131072
        with pytest.raises(manager.exceptions.PayloadTooLargeException):
            manager.post_to_connection(ConnectionId=connection_id, Data=b"x" * 131073)


def test_connections_need_the_stage_and_a_signature(chat):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY})

    with connect(server, api_id):
        connection_id = function.next()["requestContext"]["connectionId"]
        with pytest.raises(ClientError) as refused:
            management(server, api_id, f"/_aws/execute-api/{api_id}").post_to_connection(
                ConnectionId=connection_id, Data=b"x")
        unsigned = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        unsigned.request("POST", f"/_aws/execute-api/{api_id}/dev/@connections/{quoted(connection_id)}", body=b"x")
        assert unsigned.getresponse().status == 403
        unsigned.close()

    assert refused.value.response["Error"]["Code"] == "ForbiddenException"


@pytest.mark.parametrize(("method", "path", "status", "kind", "text"), [
    ("POST", "/dev/@connections/{id}", 404, "NotFoundException",
     "No method found matching route dev/@connections/{decoded} for http method POST."),
    ("GET", "/@connections/", 404, "NotFoundException", "No method found matching route @connections for http method GET."),
    ("PUT", "/@connections/{id}", 404, "NotFoundException",
     "No method found matching route @connections/{decoded} for http method PUT."),
    ("POST", "/@connections/{twice}", 403, "InvalidSignatureException",
     "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
     "signing method. Consult the service documentation for details."),
])
def test_a_wrong_path_is_answered_in_the_services_words(chat, method, path, status, kind, text):
    server, function = chat()
    api_id = make_api(server, {"$connect": PROXY})
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)
    certificate = [{"CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/c"}]
    client.create_domain_name(DomainName="chat.example.com", DomainNameConfigurations=certificate)
    client.create_api_mapping(DomainName="chat.example.com", ApiId=api_id, Stage="dev")

    with connect(server, api_id):
        decoded = function.next()["requestContext"]["connectionId"]
        names = {"id": quoted(decoded), "twice": quoted(decoded).replace("%", "%25"), "decoded": decoded}
        answer = signed(server, method, path.format(**names), "chat.example.com", b"x")
        right = signed(server, "POST", "/@connections/" + quoted(decoded), "chat.example.com", b"x")

    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (status, kind)
    assert json.loads(answer.body) == {"message": text.format(**names)}
    assert right.status == 200
