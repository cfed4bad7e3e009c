"""The command line: what it prints where, its exit status, its variables, and how it stops."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess

import pytest

from local_server import BINARY, BOUND, FIXTURES, ROOT, LocalServer, clean_environment, run_command

PATH = "/v2/apis/a1b2c3d4e5/integrations/abc123d"


def get(server, path=PATH, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def options_of_help():
    """Every option of `serve`, as its help names them."""
    text = run_command("serve", "--help").stdout
    return sorted(set(re.findall(r"^  (--[a-z-]+)", text, re.MULTILINE)) - {"--version", "--help"})


# What is printed


def test_version_is_one_line_on_stdout():
    result = run_command("--version")
    assert (result.returncode, result.stderr) == (0, "")
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", result.stdout)


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["serve", "--help"], ["help", "serve"]], ids=" ".join)
def test_help_explains_options_variables_and_gives_examples(arguments):
    result = run_command(*arguments)
    assert (result.returncode, result.stderr) == (0, "")
    assert "--fixtures" in result.stdout
    assert "APIGATEWAYV2_LOCAL_PORT" in result.stdout
    assert "apigatewayv2-local --fixtures fixtures" in result.stdout


@pytest.mark.parametrize("name", ["validate", "health", "operations"])
def test_every_subcommand_has_help(name):
    result = run_command(name, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("OVERVIEW: ")


def test_stdout_gets_one_line_when_the_server_listens_and_nothing_else():
    server = LocalServer("--port", "0", "--fixtures", FIXTURES)
    assert re.fullmatch(r"apigatewayv2-local listening on http://127\.0\.0\.1:[1-9]\d*\n", server.first_line)
    assert get(server)[0] == 200
    assert server.stop() == (0, "")


def test_serve_may_be_said(start):
    process = LocalServer("serve", "--port", "0", "--fixtures", FIXTURES)
    assert get(process)[0] == 200
    assert process.stop() == (0, "")


def test_an_ipv6_address_stands_in_brackets():
    with LocalServer("--port", "0", "--host", "::1") as server:
        assert re.fullmatch(r"http://\[::1\]:\d+", server.endpoint)


# Mistakes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--prot", "1"], "Did you mean '--port'?"),
        (["--port", "abc"], "The value 'abc' is invalid for '--port <port>': expected a port from 0 to 65535"),
        (["--port", "65536"], "expected a port from 0 to 65535"),
        (["--port", "-1"], ""),
        (["--port"], "Missing value for '--port <port>'"),
        (["--account", "12345678901"], "expected an account of 12 digits"),
        (["--auth", "yes"], "expected one of off, present"),
        (["--log-format", "xml"], "expected one of text, json"),
        (["--log-level", "loud"], "expected one of trace, debug, info, notice, warning, error, critical, off"),
        (["--rate-limit", "many"], "--rate-limit"),
        (["--fail", "GetIntegration"], "--fail"),
        (["--fail", "GetIntegratio:429"], "GetIntegration"),
        (["--fail", "GetIntegration:999"], "999"),
        (["--limit", "header-timeout=10"], 'found "10" for header-timeout, expected a time from 1ms to 86400s'),
        (["--limit", "body-bytes-max=10MB"], "expected a whole number from 0 to 1073741824"),
        (["--limit", "body-byte-max=10"], "expected body-bytes-max or another of the "),
        (["--limit", "body-bytes-max"], "expected NAME=VALUE"),
        (["sevre"], "sevre"),
        (["validate"], "Missing expected argument"),
        (["operations", "--format", "yaml"], "expected one of text, json, markdown"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_in_the_options_is_told_on_stderr_with_status_2(arguments, message):
    result = run_command(*arguments)
    assert result.returncode == 2, result.stdout + result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert message in result.stderr


def test_a_port_in_use_is_one_line_that_says_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run_command("--port", port)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in result.stderr
    assert "in use" in result.stderr
    assert "--port 0" in result.stderr


def test_an_address_that_is_not_ours_is_one_line_and_status_1():
    result = run_command("--port", "0", "--host", "203.0.113.1")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert "203.0.113.1" in result.stderr


def test_the_log_of_a_404_points_at_the_account_that_has_the_api():
    with LocalServer("--port", "0", "--fixtures", FIXTURES, "--log-format", "json") as server:
        signed = "AWS4-HMAC-SHA256 Credential=111122223333/20300101/eu-west-1/apigateway/aws4_request"
        assert get(server, headers={"Authorization": signed})[0] == 404
        entry = server.next_request()
    assert entry["hint"] == "Api a1b2c3d4e5 is in account 000000000000, region us-east-1"


# Variables


def test_a_variable_sets_an_option_and_a_flag_wins_over_it():
    variables = {"APIGATEWAYV2_LOCAL_FIXTURES": str(FIXTURES), "APIGATEWAYV2_LOCAL_ACCOUNT": "111122223333"}
    with LocalServer("--port", "0", variables=variables) as server:
        assert get(server)[0] == 200
        assert b"111122223333:nope" in get(server, "/v2/apis/nope/integrations/x")[1]
    with LocalServer("--port", "0", "--account", "444455556666", variables=variables) as server:
        assert b"444455556666:nope" in get(server, "/v2/apis/nope/integrations/x")[1]


def test_a_variable_holds_several_paths_divided_by_colons():
    paths = [FIXTURES, FIXTURES / "scenarios/two-apis-one-integration-each.json"]
    with LocalServer("--port", "0", variables={"APIGATEWAYV2_LOCAL_FIXTURES": ":".join(map(str, paths))}) as server:
        assert get(server)[0] == 200
        assert get(server, "/v2/apis/b2c3d4e5f6/integrations/pay001a")[0] == 200


def test_a_variable_holds_several_failures_divided_by_commas():
    failures = "GetIntegration:429:first=1,GetIntegration:503:first=1"
    with LocalServer("--port", "0", "--fixtures", FIXTURES, variables={"APIGATEWAYV2_LOCAL_FAIL": failures}) as server:
        assert [get(server)[0] for _ in range(3)] == [429, 503, 200]


def test_an_empty_variable_counts_as_none():
    with LocalServer("--port", "0", variables={"APIGATEWAYV2_LOCAL_ACCOUNT": ""}) as server:
        assert b"000000000000:nope" in get(server, "/v2/apis/nope/integrations/x")[1]


# What no value of the option can be. Any text is a region or a host's name.
BAD_VALUES = {
    "--fixtures": "/nonexistent", "--faults": "/nonexistent", "--region": None, "--host": None,
    # Half of a pair, and of no account without --tls: test_tls.py has them.
    "--tls-cert": None, "--tls-key": None, "--tls-dir": None,
    "--state": str(ROOT / "LICENSE"), "--access-logs": "/nonexistent/log", "--journal-file": "/nonexistent/file",
}


def test_help_lists_the_options_that_the_tests_know():
    assert {*BAD_VALUES, "--port", "--limit", "--log-format"} <= set(options_of_help())


@pytest.mark.parametrize("option", options_of_help())
def test_a_bad_value_of_a_variable_is_told_with_its_name(option):
    value = BAD_VALUES.get(option, "?")
    if value is None:
        return
    name = "APIGATEWAYV2_LOCAL_" + option[2:].upper().replace("-", "_")
    result = run_command("--port", "0", variables={name: value}) if option != "--port" else run_command(
        variables={name: value}
    )
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    assert name in result.stderr or value in result.stderr
    assert value in result.stderr


@pytest.mark.parametrize("names, reason", [
    (["http://a"], 'found "http://a"'), (["a/b"], 'found "a/b"'), (["a:0"], 'found "a:0"'),
    (["a:65536"], 'found "a:65536"'), (["a.example", "A.Example"], "a.example=… twice"),
    (["arn:x", "arn:x"], "arn:x=… twice"),
])
def test_an_upstream_of_no_host_and_one_named_twice_are_refused(names, reason):
    result = run_command("--port", "0", *(f"--upstream={name}=http://localhost:1" for name in names))
    assert (result.returncode, result.stdout) == (2, "")
    assert reason in result.stderr.splitlines()[0]


@pytest.mark.parametrize("content", [
    b"", b"junk", b"-----BEGIN CERTIFICATE-----\nMIIB\n", b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
    b"-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n",
])
def test_a_file_of_authorities_without_certificates_is_refused(tmp_path, content):
    file = tmp_path / "authorities.pem"
    file.write_bytes(content)
    result = run_command("--port", "0", f"--upstream-ca={file}")
    assert (result.returncode, result.stdout) == (2, "")
    assert "found no certificates in it, expected a PEM file of certificates" in result.stderr.splitlines()[0]


@pytest.mark.parametrize("path", ["", str(ROOT), "/nonexistent"])
def test_a_path_of_authorities_that_is_no_file_is_refused(path):
    result = run_command("--port", "0", "--upstream-ca", path)
    assert (result.returncode, result.stdout) == (2, "")
    assert "expected a PEM file of certificates" in result.stderr.splitlines()[0]


# Limits


def limits_of_help():
    section = run_command("--help").stdout.partition("LIMITS, with their defaults\n")[2].partition("\n\n")[0]
    return re.findall(r"^  (\S+) +(\S+)$", section, re.M)


def test_the_limits_of_the_document_are_those_of_the_help_with_the_same_defaults():
    documented = re.findall(r"^\| `([a-z0-9-]+)` \| (\S+) \|", (ROOT / "docs/http.md").read_text(), re.M)
    assert documented == limits_of_help()
    assert ("body-bytes-max", "10485760") in documented


def test_a_variable_holds_several_limits_divided_by_commas():
    variables = {"APIGATEWAYV2_LOCAL_LIMIT": "request-line-bytes-max=64,fields-max=2"}
    with LocalServer("--port", "0", "--fixtures", FIXTURES, variables=variables) as server:
        assert raw_status(server, b"GET /" + b"a" * 64 + b" HTTP/1.1\r\nHost: a\r\n\r\n") == 414
        assert raw_status(server, b"GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\n\r\n") == 431


def raw_status(server, request):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request)
        return int(connection.recv(4096).split()[1])


# Stopping


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server_with_status_0(number):
    server = LocalServer("--port", "0", "--fixtures", FIXTURES)
    assert get(server)[0] == 200
    status, rest = server.stop(number)
    assert (status, rest) == (0, "")


def test_a_request_that_is_half_sent_when_the_signal_comes_is_still_answered():
    server = LocalServer("--port", "0", "--fixtures", FIXTURES, "--log-level", "debug")
    with socket.create_connection(("127.0.0.1", server.port), timeout=BOUND) as peer:
        # A whole exchange first, so that the connection is known to be served and not just accepted.
        peer.sendall(f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\nGET {PATH} HTTP/1.1\r\nHo".encode())
        received = peer.recv(65536)
        while b'"timeoutInMillis":30000}' not in received:
            received += peer.recv(65536)
        server.process.send_signal(signal.SIGTERM)
        while "stopping" not in server.next_line():
            pass
        peer.sendall(b"st: localhost\r\n\r\n")
        answer = b"".join(iter(lambda: peer.recv(65536), b""))
    # The log line may come a moment before the order reaches the connection, so that its answer may not tell the close;
    # that the reading came to an end does.
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert server.process.wait(BOUND) == 0


def test_a_second_signal_ends_the_server_at_once():
    server = LocalServer("--port", "0", "--fixtures", FIXTURES, "--limit", "drain-timeout=10m")
    with socket.create_connection(("127.0.0.1", server.port), timeout=BOUND) as peer:
        peer.sendall(f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\nGET {PATH} HTTP/1.1\r\nHo".encode())
        assert peer.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
        server.process.send_signal(signal.SIGTERM)
        while "stopping" not in server.next_line():
            pass
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(BOUND) == 128 + signal.SIGTERM


# The log


def test_the_log_has_one_json_object_a_request():
    with LocalServer(
        "--port", "0", "--fixtures", FIXTURES, "--log-format", "json", "--fail", "GetIntegration:429:after=1"
    ) as server:
        credential = "AWS4-HMAC-SHA256 Credential=111122223333/20300101/eu-west-1/apigateway/aws4_request, "
        get(server, PATH + "?x=1")
        get(server, "/v2/nope", headers={"Authorization": credential + "SignedHeaders=host, Signature=0"})
        get(server)
        first, second, third = server.requests(3)
    assert {k: v for k, v in first.items() if k not in ("time", "durationMs", "requestId")} == {
        "level": "info", "message": "request", "method": "GET", "path": PATH + "?x=1",
        "operation": "GetIntegration", "status": 200, "account": "000000000000", "region": "us-east-1",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", first["time"])
    assert 0 <= first["durationMs"] < BOUND * 1000
    assert re.fullmatch(r"[0-9a-f-]{36}", first["requestId"])
    assert (second["status"], second["account"], second["region"]) == (403, "111122223333", "eu-west-1")
    assert "operation" not in second
    assert third["status"] == 429
    assert third["fault"] != ""


def test_the_text_log_has_one_line_a_request():
    with LocalServer("--port", "0", "--fixtures", FIXTURES) as server:
        get(server)
        line = server.next_line()
    assert re.fullmatch(
        r"\S+Z info request method=GET path=" + PATH + r" operation=GetIntegration status=200 durationMs=\d+\.\d{3} "
        r"account=000000000000 region=us-east-1 requestId=[0-9a-f-]{36}",
        line,
    )


@pytest.mark.parametrize("level", ["off", "critical", "warning"])
def test_the_log_level_stops_the_lines(level):
    server = LocalServer("--port", "0", "--fixtures", FIXTURES, "--log-level", level)
    get(server)
    server.stop()
    assert server.log == []


# health


def test_health_is_0_for_a_running_server_and_1_for_none():
    with LocalServer("--port", "0") as server:
        running = run_command("health", "--port", server.port)
        by_variable = run_command(
            "health", variables={"APIGATEWAYV2_LOCAL_PORT": str(server.port), "APIGATEWAYV2_LOCAL_HOST": "0.0.0.0"}
        )
        port = server.port
    stopped = run_command("health", "--port", port)
    assert (running.returncode, running.stderr) == (0, "")
    assert by_variable.returncode == 0
    assert (stopped.returncode, stopped.stdout) == (1, "")
    assert stopped.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in stopped.stderr


def test_health_is_1_for_something_else_on_the_port():
    with socket.create_server(("127.0.0.1", 0)) as other:
        process = subprocess.Popen(
            [str(BINARY), "health", "--port", str(other.getsockname()[1])],
            env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        peer, _ = other.accept()
        with peer:
            assert peer.recv(65536).startswith(b"GET /__admin/health HTTP/1.1\r\n")
            peer.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        _, error = process.communicate(timeout=BOUND)
    assert process.returncode == 1
    assert "404 Not Found" in error


# operations


def test_operations_prints_three_forms():
    text = run_command("operations")
    assert text.returncode == 0
    assert re.search(r"^GetIntegration +GET +/v2/apis/\{apiId\}/integrations/\{integrationId\} +200$",
                     text.stdout, re.MULTILINE)
    assert run_command("operations", "--format", "markdown").stdout.startswith("# Operations\n")
    assert "operations" in json.loads(run_command("operations", "--format", "json").stdout)


def test_a_log_that_nobody_reads_holds_neither_requests_nor_the_stop():
    """More lines than a pipe and the server's memory hold. The test reads the first line of stdout alone."""
    process = subprocess.Popen(
        [str(BINARY), "--port", "0"], env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=BOUND)
        for _ in range(9000):
            connection.request("GET", "/v2/apis/" + "a" * 100)
            assert connection.getresponse().read()
        connection.close()

        process.send_signal(signal.SIGTERM)
        status = process.wait(BOUND)
    finally:
        process.kill()
        process.communicate()

    assert status == 0


@pytest.mark.parametrize(("limit", "requests", "least", "most"), [
    ([], 9000, 1_048_576, 10_000_000), (["--limit", "log-waiting-bytes-max=65536"], 2000, 65_536, 300_000)])
def test_lines_that_waited_for_a_reader_are_told_whole_and_lost_ones_are_counted(limit, requests, least, most):
    process = subprocess.Popen(
        [str(BINARY), "--port", "0", *limit], env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=BOUND)
        for _ in range(requests):
            connection.request("GET", "/v2/apis/" + "a" * 100)
            connection.getresponse().read()
        connection.close()
        lines = [process.stderr.readline()]
        while "lines are lost here" not in lines[-1]:
            lines.append(process.stderr.readline())
    finally:
        process.kill()
        process.communicate()

    told = [line for line in lines if "/v2/apis/" in line]
    lost = [int(line.split()[0]) for line in lines if "lines are lost here" in line]
    assert all(line.count("/v2/apis/") == 1 for line in told)
    assert len(told) + sum(lost) == requests
    # The pipe has room of its own, 64 KiB, and so has the piece that is being written.
    assert least < sum(map(len, told)) < most
