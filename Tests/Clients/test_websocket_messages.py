"""The messages of WebSocket APIs: routes, models, integrations of every type, and the frames of failures."""

import json
import queue
import sys
import threading
import urllib.request

import boto3
import pytest
from websockets.exceptions import ConnectionClosed

from test_invoke import Backend, free_port
from websocket_api import FUNCTION, MOCK, PROXY, admin, chat, connect, make_api, management  # noqa: F401


def test_a_message_without_a_route_gets_the_forbidden_frame(start):
    server = start()
    api_id = make_api(server, {"send": MOCK})

    with connect(server, api_id) as client:
        client.send("no JSON")
        frame = client.recv(timeout=30)

    ids = json.loads(frame)
    assert frame == '{{"message": "Forbidden", "connectionId":"{connectionId}", "requestId":"{requestId}"}}'.format(**ids)


@pytest.mark.parametrize(("message", "text"), [
    ('{"action": "sned"}', 'has the key \\"sned\\" that $request.body.action gives: send is the nearest'),
    ('{"action": "other"}', 'has the key \\"other\\" that $request.body.action gives: there are join, send'),
    ('{"action": "$connect"}',
     'has the key \\"$connect\\" that $request.body.action gives, and messages cannot have it: there are join, send'),
    ("[1]", 'has the key \\"\\" that $request.body.action gives: there are join, send'),
    ("no JSON", "takes a message that is no JSON: there is no $default"),
])
def test_a_message_without_a_route_is_logged_with_its_key_and_the_nearest(start, message, text):
    server = start()
    api_id = make_api(server, {"$connect": MOCK, "send": MOCK, "join": MOCK})

    with connect(server, api_id) as client:
        client.send(message)
        client.recv(timeout=30)

    assert server.wait_for_log(f"no route of {api_id} {text}")


@pytest.mark.parametrize(("selection", "message", "is_taken"), [
    ("${request.body.kind}", '{"kind": "a", "text": 1}', True), ("${request.body.kind}", '{"kind": "a"}', False),
    ("${request.body.kind}", '{"kind": "b", "text": 1}', False), (None, '{"kind": "a"}', True)])
def test_a_message_whose_model_is_not_there_is_refused(start, selection, message, is_taken):
    server = start()
    api_id = make_api(server, {})
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)
    client.create_model(ApiId=api_id, Name="Text", ContentType="application/json", Schema='{"required": ["text"]}')
    made = client.create_integration(ApiId=api_id, **MOCK)["IntegrationId"]
    client.create_integration_response(ApiId=api_id, IntegrationId=made, IntegrationResponseKey="$default")
    chosen = {"ModelSelectionExpression": selection} if selection else {}
    route = client.create_route(
        ApiId=api_id, RouteKey="$default", Target=f"integrations/{made}", RequestModels={"a": "Text"}, **chosen,
        RouteResponseSelectionExpression="$default")["RouteId"]
    client.create_route_response(ApiId=api_id, RouteId=route, RouteResponseKey="$default")

    with connect(server, api_id) as socket_client:
        socket_client.send(message)
        answer = json.loads(socket_client.recv(timeout=30))

    assert answer == {"statusCode": 200} if is_taken else answer["message"] == "Bad request body"


@pytest.mark.parametrize("two_way", [(), ("$default",)])
def test_a_failed_function_gets_its_frame_and_the_socket_stays_open(chat, two_way):
    server, function = chat(lambda event: {"errorMessage": "no", "errorType": "Error"})
    api_id = make_api(server, {"$default": PROXY}, two_way=two_way)

    with connect(server, api_id) as client:
        for _ in range(2):
            client.send("{}")
            frame = client.recv(timeout=30)
            assert frame.startswith('{"message": "Internal server error", "connectionId":"')


def test_a_slow_function_gets_the_frame_of_the_timeout(chat):
    held = threading.Event()
    server, function = chat(lambda event: held.wait(30) and {"statusCode": 200})
    api_id = make_api(server, {"$default": {**PROXY, "TimeoutInMillis": 50}})

    with connect(server, api_id) as client:
        client.send("{}")
        frame = client.recv(timeout=30)
        held.set()

    assert frame.startswith('{"message": "Endpoint request timed out", "connectionId":"')


def test_an_account_has_so_many_messages_at_once(start):
    server = start("--clock", "manual", "--limit", "account-requests-burst=2")
    api_id = make_api(server, {"$default": MOCK})

    with connect(server, api_id) as client:
        for _ in range(3):
            client.send("{}")
        assert json.loads(client.recv(timeout=30))["message"] == "Too Many Requests"
        client.send("{}")
        assert json.loads(client.recv(timeout=30))["message"] == "Too Many Requests"


def test_a_message_must_fit_its_model(chat):
    server, function = chat(lambda event: {"statusCode": 200, "body": "taken"})
    api_id = make_api(server, {})
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)
    schema = {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "required": ["text"]}
    client.create_model(ApiId=api_id, Name="Text", ContentType="application/json", Schema=json.dumps(schema))
    made = client.create_integration(ApiId=api_id, **PROXY)["IntegrationId"]
    route = client.create_route(
        ApiId=api_id, RouteKey="send", Target=f"integrations/{made}", RequestModels={"$default": "Text"},
        RouteResponseSelectionExpression="$default")["RouteId"]
    client.create_route_response(ApiId=api_id, RouteId=route, RouteResponseKey="$default")

    with connect(server, api_id) as socket_client:
        socket_client.send('{"action": "send"}')
        frame = socket_client.recv(timeout=30)
        assert function.events.empty()
        socket_client.send('{"action": "send", "text": "x"}')
        assert socket_client.recv(timeout=30) == "taken"

    ids = json.loads(frame)
    assert frame == (
        '{{"message" : "Bad request body", "connectionId": "{connectionId}", "messageId": "{messageId}"}}'
    ).format(**ids)


def test_only_a_two_way_route_sends_the_answer(chat):
    answers = {"text": {"body": "hi"}, "teapot": {"statusCode": 418, "body": "still sent"}, "none": {},
               "binary": {"body": "AAE=", "isBase64Encoded": True}}
    server, function = chat(
        lambda event: {"statusCode": 200, "body": "dropped", **answers.get(json.loads(event["body"])["x"], {})})
    api_id = make_api(server, {"one": PROXY, "two": PROXY}, two_way=("two",))

    with connect(server, api_id) as client:
        client.send('{"action": "one", "x": "text"}')
        function.next()
        received = []
        for name in "text", "teapot", "none", "binary":
            client.send(json.dumps({"action": "two", "x": name}))
            received.append(client.recv(timeout=30))

    assert received == ["hi", "still sent", "dropped", b"\x00\x01"]


def test_a_binary_message_closes_with_1003(start):
    server = start()
    api_id = make_api(server, {"$default": MOCK})

    with connect(server, api_id) as client:
        client.send(b"\x00")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)

    assert closed.value.rcvd.code == 1003


def test_a_mock_answers_by_its_templates(start):
    server = start()
    mock = {"IntegrationType": "MOCK", "TemplateSelectionExpression": "${request.body.kind}", "RequestTemplates": {
        "good": '{"statusCode": 200, "n": $input.json(\'$.n\')}', "$default": '{"statusCode": 404}'}}
    responses = [
        {"IntegrationResponseKey": r"/2\d\d/", "ResponseTemplates": {"$default": "n=$input.path('$.n') $context.routeKey"}},
        {"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "status $context.status"}}]
    api_id = make_api(server, {"$default": mock}, two_way=("$default",), responses={"$default": responses})

    with connect(server, api_id) as client:
        client.send('{"kind": "good", "n": 7}')
        assert client.recv(timeout=30) == "n=7 $default"
        client.send("other")
        assert client.recv(timeout=30) == "status 404"


def test_messages_that_wait_for_nobody_are_answered_in_their_order(start):
    server = start()
    mock = {"IntegrationType": "MOCK", "TemplateSelectionExpression": "\\$default",
            "RequestTemplates": {"$default": '{"statusCode": 200, "n": $input.json(\'$.n\')}'}}
    response = {"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "$input.path('$.n')"}}
    api_id = make_api(server, {"$default": mock}, two_way=("$default",), responses={"$default": [response]})

    with connect(server, api_id) as client:
        for number in range(200):
            client.send(json.dumps({"n": number}))
        answers = [client.recv(timeout=30) for _ in range(200)]

    assert answers == [str(number) for number in range(200)]


def test_a_runtime_gets_messages_in_their_order(start):
    port = free_port()
    server = start("--lambda", f"chat=runtime:{port}")
    api_id = make_api(server, {"$default": PROXY}, two_way=("$default",))
    base = f"http://127.0.0.1:{port}/2018-06-01/runtime/invocation"
    taken = []

    with connect(server, api_id) as client:
        for number in range(50):
            client.send(str(number))
        for _ in range(50):
            with urllib.request.urlopen(f"{base}/next", timeout=30) as response:
                event = json.load(response)
                request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
            taken.append(event["body"])
            answer = json.dumps({"statusCode": 200, "body": event["body"]}).encode()
            urllib.request.urlopen(f"{base}/{request_id}/response", data=answer, timeout=30).close()
        answers = [client.recv(timeout=30) for _ in range(50)]

    assert taken == answers == [str(number) for number in range(50)]


def test_a_late_answer_holds_no_other_back(chat):
    held = threading.Event()
    server, function = chat(
        lambda event: (event["body"] != "slow" or held.wait(30)) and {"statusCode": 200, "body": event["body"]})
    api_id = make_api(server, {"$default": PROXY}, two_way=("$default",))

    with connect(server, api_id) as client:
        client.send("slow")
        client.send("quick")
        first = client.recv(timeout=30)
        held.set()
        second = client.recv(timeout=30)

    assert [first, second] == ["quick", "slow"]


def test_messages_of_a_backend_arrive_in_their_order(start):
    server = start()
    api_id = make_api(server, {"$default": MOCK})

    with connect(server, api_id) as client:
        [connection] = admin(server, "GET", "connections")["connections"]
        manager = management(server, api_id)
        for number in range(50):
            manager.post_to_connection(ConnectionId=connection["connectionId"], Data=str(number).encode())
        received = [client.recv(timeout=30) for _ in range(50)]

    assert received == [str(number) for number in range(50)]


def test_an_http_backend_gets_parameters_and_a_template(start):
    with Backend(lambda request: (201, {"x-n": "5"}, b'{"done": true}')) as backend:
        server = start()
        integration = {
            "IntegrationType": "HTTP", "IntegrationMethod": "PUT", "IntegrationUri": backend.url + "/messages",
            "RequestParameters": {
                "integration.request.header.ConnectionId": "context.connectionId",
                "integration.request.querystring.kind": "route.request.body.kind"},
            "RequestTemplates": {"$default": '{"text": $input.json(\'$.text\')}'}}
        responses = [{"IntegrationResponseKey": "201", "ResponseTemplates": {"$default": "done $input.path('$.done')"}}]
        api_id = make_api(server, {"$default": integration}, two_way=("$default",), responses={"$default": responses})

        with connect(server, api_id) as client:
            client.send('{"kind": "k", "text": "hello"}')
            assert client.recv(timeout=30) == "done true"

    request = backend.requests[0]
    assert (request["method"], request["path"]) == ("PUT", "/messages?kind=k")
    assert json.loads(request["body"]) == {"text": "hello"}
    assert request["headers"]["ConnectionId"].endswith("=")
    assert request["headers"]["User-Agent"] == f"AmazonAPIGateway_{api_id}"


def test_an_http_proxy_gets_the_message_as_it_is(start):
    with Backend(lambda request: (200, {}, b"echo " + request["body"])) as backend:
        server = start()
        proxy = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "POST", "IntegrationUri": backend.url + "/"}
        api_id = make_api(server, {"$connect": proxy, "$default": proxy}, two_way=("$default",))

        with connect(server, api_id, additional_headers={"X-Own": "v"}) as client:
            client.send("as it is")
            assert client.recv(timeout=30) == "echo as it is"

    assert backend.requests[0]["headers"]["X-Own"] == "v"
    assert backend.requests[1]["body"] == b"as it is"


def test_a_function_of_type_aws_gets_the_template_and_errors_choose_the_response(chat):
    def answer(event):
        return {"errorMessage": "bad luck", "errorType": "E"} if event["n"] == 0 else {"twice": 2 * event["n"]}

    server, function = chat(answer)
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
    integration = {"IntegrationType": "AWS", "IntegrationMethod": "POST", "IntegrationUri": uri,
                   "RequestTemplates": {"$default": '{"n": $input.json(\'$.n\')}'}}
    responses = [
        {"IntegrationResponseKey": "/bad.*/", "ResponseTemplates": {"$default": "sorry"}},
        {"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "$input.path('$.twice')"}}]
    api_id = make_api(server, {"$default": integration}, two_way=("$default",), responses={"$default": responses})

    with connect(server, api_id) as client:
        client.send('{"n": 4}')
        assert client.recv(timeout=30) == "8"
        client.send('{"n": 0}')
        assert client.recv(timeout=30) == "sorry"


ERROR = {"errorMessage": "boom: bad", "errorType": "ValueError", "stackTrace": ["a", "b"]}


@pytest.mark.parametrize(("payload", "text"), [
    (json.dumps(ERROR), "chosen ValueError " + json.dumps(ERROR)),
    (json.dumps({**ERROR, "errorMessage": "x" * 400 + " boom"}),
     "chosen ValueError " + json.dumps({**ERROR, "errorMessage": "x" * 400 + " boom"})),
    ('{"errorMessage": "[400] {\\"code\\": 1}"}', '{"errorMessage": "[400] {\\"code\\": 1}"}'),
    ('"plain"', '"plain"'),
    ('{"x": 1}', '{"x": 1}'),
])
def test_an_error_of_a_function_of_type_aws_keeps_lambdas_payload(start, payload, text):
    with Backend(lambda request: (200, {"X-Amz-Function-Error": "Unhandled"}, payload.encode())) as functions:
        server = start("--lambda-endpoint", functions.url)
        uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
        integration = {"IntegrationType": "AWS", "IntegrationMethod": "POST", "IntegrationUri": uri}
        api_id = make_api(server, {"$default": integration}, two_way=("$default",), responses={"$default": [
            {"IntegrationResponseKey": "/.*boom.*/",
             "ResponseTemplates": {"$default": "chosen $input.path('$.errorType') $input.body"}},
            {"IntegrationResponseKey": "$default"}]})

        with connect(server, api_id) as client:
            client.send("{}")
            assert client.recv(timeout=30) == text


def test_the_error_that_a_runtime_posts_is_lambdas_payload(start, tmp_path):
    code = tmp_path / "function.py"
    code.write_text(RAISES)
    server = start("--lambda", f"chat=run:{sys.executable} {code}")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
    integration = {"IntegrationType": "AWS", "IntegrationMethod": "POST", "IntegrationUri": uri}
    api_id = make_api(server, {"$default": integration}, two_way=("$default",), responses={"$default": [
        {"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "$input.json('$.stackTrace')"}}]})

    with connect(server, api_id) as client:
        client.send("{}")
        assert client.recv(timeout=30) == '["a","b"]'


# A runtime whose function raises each time.
RAISES = """
import os, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as event:
        identifier = event.headers["Lambda-Runtime-Aws-Request-Id"]
    body = b'{"errorMessage": "no: way", "errorType": "E", "stackTrace": ["a", "b"]}'
    urllib.request.urlopen(urllib.request.Request(api + identifier + "/error", data=body)).close()
"""


def invocation_type(kind, function=FUNCTION):
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    return {"IntegrationType": "AWS", "IntegrationMethod": "POST", "IntegrationUri": uri,
            "RequestParameters": {"integration.request.header.X-Amz-Invocation-Type": f"'{kind}'"},
            "RequestTemplates": {"$default": '{"n": $input.json(\'$.n\')}'}}


STATUS = [{"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "status $context.status"}}]


def test_nobody_waits_for_a_function_that_is_called_with_an_event(chat):
    release = threading.Event()
    server, function = chat(lambda event: release.wait(30) and {})
    api_id = make_api(server, {"$default": invocation_type("Event")}, two_way=("$default",), responses={"$default": STATUS})

    with connect(server, api_id) as client:
        for n in (4, 5):
            client.send(f'{{"n": {n}}}')
            assert client.recv(timeout=30) == "status 202"
        assert sorted(function.next()["n"] for _ in range(2)) == [4, 5]
        release.set()


@pytest.mark.parametrize("kind, function, text", [
    ("Event", FUNCTION.replace("chat", "unknown"), "Internal server error"),
    ("DryRun", FUNCTION, "has the invocation type DryRun, which is not honoured")])
def test_an_event_that_no_function_can_get_is_a_failure(chat, kind, function, text):
    server, _ = chat()
    api_id = make_api(server, {"$default": invocation_type(kind, function)})

    with connect(server, api_id) as client:
        client.send('{"n": 4}')
        assert text in json.loads(client.recv(timeout=30))["message"]


def test_a_model_that_changes_alone_is_deployed(start):
    server = start()
    api_id = make_api(server, {"$default": MOCK}, two_way=("$default",), responses={"$default": [
        {"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "taken"}}]})
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)
    schema = {"type": "object", "required": ["text"]}
    model = client.create_model(
        ApiId=api_id, Name="Text", ContentType="application/json", Schema=json.dumps(schema))["ModelId"]
    (route,) = client.get_routes(ApiId=api_id)["Items"]
    client.update_route(ApiId=api_id, RouteId=route["RouteId"], RequestModels={"$default": "Text"})

    def answer(message):
        with connect(server, api_id) as socket_client:
            socket_client.send(message)
            return socket_client.recv(timeout=30)

    assert answer('{"text": 1}') == "taken"
    assert "Bad request body" in answer('{"number": 1}')
    client.update_model(ApiId=api_id, ModelId=model, Schema=json.dumps({**schema, "required": ["number"]}))
    assert answer('{"number": 1}') == "taken"
    assert "Bad request body" in answer('{"text": 1}')


def test_another_service_gets_its_action(start):
    with Backend(lambda request: (200, {}, b"{}")) as services:
        server = start("--aws-endpoint", services.url)
        integration = {
            "IntegrationType": "AWS", "IntegrationMethod": "POST",
            "IntegrationUri": "arn:aws:apigateway:us-east-1:kinesis:action/PutRecord",
            "CredentialsArn": "arn:aws:iam::000000000000:role/r",
            "RequestTemplates": {"$default": '{"Data": "$util.base64Encode($input.body)"}'}}
        api_id = make_api(server, {"$default": integration}, two_way=("$default",),
                          responses={"$default": [{"IntegrationResponseKey": "$default"}]})

        with connect(server, api_id) as client:
            client.send("hi")
            assert client.recv(timeout=30) == "{}"

    assert services.requests[0]["headers"]["X-Amz-Target"] == "Kinesis_20131202.PutRecord"
    assert services.requests[0]["body"] == b'{"Data": "aGk="}'


@pytest.mark.parametrize("name, target", [
    ("kinesis:action/PutRecord", "/base"), ("sqs:action/SendMessage", "/base?Action=SendMessage"),
    ("sqs:path/000000000000/q", "/base/000000000000/q")])
def test_the_path_of_an_endpoint_stands_before_that_of_a_service(start, name, target):
    with Backend(lambda request: (200, {}, b"{}")) as services:
        server = start("--aws-endpoint", services.url + "/base")
        integration = {
            "IntegrationType": "AWS", "IntegrationMethod": "POST",
            "IntegrationUri": f"arn:aws:apigateway:us-east-1:{name}",
            "CredentialsArn": "arn:aws:iam::000000000000:role/r"}
        api_id = make_api(server, {"$default": integration}, two_way=("$default",),
                          responses={"$default": [{"IntegrationResponseKey": "$default"}]})

        with connect(server, api_id) as client:
            client.send("hi")
            assert client.recv(timeout=30) == "{}"

    assert [request["path"] for request in services.requests] == [target]


def test_a_private_backend_is_reached_by_its_link(start):
    with Backend(lambda request: (200, {}, b"private")) as backend:
        server = start("--upstream", f"vlink1={backend.url}", "--upstream-only")
        integration = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "POST", "ConnectionType": "VPC_LINK",
                       "ConnectionId": "vlink1", "IntegrationUri": "http://nlb.internal/path"}
        api_id = make_api(server, {"$default": integration}, two_way=("$default",))

        with connect(server, api_id) as client:
            client.send("x")
            assert client.recv(timeout=30) == "private"

    assert backend.requests[0]["path"] == "/path"
    assert backend.requests[0]["headers"]["Host"] == "nlb.internal"


def test_a_connection_keeps_the_deployment_of_its_handshake(chat):
    server, function = chat(lambda event: {"statusCode": 200, "body": "old"})
    api_id = make_api(server, {"$default": PROXY}, two_way=("$default",))
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)

    with connect(server, api_id) as before:
        before.send("{}")
        assert before.recv(timeout=30) == "old"
        old = client.get_routes(ApiId=api_id)["Items"]
        client.create_route(ApiId=api_id, RouteKey="other")
        client.delete_route(ApiId=api_id, RouteId=old[0]["RouteId"])
        before.send("{}")
        assert before.recv(timeout=30) == "old"
        with connect(server, api_id) as after:
            after.send("{}")
            assert json.loads(after.recv(timeout=30))["message"] == "Forbidden"


@pytest.mark.parametrize(("limit", "template", "problem"), [
    ("template-bytes-max=20", "0123456789012345678", None),
    ("template-bytes-max=20", "012345678901234567890", "the output is longer than 20 bytes"),
    ("template-bytes-max=20", "$util.urlEncode('1234567890123456789')", None),
    ("template-passes-max=3", "#foreach($i in [1..3])$i#end", None),
    ("template-passes-max=3", "#foreach($i in [1..4])$i#end", "a range has more than 3 numbers"),
    ("template-steps-max=1", "$input.body", None),
    ("template-steps-max=1", "$input.body$input.body", "the template takes more than 1 steps"),
    ("match-steps-max=1000", "#set($s='ababc')#if($s.matches('(a|b)*c'))x#end", None),
    ("match-steps-max=1", "#set($s='ababc')#if($s.matches('(a|b)*c'))x#end", "the regular expression takes too many steps"),
    ("template-depth-max=2", "#if(true)x#end", None),
    ("template-depth-max=2", "#if(true)#if(true)x#end#end", "more than 2 levels of nesting"),
    ("template-json-depth-max=2", "$util.parseJson('[[1]]')", None),
    ("template-json-depth-max=2", "$util.parseJson('[[[1]]]')", "nesting deeper than 2 levels"),
])
def test_the_bounds_of_templates_are_those_of_the_options(start, limit, template, problem):
    bodies = queue.Queue()
    with Backend(lambda request: bodies.put(request["body"]) or (200, {}, b"")) as backend:
        server = start("--limit", limit)
        integration = {"IntegrationType": "HTTP", "IntegrationMethod": "POST", "IntegrationUri": backend.url,
                       "RequestTemplates": {"$default": template}, "TemplateSelectionExpression": "\\$default"}
        api_id = make_api(server, {"$default": integration})
        with connect(server, api_id) as client:
            client.send("{}")
            if problem:
                assert "message" in json.loads(client.recv(timeout=30))
                assert server.wait_for_log(problem)
            else:
                assert bodies.get(timeout=30)


@pytest.mark.parametrize(("limit", "rendered"), [("path-steps-max=2", b"1"), ("path-steps-max=1", b'""')])
def test_a_json_path_has_no_value_past_its_bound_of_steps(start, limit, rendered):
    bodies = queue.Queue()
    with Backend(lambda request: bodies.put(request["body"]) or (200, {}, b"")) as backend:
        server = start("--limit", limit)
        integration = {"IntegrationType": "HTTP", "IntegrationMethod": "POST", "IntegrationUri": backend.url,
                       "RequestTemplates": {"$default": "$input.json('$.a.b')"}, "TemplateSelectionExpression": "\\$default"}
        api_id = make_api(server, {"$default": integration})
        with connect(server, api_id) as client:
            client.send('{"a": {"b": 1}}')
            assert bodies.get(timeout=30) == rendered


@pytest.mark.parametrize(("limit", "key"), [("path-steps-max=2", "a-route"), ("path-steps-max=1", "$default")])
def test_a_selection_expression_has_no_value_past_its_bound_of_steps(start, limit, key):
    server = start("--limit", limit)
    mock = {"IntegrationType": "MOCK", "TemplateSelectionExpression": "\\$default"}
    routes = {route: {**mock, "RequestTemplates": {"$default": json.dumps({"statusCode": 200, "key": route})}}
              for route in ("a-route", "$default")}
    api_id = make_api(
        server, routes, two_way=tuple(routes), RouteSelectionExpression="${request.body.a.b}",
        responses={route: [{"IntegrationResponseKey": "$default"}] for route in routes})
    with connect(server, api_id) as client:
        client.send('{"a": {"b": "a-route"}}')
        assert json.loads(client.recv(timeout=30))["key"] == key


def answer_with_model(server, schema, message):
    """The answer to a message that is checked against a model and then served."""
    mock = {"IntegrationType": "MOCK", "TemplateSelectionExpression": "\\$default",
            "RequestTemplates": {"$default": '{"statusCode": 200, "is": "served"}'}}
    api_id = make_api(
        server, {"$default": mock}, two_way=("$default",), responses={"$default": [{"IntegrationResponseKey": "$default"}]})
    client = boto3.client("apigatewayv2", endpoint_url=server.endpoint)
    client.create_model(ApiId=api_id, Name="Name", ContentType="application/json", Schema=json.dumps(schema))
    route = client.get_routes(ApiId=api_id)["Items"][0]["RouteId"]
    client.update_route(
        ApiId=api_id, RouteId=route, RequestModels={"$default": "Name"}, ModelSelectionExpression="$request.body.name")
    with connect(server, api_id) as peer:
        peer.send(message)
        return json.loads(peer.recv(timeout=30))


@pytest.mark.parametrize(("limit", "fits"), [("match-steps-max=1000", True), ("match-steps-max=1", False)])
def test_a_pattern_of_a_model_does_not_match_past_its_bound_of_steps(start, limit, fits):
    schema = {"properties": {"name": {"pattern": "^(a|b)*c$"}}}
    answer = answer_with_model(start("--limit", limit), schema, '{"name": "ababc"}')
    assert answer.get("is") == "served" if fits else answer["message"] == "Bad request body"


@pytest.mark.parametrize(("limit", "problem"), [
    ("schema-depth-max=2", None), ("schema-depth-max=1", "schemas are more than 1 deep"),
    ("schemas-max=2", None), ("schemas-max=1", "the document has more than 1 schemas"),
    ("schema-steps-max=2", None), ("schema-steps-max=1", "Bad request body"),
])
def test_the_bounds_of_models_are_those_of_the_options(start, limit, problem):
    answer = answer_with_model(start("--limit", limit), {"properties": {"a": {"type": "integer"}}}, '{"a": 1}')
    assert problem in answer["message"] if problem else answer.get("is") == "served"
