"""Fixtures: the forms that are loaded, and the lines that bad ones earn."""

import json
import re

import pytest

from local_server import FIXTURES, ROOT, run_command
from test_wire import exchange

API = {"apiId": "a1b2c3d4e5", "name": "orders", "protocolType": "HTTP"}
INTEGRATION = {"integrationId": "abc123d", "integrationType": "HTTP_PROXY", "integrationUri": "https://example.com"}
BODY = b'{"integrationId":"abc123d","integrationType":"HTTP_PROXY","integrationUri":"https://example.com"}'


def write(folder, files):
    """Files by path; what is no text is written as JSON."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return folder


def served(server, api="a1b2c3d4e5", integration="abc123d"):
    status, _, _, body = exchange(server, "GET", f"/v2/apis/{api}/integrations/{integration}")
    return status, body


# Forms

FOLDERS = {
    "an item each": {"apis/a1b2c3d4e5.json": API, "apis/a1b2c3d4e5/integrations/abc123d.json": INTEGRATION},
    "names from the files alone": {
        "apis/a1b2c3d4e5.json": {"name": "orders", "protocolType": "HTTP"},
        "apis/a1b2c3d4e5/integrations/abc123d.json": {
            "integrationType": "HTTP_PROXY", "integrationUri": "https://example.com",
        },
    },
    "lists": {"apis.json": {"items": [API]}, "apis/a1b2c3d4e5/integrations.json": [INTEGRATION]},
    "integrations within their api": {"apis/a1b2c3d4e5.json": {**API, "integrations": [INTEGRATION]}},
    "a tree in a top-level file": {"everything.json": {"apis": [{**API, "integrations": [INTEGRATION]}]}},
    "the command line's names": {
        "apis/a1b2c3d4e5.json": {"Name": "orders", "ProtocolType": "HTTP"},
        "apis/a1b2c3d4e5/integrations.json": {
            "Items": [{name[0].upper() + name[1:]: value for name, value in INTEGRATION.items()}],
            "NextToken": None,
        },
    },
    "folders that are none of ours beside it": {
        "apis/a1b2c3d4e5.json": {**API, "integrations": [INTEGRATION]},
        "faults/one.json": {"then": {"status": 500}},
        ".git/config.json": "nonsense",
        "apis/notes.txt": "nonsense",
    },
}


@pytest.mark.parametrize("files", FOLDERS.values(), ids=FOLDERS)
def test_a_folder_is_loaded_in_any_of_its_forms(start, tmp_path, files):
    assert served(start("--fixtures", write(tmp_path, files))) == (200, BODY)


def test_a_single_document_is_loaded(start, tmp_path):
    write(tmp_path, {"one.json": {"apis": [{**API, "integrations": [INTEGRATION]}]}})
    assert served(start("--fixtures", tmp_path / "one.json")) == (200, BODY)


def test_the_shipped_scenario_is_loaded(start):
    server = start("--fixtures", FIXTURES / "scenarios/two-apis-one-integration-each.json")
    assert served(server, "b2c3d4e5f6", "pay001a")[0] == 200
    assert served(server, "c3d4e5f6g7", "ntc001a")[0] == 200


def test_fixtures_are_added_up_over_several_options(start, tmp_path):
    write(tmp_path, {"one.json": {"apis": [{**API, "integrations": [INTEGRATION]}]}})
    server = start(
        "--fixtures", tmp_path / "one.json",
        "--fixtures", FIXTURES / "scenarios/two-apis-one-integration-each.json",
    )
    assert served(server) == (200, BODY)
    assert served(server, "b2c3d4e5f6", "pay001a")[0] == 200


def test_a_document_names_its_account_region_and_access_keys(start, connect, tmp_path):
    write(
        tmp_path,
        {
            "one.json": {
                "account": "111122223333", "region": "eu-central-1", "accessKeys": {"AKIAORDERS": "111122223333"},
                "apis": [{**API, "integrations": [INTEGRATION]}],
            }
        },
    )
    server = start("--fixtures", tmp_path / "one.json")
    call = {"ApiId": "a1b2c3d4e5", "IntegrationId": "abc123d"}
    for access_key in ("111122223333", "AKIAORDERS"):
        client = connect(server, access_key=access_key, region="eu-central-1")
        assert client.get_integration(**call)["IntegrationId"] == "abc123d"
    client = connect(server)
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_integration(**call)


# validate


def test_validate_counts_what_it_read():
    result = run_command("validate", FIXTURES)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "no mistakes in 3 Apis, 9 Integrations\n"


def test_validate_counts_nothing_in_an_empty_folder(tmp_path):
    assert run_command("validate", tmp_path).stdout == "no mistakes in nothing\n"


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures/faults").glob("*.json")), ids=lambda path: path.stem)
def test_the_shipped_rules_are_valid(path):
    result = run_command("validate", "--faults", path)
    assert (result.returncode, result.stderr) == (0, "")


TYPES = "AWS, HTTP, MOCK, HTTP_PROXY, AWS_PROXY"
MEMBERS = (
    "apiGatewayManaged, connectionId, connectionType, credentialsArn, description, integrationId, integrationMethod, "
    "integrationSubtype, integrationType, integrationUri, payloadFormatVersion, requestParameters, responseParameters, "
    "timeoutInMillis, tlsConfig"
)


def in_orders(**members):
    """A file of one integration, one line, so that columns can be counted by hand."""
    return {"apis/a1b2c3d4e5.json": API, "apis/a1b2c3d4e5/integrations/abc123d.json": members}


# What each earns. `…` stands for the collections that the service has besides, which grow.
PLACE = "apis/a1b2c3d4e5/integrations/abc123d.json"
BAD = {
    "an unknown member": (
        in_orders(integrationType="HTTP_PROXY", integrationUrl="x"),
        f"{PLACE}:1:35: /integrationUrl: found an unknown member, expected one of {MEMBERS}; "
        "did you mean integrationUri?",
    ),
    "a wrong type": (
        in_orders(integrationType="HTTP_PROXY", timeoutInMillis="30000"),
        f'{PLACE}:1:54: /timeoutInMillis: found "30000", expected a whole number',
    ),
    "a fraction": (
        in_orders(integrationType="HTTP_PROXY", timeoutInMillis=50.5),
        f"{PLACE}:1:54: /timeoutInMillis: found 50.5, expected a whole number",
    ),
    "null": (
        in_orders(integrationType="HTTP_PROXY", description=None),
        f"{PLACE}:1:50: /description: found null, expected a string",
    ),
    "a name that is no choice": (
        in_orders(integrationType="HTTP_PROXI"),
        f'{PLACE}:1:21: /integrationType: found "HTTP_PROXI", expected one of {TYPES}; did you mean HTTP_PROXY?',
    ),
    "a number below its range": (
        in_orders(integrationType="HTTP_PROXY", timeoutInMillis=49),
        f"{PLACE}:1:54: /timeoutInMillis: found 49, expected 50 to 30000",
    ),
    "a string that is too long": (
        in_orders(integrationType="HTTP_PROXY", description="x" * 1025),
        f"{PLACE}:1:50: /description: found a string of 1025 characters, expected 0 to 1024",
    ),
    "a string that is too short": (
        in_orders(integrationType="HTTP_PROXY", integrationUri=""),
        f"{PLACE}:1:53: /integrationUri: found a string of 0 characters, expected 1 to 2048",
    ),
    "a value within a map": (
        in_orders(integrationType="HTTP_PROXY", requestParameters={"a/b": 1}),
        f"{PLACE}:1:64: /requestParameters/a~1b: found 1, expected a string",
    ),
    "a map of maps": (
        in_orders(integrationType="HTTP_PROXY", responseParameters={"200": {"x": ""}}),
        f"{PLACE}:1:71: /responseParameters/200/x: found a string of 0 characters, expected 1 to 512",
    ),
    "a required member that is missing": (
        in_orders(description="x"),
        f"{PLACE}:1:1: /: found an object without integrationType, expected one with it",
    ),
    "a member of WebSocket APIs": (
        in_orders(integrationType="HTTP_PROXY", passthroughBehavior="NEVER"),
        f"{PLACE}:1:35: /passthroughBehavior: found a member that only WEBSOCKET APIs have, expected none in this API",
    ),
    "a type that HTTP APIs lack": (
        in_orders(integrationType="MOCK"),
        f'{PLACE}:1:21: /integrationType: found "MOCK", which breaks a rule: Currently, an API with a protocol type of '
        "HTTP may only be associated with proxy integrations (AWS_PROXY, HTTP_PROXY)",
    ),
    "an identifier that is not the file's name": (
        in_orders(integrationId="zzz999z", integrationType="HTTP_PROXY"),
        f'{PLACE}:1:19: /integrationId: found "zzz999z", expected "abc123d", as the file is called',
    ),
    "a member twice": (
        {
            "apis/a1b2c3d4e5.json": API,
            PLACE: '{"integrationType": "HTTP_PROXY",\n "integrationType": "AWS_PROXY"}',
        },
        f"{PLACE}:2:2: /integrationType: found this member a second time, expected it once",
    ),
    "a target that leads nowhere": (
        {
            "apis/a1b2c3d4e5.json": API, "apis/a1b2c3d4e5/integrations/abc123d.json": INTEGRATION,
            "apis/a1b2c3d4e5/routes/r1.json": {"routeKey": "GET /orders", "target": "integrations/abc132d"},
        },
        'apis/a1b2c3d4e5/routes/r1.json:1:39: /target: found "integrations/abc132d", expected an Integration of Api '
        '"a1b2c3d4e5", which has none called "abc132d"; did you mean integrations/abc123d?',
    ),
    "a stage whose deployment is not there": (
        {
            "apis/a1b2c3d4e5.json": API,
            "apis/a1b2c3d4e5/stages/live.json": {"deploymentId": "dep001"},
        },
        'apis/a1b2c3d4e5/stages/live.json:1:18: /deploymentId: found "dep001", expected a Deployment of Api '
        '"a1b2c3d4e5", which has none',
    ),
    "an api that is no JSON, with an integration": (
        {"apis/a1b2c3d4e5.json": '{"name": }', "apis/a1b2c3d4e5/integrations/abc123d.json": INTEGRATION},
        "apis/a1b2c3d4e5.json:1:10: found …",
    ),
    "an integration without its api": (
        {PLACE: INTEGRATION},
        f'{PLACE}:1:1: /: found Integration of Api "a1b2c3d4e5", which no fixture of account 000000000000 in us-east-1 '
        "holds, expected that Api too",
    ),
    "no JSON": (
        {"apis/a1b2c3d4e5.json": '{\n  "name": "orders",\n}'},
        "apis/a1b2c3d4e5.json:2:19: found a trailing comma, expected a member",
    ),
    "a folder that is nearly a collection": (
        {"api/a1b2c3d4e5.json": API},
        'api/a1b2c3d4e5.json: found "api", expected one of apis…; did you mean apis?',
    ),
}


@pytest.mark.parametrize(("files", "line"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("command", [["validate"], ["--port", "0", "--fixtures"]], ids=["validate", "serve"])
def test_a_bad_fixture_is_one_line_and_status_2(tmp_path, command, files, line):
    folder = write(tmp_path / "set", files)
    result = run_command(*command, folder)
    assert (result.returncode, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith(f"{folder}/")
    told = lines[0].removeprefix(f"{folder}/")
    assert re.fullmatch(".*".join(map(re.escape, line.split("…"))), told), told


def test_every_mistake_of_every_file_is_told_in_one_run(tmp_path):
    folder = write(
        tmp_path / "set",
        {
            "apis/a1b2c3d4e5.json": API,
            "apis/a1b2c3d4e5/integrations/one.json": {"integrationType": "HTTP_PROXI", "timeoutInMillis": 1},
            "apis/a1b2c3d4e5/integrations/two.json": {"integrationType": 7, "nope": 1},
        },
    )
    rules = write(tmp_path, {"rules.json": {"match": {"operation": "GetIntegratio"}, "then": {"status": 99}}})
    result = run_command("validate", folder, "--faults", rules / "rules.json")
    assert result.returncode == 2
    places = [line.removeprefix(f"{tmp_path}/").split(": ")[:2] for line in result.stderr.splitlines()]
    assert [[place.split(":")[0], pointer] for place, pointer in places] == [
        ["set/apis/a1b2c3d4e5/integrations/one.json", "/integrationType"],
        ["set/apis/a1b2c3d4e5/integrations/one.json", "/timeoutInMillis"],
        ["set/apis/a1b2c3d4e5/integrations/two.json", "/integrationType"],
        ["set/apis/a1b2c3d4e5/integrations/two.json", "/nope"],
        ["rules.json", "/match/operation"],
        ["rules.json", "/then/status"],
    ]


def test_an_identifier_twice_names_the_first_file(tmp_path):
    folder = write(
        tmp_path / "set",
        {"apis/a1b2c3d4e5.json": API, "more.json": {"apis": [API]}},
    )
    result = run_command("validate", folder)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert 'found apiId "a1b2c3d4e5" a second time, expected it once (first in ' in result.stderr


def test_a_path_that_is_not_there_is_told(tmp_path):
    result = run_command("validate", tmp_path / "nope")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert str(tmp_path / "nope") in result.stderr
