"""Fixtures and rules that are read again while the server runs: by request, by signal and when a file changes.

Nothing here sleeps: whoever has changed a file waits for the line of the log that tells of the reload.
"""

import contextlib
import http.client
import json
import os
import pty
import re
import select
import signal
import subprocess
import threading

import pytest

from local_server import BINARY, BOUND, PREFIX, LocalServer, clean_environment, run_command

API = {"apiId": "a1b2c3d4e5", "name": "orders", "protocolType": "HTTP"}
OTHER = {"apiId": "b2c3d4e5f6", "name": "stock", "protocolType": "HTTP"}
RULE = {"name": "file", "when": {"first": 1}, "then": {"status": 598}}


def write(path, value):
    """As many editors save, in one step: another file takes the place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_text(value if isinstance(value, str) else json.dumps(value))
    os.replace(new, path)


@pytest.fixture
def files(tmp_path):
    """A folder of fixtures with one API, and a file of rules without any."""
    write(tmp_path / "fixtures/apis/a1b2c3d4e5.json", API)
    write(tmp_path / "rules.json", [])
    return tmp_path


def with_hangups(*arguments, **settings):
    """A process that SIGHUP reaches, also where whoever runs the tests was started by nohup."""
    return subprocess.Popen(*arguments, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL), **settings)


def ignoring_hangups(*arguments, **settings):
    """A process as nohup starts it."""
    return subprocess.Popen(*arguments, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN), **settings)


@pytest.fixture
def serve(files):
    """Starts servers over these files, with a log of JSON that tells of no requests."""
    with contextlib.ExitStack() as stack:
        def start(*arguments, start=with_hangups, **settings):
            return stack.enter_context(LocalServer(
                "--port", "0", "--fixtures", files / "fixtures", "--faults", files / "rules.json",
                "--log-format", "json", "--log-level", "notice", *arguments, start=start, **settings))
        yield start


def ask(server, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=BOUND)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {"Content-Type": "application/json"} if text else {})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None
    finally:
        connection.close()


def names(server):
    """The names of all APIs by identifier."""
    return {api["apiId"]: api["name"] for api in ask(server, "GET", "/v2/apis")[1]["items"]}


def create(server, name):
    return ask(server, "POST", "/v2/apis", {"name": name, "protocolType": "HTTP"})[1]["apiId"]


def told(server):
    """The next line of the log, without its time."""
    entry = json.loads(server.next_line())
    del entry["time"]
    return entry


# By request


def test_a_request_reads_fixtures_and_rules_again(serve, files):
    server = serve()
    create(server, "created")
    ask(server, "POST", "/__admin/faults", {"name": "added", "then": {"delay": "1ms"}})
    write(files / "fixtures/apis/a1b2c3d4e5.json", {**API, "name": "renamed"})
    write(files / "fixtures/apis/b2c3d4e5f6.json", OTHER)
    write(files / "rules.json", RULE)

    status, answer = ask(server, "POST", "/__admin/reload")

    nothing = {"resources": 0, "rules": 0}
    assert (status, answer) == (200, {"loaded": {"resources": 2, "rules": 1}, "kept": nothing, "dropped": nothing})
    assert told(server) == {
        "level": "notice", "message": "reloaded", "cause": "request", "resources": "2", "rules": "1"}
    assert ask(server, "GET", "/v2/apis")[0] == 598
    assert names(server) == {"a1b2c3d4e5": "renamed", "b2c3d4e5f6": "stock"}
    assert [rule["name"] for rule in ask(server, "GET", "/__admin/faults")[1]["rules"]] == ["file"]


def test_a_reset_goes_back_to_what_was_loaded_last(serve, files):
    server = serve()
    write(files / "fixtures/apis/b2c3d4e5f6.json", OTHER)
    write(files / "rules.json", RULE)
    assert ask(server, "POST", "/__admin/reload")[0] == 200
    ask(server, "DELETE", "/__admin/faults")
    create(server, "created")
    assert ask(server, "DELETE", "/v2/apis/b2c3d4e5f6")[0] == 204

    assert ask(server, "POST", "/__admin/reset")[0] == 204

    assert ask(server, "GET", "/v2/apis")[0] == 598
    assert names(server) == {"a1b2c3d4e5": "orders", "b2c3d4e5f6": "stock"}


def test_created_resources_and_added_rules_stay_when_they_are_to_be_kept(serve, files):
    server = serve()
    created = create(server, "created")
    ask(server, "PATCH", "/v2/apis/a1b2c3d4e5", {"name": "changed"})
    below = ask(server, "POST", "/v2/apis/a1b2c3d4e5/routes", {"routeKey": "GET /a"})[1]["routeId"]
    ask(server, "POST", "/__admin/faults", {"name": "added", "then": {"delay": "1ms"}})
    write(files / "rules.json", {**RULE, "then": {"delay": "1ms"}})

    status, answer = ask(server, "POST", "/__admin/reload?keep=created")

    assert status == 200
    assert answer["kept"] == {"resources": 2, "rules": 1}
    assert told(server) == {
        "level": "notice", "message": "reloaded", "cause": "request", "resources": "1", "rules": "1", "kept": "3",
        "dropped": "0"}
    assert names(server) == {"a1b2c3d4e5": "orders", created: "created"}
    assert ask(server, "GET", f"/v2/apis/a1b2c3d4e5/routes/{below}")[0] == 200
    assert [rule["name"] for rule in ask(server, "GET", "/__admin/faults")[1]["rules"]] == ["file", "added"]

    os.remove(files / "fixtures/apis/a1b2c3d4e5.json")
    answer = ask(server, "POST", "/__admin/reload?keep=created")[1]
    assert (answer["kept"]["resources"], answer["dropped"]["resources"]) == (1, 1)
    assert names(server) == {created: "created"}


def test_mistakes_are_told_as_at_the_start_and_nothing_changes(serve, files):
    server = serve()
    created = create(server, "created")
    write(files / "fixtures/apis/b2c3d4e5f6.json", {**OTHER, "protocolType": "HTPP"})
    write(files / "fixtures/apis/c3d4e5f6a7.json", "{")
    write(files / "rules.json", {**RULE, "when": {"first": 0}})
    at_start = run_command(
        "--port", "0", "--fixtures", files / "fixtures", "--faults", files / "rules.json").stderr.splitlines()

    status, answer = ask(server, "POST", "/__admin/reload")

    assert status == 400
    assert answer["message"] == "The files have 3 mistakes. Nothing was changed."
    assert answer["errors"][0] == {
        "file": str(files / "fixtures/apis/b2c3d4e5f6.json"), "path": "/protocolType", "line": 1, "column": 58,
        "found": '"HTPP"', "expected": "one of WEBSOCKET, HTTP", "suggestion": "HTTP"}
    assert [error["file"] for error in answer["errors"]] == [line.partition(":")[0] for line in at_start]
    first = told(server)
    assert (first["level"], first["message"]) == ("error", "not reloaded, nothing was changed")
    assert (first["cause"], first["mistakes"]) == ("request", "3")
    assert [told(server)["message"] for _ in range(3)] == at_start
    assert names(server) == {"a1b2c3d4e5": "orders", created: "created"}


@pytest.mark.parametrize("query, error", [
    ("keep=create", 'found "create", expected created, or no parameter at all; did you mean created?'),
    ("keep=", 'found "", expected created, or no parameter at all'),
    ("account=111122223333", "found an unknown parameter, expected one of keep"),
])
def test_a_query_with_a_mistake_reloads_nothing(serve, files, query, error):
    server = serve()
    write(files / "fixtures/apis/b2c3d4e5f6.json", OTHER)
    status, answer = ask(server, "POST", f"/__admin/reload?{query}")
    found = answer["errors"][0]
    hint = f"; did you mean {found['suggestion']}?" if "suggestion" in found else ""
    assert (status, f"found {found['found']}, expected {found['expected']}{hint}") == (400, error)
    assert names(server) == {"a1b2c3d4e5": "orders"}


def test_requests_are_answered_while_others_reload(serve, files):
    server = serve("--event-loops", "1")
    statuses = []

    def reload():
        statuses.append(ask(server, "POST", "/__admin/reload")[0])

    threads = [threading.Thread(target=reload) for _ in range(20)]
    for thread in threads:
        thread.start()
    for _ in range(50):
        assert names(server) == {"a1b2c3d4e5": "orders"}
    for thread in threads:
        thread.join(BOUND)
    assert statuses == [200] * 20


def test_the_admin_listener_of_its_own_port_waits_too(serve, files):
    server = serve("--admin-port", "0")
    admin = int(server.process.stdout.readline().rpartition(":")[2])
    write(files / "fixtures/apis/b2c3d4e5f6.json", OTHER)
    connection = http.client.HTTPConnection("127.0.0.1", admin, timeout=BOUND)
    connection.request("POST", "/__admin/reload")
    assert json.loads(connection.getresponse().read())["loaded"] == {"resources": 2, "rules": 0}
    connection.close()
    assert names(server) == {"a1b2c3d4e5": "orders", "b2c3d4e5f6": "stock"}


def test_a_state_file_is_replaced_too_and_keeps_what_is_to_be_kept(serve, files):
    state = files / "state.db"
    with serve("--state", state) as server:
        kept = create(server, "kept")
        write(files / "fixtures/apis/b2c3d4e5f6.json", OTHER)
        assert ask(server, "POST", "/__admin/reload?keep=created")[0] == 200
    with serve("--state", state) as server:
        assert names(server) == {"a1b2c3d4e5": "orders", "b2c3d4e5f6": "stock", kept: "kept"}
        # Of the file, and of no fixture: it counts as created by a server that did not make it too.
        assert ask(server, "POST", "/__admin/reload?keep=created")[1]["kept"]["resources"] == 1
        server.process.send_signal(signal.SIGHUP)
        assert [told(server)["cause"] for _ in range(2)] == ["request", "SIGHUP"]
        server.process.kill()
        server.process.wait(BOUND)
    with serve("--state", state) as server:
        assert names(server) == {"a1b2c3d4e5": "orders", "b2c3d4e5f6": "stock"}


# By signal


def test_a_hangup_reloads(serve, files):
    server = serve()
    create(server, "created")
    write(files / "fixtures/apis/b2c3d4e5f6.json", OTHER)
    server.process.send_signal(signal.SIGHUP)
    assert told(server) == {
        "level": "notice", "message": "reloaded", "cause": "SIGHUP", "resources": "2", "rules": "0"}
    assert names(server) == {"a1b2c3d4e5": "orders", "b2c3d4e5f6": "stock"}
    assert server.stop() == (0, "")


def test_a_hangup_with_a_mistake_is_told_and_the_server_goes_on(serve, files):
    server = serve()
    write(files / "rules.json", "[")
    server.process.send_signal(signal.SIGHUP)
    assert told(server)["mistakes"] == "1"
    assert told(server)["message"] == f"{files / 'rules.json'}:1:2: found the end of the text, expected a value"
    write(files / "rules.json", RULE)
    server.process.send_signal(signal.SIGHUP)
    assert told(server)["rules"] == "1"


def test_a_hangup_that_was_ignored_from_the_start_stays_so(serve, files):
    server = serve("--watch", start=ignoring_hangups)
    server.process.send_signal(signal.SIGHUP)
    write(files / "fixtures/apis/b2c3d4e5f6.json", OTHER)
    assert told(server)["cause"] == "change"


class TerminalServer:
    """A server in a terminal of its own: it leads the session, and a shell's child may take its place."""

    def __init__(self, *arguments, shell=False):
        command = [str(BINARY), "--port", "0", *map(str, arguments)]
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            if shell:
                # A job in the background of a shell that is interactive, as with `apigatewayv2-local … &`.
                command = ["bash", "--norc", "-ic", f"{' '.join(command)} & echo pid $!; wait"]
            os.execvpe(command[0], command, clean_environment())
        self.text = ""

    def read_until(self, pattern):
        while not (found := re.search(pattern, self.text)):
            readable, _, _ = select.select([self.terminal], [], [], BOUND)
            assert readable, self.text
            self.text += os.read(self.terminal, 65536).decode()
        return found

    def port(self):
        return int(self.read_until(re.escape(PREFIX) + r"http://127\.0\.0\.1:(\d+)").group(1))

    def close(self):
        os.close(self.terminal)

    def status(self):
        """The exit status; one that does not come ends the test by the bound of the run."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def test_a_terminal_that_is_there_does_not_turn_a_hangup_into_a_stop(files):
    server = TerminalServer("--fixtures", files / "fixtures")
    server.port()
    os.kill(server.pid, signal.SIGHUP)
    server.read_until("notice reloaded cause=SIGHUP")
    os.kill(server.pid, signal.SIGTERM)
    assert server.status() == 0
    server.close()


def test_the_end_of_the_terminal_ends_the_server(files):
    server = TerminalServer("--fixtures", files / "fixtures", "--state", files / "state.db")
    server.port()
    server.close()
    assert server.status() == 0


def test_the_end_of_the_terminal_ends_a_background_job_without_a_reload(files):
    server = TerminalServer(
        "--fixtures", files / "fixtures", "--state", files / "state.db", shell=True)
    job = int(server.read_until(r"pid (\d+)").group(1))
    port = server.port()
    created = json.loads(post(port, "/v2/apis", {"name": "created", "protocolType": "HTTP"}))["apiId"]
    end = os.pidfd_open(job)
    server.close()
    server.status()
    readable, _, _ = select.select([end], [], [], BOUND)
    os.close(end)
    assert readable, "the server outlived its terminal"
    with LocalServer("--port", "0", "--state", files / "state.db") as server:
        assert created in names(server)


def post(port, path, body):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=BOUND)
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        return connection.getresponse().read()
    finally:
        connection.close()


# When a file changes


def write_in_place(path, value):
    path.write_text(json.dumps(value))


def write_in_pieces(path, value):
    with open(path, "w") as file:
        for character in json.dumps(value):
            file.write(character)
            file.flush()


def told_of_success(server):
    """The next reload that was done. A writer that pauses within a file lets the server read half of it."""
    while (entry := told(server))["level"] == "error":
        pass
    return entry


@pytest.mark.parametrize("save", [write, write_in_place, write_in_pieces])
def test_a_fixture_that_is_saved_is_served(serve, files, save):
    server = serve("--watch")
    path = files / "fixtures/apis/a1b2c3d4e5.json"
    save(path, {**API, "name": "renamed"})
    assert told_of_success(server) == {
        "level": "notice", "message": "reloaded", "cause": "change", "changed": str(path), "resources": "1",
        "rules": "0"}
    assert names(server) == {"a1b2c3d4e5": "renamed"}


def test_new_files_new_folders_and_files_that_go_are_seen(serve, files):
    server = serve(variables={"APIGATEWAYV2_LOCAL_WATCH": "on"})
    route = files / "fixtures/111122223333/eu-west-1/apis/c3d4e5f6a7/routes/route01.json"
    write(route.parents[2] / "c3d4e5f6a7.json", {**API, "apiId": "c3d4e5f6a7"})
    assert told(server)["resources"] == "2"
    write(route, {"routeId": "route01", "routeKey": "GET /a"})
    assert told(server)["changed"] == str(route)
    write(route, {"routeId": "route01", "routeKey": "GET /b"})
    assert told(server)["resources"] == "3"
    os.rename(files / "fixtures/111122223333", files / "elsewhere")
    entry = told(server)
    assert (entry["resources"], entry["changed"].count("111122223333")) == ("1", 2)
    os.rename(files / "elsewhere", files / "fixtures/111122223333")
    assert told(server)["resources"] == "3"
    os.remove(route)
    assert told(server)["resources"] == "2"


@pytest.mark.parametrize("save", [write, write_in_place])
def test_a_file_of_rules_that_is_saved_is_in_force(serve, files, save):
    server = serve("--watch")
    save(files / "rules.json", RULE)
    assert told_of_success(server)["rules"] == "1"
    assert ask(server, "GET", "/v2/apis")[0] == 598


def test_files_that_went_are_a_mistake_until_they_come_again(serve, files):
    server = serve("--watch")
    os.rename(files / "fixtures", files / "elsewhere")
    assert told(server)["mistakes"] == "1"
    missing = f"{files / 'fixtures'}: found no such file or directory, expected a file or a folder of fixtures"
    assert told(server)["message"] == missing
    os.remove(files / "rules.json")
    lines = [told(server) for _ in range(3)]
    assert [line["level"] for line in lines] == ["error"] * 3
    assert lines[1]["message"] == missing
    assert names(server) == {"a1b2c3d4e5": "orders"}
    write(files / "rules.json", RULE)
    assert told(server)["mistakes"] == "1"
    told(server)
    os.rename(files / "elsewhere", files / "fixtures")
    assert told(server)["rules"] == "1"
    write(files / "fixtures/apis/b2c3d4e5f6.json", OTHER)
    assert told(server)["resources"] == "2"


def test_a_watch_tells_mistakes_once_and_mends_itself(serve, files):
    server = serve("--watch")
    path = files / "fixtures/apis/a1b2c3d4e5.json"
    write(path, "{")
    assert told(server)["cause"] == "change"
    assert told(server)["message"].startswith(f"{path}:1:2: ")
    # A file that is none of the server's is no reason to tell them again.
    write(files / "fixtures/README.md", "about these")
    write(files / "other.json", "{")
    write(path, API)
    assert told(server)["resources"] == "1"


def test_a_name_that_is_wrong_is_told(serve, files):
    server = serve("--watch")
    write(files / "fixtures/apis/b2c3d4e5f6.jsn", OTHER)
    assert "changed" not in told(server)
    assert "found a file that ends in .jsn, expected JSON in b2c3d4e5f6.json" in told(server)["message"]


def test_a_change_that_was_loaded_by_request_is_not_loaded_again(serve, files):
    server = serve("--watch")
    write(files / "fixtures/apis/b2c3d4e5f6.json", OTHER)
    assert ask(server, "POST", "/__admin/reload")[0] == 200
    write(files / "rules.json", RULE)
    while told(server)["cause"] != "request":
        pass
    assert told(server)["changed"] == str(files / "rules.json")


def test_a_mounted_config_map_is_followed_through_its_links(tmp_path):
    """Kubernetes puts the files of a ConfigMap into a hidden folder, and turns one hidden link to another such."""
    volume = tmp_path / "volume"
    write(volume / "..1/rules.json", [])
    (volume / "..data").symlink_to("..1")
    (volume / "rules.json").symlink_to("..data/rules.json")
    with LocalServer("--port", "0", "--faults", volume / "rules.json", "--watch", "--log-format", "json",
                     "--log-level", "notice") as server:
        assert told(server)["message"] == "no fixtures: every API is unknown"
        write(volume / "..2/rules.json", RULE)
        (volume / "..data_tmp").symlink_to("..2")
        os.rename(volume / "..data_tmp", volume / "..data")
        assert told(server)["rules"] == "1"


def test_paths_may_be_relative_and_a_change_before_the_first_request_counts(files):
    with LocalServer("--port", "0", "--fixtures", "fixtures/", "--faults", "rules.json", "--watch", "--log-format",
                     "json", "--log-level", "notice", cwd=files) as server:
        write(files / "rules.json", RULE)
        assert told(server)["changed"] == "rules.json"
        write(files / "fixtures/apis/b2c3d4e5f6.json", OTHER)
        assert told(server)["changed"] == "fixtures/apis/b2c3d4e5f6.json"


def test_a_watch_without_files_is_a_mistake_that_tells_what_to_do():
    result = run_command("--port", "0", "--watch", "--fail", "GetApis:429")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(
        "Error: --watch reloads when files of fixtures or rules change, and there are none: name them with "
        "--fixtures or --faults")


@pytest.mark.parametrize("value, status", [("on", 2), ("1", 2), ("sometimes", 2)])
def test_the_variable_of_the_watch_is_on_or_off(value, status):
    result = run_command("--port", "0", variables={"APIGATEWAYV2_LOCAL_WATCH": value})
    assert result.returncode == status
    wanted = "expected on or off" if value == "sometimes" else "--watch reloads when files"
    assert wanted in result.stderr
