"""What boto3 and the AWS command line make of delays, broken connections, throttles by name and promised waits.

Nothing here measures time. Where a client would wait, its sleep is recorded instead; where the server would, its clock
stands until the test moves it.
"""

import concurrent.futures
import json
import pathlib
import subprocess
import sys

import botocore.exceptions
import h2.events
import httpx
import pytest

from local_server import FIXTURES, clean_environment, run_command
from test_admin import admin
from test_http2 import Peer
from test_invoke import call, client_of, function_integration, make_api, runtime_emulator

GET = {"ApiId": "a1b2c3d4e5", "IntegrationId": "abc123d"}
MODES = ["legacy", "standard", "adaptive"]
ONCE = {"operation": "GetIntegration"}


@pytest.fixture
def server(start):
    return start("--fixtures", FIXTURES, "--clock", "manual", "--log-format", "json")


def add(server, then, when="always", match=None, **rest):
    status, answer = admin(server, "POST", "faults", {"match": match or ONCE, "when": when, "then": then, **rest})
    assert status == 201, answer
    return answer["rules"][0]["name"]


def clock(server, **order):
    status, answer = admin(server, "POST", "clock", order)
    assert status == 200, answer
    return answer


def wait_until_fired(server, name, count=1):
    """Asks until the rule has fired: the server has got the request then."""
    while admin(server, "GET", f"faults/{name}")[1]["fired"] < count:
        pass


# A delay


def test_a_delayed_answer_waits_for_the_clock_and_for_nothing_else(server, connect):
    name = add(server, {"delay": "10m"})
    client = connect(server)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.get_integration, **GET)
        wait_until_fired(server, name)
        clock(server, advance="599s")
        assert admin(server, "GET", "health")[0] == 200
        assert not call.done()
        clock(server, advance="1s")
        assert call.result(30)["IntegrationId"] == "abc123d"


def test_fifty_delays_are_over_at_once_when_the_clock_is_moved(server, connect):
    name = add(server, {"delay": "1h"}, match={"operation": "GetApis"})
    client = connect(server, max_pool_connections=50)
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        calls = [pool.submit(client.get_apis) for _ in range(50)]
        wait_until_fired(server, name, 50)
        clock(server, advance="1h")
        assert [call.result(30)["ResponseMetadata"]["HTTPStatusCode"] for call in calls] == [200] * 50


def test_a_delay_longer_than_the_read_timeout_is_a_timeout(server, connect):
    add(server, {"delay": "1h"})
    with pytest.raises(botocore.exceptions.ReadTimeoutError):
        connect(server, read_timeout=0.2).get_integration(**GET)


@pytest.mark.parametrize("mode", MODES)
def test_a_client_gets_through_a_delay_and_a_rate_limit(server, connect, pauses, mode):
    clock(server, mode="real")
    add(server, {"delay": "1ms"})
    add(server, {"error": "TooManyRequestsException"}, when={"first": 1})
    answer = connect(server, retries={"mode": mode}).get_integration(**GET)
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert len(pauses) == 1


# The connection

BROKEN = [
    ("reset", botocore.exceptions.ConnectionClosedError),
    ("close", botocore.exceptions.ConnectionClosedError),
    ("refuse-stream", botocore.exceptions.ConnectionClosedError),
    ("reset-after-head", botocore.exceptions.ConnectionClosedError),
]


@pytest.mark.parametrize(("fault", "error"), BROKEN)
def test_a_broken_connection_is_the_error_that_it_would_be_from_aws(server, connect, fault, error):
    add(server, {"connection": fault})
    with pytest.raises(error):
        connect(server).get_integration(**GET)


@pytest.mark.parametrize("count", [0, 10])
def test_boto3_takes_a_cut_body_for_an_answer_without_members(server, connect, count):
    """It does not compare the body with its Content-Length; the AWS command line does, see below."""
    add(server, {"connection": {"truncate": count}})
    answer = connect(server).get_integration(**GET)
    assert list(answer) == ["ResponseMetadata"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fault", ["reset", "close"])
def test_a_client_retries_a_broken_connection(server, connect, pauses, mode, fault):
    name = add(server, {"connection": fault}, when={"first": 2})
    answer = connect(server, retries={"mode": mode}).get_integration(**GET)
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(pauses) == 2
    assert admin(server, "GET", f"faults/{name}")[1]["matched"] == 3


@pytest.mark.parametrize("mode", MODES)
def test_a_stalled_answer_is_a_read_timeout_that_is_retried(server, connect, pauses, mode):
    add(server, {"connection": "stall"}, when={"first": 1})
    answer = connect(server, retries={"mode": mode}, read_timeout=0.2).get_integration(**GET)
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def test_a_slow_answer_arrives_whole(server, connect):
    clock(server, mode="real")
    add(server, {"connection": {"slow": 100_000}})
    assert connect(server).get_integration(**GET)["IntegrationId"] == "abc123d"


def test_goaway_on_http1_closes_behind_the_answer(server, connect):
    add(server, {"connection": "goaway"})
    answer = connect(server).get_integration(**GET)
    assert answer["ResponseMetadata"]["HTTPHeaders"]["connection"] == "close"


# HTTP/2

PATH = "/v2/apis/a1b2c3d4e5/integrations/abc123d"


@pytest.fixture
def http2(server):
    with httpx.Client(base_url=server.endpoint, http1=False, http2=True, timeout=30) as client:
        yield client


def test_a_rule_for_one_version_leaves_the_others_alone(server, http2):
    add(server, {"status": 418}, match={"httpVersion": "2"})
    with httpx.Client(base_url=server.endpoint) as http1:
        assert (http1.get(PATH).status_code, http2.get(PATH).status_code) == (200, 418)


def test_a_refused_stream_leaves_its_connection_to_others(server, http2):
    add(server, {"connection": "refuse-stream"}, when={"first": 1})
    with pytest.raises(httpx.RemoteProtocolError, match="error_code:ErrorCodes.REFUSED_STREAM|error_code:7"):
        http2.get(PATH)
    assert http2.get(PATH).json()["integrationId"] == "abc123d"


def test_goaway_comes_with_its_answer_and_ends_the_connection(server):
    """By curl: httpx 0.28 takes a GOAWAY for the end of the stream that it names too."""
    add(server, {"connection": "goaway"}, when={"first": 1})
    url = server.endpoint + PATH
    output = subprocess.run(
        ["curl", "-sS", "--http2-prior-knowledge", "-w", "%{http_code} %{num_connects}\n", "-o", "/dev/null", "-o",
         "/dev/null", url, url],
        capture_output=True, text=True, timeout=60, check=True,
    ).stdout
    assert output == "200 1\n200 1\n"


def test_a_cut_body_on_http2_is_an_error(server, http2):
    add(server, {"connection": {"truncate": 10}})
    with pytest.raises(httpx.RemoteProtocolError):
        http2.get(PATH)


def test_a_delayed_stream_holds_up_no_other(server):
    """By h2, since two threads that share an httpx client over HTTP/2 wait for each other now and then."""
    add(server, {"delay": "1h"})
    peer = Peer(server)
    peer.request(1)
    peer.request(3, path="/v2/apis")
    assert [event.stream_id for event in peer.events(h2.events.StreamEnded)] == [3]
    clock(server, advance="1h")
    assert [event.stream_id for event in peer.events(h2.events.StreamEnded)] == [1]


# Errors


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("ThrottlingException", 400, "Rate exceeded"),
        ("LimitExceededException", 429, "Limit Exceeded"),
        ("InternalServerException", 500, "Internal server error"),
        ("ServiceUnavailable", 503, "Service Unavailable"),
        ("SlowDown", 503, "Please reduce your request rate."),
    ],
)
def test_an_error_of_the_front_end_is_seen_and_retried(server, connect, pauses, mode, name, status, message):
    client = connect(server)
    add(server, {"error": name}, when={"first": 2})
    with pytest.raises(client.exceptions.ClientError) as caught:
        client.get_integration(**GET)
    assert caught.value.response["Error"] == {"Code": name, "Message": message}
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    answer = connect(server, retries={"mode": mode}).get_integration(**GET)
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def test_a_promised_wait_is_kept_by_the_modes_that_know_it(server, connect, pauses):
    """From botocore 1.44 on; its legacy mode is as it was before, and knows no such header."""
    add(server, {"error": "TooManyRequestsException", "retryAfter": "3s"}, when={"every": 2})
    for mode in ["standard", "legacy"]:
        client = connect(server, retries={"mode": mode})
        client.get_integration(**GET)
        client.get_integration(**GET)
    assert pauses[0] == 3.0
    assert len(pauses) >= 2 and all(pause < 3.0 for pause in pauses[1:])


OLDER_CLIENT = """
import botocore.endpoint, boto3, botocore
from botocore.config import Config
pauses = []
botocore.endpoint.time = type("Clock", (), {{"sleep": staticmethod(pauses.append)}})
client = boto3.client(
    "apigatewayv2", endpoint_url={endpoint!r}, region_name="us-east-1", aws_access_key_id="test",
    aws_secret_access_key="test", config=Config(retries={{"mode": "standard", "total_max_attempts": 2}}))
retries = client.get_integration(ApiId="a1b2c3d4e5", IntegrationId="abc123d")["ResponseMetadata"]["RetryAttempts"]
print(botocore.__version__.rpartition(".")[0], retries, [pause <= 1 for pause in pauses])
"""


def test_a_promised_wait_is_unknown_to_an_older_client(server):
    """botocore 1.43 retries after its own pause, which is at most a second for the first retry."""
    add(server, {"error": "TooManyRequestsException", "retryAfter": "3s"}, when={"first": 1})
    older = pathlib.Path(sys.prefix) / "older"
    result = subprocess.run(
        [sys.executable, "-c", OLDER_CLIENT.format(endpoint=server.endpoint)], capture_output=True, text=True,
        env=clean_environment(PYTHONPATH=str(older)), timeout=120, check=False)
    assert (result.stdout, result.stderr) == ("1.43 1 [True]\n", "")


# Times and rates


def test_a_storm_begins_and_ends_by_the_clock(server, connect):
    client = connect(server)
    add(server, {"error": "ServiceUnavailable"}, when={"between": ["2s", "5s"]})
    found = []
    for advance in ["1999ms", "1ms", "2999ms", "1ms"]:
        clock(server, advance=advance)
        try:
            found.append(client.get_integration(**GET)["ResponseMetadata"]["HTTPStatusCode"])
        except client.exceptions.ClientError as error:
            found.append(error.response["ResponseMetadata"]["HTTPStatusCode"])
    assert found == [200, 503, 503, 200]


def test_the_published_quotas_are_kept_by_the_clock(start, connect):
    server = start("--fixtures", FIXTURES, "--clock", "manual", "--throttle", "aws")
    client, other = connect(server), connect(server, access_key="111122223333")

    def count(client, calls):
        """How many of so many calls get through."""
        admitted = 0
        for _ in range(calls):
            try:
                client.get_apis()
                admitted += 1
            except client.exceptions.TooManyRequestsException:
                pass
        return admitted

    assert count(client, 50) == 40
    assert count(other, 50) == 40
    clock(server, advance="1s")
    assert count(client, 50) == 10


def test_a_slow_operation_has_its_own_rate(start, connect):
    server = start("--fixtures", FIXTURES, "--clock", "manual", "--throttle", "aws*2")
    client = connect(server)
    names = [f"{number}.example.com" for number in range(4)]
    made = []
    for name in names:
        try:
            made.append(client.create_domain_name(DomainName=name)["DomainName"])
        except client.exceptions.TooManyRequestsException:
            clock(server, advance="15s")
        except client.exceptions.ClientError:
            made.append(name)
    assert made == [names[0], names[1], names[3]]


def test_dates_follow_the_clock(server, connect):
    clock(server, set="2040-05-06T07:08:09Z")
    answer = connect(server).create_api(Name="new", ProtocolType="HTTP")
    assert answer["CreatedDate"].isoformat() == "2040-05-06T07:08:09+00:00"
    assert answer["ResponseMetadata"]["HTTPHeaders"]["date"] == "Sun, 06 May 2040 07:08:09 GMT"


# Accounts


def test_two_tests_share_a_server_and_see_only_their_own_rules(server, connect):
    ours, theirs = "111122223333", "444455556666"
    rule = {"name": "busy", "when": {"first": 1}, "then": {"error": "TooManyRequestsException"}}
    for account in (ours, theirs):
        assert admin(server, "POST", f"faults?account={account}", rule)[0] == 201
    client = connect(server, access_key=ours)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.get_apis()
    assert client.get_apis()["Items"] == []
    assert admin(server, "GET", f"faults/busy?account={ours}")[1]["fired"] == 1
    assert admin(server, "GET", f"faults/busy?account={theirs}")[1]["fired"] == 0
    assert admin(server, "DELETE", f"faults?account={ours}")[0] == 204
    assert [rule["match"]["account"] for rule in admin(server, "GET", "faults")[1]["rules"]] == [theirs]


# Flags


def test_the_flags_make_the_rules_that_they_say(start):
    server = start(
        "--fail", "GetIntegration:429:p=0.05:seed=7", "--fail", "GetApi:503:attempt=1", "--delay", "*:100ms-300ms",
        "--delay", "GetIntegration:3s:first=2",
    )
    rules = [
        {part: rule[part] for part in ("match", "when", "then")} for rule in admin(server, "GET", "faults")[1]["rules"]
    ]
    assert rules == [
        {"match": {"operation": "*"}, "when": "always", "then": {"delay": {"uniform": ["100ms", "300ms"]}}},
        {"match": {"operation": "GetIntegration"}, "when": {"first": 2}, "then": {"delay": "3s"}},
        {
            "match": {"operation": "GetIntegration"}, "when": {"probability": 0.05, "seed": 7},
            "then": {"error": "TooManyRequestsException"},
        },
        {"match": {"operation": "GetApi", "attempt": 1}, "when": "always", "then": {"error": "ServiceUnavailable"}},
    ]


@pytest.mark.parametrize(
    ("flag", "value", "text"),
    [
        ("--delay", "GetIntegration:3", "expected OPERATION:TIME or OPERATION:TIME-TIME"),
        ("--delay", "GetIntegratio:3s", "did you mean GetIntegration?"),
        ("--throttle", "azure", "expected aws, or aws*10 for ten times the quotas"),
        ("--clock", "sundial", "expected one of real, manual"),
        ("--fail", "GetApi:429:p=2", "expected a probability above 0, at most 1"),
    ],
)
def test_a_flag_that_makes_no_sense_ends_the_start_with_2(flag, value, text):
    result = run_command("--port", "0", flag, value)
    assert result.returncode == 2
    assert text in result.stderr


def test_the_file_with_every_feature_has_no_mistakes(start):
    path = FIXTURES / "faults/everything.json"
    result = run_command("validate", "--faults", path)
    assert (result.returncode, result.stdout) == (0, "no mistakes in 21 fault rules\n")
    server = start("--faults", path)
    listed = admin(server, "GET", "faults")[1]["rules"]
    wanted = json.loads(path.read_text())["rules"]
    assert [{name: rule[name] for name in wish} for rule, wish in zip(listed, wanted, strict=True)] == wanted


# The AWS command line


def aws(server, *arguments, attempts="1"):
    return subprocess.run(
        [
            sys.executable, "-m", "awscli", "--endpoint-url", server.endpoint, "apigatewayv2", "get-integration",
            "--api-id", GET["ApiId"], "--integration-id", GET["IntegrationId"], *arguments,
        ],
        env=clean_environment(AWS_MAX_ATTEMPTS=attempts, AWS_RETRY_MODE="standard"),
        capture_output=True, text=True, timeout=60, check=False,
    )


@pytest.mark.parametrize(
    ("then", "text"),
    [
        ({"connection": "reset"}, "Connection was closed before we received a valid response"),
        ({"connection": {"truncate": 10}}, "Connection was closed before we received a valid response"),
        ({"connection": "stall"}, "Read timeout on endpoint URL"),
        ({"delay": "1h"}, "Read timeout on endpoint URL"),
        ({"error": "ThrottlingException"}, "(ThrottlingException)"),
    ],
    ids=str,
)
def test_the_command_line_says_what_it_would_say_of_aws(server, then, text):
    add(server, then)
    result = aws(server, "--cli-read-timeout", "1")
    assert result.returncode != 0
    assert text in result.stderr


def test_the_command_line_gets_through_a_reset(server):
    add(server, {"connection": "reset"}, when={"first": 1})
    result = aws(server, attempts="2")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["IntegrationId"] == "abc123d"


# Routes


def test_the_short_forms_take_routes(start):
    with runtime_emulator(lambda event: {"statusCode": 200, "body": event["rawPath"]}) as emulator:
        server = start(
            "--lambda", f"pets={emulator.url}", "--fail", "GET /pets/{id}:503:first=2", "--fail", "$default:timeout",
            "--delay", "* /pets*:1ms")
        api_id = make_api(client_of(server), {
            "GET /pets/{id}": function_integration(), "$default": function_integration()})
        answers = [call(server, api_id, "GET", "/pets/7") for _ in range(3)]
        other = call(server, api_id, "GET", "/other")

    unavailable = (503, b'{"message":"Service Unavailable"}')
    assert [(status, body) for status, _, body in answers] == [unavailable, unavailable, (200, b"/pets/7")]
    assert (other[0], other[2]) == unavailable
