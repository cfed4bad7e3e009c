"""Calls at the edges: an API that Terraform made, a VPC link that is not available, long targets, and what a backend
says of its own answer."""

import contextlib
import http.client
import http.server
import json
import os
import pathlib
import re
import shlex
import shutil
import socket
import subprocess
import threading
import urllib.parse
import urllib.request

import pytest

from local_server import LocalServer
from test_first_api import section
from test_invoke import Backend, call, client_of, function_integration, make_api, proxy_integration, runtime_emulator
from test_terraform import PLUGINS, Folder

LISTENER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/pets/50dc6c495c0c9188/f2f7dc8efc522ab2"

# What the cookbook in docs/invoke.md tells a user to write.
ENTRY = section("docs/invoke.md", "Cookbook").split("\n### Terraform, then call it\n", 1)[1].split("\n### ", 1)[0]
CONFIGURATION = re.search(r"```hcl\n(resource .*?)```", ENTRY, re.DOTALL).group(1)
COMMAND, CALL = re.findall(r"```sh\n(.*?)```", ENTRY, re.DOTALL)


def socket_descriptors(server):
    """The numbers of the server's descriptors that are sockets."""
    found = set()
    for link in pathlib.Path(f"/proc/{server.process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            if os.readlink(link).startswith("socket:"):
                found.add(int(link.name))
    return found


def test_each_client_has_its_own_address_on_descriptors_that_are_used_again(start):
    """Every event, and the answer by it, has the address of the client that asks."""
    with runtime_emulator(lambda event: {"statusCode": 200, "body": event["requestContext"]["http"]["sourceIp"]}) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        api_id = make_api(client_of(server), {"GET /": function_integration()})
        others, used = socket_descriptors(server), []
        for first in (2, 102, 2, 152):
            addresses = [f"127.0.0.{number}" for number in range(first, first + 100)]
            with contextlib.ExitStack() as round_:
                connections = [
                    round_.enter_context(contextlib.closing(http.client.HTTPConnection(
                        "127.0.0.1", server.port, timeout=30, source_address=(address, 0))))
                    for address in addresses]
                # Twice, since the second request of a connection finds its address known.
                for _ in range(2):
                    for connection, address in zip(connections, addresses):
                        connection.request("GET", f"/_aws/execute-api/{api_id}/")
                        assert connection.getresponse().read().decode() == address
                used.append(socket_descriptors(server) - others)

    assert min(map(len, used)) >= 100
    # Each round takes descriptors that the rounds before it had.
    assert all(set.union(*used[:index]) & used[index] for index in range(1, len(used)))


def test_an_api_that_terraform_made_can_be_called(tmp_path):
    if shutil.which("terraform") is None or not PLUGINS.is_dir():
        pytest.skip("terraform or its AWS provider is not on this machine")

    def function(event):
        return {"statusCode": 200, "body": event["pathParameters"]["name"] + event["stageVariables"]["color"]}

    with runtime_emulator(function) as emulator, Backend(
            lambda request: (200, {}, (request["method"] + request["path"]).encode())) as backend:
        command = COMMAND.replace("\\\n", "").replace("http://localhost:9000", emulator.url).replace("http://localhost:8080", backend.url)
        with LocalServer("--port", "0", *shlex.split(command)[1:]) as server:
            folder = Folder(tmp_path / "terraform", server, [])
            (folder.path / "main.tf").write_text(CONFIGURATION, encoding="utf-8")
            assert folder.apply() == "6 added, 0 changed, 0 destroyed"
            folder.assert_nothing_to_do()
            outputs = {name: one["value"] for name, one in json.loads(folder.run("output", "-json")).items()}
            url = re.fullmatch(r'curl "\$\(terraform output -raw endpoint\)(/\S+)"\n', CALL).group(1)
            with urllib.request.urlopen(outputs["endpoint"] + url, timeout=30) as response:
                by_function = response.read()
            with urllib.request.urlopen(outputs["endpoint"] + "/prod/far/a/b?c=d", timeout=30) as response:
                by_backend = response.read()
            api_id = outputs["endpoint"].rsplit("/", 1)[1]
            by_host = call(server, api_id, "GET", "/prod/pets/mimi")

    assert by_function == b"mimiblue"
    assert by_backend == b"GET/base/a/b?c=d"
    assert by_host[2] == b"mimiblue"


@pytest.mark.parametrize(("status", "expected"), [("AVAILABLE", 200), ("INACTIVE", 503), ("PENDING", 503), ("FAILED", 503)])
def test_a_private_call_passes_an_available_link_alone(start, tmp_path, status, expected):
    document = {
        "vpclinks": [{"vpcLinkId": "abc123", "name": "inside", "vpcLinkStatus": status, "subnetIds": ["subnet-1"],
                      "securityGroupIds": [], "vpcLinkVersion": "V2"}],
        "apis": [{
            "apiId": "a1b2c3d4e5", "name": "pets", "protocolType": "HTTP",
            "integrations": [{
                "integrationId": "inside1", "integrationType": "HTTP_PROXY", "integrationMethod": "ANY",
                "integrationUri": LISTENER, "connectionType": "VPC_LINK", "connectionId": "abc123",
                "payloadFormatVersion": "1.0"}],
            "routes": [{"routeId": "route1", "routeKey": "GET /pets", "target": "integrations/inside1"}],
            "stages": [{"stageName": "$default"}],
        }],
    }
    fixture = tmp_path / "pets.json"
    fixture.write_text(json.dumps(document))
    with Backend(lambda _: (200, {}, b"inside")) as backend:
        server = start("--fixtures", fixture, "--upstream", f"{LISTENER}={backend.url}")
        answer, _, body = call(server, "a1b2c3d4e5", "GET", "/pets")

    assert (answer, len(backend.requests)) == (expected, 1 if expected == 200 else 0)
    assert body == (b"inside" if expected == 200 else b'{"message":"Service Unavailable"}')
    if expected == 503:
        assert server.wait_for_log(f"the VPC link abc123 is {status}")


def test_a_target_that_is_too_long_is_414_for_an_api_as_for_the_service(start):
    with runtime_emulator(lambda event: {"statusCode": 200, "body": str(len(event["rawPath"]))}) as emulator:
        server = start("--lambda", f"pets={emulator.url}", "--limit", "request-line-bytes-max=4000")
        api_id = make_api(client_of(server), {"GET /{proxy+}": function_integration()})
        # The line is "GET /… HTTP/1.1" and its end.
        length = 4000 - len("GET  HTTP/1.1\r\n")
        longest = call(server, api_id, "GET", "/" + "a" * (length - 1))
        longer = call(server, api_id, "GET", "/" + "a" * length)

    assert (longest[0], longest[2]) == (200, str(length).encode())
    assert longer[0] == 414


DATE = "Tue, 15 Nov 1994 08:12:31 GMT"


class Asset(http.server.BaseHTTPRequestHandler):
    """A backend with a file of 1234 bytes and a date of its own."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response_only(200)
        self.send_header("Date", DATE)
        self.send_header("Server", "assets/1")
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", "1234")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"x" * 1234)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture
def asset():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Asset)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/asset"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_date_and_the_length_of_a_backends_answer_pass(start, asset, method):
    server = start()
    api_id = make_api(client_of(server), {"ANY /asset": proxy_integration(asset)})

    status, fields, body = call(server, api_id, method, "/asset")
    missing = call(server, api_id, method, "/missing")

    assert status == 200
    assert fields.get_all("Date") == [DATE]
    assert fields.get_all("Content-Length") == ["1234"]
    assert (fields["Server"], fields["Content-Type"]) == ("assets/1", "image/png")
    assert len(body) == (1234 if method == "GET" else 0)
    # The gateway's own answer has its own.
    assert (missing[0], len(missing[1].get_all("Date")), missing[1]["Content-Length"]) == (404, 1, "23")
    assert missing[1]["Date"] != DATE


def test_a_connection_goes_on_behind_an_answer_to_head(start, asset):
    server = start()
    api_id = make_api(client_of(server), {"ANY /asset": proxy_integration(asset)})
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    seen = []
    for method in ["HEAD", "GET", "HEAD"]:
        connection.request(method, "/asset", headers={"Host": f"{api_id}.execute-api.localhost"})
        response = connection.getresponse()
        seen.append((response.status, response.headers["Content-Length"], len(response.read())))
    connection.close()

    assert seen == [(200, "1234", 0), (200, "1234", 1234), (200, "1234", 0)]


def test_the_date_and_the_length_pass_over_http2(start, asset):
    server = start()
    api_id = make_api(client_of(server), {"ANY /asset": proxy_integration(asset)})
    url = f"http://127.0.0.1:{server.port}/_aws/execute-api/{api_id}/$default/asset"

    head = subprocess.run(
        ["curl", "-sS", "--http2-prior-knowledge", "--head", url], capture_output=True, text=True, timeout=30, check=True)

    lines = head.stdout.splitlines()
    assert lines[0].startswith("HTTP/2 200")
    assert [line for line in lines if line.startswith("date:")] == [f"date: {DATE}"]
    assert "content-length: 1234" in lines


QUERY = r"""filter[name]=x&{a}=b|c^d&q="e\`<f>&g=100%&h=%FF"""


def test_a_query_that_no_uri_may_have_reaches_functions_and_backends_as_sent(start):
    events = []
    with runtime_emulator(lambda event: events.append(event) or {"statusCode": 200}) as emulator, Backend(
            lambda request: (200, {}, request["path"].encode())) as backend:
        server = start("--lambda", f"pets={emulator.url}")
        api_id = make_api(client_of(server), {
            "GET /function": function_integration(), "GET /backend": proxy_integration(backend.url + "/x")})
        by_function = raw_call(server, f"{api_id}.execute-api.localhost", f"/function?{QUERY}")
        by_backend = raw_call(server, f"{api_id}.execute-api.localhost", f"/backend?{QUERY}")
        by_path = raw_call(server, "localhost", f"/_aws/execute-api/{api_id}/function?{QUERY}")
        control = raw_call(server, "localhost", "/v2/apis?filter[name]=x")
        admin = raw_call(server, "localhost", "/__admin/health?filter[name]=x")

    assert (by_function[0], by_path[0]) == (200, 200)
    assert [event["rawQueryString"] for event in events] == [QUERY, QUERY]
    assert events[0]["queryStringParameters"] == {
        "filter[name]": "x", "{a}": "b|c^d", "q": '"e\\`<f>', "g": "100%", "h": "%FF"}
    assert by_backend == (200, f"/x?{QUERY}".encode())
    refused = b'{"message":"The target has a character that a URI may not have."}'
    assert (control, admin) == ((400, refused), (400, refused))


def test_over_http2_a_query_is_as_lenient(named):
    server, api_id = named
    for path, status in ((f"/_aws/execute-api/{api_id}/pets", "200"), ("/v2/apis", "400")):
        result = subprocess.run(
            ["curl", "-sS", "--globoff", "--http2-prior-knowledge", "-o", "/dev/null", "-w", "%{http_code} %{http_version}",
             f'{server.endpoint}{path}?filter[name]={{x}}|"y"&z=100%'], capture_output=True, text=True, check=True)
        assert result.stdout == f"{status} 2"


@pytest.mark.parametrize("query", ["q=\xc3\xa9", "\xff=1", "q=%C3%A9\x80"])
def test_a_byte_beyond_ascii_in_a_query_is_refused_and_its_encoding_is_served(named, query):
    server, api_id = named
    refused = b'{"message":"Bad Request"}'
    assert raw_call(server, f"{api_id}.execute-api.localhost", f"/pets?{query}") == (400, refused)
    assert "The target has a character that a URI may not have." in server.wait_for_log("status=400")
    encoded = urllib.parse.quote(query.encode("latin-1"), safe="=%")
    assert raw_call(server, f"{api_id}.execute-api.localhost", f"/pets?{encoded}")[0] == 200


def raw_call(server, host, target):
    """A GET of a target that http.client would refuse; gives the status and the body."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as peer:
        peer.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1"))
        with peer.makefile("rb") as stream:
            status = int(stream.readline().split()[1])
            return status, stream.read().split(b"\r\n\r\n", 1)[1]


@pytest.mark.parametrize("host", [
    "localhost:4290", "127.0.0.1", "[::1]:4290", "10.1.2.3", "apigw:4290", "api.localhost", "printer.local",
    "host.docker.internal", "app.test", "router.home.arpa", "localhost.localstack.cloud:4566", "LOCALHOST.floci.io",
    "gateway.example.com", "localhost."])
def test_the_path_form_works_under_names_that_no_stranger_can_have(named, host):
    server, api_id = named
    answer = call(server, None, "GET", f"/_aws/execute-api/{api_id}/pets", host=host)
    older = call(server, None, "GET", f"/restapis/{api_id}/$default/_user_request_/pets", host=host)
    assert (answer[0], older[0]) == (200, 200)


@pytest.mark.parametrize("host", [
    "evil.example", "evil.example:4290", "127.0.0.1.nip.io", "localhost.evil.example", "evil-localhost.floci.io",
    "local.evil.example", "gateway.example.com.evil.example"])
@pytest.mark.parametrize("form", ["/_aws/execute-api/{}/pets", "/restapis/{}/$default/_user_request_/pets", "/ws/{}/prod"])
def test_the_path_form_refuses_a_host_that_a_page_may_own(named, host, form):
    server, api_id = named
    # What a browser sends for a page of the host itself, whose DNS entry says 127.0.0.1.
    answer = call(
        server, None, "GET", form.format(api_id), host=host,
        headers={"Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"})
    assert (answer[0], answer[2]) == (403, b'{"message":"Forbidden"}')
    assert server.wait_for_log("--admin-host " + host.split(":")[0])


@pytest.mark.parametrize("suffix", [
    "us-east-1.amazonaws.com", "cn-north-1.amazonaws.com.cn", "us-east-1.api.aws", "localhost", "LOCALHOST:4290", "localhost.",
    "us-east-1.localhost:4290", "localhost.localstack.cloud:4566", "localhost.floci.io:4566", "apis.test", "gateway.example.com:80"])
def test_the_host_form_works_under_suffixes_that_no_stranger_can_have(named, suffix):
    server, api_id = named
    assert call(server, None, "GET", "/pets", host=f"{api_id}.execute-api.{suffix}")[0] == 200


@pytest.mark.parametrize("suffix", [
    "evil.example", "evil.example:4290", "zone", "127.0.0.1.nip.io", "localhost.evil.example", "evil-localhost.floci.io",
    "us-east-1.amazonaws.com.evil.example", "evilamazonaws.com", "execute-api.evil.example", "a.gateway.example.com"])
def test_the_host_form_refuses_a_suffix_that_a_page_may_own(named, suffix):
    server, api_id = named
    host = f"{api_id}.execute-api.{suffix}"
    answer = call(
        server, None, "GET", "/pets", host=host, headers={"Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"})
    assert (answer[0], answer[2]) == (403, b'{"message":"Forbidden"}')
    assert answer[1]["x-amzn-errortype"] == "ForbiddenException"
    assert server.wait_for_log("--api-endpoint 'http://{apiId}.execute-api." + suffix.split(":")[0])


def test_an_endpoint_option_lets_a_suffix_in_and_a_custom_domain_may_have_the_form(start):
    with runtime_emulator(lambda _: {"statusCode": 200}) as emulator:
        server = start(
            "--lambda", f"pets={emulator.url}", "--api-endpoint", "http://{apiId}.execute-api.{region}.apis.example:{port}")
        client = client_of(server)
        api_id = make_api(client, {"GET /pets": function_integration()})
        endpoint = client.get_api(ApiId=api_id)["ApiEndpoint"]
        domain = f"own.execute-api.shop.example"
        client.create_domain_name(DomainName=domain, DomainNameConfigurations=[{
            "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/x"}])
        client.create_api_mapping(ApiId=api_id, DomainName=domain, Stage="$default")
        hosts = (endpoint.removeprefix("http://"), f"{api_id}.execute-api.a.b.apis.example", domain, "other.execute-api.shop.example")
        statuses = [call(server, None, "GET", "/pets", host=host)[0] for host in hosts]

    assert endpoint == f"http://{api_id}.execute-api.us-east-1.apis.example:{server.port}"
    assert statuses == [200, 403, 200, 403]


def test_the_host_of_the_endpoint_option_serves_the_path_form(start):
    with runtime_emulator(lambda _: {"statusCode": 200}) as emulator:
        server = start(
            "--lambda", f"pets={emulator.url}", "--api-endpoint", "http://gate.example:{port}/_aws/execute-api/{apiId}")
        api_id = make_api(client_of(server), {"GET /pets": function_integration()})
        form = f"/_aws/execute-api/{api_id}/pets"
        statuses = [call(server, None, "GET", form, host=host)[0] for host in ("gate.example:1", "other.example")]

    assert statuses == [200, 403]


@pytest.fixture(scope="module")
def named():
    with runtime_emulator(lambda _: {"statusCode": 200}) as emulator:
        with LocalServer("--port", "0", "--lambda", f"pets={emulator.url}", "--admin-host", "gateway.example.com") as server:
            yield server, make_api(client_of(server), {"GET /pets": function_integration()})


def test_the_access_log_has_the_reason_of_an_endpoint_that_is_not_asked(start, tmp_path):
    log = tmp_path / "access.log"
    server = start("--upstream-only", "--access-logs", log)
    queue = {
        "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage", "PayloadFormatVersion": "1.0",
        "CredentialsArn": "arn:aws:iam::000000000000:role/pets",
        "RequestParameters": {"QueueUrl": "http://localhost/q", "MessageBody": "x"}}
    api_id = make_api(
        client_of(server), {
            "GET /function": function_integration(), "GET /far": proxy_integration("https://far.example.com/"),
            "GET /queue": queue},
        stage={"AccessLogSettings": {
            "DestinationArn": "arn:aws:logs:us-east-1:000000000000:log-group:pets",
            "Format": "$context.requestId $context.status $context.integrationErrorMessage"}})
    answers = [call(server, api_id, "GET", path) for path in ("/function", "/far", "/queue")]

    lines = [line.split(" ", 2) for line in log.read_text().splitlines()]
    assert [line[1] for line in lines] == [str(answer[0]) for answer in answers] == ["500", "503", "500"]
    for line, option in zip(lines, ("--lambda pets=", "--upstream far.example.com=", "--aws-endpoint"), strict=True):
        assert option in line[2]
