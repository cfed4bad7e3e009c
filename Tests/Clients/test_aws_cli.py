"""The AWS CLI against the server: what it prints, its exit status, and its output as a fixture."""

import json
import pathlib
import subprocess
import sys

import pytest

from local_server import FIXTURES, BOUND, clean_environment
from test_wire import exchange
from wire_form import expected_answer, integration_files, read

# What version 1 of the AWS CLI, the one on PyPI, exits with; version 2 says 254.
SERVICE_ERROR = 255
FILES = integration_files()
IDS = [f"{api}/{integration}" for api, integration, _ in FILES]


def aws(server, *arguments, **variables):
    """Runs `aws apigatewayv2 …`, the one that is installed beside this Python."""
    program = pathlib.Path(sys.executable).parent / "aws"
    return subprocess.run(
        [str(program), "--endpoint-url", server.endpoint, "apigatewayv2", *arguments],
        env=clean_environment(AWS_MAX_ATTEMPTS="1", **variables),
        capture_output=True, text=True, timeout=BOUND * 4, check=False,
    )


def get_integration(server, api, integration):
    result = aws(server, "get-integration", "--api-id", api, "--integration-id", integration)
    assert result.returncode == 0, result.stderr
    return result.stdout


def bodies(server):
    """The bytes of every shipped integration."""
    return {
        (api, integration): exchange(server, "GET", f"/v2/apis/{api}/integrations/{integration}")
        for api, integration, _ in FILES
    }


def answers(server):
    """Status and body of every shipped integration: what must be the same after a round."""
    return {key: (status, body) for key, (status, _, _, body) in bodies(server).items()}


@pytest.mark.parametrize(("api", "integration", "path"), FILES, ids=IDS)
def test_get_integration_prints_every_member_of_the_fixture(shipped, api, integration, path):
    assert json.loads(get_integration(shipped, api, integration)) == expected_answer(read(path))


def test_an_unknown_api_is_an_error_with_the_services_words(shipped):
    result = aws(shipped, "get-integration", "--api-id", "nope", "--integration-id", "x")
    assert (result.returncode, result.stdout) == (SERVICE_ERROR, "")
    assert (
        "An error occurred (NotFoundException) when calling the GetIntegration operation: "
        "Invalid API identifier specified 000000000000:nope"
    ) in result.stderr


def test_a_rate_limit_is_an_error_with_the_services_words(start):
    server = start("--fixtures", FIXTURES, "--fail", "GetIntegration:429")
    result = aws(server, "get-integration", "--api-id", "a1b2c3d4e5", "--integration-id", "abc123d")
    assert result.returncode == SERVICE_ERROR
    assert "(TooManyRequestsException)" in result.stderr
    assert "Too Many Requests" in result.stderr


# What the AWS CLI prints is a fixture.


@pytest.fixture
def printed(shipped):
    """Runs the CLI against the shipped fixtures and gives what it printed."""

    def run(*arguments):
        result = aws(shipped, *arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run


ORDERS = [(api, integration) for api, integration, _ in FILES if api == "a1b2c3d4e5"]


def assert_same_answers(shipped, server):
    expected = answers(shipped)
    for api, integration in ORDERS:
        status, _, _, body = exchange(server, "GET", f"/v2/apis/{api}/integrations/{integration}")
        assert (status, body) == expected[api, integration]


def test_get_api_and_get_integration_as_printed_make_a_folder(shipped, start, printed, tmp_path):
    folder = tmp_path / "one-by-one/apis"
    (folder / "a1b2c3d4e5/integrations").mkdir(parents=True)
    (folder / "a1b2c3d4e5.json").write_text(printed("get-api", "--api-id", "a1b2c3d4e5"))
    for api, integration in ORDERS:
        (folder / f"{api}/integrations/{integration}.json").write_text(get_integration(shipped, api, integration))
    assert_same_answers(shipped, start("--fixtures", folder.parent))


def test_get_apis_and_get_integrations_as_printed_make_a_folder(shipped, start, printed, tmp_path):
    folder = tmp_path / "lists/apis"
    (folder / "a1b2c3d4e5").mkdir(parents=True)
    (folder.parent / "apis.json").write_text(printed("get-apis"))
    (folder / "a1b2c3d4e5/integrations.json").write_text(printed("get-integrations", "--api-id", "a1b2c3d4e5"))
    assert_same_answers(shipped, start("--fixtures", folder.parent))


def test_get_apis_as_printed_is_a_single_file_too(start, printed, tmp_path):
    path = tmp_path / "what-get-apis-printed.json"
    path.write_text(printed("get-apis"))
    server = start("--fixtures", path)
    status, _, _, body = exchange(server, "GET", "/v2/apis/a1b2c3d4e5/integrations/nope")
    assert (status, body) == (404, b'{"message":"Invalid Integration identifier specified"}\n')


def test_the_printed_form_of_every_integration_is_served_as_the_same_bytes(shipped, start, tmp_path):
    folder = tmp_path / "all/apis"
    for api, integration, path in FILES:
        target = folder / api / "integrations"
        target.mkdir(parents=True, exist_ok=True)
        (folder / f"{api}.json").write_text((FIXTURES / f"apis/{api}.json").read_text())
        (target / f"{integration}.json").write_text(json.dumps(expected_answer(read(path)), indent=4))
    assert answers(start("--fixtures", folder.parent)) == answers(shipped)
