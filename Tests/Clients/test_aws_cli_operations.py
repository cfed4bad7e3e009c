"""The AWS CLI through the life of every resource: each command's own arguments, output and errors. Within this process,
since every start of the CLI takes half a second.
"""

import datetime
import json
import pathlib
import re

import awscli
import pytest
from awscli.clidriver import create_clidriver
from botocore import xform_name

from local_server import LocalServer
from operations import apis, documents, domains, portals
from operations.flow import ABSENT, ACCOUNTS, Calls, Scenario, Step

FAMILIES = (apis, domains, portals)
# One flow of each resource: the first, which is an HTTP API's where there are two kinds.
FLOWS = {}
for family in FAMILIES:
    for flow in family.FLOWS:
        FLOWS.setdefault(flow.noun, flow)
SCENARIOS = [
    scenario
    for family in (*FAMILIES, documents)
    for scenario in family.SCENARIOS
    if scenario.title in {
        "a document is imported, exported and imported over what it made",
        "a portal is previewed, published, disabled and deleted",
        "a request parameter of a route is removed",
        "an integration that a route uses stays",
        "parts of a stage are removed",
        "tags are added, replaced and taken away",
        "the CORS configuration is removed",
    }
]
SCENARIOS.append(
    Scenario(
        "a sharing policy is made, read and deleted",
        given=(portals.PRODUCT,),
        steps=(
            Step("PutPortalProductSharingPolicy", {"PolicyDocument": portals.POLICY}),
            Step("GetPortalProductSharingPolicy",
                 answer={"PolicyDocument": portals.POLICY, "PortalProductId": "<PortalProductId>"}),
            Step("DeletePortalProductSharingPolicy"),
            Step("GetPortalProductSharingPolicy", error=("NotFoundException",)),
        ),
    )
)
ERROR = re.compile(r"An error occurred \((\w+)\) when calling the (\w+) operation(?: \(reached max retries: 0\))?: (.*)")
# What version 1 of the AWS CLI, the one on PyPI, exits with after an error of the service.
SERVICE_ERROR = 255


class CommandLine(Calls):
    """Calls by commands: `aws apigatewayv2 create-api --cli-input-json …`."""

    def __init__(self, driver, endpoint, capsys, folder):
        self.driver, self.endpoint, self.capsys, self.folder = driver, endpoint, capsys, folder
        self.model = driver.session.get_service_model("apigatewayv2")
        self.names = {}

    def send(self, operation, parameters):
        known = {name: self.names[name] for name in self.path_members(operation) if name in self.names}
        document = json.dumps({**known, **self.filled(parameters)})
        command = xform_name(operation, "-")
        arguments = ["--endpoint-url", self.endpoint, "apigatewayv2", command, "--cli-input-json", document]
        export = self.folder / "export"
        if operation == "ExportApi":
            arguments = [*arguments[:4], *self.arguments({**known, **self.filled(parameters)}), str(export)]
        status = self.driver.main(arguments)
        printed = self.capsys.readouterr()
        if status != 0:
            assert (status, printed.out) == (SERVICE_ERROR, ""), printed.err
            code, named, message = ERROR.search(printed.err).groups()
            assert named == operation
            return None, (code, message)
        if operation == "ExportApi":
            return {"body": export.read_bytes()}, None
        return dated(json.loads(printed.out)) if printed.out else {}, None

    def arguments(self, parameters):
        """Options, for a command that writes to a file and takes no document."""
        for name, value in parameters.items():
            yield from (f"--{xform_name(name, '-')}", value)


def dated(value):
    """The CLI prints dates as they came; the tables have them as boto3 gives them."""
    if isinstance(value, dict):
        return {name: dated(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [dated(inner) for inner in value]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value):
        return datetime.datetime.fromisoformat(value)
    return value


@pytest.fixture(scope="module")
def endpoint():
    with LocalServer("--port", "0", "--log-level", "off") as server:
        yield server.endpoint


@pytest.fixture
def calls(endpoint, capsys, tmp_path, monkeypatch):
    account = str(next(ACCOUNTS))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", account)
    # Set when awscli is imported, and taken away by this folder's clean environment.
    monkeypatch.setenv("AWS_DATA_PATH", str(pathlib.Path(awscli.__file__).parent / "data"))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    made = CommandLine(create_clidriver(), endpoint, capsys, tmp_path)
    made.names["Account"] = account
    return made


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_commands_lead_through_the_life_of_a_resource(calls, flow):
    _, read, change, delete = (f"{verb}{flow.noun}" for verb in flow.verbs)
    calls.steps(flow.given)

    answer = calls.do(f"Create{flow.noun}", flow.full)
    expected = {name: value for name, value in {**flow.full, **flow.full_answer}.items() if value is not ABSENT}
    assert answer == calls.filled(expected)

    settled = {**answer, **domains.SETTLED.get(flow.noun, {})}
    assert calls.do(read) == settled
    (item,) = calls.do(flow.list_operation)[flow.list_member]
    own = [name for name in calls.path_members(read) if name in settled]
    assert own and {name: item[name] for name in own} == {name: settled[name] for name in own}
    calls.do(change, flow.update)
    calls.steps(flow.freed)
    calls.do(delete)
    assert calls.refused(read)[0] == "NotFoundException"


@pytest.mark.parametrize("scenario", [pytest.param(scenario, id=str(scenario)) for scenario in SCENARIOS])
def test_commands_of_their_own(calls, scenario):
    calls.steps(scenario.given)
    calls.steps(scenario.steps)


def test_every_resource_has_its_flow():
    assert len(FLOWS) == 17
    assert len(SCENARIOS) == 8
