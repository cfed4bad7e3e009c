"""The file of access logs while the server runs: renamed by a program that rotates it, or on a full disk."""

import json
import os
import signal

import pytest

from local_server import LocalServer
from test_invoke import FUNCTION, call, runtime_emulator
from test_reload import with_hangups

# A fixture, because a reload drops what requests have made.
API = {"apis": [{
    "apiId": "a1b2c3d4e5", "name": "pets", "protocolType": "HTTP",
    "integrations": [{
        "integrationId": "pets", "integrationType": "AWS_PROXY", "integrationUri": FUNCTION,
        "payloadFormatVersion": "2.0"}],
    "routes": [{"routeId": "pets", "routeKey": "GET /pets", "target": "integrations/pets"}],
    "stages": [{"stageName": "$default", "accessLogSettings": {
        "destinationArn": "arn:aws:logs:us-east-1:000000000000:log-group:pets",
        "format": "$context.requestId $context.status"}}]}]}


@pytest.fixture
def emulator():
    with runtime_emulator(lambda _: {"statusCode": 200, "body": "meow"}) as made:
        yield made


@pytest.fixture
def serve(emulator, tmp_path):
    fixture = tmp_path / "pets.json"
    fixture.write_text(json.dumps(API))
    return lambda log: LocalServer(
        "--port", "0", "--fixtures", fixture, "--lambda", f"pets={emulator.url}", "--access-logs", log,
        start=with_hangups)


def call_pets(server):
    status, fields, _ = call(server, "a1b2c3d4e5", "GET", "/pets")
    assert status == 200
    return fields["Apigw-Requestid"]


def test_a_renamed_file_keeps_its_lines_and_a_hangup_begins_a_new_one(serve, tmp_path):
    log, rotated = tmp_path / "access.log", tmp_path / "access.log.1"
    with serve(log) as server:
        first = call_pets(server)
        log.rename(rotated)
        second = call_pets(server)
        server.process.send_signal(signal.SIGHUP)
        server.wait_for_log("reloaded")
        third = call_pets(server)
        open_files = [os.readlink(f"/proc/{server.process.pid}/fd/{name}")
                      for name in os.listdir(f"/proc/{server.process.pid}/fd")]

    assert rotated.read_text() == f"{first} 200\n{second} 200\n"
    assert log.read_text() == f"{third} 200\n"
    assert open_files.count(str(log)) == 1
    assert str(rotated) not in open_files


def test_a_file_that_cannot_be_opened_again_is_told_and_the_old_one_goes_on(serve, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    with serve(folder / "access.log") as server:
        folder.rename(tmp_path / "moved")
        server.process.send_signal(signal.SIGHUP)
        line = server.wait_for_log("cannot be opened again")
        request_id = call_pets(server)

    assert "No such file or directory" in line and str(folder / "access.log") in line
    assert (tmp_path / "moved" / "access.log").read_text() == f"{request_id} 200\n"


def test_lines_that_a_full_disk_does_not_take_are_told_once(serve):
    with serve("/dev/full") as server:
        for _ in range(3):
            call_pets(server)
    log = [line for line in server.log if "access log lines are lost" in line]

    assert len(log) == 1
    assert "/dev/full cannot be written: No space left on device" in log[0]
