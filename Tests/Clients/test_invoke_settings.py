"""Settings that act on calls: wildcard domains, authorizers that change, mappings that cannot act, header bytes beyond
ASCII, and the places of functions."""

import json
import socket
import sys

import pytest

from local_server import run_command
from test_invoke import (
    FUNCTION, Backend, call, client_of, free_port, function_integration, make_api, proxy_integration, runtime_emulator)
from test_targets import get_targets


def test_a_wildcard_domain_serves_one_label_behind_the_name_itself(start):
    with runtime_emulator(lambda event: {
            "statusCode": 200, "body": event["requestContext"]["domainName"] + event["rawPath"]}) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        client = client_of(server)
        wild = make_api(client, {"GET /pets": function_integration()})
        own = make_api(client, {"GET /own": function_integration()})
        certificate = "arn:aws:acm:us-east-1:000000000000:certificate/c"
        for name, api_id in (("*.example.com", wild), ("own.example.com", own)):
            client.create_domain_name(DomainName=name, DomainNameConfigurations=[{"CertificateArn": certificate}])
            client.create_api_mapping(ApiId=api_id, DomainName=name, Stage="$default")
        any_label = call(server, None, "GET", "/pets", host="Cats.Example.com:443")
        its_own = call(server, None, "GET", "/own", host="own.example.com")
        not_its_own = call(server, None, "GET", "/pets", host="own.example.com")
        two_labels = call(server, None, "GET", "/pets", host="a.b.example.com")
        bare = call(server, None, "GET", "/pets", host="example.com")

    assert (any_label[0], any_label[2]) == (200, b"cats.example.com/pets")
    assert (its_own[0], its_own[2]) == (200, b"own.example.com/own")
    assert not_its_own[0] == 404
    # The service's own answer to a path that it does not have.
    assert (two_labels[0], bare[0]) == (403, 403)
    assert "Apigw-Requestid" not in two_labels[1]


def test_an_authorizer_with_another_function_asks_that_function(start):
    asked = []

    def function(name):
        def answer(event):
            if event.get("type") == "REQUEST":
                asked.append(name)
                return {"isAuthorized": name == "old"}
            return {"statusCode": 200, "body": "in"}
        return answer

    def uri(name):
        return ("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
                f"{FUNCTION.replace('pets', name)}/invocations")

    with runtime_emulator(function("old")) as old, runtime_emulator(function("new")) as new:
        server = start("--lambda", f"old={old.url}", "--lambda", f"new={new.url}", "--lambda", f"pets={old.url}")
        client = client_of(server)
        api_id = make_api(client, {"GET /me": function_integration()})
        authorizer = client.create_authorizer(
            ApiId=api_id, Name="door", AuthorizerType="REQUEST", IdentitySource=["$request.header.x-word"],
            AuthorizerUri=uri("old"), AuthorizerPayloadFormatVersion="2.0", EnableSimpleResponses=True,
            AuthorizerResultTtlInSeconds=3600)["AuthorizerId"]
        [route] = client.get_routes(ApiId=api_id)["Items"]
        client.update_route(
            ApiId=api_id, RouteId=route["RouteId"], AuthorizationType="CUSTOM", AuthorizerId=authorizer)
        before = [call(server, api_id, "GET", "/me", headers={"x-word": "please"})[0] for _ in range(2)]
        client.update_authorizer(ApiId=api_id, AuthorizerId=authorizer, AuthorizerUri=uri("new"))
        after = [call(server, api_id, "GET", "/me", headers={"x-word": "please"})[0] for _ in range(2)]

    assert (before, after) == ([200, 200], [403, 403])
    assert asked == ["old", "new"]


@pytest.mark.parametrize(("name", "value", "reason"), [
    ("append:header.x", "$request.header.missing", "the message has nothing at its source"),
    ("append:header.x", "$request.body.text", "its value has a control character, which no header can have"),
    ("append:header.x", "$request.body.long",
     "its value has 10241 bytes, and mapping-value-bytes-max is 10240"),
    ("overwrite:path", "$request.body.long",
     "its value has 10241 bytes, and mapping-value-bytes-max is 10240"),
    ("append:querystring.x", "$request.body.long",
     "its value has 10241 bytes, and mapping-value-bytes-max is 10240"),
])
def test_a_mapping_that_cannot_act_is_told_and_the_call_goes_on_without_it(start, name, value, reason):
    with Backend(lambda _: (200, {}, b"seen")) as backend:
        server = start()
        api_id = make_api(client_of(server), {"POST /pets": proxy_integration(
            f"{backend.url}/pets", RequestParameters={name: value, "append:header.y": "$request.body.most"})})
        body = json.dumps({"text": "a\r\nb: c", "long": "a" * 10_241, "most": "b" * 10_240})
        status, fields, _ = call(server, api_id, "POST", "/pets", body)
        line = server.wait_for_log(f"mapping {name} does not act")
        report = json.loads(call(
            server, None, "GET", f"/__admin/invocations/{fields['Apigw-Requestid']}", host="localhost")[2])

    [request] = backend.requests
    assert status == 200
    assert (request["path"], request["headers"]["x"]) == ("/pets", None)
    assert request["headers"]["y"] == "b" * 10_240
    assert reason in line
    assert report["ignoredMappings"] == [f"mapping {name} does not act: {reason}"]
    assert report["cause"] is None


def test_a_status_that_is_none_is_told(start):
    with Backend(lambda _: (200, {"x-status": "teapot"}, b"seen")) as backend:
        server = start()
        api_id = make_api(client_of(server), {"GET /pets": proxy_integration(
            backend.url, ResponseParameters={"200": {"overwrite:statuscode": "$response.header.x-status"}})})
        status, _, body = call(server, api_id, "GET", "/pets")
        line = server.wait_for_log("mapping overwrite:statuscode does not act")

    assert (status, body) == (200, b"seen")
    assert "its value teapot is no status code from 200 to 599" in line


def test_a_large_body_in_a_header_is_told_as_that(start):
    with runtime_emulator(lambda _: {"statusCode": 200, "body": "meow"}) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        api_id = make_api(client_of(server), {"POST /pets": {
            **function_integration(), "RequestParameters": {"append:header.x": "$request.body"}}})
        status = call(server, api_id, "POST", "/pets", b"a" * 5_000_000, {"Content-Type": "text/plain"})[0]
        line = server.wait_for_log("path=/pets")

    assert status == 200
    assert "its value has 5000000 bytes, and mapping-value-bytes-max is 10240" in line


def exchange(server, head):
    with socket.create_connection(("127.0.0.1", server.port), 30) as peer:
        peer.sendall(head)
        answer = b""
        while piece := peer.recv(65536):
            answer += piece
        return answer


def test_header_bytes_reach_backends_and_come_back_as_they_were(start):
    with Backend(lambda request: (200, {"x-back": request["headers"]["x-name"]}, b"")) as backend:
        server = start()
        api_id = make_api(client_of(server), {"GET /pets": proxy_integration(
            backend.url, RequestParameters={"append:header.x-more": "'1'"})})
        answer = exchange(server, (
            f"GET /pets HTTP/1.1\r\nHost: {api_id}.execute-api.localhost\r\nConnection: close, x-gone\r\n"
            "X-Name: caf").encode() + b"\xe9 \xc3\xa9 \xff\r\n\r\n")

    # The standard library of Python reads and writes header bytes as Latin-1.
    assert backend.requests[0]["headers"]["x-name"].encode("latin-1") == b"caf\xe9 \xc3\xa9 \xff"
    assert b"\r\nX-Back: caf\xe9 \xc3\xa9 \xff\r\n" in answer


def test_header_bytes_in_an_event_are_utf8_or_else_latin1(start):
    seen = []

    def function(event):
        seen.append(event["headers"])
        return {"statusCode": 200}

    with runtime_emulator(function) as emulator:
        server = start("--lambda", f"pets={emulator.url}")
        api_id = make_api(client_of(server), {"GET /pets": function_integration()})
        exchange(server, (
            f"GET /pets HTTP/1.1\r\nHost: {api_id}.execute-api.localhost\r\nConnection: close\r\n"
            "X-Utf8: Logroño\r\nX-Latin1: Logro").encode() + b"\xf1o\r\n\r\n")

    assert (seen[0]["x-utf8"], seen[0]["x-latin1"]) == ("Logroño", "Logroño")


def test_an_emulators_answer_without_an_identifier_gets_ours_in_the_access_log(start, tmp_path):
    log = tmp_path / "access.log"
    with runtime_emulator(lambda _: {"statusCode": 200, "body": "meow"}) as emulator:
        server = start("--lambda", f"pets={emulator.url}", "--access-logs", log)
        api_id = make_api(client_of(server), {"GET /pets": function_integration()}, stage={"AccessLogSettings": {
            "DestinationArn": "arn:aws:logs:us-east-1:000000000000:log-group:pets",
            "Format": "$context.requestId $context.integration.requestId"}})
        call(server, api_id, "GET", "/pets")

    assert len(log.read_text().split()[1]) == 36


def test_one_port_for_two_functions_is_told_in_one_line(tmp_path):
    targets = tmp_path / "targets.json"
    targets.write_text('{"functions": {"x": "runtime:9001", "y": "runtime:9001"}}')
    expected = "port 9001 for function x and for function y, expected a port of its own for each function"

    by_options = run_command("--lambda", "x=runtime:9001", "--lambda", "y=runtime:9001")
    by_variable = run_command(variables={"APIGATEWAYV2_LOCAL_LAMBDA": "x=runtime:9001\ny=runtime:9001"})
    by_file = run_command("--targets", targets)

    assert [one.returncode for one in (by_options, by_variable, by_file)] == [2, 2, 2]
    assert by_options.stderr.splitlines()[0] == f"Error: --lambda: found {expected}"
    assert by_variable.stderr.splitlines()[0] == f"Error: --lambda: found {expected}"
    assert f"/functions/y: found {expected}" in by_file.stderr


FUNCTION_OF_TWO = """
import concurrent.futures, json, os, sys, urllib.request
base = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
while True:
    with urllib.request.urlopen(f"{base}/next") as event:
        request_id = event.headers["Lambda-Runtime-Aws-Request-Id"]
    with urllib.request.urlopen(sys.argv[1]) as meeting:
        meeting.read()
    body = json.dumps({"statusCode": 200, "body": str(os.getpid())}).encode()
    urllib.request.urlopen(f"{base}/{request_id}/response", body).close()
"""


def test_a_function_of_a_file_runs_as_often_as_the_file_says(start, tmp_path):
    import concurrent.futures
    import threading

    met = threading.Barrier(2, timeout=30)

    def wait_for_both(_):
        met.wait()
        return 200, {}, b""

    (tmp_path / "function.py").write_text(FUNCTION_OF_TWO)
    targets = tmp_path / "targets.json"
    with Backend(wait_for_both) as meeting:
        place = f"run:exec {sys.executable} {tmp_path / 'function.py'} {meeting.url}/"
        targets.write_text(json.dumps({"functions": {"pets": {"place": place, "concurrency": 2}}}))
        server = start("--targets", targets)
        api_id = make_api(client_of(server), {"GET /pets": function_integration()})
        with concurrent.futures.ThreadPoolExecutor() as pool:
            answers = list(pool.map(lambda _: call(server, api_id, "GET", "/pets"), range(2)))
        shown = json.loads(get_targets(server)[2])

    assert [answer[0] for answer in answers] == [200, 200]
    assert len({answer[2] for answer in answers}) == 2
    assert shown["functions"]["pets"] == {"place": place, "from": "file", "concurrency": 2}


@pytest.mark.parametrize(("function", "message"), [
    ({"place": "run:true", "concurrency": 0}, "/functions/pets/concurrency: found 0, expected a whole number from 1 to 100"),
    ({"place": "run:true", "concurrency": 101},
     "/functions/pets/concurrency: found 101, expected a whole number from 1 to 100"),
    ({"place": "runtime:9001", "concurrency": 2},
     "/functions/pets/concurrency: found 2, expected it with run:COMMAND alone"),
    ({"concurrency": 2}, "/functions/pets: found an object without place, expected one with it"),
    ({"place": "run:true", "concurency": 2}, "did you mean concurrency?"),
])
def test_a_mistake_in_the_concurrency_of_a_file_is_told(tmp_path, function, message):
    targets = tmp_path / "targets.json"
    targets.write_text(json.dumps({"functions": {"pets": function}}))

    found = run_command("validate", "--targets", targets)

    assert found.returncode == 2
    assert message in found.stdout + found.stderr


def test_the_endpoint_of_functions_may_be_the_variable_of_the_sdks(start):
    def invoke_api(request):
        assert request["path"] == "/2015-03-31/functions/pets/invocations"
        return 200, {}, b'{"statusCode": 200, "body": "by variable"}'

    def other(_):
        return 200, {}, b'{"statusCode": 200, "body": "by option"}'

    with Backend(invoke_api) as backend, Backend(other) as second:
        variables = {"AWS_ENDPOINT_URL_LAMBDA": backend.url}
        by_variable = start(variables=variables)
        by_option = start("--lambda-endpoint", second.url, variables=variables)
        bodies = [
            call(server, make_api(client_of(server), {"GET /pets": function_integration()}), "GET", "/pets")[2]
            for server in (by_variable, by_option)]
    mistake = run_command(variables={"AWS_ENDPOINT_URL_LAMBDA": "localhost"})

    assert bodies == [b"by variable", b"by option"]
    assert mistake.returncode == 2
    assert "The value 'localhost' of the environment variable AWS_ENDPOINT_URL_LAMBDA is invalid" in mistake.stderr


@pytest.mark.parametrize(("mode", "rules", "told"), [
    ("ROUTING_RULE_ONLY", 0,
     "no routing rule of shop.example.com takes /pets: it has none, and its routing mode allows no API mapping"),
    ("ROUTING_RULE_ONLY", 1, "no routing rule of shop.example.com takes /pets: it has 1"),
    ("ROUTING_RULE_THEN_API_MAPPING", 1, "no routing rule and no API mapping of shop.example.com takes /pets"),
    ("API_MAPPING_ONLY", 0, "no API mapping of shop.example.com takes /pets"),
])
def test_a_domain_that_leads_nowhere_is_told_by_its_routing_mode(start, mode, rules, told):
    server = start()
    client = client_of(server)
    api_id = make_api(client, {"GET /pets": proxy_integration("http://localhost:1")})
    client.create_domain_name(
        DomainName="shop.example.com", RoutingMode=mode,
        DomainNameConfigurations=[{"CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/c"}])
    for number in range(rules):
        client.create_routing_rule(
            DomainName="shop.example.com", Priority=number + 1,
            Conditions=[{"MatchBasePaths": {"AnyOf": ["other"]}}],
            Actions=[{"InvokeApi": {"ApiId": api_id, "Stage": "$default"}}])
    answer = call(server, None, "GET", "/pets", host="shop.example.com")
    line = server.wait_for_log("status=403")

    assert (answer[0], answer[2]) == (403, b'{"message":"Forbidden"}')
    assert f'hint="{told}"' in line


QUEUE = {"IntegrationSubtype": "SQS-SendMessage", "RequestParameters": {
    "QueueUrl": "https://sqs.us-east-1.amazonaws.com/000000000000/q", "MessageBody": "x"}}
STREAM = {"IntegrationSubtype": "Kinesis-PutRecord", "RequestParameters": {
    "StreamName": "s", "Data": "eA==", "PartitionKey": "p"}}
BUS = {"IntegrationSubtype": "EventBridge-PutEvents", "RequestParameters": {
    "Detail": "{}", "DetailType": "t", "Source": "s"}}
MACHINE = {"IntegrationSubtype": "StepFunctions-StartExecution", "RequestParameters": {
    "StateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:m"}}
CONFIG = {"IntegrationSubtype": "AppConfig-GetConfiguration", "RequestParameters": {
    "Application": "a", "Environment": "e", "Configuration": "c", "ClientId": "i"}}
SERVICES = {"APPCONFIG": CONFIG, "EVENTBRIDGE": BUS, "KINESIS": STREAM, "SFN": MACHINE, "SQS": QUEUE}


def service(name):
    return Backend(lambda _: (200, {"Content-Type": "application/json"}, json.dumps(name).encode()))


def asked(server):
    """The names of the servers that the integrations with services call, by service; None where they call none."""
    common = {"IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "1.0",
              "CredentialsArn": "arn:aws:iam::000000000000:role/pets"}
    api_id = make_api(
        client_of(server), {f"GET /{name}": {**common, **integration} for name, integration in SERVICES.items()})
    answers = {name: call(server, api_id, "GET", f"/{name}") for name in SERVICES}
    return {name: json.loads(body) if status == 200 else None for name, (status, _, body) in answers.items()}


def test_the_variables_of_the_sdks_name_the_servers_of_services(start, tmp_path):
    with service("one") as one, service("all") as others, service("option") as option:
        file = tmp_path / "targets.json"
        file.write_text(json.dumps({"awsEndpoint": option.url}))
        everything = {"AWS_ENDPOINT_URL": others.url}
        for name in SERVICES:
            server = start(variables={**everything, f"AWS_ENDPOINT_URL_{name}": one.url})
            assert asked(server) == {**dict.fromkeys(SERVICES, "all"), name: "one"}
            assert f"at {one.url} (AWS_ENDPOINT_URL_{name})" in "".join(server.log)
        both = {**everything, "AWS_ENDPOINT_URL_SQS": one.url}
        shown = call(server, None, "GET", "/__admin/targets", host="localhost")[2]
        only = asked(start(variables={"AWS_ENDPOINT_URL_SQS": one.url}))
        by_option = asked(start("--aws-endpoint", option.url, variables=both))
        by_file = asked(start("--targets", file, variables=both))
        ignored = asked(start(variables={**both, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "TRUE"}))
        kept = asked(start(
            "--aws-endpoint", option.url, variables={**both, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}))

    assert json.loads(shown)["awsEndpoint"] == {"place": others.url, "from": "variable"}
    assert only == {**dict.fromkeys(SERVICES), "SQS": "one"}
    assert by_option == by_file == kept == dict.fromkeys(SERVICES, "option")
    assert ignored == dict.fromkeys(SERVICES)


def test_ignored_variables_name_no_server_of_functions_either(start):
    with service("by variable") as backend:
        server = start(variables={
            "AWS_ENDPOINT_URL_LAMBDA": backend.url, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"})
        answer = call(server, make_api(client_of(server), {"GET /pets": function_integration()}), "GET", "/pets")

    assert answer[0] == 500 and backend.requests == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "a1b2c3d4e5.execute-api.localhost"])
def test_a_variable_that_names_the_server_itself_makes_no_loop(start, host):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = start("--port", port, variables={"AWS_ENDPOINT_URL": f"http://{host}:{port}"})
    told = server.wait_for_log("AWS_ENDPOINT_URL names this server")
    found = asked(server)
    hint = server.wait_for_log("has no endpoint: add --aws-endpoint")

    assert found == dict.fromkeys(SERVICES) and "--aws-endpoint" in told and hint
    assert not [line for line in server.log if "X-Amz-Target" in line or "path=/000000000000" in line]


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", *(f"AWS_ENDPOINT_URL_{name}" for name in SERVICES)])
def test_a_variable_that_is_no_url_is_refused(variable):
    found = run_command(variables={variable: "localhost:4566"})

    assert found.returncode == 2
    lines = [line for line in found.stderr.splitlines() if "localhost:4566" in line]
    assert len(lines) == 1 and variable + " is invalid" in lines[0]


@pytest.mark.parametrize("by", ["option", "variable", "file"])
@pytest.mark.parametrize("base, root, queue", [
    ("", "/", "/000000000000/q"), ("/", "/", "/000000000000/q"), ("/base", "/base", "/base/000000000000/q"),
    ("/base/", "/base/", "/base/000000000000/q"), ("/a/b", "/a/b", "/a/b/000000000000/q")])
def test_the_path_of_an_endpoint_stands_before_that_of_each_request(start, tmp_path, by, base, root, queue):
    with service("one") as one:
        url, file = one.url + base, tmp_path / "targets.json"
        file.write_text(json.dumps({"awsEndpoint": url}))
        server = {
            "option": lambda: start("--aws-endpoint", url),
            "variable": lambda: start(variables={"AWS_ENDPOINT_URL": url}),
            "file": lambda: start("--targets", file),
        }[by]()
        assert asked(server) == dict.fromkeys(SERVICES, "one")
        shown = json.loads(get_targets(server)[2])["awsEndpoint"]["place"]

    config = "/applications/a/environments/e/configurations/c?client_id=i"
    paths = [f"{base.rstrip('/')}{config}", root, root, root, queue]
    assert [request["path"] for request in one.requests] == paths
    assert shown == (one.url if base == "/" else url)


def test_the_path_of_an_upstream_stands_before_that_of_each_request(start):
    with Backend(lambda request: (200, {}, request["path"].encode())) as backend:
        server = start("--upstream", f"api.example.com={backend.url}/base/", "--upstream-only")
        api_id = make_api(client_of(server), {
            "GET /root": proxy_integration("https://api.example.com/"),
            "GET /bare": proxy_integration("https://api.example.com"),
            "GET /pets": proxy_integration("https://api.example.com/pets")})
        found = [call(server, api_id, "GET", path)[2] for path in ("/root", "/bare", "/pets?a=b")]

    assert found == [b"/base/", b"/base/", b"/base/pets?a=b"]
