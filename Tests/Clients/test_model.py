"""Our tables against the service's own model, as botocore publishes it: operations, members, types, enums and bounds.

The model hides some bounds in the names of shapes, such as StringWithLengthBetween0And32K.
"""

import json
import re

import botocore.session
import pytest

from local_server import run_command

LENGTHS = re.compile(r"With(?:Length)?Between(Minus)?(\d+)And(\d+)(K)?$")
# The structure that a resource's members are compared with, and the request that says which of them are required.
RESOURCES = {"Integration": ("Integration", "CreateIntegrationRequest"), "Api": ("Api", "CreateApiRequest")}


@pytest.fixture(scope="module")
def ours():
    result = run_command("operations", "--format", "json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def model():
    return botocore.session.get_session().get_service_model("apigatewayv2")


def bounds(shape):
    """Minimum and maximum, from the shape or from its name."""
    found = {name: shape.metadata[name] for name in ("min", "max") if name in shape.metadata}
    hidden = LENGTHS.search(shape.name)
    if hidden and not found:
        minus, lowest, highest, kilo = hidden.groups()
        found["min"] = -int(lowest) if minus else int(lowest)
        found["max"] = int(highest) * (1024 if kilo else 1)
    return found


def described(shape):
    """A shape in the form that `operations --format json` has for a member."""
    known = {"type": shape.type_name}
    if shape.type_name == "string" and getattr(shape, "enum", None):
        known["enum"] = list(shape.enum)
    if shape.type_name in ("string", "integer"):
        known.update(bounds(shape))
    if shape.type_name == "list":
        known["member"] = described(shape.member)
    if shape.type_name == "map":
        known["member"] = described(shape.value)
    if shape.type_name == "structure":
        known["members"] = {
            inner.serialization.get("name", name): described(inner) for name, inner in shape.members.items()
        }
    return known


def simplified(member):
    """One of our members, with what only we know left out."""
    known = {key: member[key] for key in ("type", "enum", "min", "max") if key in member}
    if "member" in member:
        known["member"] = simplified(member["member"])
    if "members" in member:
        known["members"] = {inner["name"]: simplified(inner) for inner in member["members"]}
    return known


def test_all_operations_of_the_model_are_known_with_method_path_and_status(ours, model):
    expected = {}
    for name in model.operation_names:
        operation = model.operation_model(name)
        expected[name] = (
            operation.http["method"],
            operation.http["requestUri"],
            operation.http.get("responseCode", 200),
        )
    known = {entry["name"]: (entry["method"], entry["path"], entry["status"]) for entry in ours["operations"]}
    assert len(ours["operations"]) == len(known) == 103
    assert known == expected


@pytest.mark.parametrize("noun", RESOURCES)
def test_a_resource_has_the_models_members_types_enums_and_bounds(ours, model, noun):
    resource = next(entry for entry in ours["resources"] if entry["noun"] == noun)
    known = {member["name"]: simplified(member) for member in resource["members"]}
    stored, request = (described(model.shape_for(name))["members"] for name in RESOURCES[noun])
    # What only a create request has (target, routeKey) is a member too; the identifiers of parents are none.
    parents = set(re.findall(r"{(\w+)}", resource["path"])) - set(stored)
    assert known == {name: member for name, member in {**request, **stored}.items() if name not in parents}


@pytest.mark.parametrize("noun", RESOURCES)
def test_a_member_is_required_or_read_only_as_the_create_request_says(ours, model, noun):
    resource = next(entry for entry in ours["resources"] if entry["noun"] == noun)
    request = model.shape_for(RESOURCES[noun][1])
    parameters = {
        shape.serialization["name"] for shape in request.members.values() if shape.serialization.get("location") != "uri"
    }
    required = {
        request.members[name].serialization["name"]
        for name in request.required_members
        if request.members[name].serialization.get("location") != "uri"
    }
    assert {member["name"] for member in resource["members"] if member["required"]} == required
    read_only = {member["name"] for member in resource["members"] if member["readOnly"]}
    assert read_only == {member["name"] for member in resource["members"]} - parameters


def test_a_hidden_bound_is_read_from_a_shapes_name(model):
    assert bounds(model.shape_for("StringWithLengthBetween1And1024")) == {"min": 1, "max": 1024}
    assert bounds(model.shape_for("StringWithLengthBetween0And32K")) == {"min": 0, "max": 32768}
    assert bounds(model.shape_for("IntegerWithLengthBetweenMinus1And86400")) == {"min": -1, "max": 86400}
    assert bounds(model.shape_for("Arn")) == {}


def test_the_table_for_people_names_every_operation(ours):
    text, markdown = run_command("operations").stdout, run_command("operations", "--format", "markdown").stdout
    for entry in ours["operations"]:
        assert re.search(rf"^{entry['name']}\b", text, re.MULTILINE)
        assert f"| {entry['name']} |" in markdown
