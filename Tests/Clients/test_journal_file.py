"""--journal-file: a journal that outlives the process, its size, its losses, and tail --from."""

import http.client
import json
import os
import re
import signal
import socket

import pytest

from local_server import BOUND, FIXTURES, LocalServer, get, run_command

PATH = "/v2/apis/a1b2c3d4e5/integrations/abc123d"


def metric(server, name):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=BOUND)
    connection.request("GET", "/__admin/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return int(re.search(rf"^apigatewayv2_local_{name} (\d+)$", text, re.M).group(1))


def start(file, *options):
    return LocalServer("--port", "0", "--fixtures", FIXTURES, "--journal-file", file, *options)


def entries(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_each_request_is_a_line_when_the_server_has_stopped_and_the_next_server_appends(tmp_path):
    file = tmp_path / "journal.jsonl"
    secret = "AWS4-HMAC-SHA256 Credential=AKIA/20300101/us-east-1/apigateway/aws4_request, Signature=deadbeef"
    with start(file) as server:
        get(server, PATH, "/v2/apis/nope", headers={"Authorization": secret})
    with start(file) as server:
        get(server, "/v2/apis/a1b2c3d4e5")
    assert [(entry["number"], entry["operation"], entry["status"]) for entry in entries(file)] == [
        (1, "GetIntegration", 200), (2, "GetApi", 404), (1, "GetApi", 200)]
    assert "deadbeef" not in file.read_text(encoding="utf-8")


REQUESTS = [
    (PATH, [], b""),
    ("/v2/apis?X-Amz-Signature=secret&x=1", [b"X-Amz-Security-Token: secret", b"x-other: plain"], b""),
    (PATH, [b"Accept: a", b"X-Two: one", b"ACCEPT: b", b"x-two: two"], b""),
    (PATH, [b"Authorization: Bearer secret", b"authorization: Basic secret"], b""),
    (PATH, [b"Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20300101/eu-west-1/apigateway/aws4_request, Signature=secret"], b""),
    (PATH, [b'X-Quoted: "a\\b"\tc', b"X-Latin: caf\xe9", "X-Wide: \u2713".encode(), b"X-Empty:"], b""),
    (PATH, [b"amz-sdk-request: attempt=3; max=5", b"amz-sdk-invocation-id: abc"], b""),
    ("/v2/apis", [], b'{"name": "\x01\x1f \xff\xfe \xe2\x9c\x93"}'),
    ("/v2/apis", [], b"x" * 20_000),
    ("/nothing", [], b""),
    ("/_aws/execute-api/a1b2c3d4e5/pets", [], b""),
]


@pytest.mark.parametrize(("target", "fields", "body"), REQUESTS)
def test_an_entry_of_the_file_is_that_of_the_admin_api(tmp_path, target, fields, body):
    """Byte by byte: the file's lines are written by another way than the answers of the admin API."""
    file = tmp_path / "journal.jsonl"
    with start(file) as server:
        head = [b"%s %s HTTP/1.1" % (b"POST" if body else b"GET", target.encode()), b"Host: localhost", *fields]
        if body:
            head.append(b"Content-Length: %d" % len(body))
        with socket.create_connection(("127.0.0.1", server.port), timeout=BOUND) as client:
            client.sendall(b"\r\n".join([*head, b"Connection: close", b"", b""]) + body)
            while client.recv(65536):
                pass
        shown = run_command("requests", "--json", "--url", server.endpoint).stdout
    assert shown.count("\n") == 1
    assert file.read_text(encoding="utf-8") == shown
    assert "secret" not in shown


def test_a_reset_takes_nothing_from_the_file(tmp_path):
    file = tmp_path / "journal.jsonl"
    with start(file) as server:
        get(server, PATH)
        assert run_command("reset", "--url", server.endpoint).returncode == 0
    assert len(entries(file)) == 1


def test_a_full_file_becomes_file_1_and_both_hold_whole_lines(tmp_path):
    file = tmp_path / "journal.jsonl"
    with start(file, "--limit", "journal-file-bytes-max=8000") as server:
        get(server, *[PATH] * 40)
    before, after = entries(tmp_path / "journal.jsonl.1"), entries(file)
    assert (tmp_path / "journal.jsonl.1").stat().st_size <= 8000 and file.stat().st_size <= 8000
    numbers = [entry["number"] for entry in before + after]
    assert numbers == list(range(41 - len(numbers), 41)) and len(before) > 1


def test_an_entry_longer_than_the_file_may_be_is_kept_in_a_file_of_its_own(tmp_path):
    file = tmp_path / "journal.jsonl"
    with start(file, "--limit", "journal-file-bytes-max=1") as server:
        get(server, "/v2/apis/nope", PATH)
    assert [entry["number"] for entry in entries(tmp_path / "journal.jsonl.1")] == [1]
    assert [entry["number"] for entry in entries(file)] == [2]


def test_requests_beyond_the_waiting_bytes_are_counted_and_told(tmp_path):
    file = tmp_path / "journal.jsonl"
    with start(file, "--limit", "journal-file-waiting-max=1", "--log-level", "warning") as server:
        get(server, PATH, PATH)
        assert "requests are missing in" in server.wait_for_log("came faster than it could be written")
        assert metric(server, "journal_file_lost_total") == 2
        assert metric(server, "journal_file_written_total") == 0
    assert entries(file) == []
    with start(file, "--limit", "journal-file-waiting-max=1000000") as server:
        get(server, PATH)
        assert metric(server, "journal_file_lost_total") == 0
    assert len(entries(file)) == 1


def test_sighup_opens_a_renamed_file_anew(tmp_path):
    file, old = tmp_path / "journal.jsonl", tmp_path / "old.jsonl"
    with start(file) as server:
        get(server, PATH)
        file.rename(old)
        server.process.send_signal(signal.SIGHUP)
        server.wait_for_log("reloaded")
        get(server, "/v2/apis/a1b2c3d4e5")
    assert [entry["operation"] for entry in entries(old)] == ["GetIntegration"]
    assert [entry["operation"] for entry in entries(file)] == ["GetApi"]


def test_a_failure_to_write_is_told_once_and_ends_with_its_cause(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    file = folder / "journal.jsonl"
    with start(file) as server:
        folder.rename(tmp_path / "gone")
        server.process.send_signal(signal.SIGHUP)
        server.wait_for_log("reloaded")
        get(server, PATH)
        assert f"{file} cannot be written: no such file" in server.wait_for_log("cannot be written")
        get(server, PATH)
        folder.mkdir()
        while not file.exists():
            get(server, PATH)
        lost = metric(server, "journal_file_lost_total")
        assert lost >= 1
        server.stop()
        assert sum("cannot be written" in line for line in server.log) == 1
    assert entries(file)[-1]["number"] > lost


def test_a_line_that_a_killed_server_left_open_is_ended_and_left_out(tmp_path):
    file = tmp_path / "journal.jsonl"
    file.write_text('{"number": 1, "stat', encoding="utf-8")
    with start(file) as server:
        get(server, PATH)
    result = run_command("tail", "--from", file)
    assert (result.returncode, result.stdout.count("\n")) == (0, 1)
    assert result.stderr == f"{file}:1: found no entry of a journal; it is left out\n"


def test_tail_reads_a_file_with_filters(tmp_path):
    file = tmp_path / "journal.jsonl"
    with start(file) as server:
        get(server, PATH, "/v2/apis/nope", "/v2/apis", PATH)

    def tail(*options):
        result = run_command("tail", "--from", file, *options)
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout.splitlines()

    assert len(tail()) == 4
    assert [re.search(r"  (\d{3})  ", line).group(1) for line in tail("--last", "3")] == ["404", "200", "200"]
    assert len(tail("--operation", "Get*s")) == 1
    assert [json.loads(line)["number"] for line in tail("--json", "--status", "404")] == [2]
    assert len(tail("--count", "1")) == 1
    assert tail("--plane", "invoke") == tail("--fault", "*") == tail("--account", "111122223333") == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["tail", "--from", "/nonexistent"], "/nonexistent: found no such file"),
        (["tail", "--from", os.devnull, "--where", "apiId=x"], "found the filter apiId, expected one of operation"),
        (["--port", "0", "--journal-file", "/nonexistent/a"], "/nonexistent/a: found no such file"),
        (["--port", "0", "--journal-file", os.devnull], "expected a file that can be written"),
        (["--port", "0", "--journal-file", "x", "--journal", "0"], "expected both"),
        (["--port", "0", "--limit", "journal-file-bytes-max=0"], "expected a whole number from 1"),
        (["--port", "0", "--limit", "journal-file-waiting-max=0"], "expected a whole number from 1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_told_with_status_2(arguments, reason):
    result = run_command(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert reason in result.stderr
