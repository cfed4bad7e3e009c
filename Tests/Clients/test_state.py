"""The state of a server that is stopped, killed and started again; and quotas and seeds, on the command line."""

import http.client
import json
import random
import signal
import sqlite3
import subprocess
import threading
import time

import pytest

from local_server import BINARY, FIXTURES, LocalServer, run_command

KILLS = 200
API = {"name": "orders", "protocolType": "HTTP"}


class Client:
    """Plain requests over one connection: as quick as a kill needs them."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)

    def __call__(self, method, path, body=None):
        text = None if body is None else json.dumps(body)
        self.connection.request(method, path, text, {"Content-Type": "application/json"} if text else {})
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None


def apis(server):
    """The description of each API, by identifier, and how many integrations each has."""
    status, state = Client(server)("GET", "/__admin/state")
    assert status == 200
    found = [api for scope in state["scopes"] for api in scope.get("apis", [])]
    return {api["apiId"]: (api.get("description"), len(api.get("integrations", []))) for api in found}


class Writer:
    """Writes until its server is gone, and knows what was acknowledged and what may or may not have been done."""

    def __init__(self, known, seed):
        self.known, self.random = dict(known), random.Random(seed)
        self.open = None

    def write(self, client):
        """One write. What it does is in doubt until it is answered."""
        kind = self.random.choice(["create", "create", "update", "delete", "child"]) if self.known else "create"
        api = self.random.choice(sorted(self.known)) if self.known else None
        before = self.known.get(api)
        text = f"{self.random.random()}"
        after = {"create": (text, 0), "update": (text, before and before[1]), "delete": None,
                 "child": before and (before[0], before[1] + 1)}[kind]
        self.open = (kind, api, before, after)
        if kind == "create":
            status, answer = client("POST", "/v2/apis", {**API, "description": text})
            api = answer["apiId"]
        elif kind == "update":
            status, _ = client("PATCH", f"/v2/apis/{api}", {"description": text})
        elif kind == "delete":
            status, _ = client("DELETE", f"/v2/apis/{api}")
        else:
            status, _ = client("POST", f"/v2/apis/{api}/integrations", {
                "integrationType": "HTTP_PROXY", "integrationMethod": "ANY", "integrationUri": "https://a.example",
                "payloadFormatVersion": "1.0"})
        assert status in (200, 201, 204), status
        self.known.pop(api, None)
        if after is not None:
            self.known[api] = after
        self.open = None

    def check(self, found):
        """Everything acknowledged is there; the one write in doubt has been done wholly or not at all."""
        expected = dict(self.known)
        if self.open:
            kind, api, before, after = self.open
            if kind == "create":
                more = {key: value for key, value in found.items() if key not in expected}
                assert len(more) <= 1 and all(value == after for value in more.values())
                expected.update(more)
            elif found.get(api) == after:
                expected.pop(api)
                if after is not None:
                    expected[api] = after
            else:
                expected[api] = before
        assert found == expected


def test_no_acknowledged_write_is_lost_to_a_kill(tmp_path):
    """Half of the kills come between two requests, half at any moment."""
    began, written, chance = time.monotonic(), 0, random.Random(7)
    writer = Writer({}, 0)
    for kill in range(KILLS + 1):
        with LocalServer("--port", "0", "--state", tmp_path / "state.db", "--quotas", "off", "--log-level", "off",
                         "--event-loops", "1") as server:
            found = apis(server)
            writer.check(found)
            if kill == KILLS:
                break
            writer, client = Writer(found, kill), Client(server)
            if kill % 2:
                for _ in range(chance.randrange(6)):
                    writer.write(client)
                    written += 1
                server.process.kill()
            else:
                timer = threading.Timer(chance.random() * 0.02, server.process.kill)
                timer.start()
                try:
                    while True:
                        writer.write(client)
                        written += 1
                except (OSError, http.client.HTTPException):
                    pass
                timer.join()
            assert server.stop(signal.SIGKILL)[0] == -signal.SIGKILL
    assert written > KILLS
    print(f"{KILLS} kills, {written} writes, {time.monotonic() - began:.1f} s")


def test_many_writers_lose_nothing_to_a_kill(tmp_path):
    """Writes of many connections share commits: what was answered is there all the same."""
    state = tmp_path / "state.db"
    acknowledged = []
    with LocalServer("--port", "0", "--state", state, "--quotas", "off", "--log-level", "off") as server:
        def write():
            client = Client(server)
            try:
                while True:
                    acknowledged.append(client("POST", "/v2/apis", API)[1]["apiId"])
            except (OSError, http.client.HTTPException):
                pass

        threads = [threading.Thread(target=write) for _ in range(8)]
        for thread in threads:
            thread.start()
        while len(acknowledged) < 200:
            time.sleep(0.001)
        server.process.kill()
        for thread in threads:
            thread.join()
    with LocalServer("--port", "0", "--state", state, "--log-level", "off") as server:
        found = set(apis(server))
    assert set(acknowledged) <= found
    assert len(found) - len(acknowledged) <= 8


def test_a_stopped_server_leaves_one_file_and_goes_on_from_it(start, connect, tmp_path):
    state = tmp_path / "state.db"
    first = start("--state", state, "--fixtures", FIXTURES)
    client = connect(first)
    created = client.create_api(Name="orders", ProtocolType="HTTP", Target="https://example.com")["ApiId"]
    client.delete_api(ApiId="a1b2c3d4e5")
    before = Client(first)("GET", "/__admin/state")
    assert first.stop()[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["state.db"]

    second = start("--state", state, "--fixtures", FIXTURES)
    client = connect(second)
    assert Client(second)("GET", "/__admin/state") == before
    assert client.get_api(ApiId=created)["Name"] == "orders"
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_api(ApiId="a1b2c3d4e5")
    assert Client(second)("POST", "/__admin/reset")[0] == 204
    assert client.get_api(ApiId="a1b2c3d4e5")["ApiId"] == "a1b2c3d4e5"


def failed_start(*arguments):
    """The exit status and the lines of a server that does not start."""
    done = run_command("--port", "0", *arguments)
    assert done.stdout == ""
    return done.returncode, done.stderr.splitlines()


def test_a_second_server_on_one_file_is_refused(start, tmp_path):
    state = tmp_path / "state.db"
    start("--state", state)
    assert failed_start("--state", state) == (1, [
        f"apigatewayv2-local: cannot keep the state in {state}: it is in use by another server or program"])


def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path):
    text, other, newer = tmp_path / "notes.txt", tmp_path / "other.db", tmp_path / "newer.db"
    text.write_text("no database\n" * 100)
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE a (b)")
    with sqlite3.connect(newer) as database:
        database.execute(f"PRAGMA application_id = {0x41475632}")
        database.execute("PRAGMA user_version = 2")
    expected = "expected a file that --state of this program made"
    for path, found in ((text, "file is not a database"), (other, "another program's database"),
                        (newer, "a state file of version 2")):
        before = path.read_bytes()
        assert failed_start("--state", path) == (2, [f"{path}: found {found}, {expected}"])
        assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_told(tmp_path):
    state = tmp_path / "none" / "state.db"
    assert failed_start("--state", state) == (
        1, [f"apigatewayv2-local: cannot keep the state in {state}: unable to open database file"])


def test_a_full_disk_ends_the_server_before_an_answer_that_would_not_hold(tmp_path):
    """A limit on the size of files stands for a full disk."""
    state = tmp_path / "state.db"
    command = f"ulimit -f 400; trap '' XFSZ; exec '{BINARY}' --port 0 --quotas off --log-level off --state '{state}'"
    process = subprocess.Popen(["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    port = int(process.stdout.readline().rsplit(":", 1)[1])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    acknowledged = []
    with pytest.raises((OSError, http.client.HTTPException)):
        for _ in range(5000):
            connection.request("POST", "/v2/apis", json.dumps({**API, "description": "d" * 1000}))
            acknowledged.append(json.loads(connection.getresponse().read())["apiId"])
    assert process.wait(10) == 1
    assert process.stderr.read().startswith("apigatewayv2-local: the state cannot be kept: ")
    process.stdout.close()
    process.stderr.close()
    with LocalServer("--port", "0", "--state", state, "--log-level", "off") as server:
        assert set(acknowledged) <= set(apis(server))


def test_quotas_are_the_published_ones_none_or_a_files(start, connect, tmp_path):
    quotas = tmp_path / "quotas.json"
    quotas.write_text('{"Stage": 2}')
    for arguments, count_max in (((), 10), (("--quotas", "aws"), 10), (("--quotas", quotas), 2)):
        client = connect(start(*arguments))
        api = client.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
        for number in range(count_max):
            client.create_stage(ApiId=api, StageName=f"s{number}")
        with pytest.raises(client.exceptions.TooManyRequestsException) as error:
            client.create_stage(ApiId=api, StageName="more")
        assert error.value.response["Error"]["Message"] == (
            "Maximum number of Stages for this API has been reached. Please contact AWS if you need additional Stages.")
    client = connect(start("--quotas", "off"))
    api = client.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    for number in range(11):
        client.create_stage(ApiId=api, StageName=f"s{number}")


def test_mistakes_in_quotas_are_told_with_their_places(tmp_path):
    quotas = tmp_path / "quotas.json"
    quotas.write_text('{"Stages": 2,\n "Route": "3"}')
    status, lines = failed_start("--quotas", quotas)
    assert status == 2
    assert lines[0].startswith(f"{quotas}:1:2: /Stages: found an unknown resource, expected one of Api, ")
    assert lines[0].endswith("; did you mean Stage?")
    assert lines[1:] == [f'{quotas}:2:11: /Route: found "3", expected a whole number from 0 to 1000000000, or null']
    missing = tmp_path / "none.json"
    assert failed_start("--quotas", missing) == (
        2, [f"{missing}: found no such file or directory, expected a file of quotas"])


def flow(client):
    """Some of everything that gets an identifier."""
    api = client.create_api(Name="a", ProtocolType="HTTP", Target="https://example.com")["ApiId"]
    integration = client.create_integration(
        ApiId=api, IntegrationType="HTTP_PROXY", IntegrationMethod="ANY", IntegrationUri="https://a.example",
        PayloadFormatVersion="1.0")["IntegrationId"]
    answer = client.create_route(ApiId=api, RouteKey="GET /a", Target=f"integrations/{integration}")
    client.create_domain_name(DomainName="a.example.com", DomainNameConfigurations=[{}])
    client.create_vpc_link(Name="l", SubnetIds=["subnet-1"])
    return answer["ResponseMetadata"]["RequestId"]


def test_the_same_seed_gives_the_same_identifiers_in_every_process(start, connect):
    states, requests = [], []
    for seed in ("7", "7", "8"):
        # The clock stands where it is put, so that the dates are the same too.
        server = start("--seed", seed, "--clock", "manual")
        assert Client(server)("POST", "/__admin/clock", {"set": "2030-01-01T00:00:00Z"})[0] == 200
        requests.append(flow(connect(server)))
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", "/__admin/state")
        states.append(connection.getresponse().read())
    assert states[0] == states[1] != states[2]
    assert requests[0] == requests[1] != requests[2]


def test_without_a_seed_two_processes_give_different_identifiers(start, connect):
    identifiers = {
        connect(start()).create_api(Name="a", ProtocolType="HTTP")["ApiId"] for _ in range(2)}
    assert len(identifiers) == 2
