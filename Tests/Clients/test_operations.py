"""Every operation through boto3 on a real socket, by the tables of the folder operations: created whole and with the
least, changed, listed in pages, deleted; each constraint of the service's model violated; what is not there, what is
taken and what is in use. The last test asserts that nothing was left out.
"""

import http.client
import json
import re
import urllib.parse

import pytest
from botocore.session import get_session

from local_server import LocalServer
from operations import apis, documents, domains, portals
from operations.flow import ABSENT, ACCOUNTS, OUTCOMES, Calls, steps_of
from operations.violations import completed, constraints, on_wire, violations

FAMILIES = (apis, domains, portals, documents)
FLOWS = [flow for family in FAMILIES for flow in family.FLOWS]
SCENARIOS = [scenario for family in FAMILIES for scenario in family.SCENARIOS]
MODEL = get_session().get_service_model("apigatewayv2")
LISTS = [flow for flow in FLOWS if flow.another]
# A route has one response at most, so that these never fill a page.
SINGLES = [flow for flow in FLOWS if flow.list_operation == "GetRouteResponses"]


@pytest.fixture(scope="module")
def server():
    with LocalServer("--port", "0", "--log-level", "off") as started:
        yield started


@pytest.fixture
def calls(server, connect):
    account = str(next(ACCOUNTS))
    made = Calls(connect(server, access_key=account, parameter_validation=False))
    made.names["Account"] = account
    return made


def named(flows):
    return [pytest.param(flow, id=str(flow)) for flow in flows]


def without_absent(answer):
    return {name: value for name, value in answer.items() if value is not ABSENT}


def undated(answer):
    """What an update may change by being one apart."""
    return {name: value for name, value in answer.items() if name not in ("LastModified", "LastUpdatedDate")}


def item_of(answer, noun):
    """What identifies one of a kind: the values of the last member of its path."""
    shape = MODEL.operation_model(f"Get{noun}").input_shape
    own = [name for name, inner in shape.members.items() if inner.serialization.get("location") == "uri"]
    return {name: answer[name] for name in own if name in answer}


@pytest.mark.parametrize("flow", named(FLOWS))
def test_a_whole_one_is_created_read_changed_and_deleted(calls, flow):
    _, read, change, delete = (f"{verb}{flow.noun}" for verb in flow.verbs)
    calls.steps(flow.given)

    answer = calls.do(f"Create{flow.noun}", flow.full)
    assert answer == calls.filled(without_absent({**flow.full, **flow.full_answer}))

    settled = {**answer, **domains.SETTLED.get(flow.noun, {})}
    assert calls.do(read) == settled
    if flow.list_operation:
        items = calls.do(flow.list_operation)[flow.list_member]
        assert item_of(answer, flow.noun).items() <= items[0].items()
    if flow.update is not None:
        expected = without_absent({**settled, **calls.filled({**flow.update, **(flow.updated or {})})})
        changed = calls.do(change, flow.update)
        assert undated(changed) == undated(expected)
        reread = calls.do(read)
        assert {name: reread[name] for name in changed} == changed
    calls.steps(flow.freed)
    calls.do(delete)
    assert calls.refused(read)[0] == "NotFoundException"


@pytest.mark.parametrize("flow", named(flow for flow in FLOWS if flow.least is not None))
def test_one_with_the_least_has_the_services_defaults(calls, flow):
    calls.steps(flow.given)

    answer = calls.do(f"Create{flow.noun}", flow.least)

    assert answer == calls.filled(flow.least_answer)
    assert calls.do(f"Get{flow.noun}") == {**answer, **domains.SETTLED.get(flow.noun, {})}


@pytest.mark.parametrize("flow", named(flow for flow in FLOWS if flow.update is not None and "Update" in flow.verbs))
def test_an_empty_update_leaves_everything_alone(calls, flow):
    calls.steps(flow.given)
    calls.do(f"Create{flow.noun}", flow.full)
    before = calls.do(f"Get{flow.noun}")
    least = {"ApiMapping": {"ApiId": "<ApiId>"}, "DomainName": {"DomainNameConfigurations": [{}]}}.get(flow.noun, {})

    after = calls.do(f"Update{flow.noun}", least)

    assert undated(after) == undated(before)


@pytest.mark.parametrize("scenario", named(SCENARIOS))
def test_resources_that_belong_together(calls, scenario):
    calls.steps(scenario.given)
    calls.steps(scenario.steps)


@pytest.mark.parametrize("flow", named(flow for flow in FLOWS if flow.unknown))
def test_what_is_not_there_is_told_from_the_outside_in(calls, flow):
    """Of the parents of a resource and itself, the outermost that is missing is the one that is named."""
    calls.steps(flow.given)
    calls.do(f"Create{flow.noun}", flow.full)
    known = dict(calls.names)
    own = MODEL.operation_model(f"Get{flow.noun}").http["requestUri"].split("{")[-1].rstrip("}")
    unknown = {one.noun: one.unknown for one in FLOWS if one.unknown}
    update = flow.update or flow.full
    operations = [(f"{verb}{flow.noun}", update if verb in ("Update", "Put") else {}) for verb in flow.verbs[1:]]
    for place in calls.path_members(f"Get{flow.noun}"):
        wire = MODEL.operation_model(f"Get{flow.noun}").input_shape.members[place].serialization["name"]
        noun = {"ApiId": "Api", "StageName": "Stage"}.get(place, place.removesuffix("Id"))
        on_items = [] if wire == own else [(f"Create{flow.noun}", flow.full)]
        on_items += [(flow.list_operation, {})] if wire != own and flow.list_operation else []
        for operation, body in operations + on_items:
            calls.names = dict(known)
            filled = calls.filled(body)
            calls.names[place] = "missing"
            error = calls.refused(operation, filled)
            assert error == ("NotFoundException", calls.filled(unknown[noun])), operation


@pytest.mark.parametrize("flow", named(LISTS))
def test_a_list_is_read_in_pages(calls, flow):
    calls.steps(flow.given)
    member, text = flow.another
    for number in range(1, 6):
        value = text.format(number) if isinstance(text, str) else number if isinstance(text, int) else text(number)
        calls.do(f"Create{flow.noun}", {**(flow.least or flow.full), member: value})
    whole = calls.do(flow.list_operation)
    limit = 2 if flow.noun == "RoutingRule" else "2"
    found, token = [], {}
    for count in (2, 2, 1):
        page = calls.do(flow.list_operation, {"MaxResults": limit, **token})
        assert len(page[flow.list_member]) == count
        found += page[flow.list_member]
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
    assert token == {}
    assert "NextToken" not in whole
    assert found == whole[flow.list_member]


@pytest.mark.parametrize("flow", named(LISTS + SINGLES))
def test_a_wrong_page_is_refused(calls, flow):
    calls.steps(flow.given)
    for wrong in ({"MaxResults": "0"}, {"MaxResults": "many"}, {"MaxResults": "501"}, {"NextToken": "nonsense"}):
        assert calls.refused(flow.list_operation, wrong)[0] == "BadRequestException"


def test_every_list_of_the_model_is_read_in_pages():
    lists = {
        name for name in MODEL.operation_names
        if "NextToken" in (MODEL.operation_model(name).input_shape.members if MODEL.operation_model(name).input_shape else ())
    }
    assert lists == {flow.list_operation for flow in LISTS + SINGLES}


# The constraints that were violated, by operation: place and kind.
MET = {}
VIOLATED = [
    (flow, verb)
    for flow in FLOWS
    for verb in ("Create", flow.verbs[2])
    if verb == "Create" or flow.update is not None
]


def request_without_faults(calls, flow, verb):
    """The operation, and the flow's request in names of the wire with a place for every violation."""
    operation = MODEL.operation_model(f"{verb}{flow.noun}")
    shape = operation.input_shape
    body = {name: value for name, value in calls.filled(flow.full).items() if name in shape.members}
    if verb == "Create":
        return operation, on_wire(body, shape)
    wire = on_wire({**body, **(calls.filled(flow.update) if verb == "Put" or flow.noun == "PortalProduct" else {})}, shape)
    return operation, completed(wire, shape) if flow.noun != "Api" else wire


@pytest.mark.parametrize(("flow", "verb"), [pytest.param(*pair, id=f"{pair[1]} {pair[0]}") for pair in VIOLATED])
def test_each_constraint_is_enforced(calls, server, flow, verb):
    calls.steps(flow.given)
    calls.do(f"Create{flow.noun}", flow.full)
    operation, body = request_without_faults(calls, flow, verb)
    assert_enforced(calls, server, operation, flow.noun, body)


# Operations that are no part of a resource's life, with a right request.
ALONE = {
    "ImportApi": ((), {"Body": documents.DOCUMENT}),
    "PublishPortal": ((portals.PORTAL,), {"Description": "The first."}),
    "PutPortalProductSharingPolicy": ((portals.PRODUCT,), {"PolicyDocument": portals.POLICY}),
    "ReimportApi": ((apis.HTTP_API,), {"Body": documents.DOCUMENT}),
    "TagResource": ((portals.PRODUCT,), {"Tags": {"team": "blue"}}),
}


@pytest.mark.parametrize("name", ALONE)
def test_each_constraint_is_enforced_beside_the_resources(calls, server, name):
    given, parameters = ALONE[name]
    calls.steps(given)
    calls.names["ResourceArn"] = calls.names.get("PortalProductArn")
    operation = MODEL.operation_model(name)
    assert_enforced(calls, server, operation, name, on_wire(parameters, operation.input_shape))


def assert_enforced(calls, server, operation, noun, body):
    """Each violation of a right request is answered with its message."""
    path = path_of(calls, operation)
    failures = []
    with Wire(server, calls) as wire:
        for violation in violations(operation, noun, body):
            MET.setdefault(operation.name, set()).add((violation.place(), violation.what))
            status, name, answer = wire.send(operation, path, violation.applied(body))
            if (status, name) != (400, "BadRequestException") or not matches(violation, answer):
                failures.append(f"{violation}: {status} {name} {answer}, expected {violation.message()}")
    assert failures == []


def test_no_constraint_of_the_model_is_left_out(request):
    needs_all(request)
    left = {name: constraints(MODEL.operation_model(name)) - MET.get(name, set()) for name in MODEL.operation_names}
    assert {name: places for name, places in left.items() if places} == {}


def matches(violation, answer):
    return re.fullmatch(violation.message(), answer.get("message", ""), re.DOTALL) is not None


def path_of(calls, operation):
    path = operation.http["requestUri"]
    for name in calls.path_members(operation.name):
        wire = operation.input_shape.members[name].serialization["name"]
        path = path.replace("{" + wire + "}", urllib.parse.quote(calls.names.get(name, ""), safe=""))
    return path


class Wire:
    """Requests that boto3 would not make, with the account of a test."""

    def __init__(self, server, calls):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        scope = f"{calls.names['Account']}/20300101/us-east-1/apigateway/aws4_request"
        signature = "Signature=" + "0" * 64
        self.fields = {
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, {signature}",
            "Content-Type": "application/json",
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def administer(self, method, path, body):
        """A call of the admin API, for the account of the test."""
        content = json.dumps(body).encode() if body is not None else b""
        self.connection.request(method, path, content, self.fields)
        answer = self.connection.getresponse()
        assert answer.status < 300, answer.read()
        answer.read()

    def send(self, operation, path, body):
        """Status, error name and body of the answer. `body` is bytes or what becomes JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.connection.request(operation.http["method"], path, content, self.fields)
        answer = self.connection.getresponse()
        content = answer.read()
        name = answer.headers.get("x-amzn-ErrorType", "")
        OUTCOMES.setdefault(operation.name, set()).add(name or "success")
        return answer.status, name, json.loads(content) if content else {}


@pytest.fixture
def models(calls, server):
    """Sends the bodies of CreateModel requests as they are."""
    calls.steps((apis.WEBSOCKET_API,))
    operation = MODEL.operation_model("CreateModel")
    with Wire(server, calls) as wire:
        yield lambda body: wire.send(operation, path_of(calls, operation), body)


@pytest.mark.parametrize("body", [b"{", b"nonsense", b"[]", b'"text"', b"1", b'{"name": "A", }', b"\xff\xfe", b"{} {}"])
def test_a_body_that_is_no_json_object_is_a_serialization_error(models, body):
    status, name, answer = models(body)
    assert (status, name) == (400, "SerializationException")
    assert answer["message"].startswith("Invalid JSON")


@pytest.mark.parametrize("value", [1, 1.5, True, [], {}])
def test_a_value_of_another_type_is_a_serialization_error(models, value):
    status, name, answer = models({"name": value, "schema": "{}"})
    assert (status, name) == (400, "SerializationException")
    assert answer["message"].startswith("Invalid value at 'name': found ")
    assert answer["message"].endswith(", expected a string")


def test_unknown_members_and_nulls_are_passed_over(models):
    status, _, answer = models({"name": "A", "schema": "{}", "description": None, "modelId": "mine", "colour": [1, {"a": 2}]})
    assert status == 201
    assert answer == {"modelId": answer["modelId"], "name": "A", "schema": "{}"}
    assert answer["modelId"] != "mine"


def test_a_null_in_an_update_leaves_the_member_alone(calls, server):
    calls.steps((apis.WEBSOCKET_API,))
    calls.do("CreateModel", {"Name": "A", "Schema": "{}", "Description": "Mine."})
    operation = MODEL.operation_model("UpdateModel")
    with Wire(server, calls) as wire:
        status, _, answer = wire.send(operation, path_of(calls, operation), {"description": None, "contentType": "a"})
    assert status == 200
    assert answer["description"] == "Mine."
    assert answer["contentType"] == "a"


def test_without_a_body_all_members_are_missing(models):
    assert models(b"")[:2] == (400, "BadRequestException")


@pytest.mark.parametrize(
    ("noun", "count", "given", "body"),
    [
        ("Authorizer", 10, (apis.HTTP_API,), lambda number: {**apis.JWT.parameters, "Name": f"jwt{number}"}),
        ("Stage", 10, (apis.HTTP_API,), lambda number: {"StageName": f"stage{number}"}),
        ("VpcLink", 10, (), lambda number: {"Name": "inside", "SubnetIds": ["subnet-1"]}),
        ("Portal", 15, (), lambda number: portals.PORTAL.parameters),
        ("ProductPage", 40, (portals.PRODUCT,), lambda number: {"DisplayContent": {"Body": "a", "Title": "b"}}),
        ("RoutingRule", 50, (domains.ROUTED_DOMAIN,), lambda number: {**domains.RULE, "Priority": number}),
    ],
)
def test_one_more_than_the_quota_is_refused(calls, noun, count, given, body):
    calls.steps(given)
    for number in range(1, count + 1):
        calls.do(f"Create{noun}", body(number))
    name, message = calls.refused(f"Create{noun}", body(count + 1))
    assert name == "TooManyRequestsException"
    assert message.startswith("Maximum number of ")


def test_the_tables_have_every_member_of_every_request():
    """A member that no flow sends is one that no test has seen come back."""
    sent = {}
    for flow in FLOWS:
        sent.setdefault(f"Create{flow.noun}", set()).update(flow.full)
    for scenario in SCENARIOS:
        for step in steps_of((scenario.given, scenario.steps)):
            sent.setdefault(step.operation, set()).update(step.parameters)
    for name in MODEL.operation_names:
        operation = MODEL.operation_model(name)
        if operation.http["method"] in ("POST", "PUT") and name in sent:
            body = {
                member
                for member, shape in (operation.input_shape.members if operation.input_shape else {}).items()
                if shape.serialization.get("location") is None
            }
            assert body <= sent[name], f"{name}: no flow sends {sorted(body - sent[name])}"


# As OUTCOMES, of the errors that a test asked for.
INJECTED = {}


@pytest.mark.parametrize("name", sorted(MODEL.operation_names))
def test_every_error_of_the_model_can_be_asked_for(calls, server, name):
    """Those that nothing but load or permissions would bring about, too: by a fault rule of the test's own account."""
    operation = MODEL.operation_model(name)
    calls.outcomes = INJECTED
    calls.names.update({member: "arn:aws:apigateway:us-east-1::/a/b" for member in calls.path_members(name)})
    for error in operation.error_shapes:
        rule = {"name": error.name, "match": {"operation": name}, "then": {"error": error.name}}
        with Wire(server, calls) as wire:
            wire.administer("POST", "/__admin/faults", rule)
            assert calls.refused(name)[0] == error.name
            wire.administer("DELETE", f"/__admin/faults/{error.name}", None)


def has_input(operation):
    """Whether it takes more than a path: what a bound, a rule or a page that no list gave refuses."""
    return any(shape.serialization.get("location") != "uri" for shape in operation.input_shape.members.values())


# The operations that another resource's state can conflict with.
CONFLICTS = {
    "CreateApiMapping", "CreateIntegrationResponse", "CreateModel", "CreateRoute", "CreateRouteResponse",
    "CreateRoutingRule", "CreateStage", "DeleteAuthorizer", "DeleteIntegration", "PutRoutingRule", "UpdateApiMapping",
    "UpdateIntegrationResponse", "UpdateModel", "UpdateRoute",
}
# These take nothing in their query that is not passed over (docs/fidelity-domains.md).
NEVER_BAD = {
    "DeleteRoutingRule", "GetPortalProduct", "GetProductPage", "GetProductRestEndpointPage", "GetRoutingRule",
}


def needs_all(request):
    """Skips what looks back on the others when some of them were not to run."""
    selected = {item.originalname for item in request.session.items if item.path == request.path}
    here = {name for name in globals() if name.startswith("test_")}
    if selected != here or any("[" in argument for argument in request.config.invocation_params.args):
        pytest.skip("needs all tests of this file")


def test_every_operation_succeeded_and_met_each_of_its_errors(request):
    needs_all(request)
    for name in MODEL.operation_names:
        operation = MODEL.operation_model(name)
        expected = {"success"}
        if "{" in operation.http["requestUri"]:
            expected.add("NotFoundException")
        if operation.input_shape and has_input(operation) and name not in NEVER_BAD:
            expected.add("BadRequestException")
        if name in CONFLICTS:
            expected.add("ConflictException")
        assert expected - OUTCOMES.get(name, set()) == set(), name
        assert {error.name for error in operation.error_shapes} == INJECTED[name] - {"success"}, name
