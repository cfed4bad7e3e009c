"""The built command as a child process: started on a free port, waited for by its own line, stopped by a signal.

Nothing here sleeps. Every wait is for a line of output or for the end of the process, and has a bound that only a
hanging server reaches.
"""

import http.client
import json
import os
import pathlib
import queue
import select
import signal
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
BINARY = pathlib.Path(os.environ.get("APIGATEWAYV2_LOCAL_BINARY", ROOT / ".build/release/apigatewayv2-local"))
PREFIX = "apigatewayv2-local listening on "
BOUND = 30.0


def clean_environment(**variables):
    """The environment without our own variables and proxies, with AWS settings that no real account answers to."""
    proxies = ("http_proxy", "https_proxy", "all_proxy")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("APIGATEWAYV2_LOCAL_", "AWS_")) and name.lower() not in proxies
    }
    kept.update(
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        AWS_PAGER="",
    )
    kept.update(variables)
    return kept


def run_command(*arguments, variables=None, timeout=BOUND):
    """Runs the command to its end."""
    return subprocess.run(
        [str(BINARY), *map(str, arguments)],
        env=clean_environment(**(variables or {})),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def get(server, *paths, headers=None):
    """Asks for paths on one connection, whose answers do not matter."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=BOUND)
    for path in paths:
        connection.request("GET", path, headers=headers or {})
        connection.getresponse().read()
    connection.close()


class LocalServer:
    """One running server. Its log is read all the time, so that it never waits for us."""

    def __init__(self, *arguments, variables=None, cwd=None, start=subprocess.Popen):
        self.process = start(
            [str(BINARY), *map(str, arguments)],
            env=clean_environment(**(variables or {})),
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log = []
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        readable, _, _ = select.select([self.process.stdout], [], [], BOUND)
        self.first_line = self.process.stdout.readline() if readable else ""
        if not self.first_line.startswith(PREFIX):
            self.process.kill()
            self.process.wait(BOUND)
            self._reader.join(BOUND)
            raise RuntimeError(f"the server did not start: {self.first_line!r} {''.join(self.log)}")
        self.endpoint = self.first_line[len(PREFIX):].strip()
        self.port = int(self.endpoint.rsplit(":", 1)[1])

    def _read_log(self):
        for line in self.process.stderr:
            self.log.append(line)
            self._lines.put(line)
        self._lines.put(None)

    def next_line(self):
        """The next line of the log; fails when none comes."""
        line = self._lines.get(timeout=BOUND)
        assert line is not None, "the log ended"
        return line.rstrip("\n")

    def wait_for_log(self, text):
        """The next line of the log with `text` in it; fails when none comes."""
        while text not in (line := self.next_line()):
            pass
        return line

    def next_request(self):
        """The next request of a JSON log."""
        while True:
            entry = json.loads(self.next_line())
            if "method" in entry:
                return entry

    def requests(self, count):
        return [self.next_request() for _ in range(count)]

    def stop(self, number=signal.SIGTERM):
        """Ends the server; gives its exit status and what else it wrote to stdout."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            status = self.process.wait(BOUND)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self._reader.join(BOUND)
        rest = self.process.stdout.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return status, rest

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if not self.process.stdout.closed:
            self.stop()
