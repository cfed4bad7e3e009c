"""What boto3 makes of rate limits: its retry modes get through a few and give up on many."""

import pytest

from local_server import FIXTURES

GET = {"ApiId": "a1b2c3d4e5", "IntegrationId": "abc123d"}
MODES = [("legacy", 5), ("standard", 3)]
pytestmark = pytest.mark.usefixtures("pauses")


def start_limited(start, rule):
    return start("--fixtures", FIXTURES, "--fail", rule, "--log-format", "json")


@pytest.mark.parametrize(("mode", "attempts"), MODES)
def test_a_retry_mode_gets_through_two_rate_limits(start, connect, pauses, mode, attempts):
    server = start_limited(start, "GetIntegration:429:first=2")
    answer = connect(server, retries={"mode": mode}).get_integration(**GET)
    assert answer["IntegrationId"] == "abc123d"
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(pauses) == 2
    assert [entry["status"] for entry in server.requests(3)] == [429, 429, 200]


@pytest.mark.parametrize(("mode", "attempts"), MODES)
def test_a_retry_mode_gives_up_when_the_limit_stays(start, connect, mode, attempts):
    server = start_limited(start, "GetIntegration:429")
    client = connect(server, retries={"mode": mode})
    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        client.get_integration(**GET)
    error = caught.value.response
    assert error["Error"] == {"Code": "TooManyRequestsException", "Message": "Too Many Requests"}
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert error["ResponseMetadata"]["RetryAttempts"] == attempts - 1
    assert [entry["status"] for entry in server.requests(attempts)] == [429] * attempts


def test_a_client_told_not_to_retry_makes_one_attempt(start, connect, pauses):
    server = start_limited(start, "GetIntegration:429:first=1")
    client = connect(server)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.get_integration(**GET)
    assert client.get_integration(**GET)["IntegrationId"] == "abc123d"
    assert pauses == []


def test_every_third_call_fails(start, connect):
    server = start_limited(start, "GetIntegration:429:every=3")
    client = connect(server)
    for _ in range(2):
        client.get_integration(**GET)
        client.get_integration(**GET)
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.get_integration(**GET)


def test_calls_after_the_second_fail(start, connect):
    server = start_limited(start, "GetIntegration:429:after=2")
    client = connect(server)
    client.get_integration(**GET)
    client.get_integration(**GET)
    for _ in range(2):
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.get_integration(**GET)


def test_a_rate_limit_admits_the_burst_and_refuses_the_next(start, connect):
    # One token in a thousand seconds, so that none comes back however slow this machine is.
    server = start("--fixtures", FIXTURES, "--rate-limit", "0.001/3")
    client = connect(server)
    for _ in range(3):
        client.get_integration(**GET)
    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        client.get_integration(**GET)
    assert caught.value.response["Error"]["Message"] == "Too Many Requests"


def test_each_account_has_a_rate_limit_of_its_own(start, connect):
    server = start("--fixtures", FIXTURES, "--rate-limit", "0.001/1")
    ours, theirs = connect(server), connect(server, access_key="111122223333")
    ours.get_integration(**GET)
    with pytest.raises(ours.exceptions.TooManyRequestsException):
        ours.get_integration(**GET)
    with pytest.raises(theirs.exceptions.NotFoundException):
        theirs.get_integration(**GET)
    with pytest.raises(theirs.exceptions.TooManyRequestsException):
        theirs.get_integration(**GET)
