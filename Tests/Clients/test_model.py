"""Our tables against the service's own model, as botocore publishes it: operations, members, types, enums, bounds,
wire locations, and which members are required.

The model hides some bounds in the names of shapes, such as StringWithLengthBetween0And32K. What differs stands in
DIFFERENCES or SEEN_BOUNDS and, with its reason, in docs/fidelity.md and its pages; a difference that is gone fails as one
that is new does.
"""

import json
import re

import botocore.session
import pytest

from local_server import ROOT, run_command
from operations.flow import RECORDED
from operations.violations import SEEN_BOUNDS

LENGTHS = re.compile(r"With(?:Length)?Between(Minus)?(\d+)And(\d+)(K)?$")
NOUNS = [
    "Api", "ApiMapping", "Authorizer", "Deployment", "DomainName", "Integration", "IntegrationResponse", "Model", "Portal",
    "PortalProduct", "PortalProductSharingPolicy", "ProductPage", "ProductRestEndpointPage", "Route", "RouteResponse",
    "RoutingRule", "Stage", "VpcLink",
]
# Portals and their products are not walked: no public report of a refusal was found.
NOUNS_WITH_REFUSALS = {noun for noun in NOUNS if not noun.startswith(("Portal", "Product"))}
# What we do otherwise than the model: operation, member, what differs.
DIFFERENCES = {("CreateAuthorizer", "identitySource", "required")}


@pytest.fixture(scope="module")
def ours():
    result = run_command("operations", "--format", "json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def resources(ours):
    return {resource["noun"]: {member["name"]: member for member in resource["members"]} for resource in ours["resources"]}


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
    if shape.name in SEEN_BOUNDS:
        found["min"], found["max"] = SEEN_BOUNDS[shape.name]
    return found


def members(shape, *locations):
    """The members of a structure by their names on the wire; those of the body, or of `locations`."""
    return {
        inner.serialization.get("name", name): inner
        for name, inner in (shape.members if shape else {}).items()
        if inner.serialization.get("location") in (locations or (None,))
    }


def required(shape):
    return {shape.members[name].serialization.get("name", name) for name in shape.required_members}


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
        known["members"] = {name: described(inner) for name, inner in members(shape).items()}
        known["required"] = required(shape)
    return known


def simplified(member, is_request):
    """One of our members, as a request or an answer has it."""
    known = {key: member[key] for key in ("type", "enum", "min", "max") if key in member}
    if "member" in member:
        known["member"] = simplified(member["member"], is_request)
    if "members" in member:
        inner = [one for one in member["members"] if is_request or not one["inputOnly"]]
        known["members"] = {one["name"]: simplified(one, is_request) for one in inner}
        known["required"] = {one["name"] for one in inner if one["required"]}
        if is_request:
            known["answered"] = {one["name"] for one in inner if one["readOnly"]}
    return known


def as_taken(known, expected):
    """Leaves out what only answers have, where the model has a shape of its own for requests. Where it has one shape for
    both ways, such members are passed over in a request (docs/fidelity-domains.md)."""
    for name in known.pop("answered", set()) - set(expected.get("members", {})):
        del known["members"][name]
        known["required"].discard(name)
    for name, inner in known.get("members", {}).items():
        as_taken(inner, expected.get("members", {}).get(name, {}))
    if "member" in known:
        as_taken(known["member"], expected.get("member", {}))
    return known


def operations_on(noun, model):
    """The operations whose request or answer is the resource."""
    names = (f"{verb}{noun}" for verb in ("Create", "Get", "Update", "Put"))
    return [model.operation_model(name) for name in names if name in model.operation_names]


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
    differing = {name: (expected[name][2], known[name][2]) for name in expected if expected[name][2] != known[name][2]}
    assert differing == RECORDED
    assert {name: entry[:2] for name, entry in known.items()} == {name: entry[:2] for name, entry in expected.items()}


def test_the_resources_are_those_that_the_models_operations_are_about(resources, model):
    assert sorted(resources) == NOUNS
    assert {noun for noun in NOUNS if not operations_on(noun, model)} == set()


@pytest.mark.parametrize("noun", NOUNS)
def test_an_answer_has_the_models_members_types_enums_and_bounds(resources, model, noun):
    answered = {name: member for name, member in resources[noun].items() if not member["inputOnly"]}
    seen = set()
    for operation in operations_on(noun, model):
        expected = {name: described(shape) for name, shape in members(operation.output_shape).items()}
        seen |= set(expected)
        known = {name: simplified(answered[name], is_request=False) for name in expected if name in answered}
        assert known == expected, operation.name
    assert seen == set(answered)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_request_takes_the_models_members_types_enums_and_bounds(resources, model, noun):
    for operation in operations_on(noun, model):
        if operation.http["method"] == "GET":
            continue
        is_create = operation.name.startswith("Create") or noun == "PortalProductSharingPolicy"
        taken = {
            name: simplified(member, is_request=True)
            for name, member in resources[noun].items()
            if not member["readOnly"] and not member["updateOnly" if is_create else "createOnly"]
        }
        expected = {name: described(shape) for name, shape in members(operation.input_shape).items()}
        assert set(taken) == set(expected), operation.name
        for name, shape in expected.items():
            assert as_taken(taken[name], shape) == shape, f"{operation.name} {name}"


def test_members_are_required_as_the_model_says(resources, model):
    differences = set()
    for noun in NOUNS:
        for operation in operations_on(noun, model):
            if operation.http["method"] == "GET":
                continue
            mark = "required" if operation.name.startswith("Create") else "requiredOnUpdate"
            known = {name for name, member in resources[noun].items() if member[mark]}
            expected = required(operation.input_shape) & set(members(operation.input_shape))
            differences |= {(operation.name, name, "required") for name in known ^ expected}
    assert differences == DIFFERENCES


def test_a_members_place_in_a_request_is_one_that_the_server_reads(ours, model):
    """In the path and the body as the tables say; nothing of this service is in a header."""
    paths = {entry["name"]: entry["path"] for entry in ours["operations"]}
    for name in model.operation_names:
        operation = model.operation_model(name)
        assert set(members(operation.input_shape, "uri")) == set(re.findall(r"{([\w-]+)}", paths[name])), name
        assert members(operation.input_shape, "header", "headers", "statusCode") == {}, name
        assert members(operation.output_shape, "header", "headers", "statusCode") == {}, name


def test_every_difference_has_its_reason_in_the_documents():
    text = (ROOT / "docs/fidelity.md").read_text(encoding="utf-8")
    section = text.split("## Differences from the model")[1].split("\n## ")[0]
    assert {tuple(cells) for cells in re.findall(r"^\| (\w+) \| `(\w+)` \| (\w+) \|", section, re.MULTILINE)} == DIFFERENCES
    statuses = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \| \S", section, re.MULTILINE)
    assert {name: (int(theirs), int(ours)) for name, theirs, ours in statuses} == RECORDED


def leaves(shape, before=""):
    """The members of a request without its path and query, and those of their objects, by their names with points."""
    found = set()
    for name, inner in members(shape).items():
        name = before + name
        while inner.type_name in ("list", "map"):
            inner = inner.member if inner.type_name == "list" else inner.value
        found |= leaves(inner, name + ".") if inner.type_name == "structure" else {name}
    return found


def documented_members(section):
    """The names in the first cells of a section's table, `….` being each of the objects that were named last."""
    found, objects = set(), []
    for cell in re.findall(r"^\| (`[^|]*)\|", section, re.MULTILINE):
        names = re.findall(r"`([^`]+)`", cell)
        whole = [name for name in names if not name.startswith("….")]
        if "." in "".join(whole):
            objects = [whole[-1].rpartition(".")[0]]
        elif whole:
            objects = whole
        found |= set(whole) | {f"{one}.{name[2:]}" for name in names if name not in whole for one in objects}
    return found


@pytest.mark.parametrize("noun", sorted(NOUNS_WITH_REFUSALS))
def test_every_member_of_a_request_has_its_line_of_refusals(noun, model):
    text = (ROOT / "docs/fidelity-members.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {noun}\n")[1].split("\n## ")[0]
    inputs = [model.operation_model(verb + noun).input_shape for verb in ("Create", "Update")
              if verb + noun in model.operation_names]
    expected = set().union(*map(leaves, inputs))

    found = documented_members(section)

    assert expected - found == set()
    objects = {name[:place] for name in expected for place in range(len(name)) if name[place] == "."}
    assert found - expected - objects == set(), "These are no members."


def test_the_documents_of_refusals_have_a_section_for_each_main_resource():
    text = (ROOT / "docs/fidelity-members.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## (\w+)$", text, re.MULTILINE)) == NOUNS_WITH_REFUSALS


def test_a_row_of_refusals_names_members_of_the_objects_above_it():
    section = "| `a` | x |\n| `b`, `c` | x |\n| `….d`, `….e` of all | x |\n| | `f` |\n| `g.h`, `….i` | x |\n| the `j` | |\n"
    assert documented_members(section) == {"a", "b", "c", "b.d", "c.d", "b.e", "c.e", "g.h", "g.i"}


def test_a_hidden_bound_is_read_from_a_shapes_name(model):
    assert bounds(model.shape_for("StringWithLengthBetween1And1024")) == {"min": 1, "max": 1024}
    assert bounds(model.shape_for("StringWithLengthBetween0And32K")) == {"min": 0, "max": 32768}
    assert bounds(model.shape_for("IntegerWithLengthBetweenMinus1And86400")) == {"min": -1, "max": 86400}
    assert bounds(model.shape_for("Arn")) == {}
    assert set(SEEN_BOUNDS) <= set(model.shape_names)


def test_the_tables_for_people_name_every_operation(ours):
    text, markdown = run_command("operations").stdout, run_command("operations", "--format", "markdown").stdout
    for entry in ours["operations"]:
        assert re.search(rf"^{entry['name']}\b", text, re.MULTILINE)
        assert f"| {entry['name']} |" in markdown
    assert (ROOT / "docs/operations.md").read_text(encoding="utf-8") == markdown
