"""The commands that ask a running server: what they print for people and for scripts, and how they refuse."""

import http.client
import json
import os
import pty
import re
import socket
import subprocess

import pytest

from local_server import BINARY, BOUND, FIXTURES, LocalServer, clean_environment, run_command

PATH = "/v2/apis/a1b2c3d4e5/integrations/abc123d"


@pytest.fixture(scope="module")
def running():
    with LocalServer("--port", "0", "--fixtures", FIXTURES, "--log-level", "off") as server:
        yield server


@pytest.fixture
def server(running):
    assert ask(running, "reset").stdout == ""
    return running


def ask(server, *arguments, status=0, **variables):
    result = run_command(*arguments, variables={"APIGATEWAYV2_LOCAL_URL": server.endpoint, **variables})
    assert result.returncode == status, result.stdout + result.stderr
    return result


def get(server, path=PATH):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=BOUND)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def tail(server, *arguments, **options):
    return subprocess.Popen(
        [BINARY, "tail", *arguments], env=clean_environment(APIGATEWAYV2_LOCAL_URL=server.endpoint),
        text=True, **options,
    )


# Requests as they come


def test_tail_prints_the_newest_requests_and_then_each_as_it_comes(server):
    get(server)
    get(server, "/v2/apis/nope")
    with tail(server, "--last", "1", stdout=subprocess.PIPE) as process:
        assert "  404  " in process.stdout.readline()
        get(server)
        line = process.stdout.readline()
        get(server, "/v2/apis/a1b2c3d4e5")
        last = process.stdout.readline()
        process.terminate()
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}  200 +\d+\.\d{3}ms  GetIntegration +GET " + PATH + "\n", line)
    assert "GetApi " in last


def test_tail_with_a_filter_and_a_count_waits_for_that_request_alone(server):
    get(server, "/v2/apis/a1b2c3d4e5")
    options = ["--where", "path=/v2/apis/*", "--json", "--count", "2"]
    with tail(server, *options, "--last", "1", stdout=subprocess.PIPE) as process:
        assert json.loads(process.stdout.readline())["operation"] == "GetApi"
        get(server, "/v2/domainnames")
        get(server)
        assert json.loads(process.stdout.readline())["operation"] == "GetIntegration"
        assert process.wait(BOUND) == 0


def test_tail_goes_on_with_a_server_that_lets_nobody_wait_so_long():
    with LocalServer("--port", "0", "--fixtures", FIXTURES, "--limit", "admin-wait-max=2s") as server:
        get(server)
        with tail(server, "--count", "2", stdout=subprocess.PIPE) as process:
            assert " 200 " in process.stdout.readline()
            get(server)
            assert " 200 " in process.stdout.readline()
            assert process.wait(BOUND) == 0


def test_tail_ends_with_status_1_when_the_server_goes():
    server = LocalServer("--port", "0", "--fixtures", FIXTURES)
    get(server)
    with tail(server, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline()
        server.stop()
        assert process.wait(BOUND) == 1
        assert "no answer from 127.0.0.1" in process.stderr.read()


@pytest.mark.parametrize("variables, coloured", [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)])
def test_a_terminal_gets_colours_unless_no_color_is_set(server, variables, coloured):
    get(server, "/v2/apis/nope")
    ours, theirs = pty.openpty()
    environment = clean_environment(APIGATEWAYV2_LOCAL_URL=server.endpoint, **variables)
    status = subprocess.run([BINARY, "tail", "--count", "1"], env=environment, stdout=theirs, timeout=BOUND).returncode
    os.close(theirs)
    line = os.read(ours, 4096).decode()
    os.close(ours)
    assert (status, "\x1b[31m404\x1b[0m" in line, "\x1b" in line) == (0, coloured, coloured)
    assert "404" in line


def test_no_request_can_write_escape_sequences_to_the_terminal(server):
    ask(server, "faults", "add", json.dumps({"name": "a\x1b[2Jb", "then": {"status": 418}}))
    get(server)
    for command in (["requests"], ["faults"], ["calls"], ["faults", "show", "nope"]):
        result = ask(server, *command, status=2 if "nope" in command else 0)
        assert "\x1b" not in result.stdout + result.stderr
        assert "a\\u{1B}[2Jb" in result.stdout + result.stderr


# The journal


def test_requests_are_listed_shown_counted_and_forgotten(server):
    identifier = get(server).headers["x-amzn-RequestId"]
    get(server, "/v2/apis/nope")
    lines = ask(server, "requests").stdout.splitlines()
    assert [re.search(r"  (\d{3})  ", line).group(1) for line in lines] == ["200", "404"]
    assert len(ask(server, "requests", "--limit", 1).stdout.splitlines()) == 1
    entries = [json.loads(line) for line in ask(server, "requests", "--json").stdout.splitlines()]
    assert [entry["status"] for entry in entries] == [200, 404]
    after = ask(server, "requests", "list", "--since", entries[0]["number"]).stdout
    assert after == lines[1] + "\n"
    shown = ask(server, "requests", "show", identifier).stdout
    assert f"GET {PATH}\n" in shown and "the answer: 200\n" in shown and '"integrationId":"abc123d"' in shown
    assert json.loads(ask(server, "requests", "show", identifier, "--json").stdout)["requestId"] == identifier
    assert ask(server, "requests", "count", "--status", "404").stdout == "1\n"
    ask(server, "requests", "clear", "--account", "111122223333")
    assert ask(server, "requests", "count").stdout == "2\n"
    ask(server, "requests", "clear")
    assert ask(server, "requests").stdout == ""


def test_calls_show_attempts_and_pauses(server):
    ask(server, "faults", "add", "--fail", "GetIntegration:503:first=1")
    for attempt in (1, 2):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=BOUND)
        connection.request("GET", PATH, headers={
            "amz-sdk-invocation-id": "5f2b1c9e-0a3d-4e6f-8b7a-1c2d3e4f5a6b", "amz-sdk-request": f"attempt={attempt}"})
        connection.getresponse().read()
        connection.close()
    shown = ask(server, "calls").stdout
    times = r"\d+\.\d{3}ms"
    assert re.fullmatch(
        rf"GetIntegration  succeeded  503 in {times} fault=rule-1, after {times} 200 in {times}\n", shown)
    assert len(json.loads(ask(server, "calls", "--json").stdout)["attempts"]) == 2


# Rules


def test_rules_come_from_options_files_json_and_standard_input(server):
    assert "no rules" in ask(server, "faults").stdout
    ask(server, "faults", "add", "--delay", "Get*:1ms", "--fail", "GetApi:429")
    ask(server, "faults", "add", FIXTURES / "faults/two-429s-then-success.json")
    ask(server, "faults", "put", "mine", '{"then": {"status": 418}}')
    given = subprocess.run(
        [BINARY, "faults", "add", "-", "--url", server.endpoint], input='{"name": "piped", "then": {"status": 500}}',
        text=True, capture_output=True, timeout=BOUND, check=True, env=clean_environment())
    assert "piped" in given.stdout
    rules = [json.loads(line) for line in ask(server, "faults", "--json").stdout.splitlines()]
    assert len(rules) == 5 and {"mine", "piped"} < {rule["name"] for rule in rules}
    assert get(server, "/v2/apis/a1b2c3d4e5").status == 429
    assert "piped (off)" in ask(server, "faults", "off", "piped").stdout
    assert [rule["enabled"] for rule in map(json.loads, ask(server, "faults", "--json").stdout.splitlines())
            if rule["name"] == "piped"] == [False]
    assert "(off)" not in ask(server, "faults", "on", "piped").stdout
    ask(server, "faults", "delete", "piped")
    result = ask(server, "faults", "delete", "min", status=2)
    assert "Did you mean mine?" in result.stderr
    ask(server, "faults", "clear")
    assert ask(server, "faults", "--json").stdout == ""


def test_a_rule_that_fired_is_shown_with_its_requests(server):
    ask(server, "faults", "put", "mine", '{"then": {"status": 418}}')
    identifier = get(server).headers["x-amzn-RequestId"]
    shown = ask(server, "faults", "show", "mine").stdout
    assert f"GET {PATH}  {identifier}\n" in shown
    assert re.search(r"^mine +1 +1 ", shown, re.M)


# Clock, state, reload


def test_the_clock_is_shown_and_moved(server):
    assert "  real  " in ask(server, "clock").stdout
    moved = ask(server, "clock", "--mode", "manual", "--set", "2030-01-01T00:00:00Z", "--advance", "1h").stdout
    assert moved.startswith("2030-01-01T01:00:00.000000Z  manual  ")
    assert json.loads(ask(server, "clock", "--json").stdout)["mode"] == "manual"


def test_the_state_is_kept_and_put_back(server, tmp_path):
    kept = tmp_path / "kept.json"
    kept.write_text(ask(server, "state").stdout, encoding="utf-8")
    ask(server, "state", "put", '{"apis": []}')
    assert get(server).status == 404
    ask(server, "state", "put", kept)
    assert get(server).status == 200


def test_a_state_of_many_megabytes_is_sent_and_too_large_a_one_is_refused(server, tmp_path):
    kept = tmp_path / "large.json"
    kept.write_text(" " * 8_000_000 + '{"apis": []}', encoding="utf-8")
    ask(server, "state", "put", kept)
    kept.write_text(" " * 11_000_000 + '{"apis": []}', encoding="utf-8")
    assert "10485760" in ask(server, "state", "put", kept, status=2).stderr


def test_reload_and_reset_put_back_what_was_at_the_start(server):
    ask(server, "state", "put", '{"apis": []}')
    assert re.match(r"loaded \d+ resources and 0 rules, kept 0 ", ask(server, "reload", "--keep-created").stdout)
    assert get(server).status == 200
    assert "kept" in json.loads(ask(server, "reload", "--json").stdout)
    ask(server, "reset")
    assert ask(server, "requests").stdout == ""


# Mistakes


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["requests", "--status", "9x"], '/status: found "9x"'),
        (["requests", "--where", "apId=x"], "/apId: found an unknown parameter"),
        (["requests", "--where", "apiId"], "expected NAME=VALUE"),
        (["requests", "--operation", "GetIntegratio"], "GetIntegration"),
        (["requests", "show", "x"], 'No request in the journal has the id "x"'),
        (["tail", "--operation", "GetIntegratio"], "GetIntegration"),
        (["tail", "--last", "10001"], "expected a whole number from 0 to 10000"),
        (["tail", "--count", "0"], "expected a whole number from 1 to 1000000"),
        (["calls", "--account", "1"], "/account: found"),
        (["faults", "add"], "Expected either"),
        (["faults", "add", "/nonexistent"], "/nonexistent: found no such file"),
        (["faults", "add", '{"nam": 1}'], "1:2: /nam: found an unknown member"),
        (["faults", "add", "--fail", "GetApi"], "expected OPERATION:STATUS"),
        (["clock", "--advance", "5"], '/advance: found "5"'),
        (["state", "put", '{"apis": 1}'], "/apis: found 1"),
        (["reset", "--account", "1"], "expected an account of 12 digits"),
        (["requests", "--url", "ftp://a"], "expected a URL"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_told_in_the_servers_words_with_status_2(server, arguments, reason):
    result = ask(server, *arguments, status=2)
    assert result.stdout == ""
    assert reason in result.stderr


def test_a_mistake_in_a_file_is_told_with_its_line(server, tmp_path):
    file = tmp_path / "rules.json"
    file.write_text('{"name": "a",\n "then": {"status": 1}}', encoding="utf-8")
    assert f"{file}:2:21: /then/status: found 1" in ask(server, "faults", "add", file, status=2).stderr


def test_without_a_server_one_line_says_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for command in ("tail", "requests", "calls", "faults", "clock", "state", "reload", "reset"):
        result = run_command(command, "--url", f"http://127.0.0.1:{port}")
        assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1)
        assert f"127.0.0.1:{port}" in result.stderr and "--url" in result.stderr


def test_the_place_is_that_of_the_servers_own_variables(server):
    assert run_command("clock", variables={"APIGATEWAYV2_LOCAL_PORT": str(server.port)}).returncode == 0
    wrong = {"APIGATEWAYV2_LOCAL_ADMIN_PORT": str(server.port), "APIGATEWAYV2_LOCAL_PORT": "1"}
    assert run_command("clock", variables=wrong).returncode == 0


def test_a_server_with_tls_alone_is_asked_over_tls(tmp_path):
    with LocalServer("--port", "0", "--tls", "only", "--tls-dir", tmp_path, "--fixtures", FIXTURES) as server:
        for scheme in ("http", "https"):
            url = f"{scheme}://127.0.0.1:{server.port}"
            result = run_command("clock", "--url", url, "--tls-dir", tmp_path)
            assert (result.returncode, result.stderr) == (0, "")
        result = run_command("clock", "--url", url, "--tls-dir", tmp_path / "none")
        assert result.returncode == 1 and "--tls-dir" in result.stderr


@pytest.mark.parametrize("name", ["tail", "requests", "calls", "faults", "clock", "state", "reload", "reset"])
def test_the_help_of_a_command_has_examples(name):
    result = run_command(name, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert f"apigatewayv2-local {name}" in result.stdout.partition("EXAMPLES")[2]
