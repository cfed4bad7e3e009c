"""What the client tests share: the release build as a running server, and boto3 clients that see nothing of the
machine's own AWS configuration."""

import contextlib
import itertools
import os
import pathlib
import re
import select
import signal
import subprocess

import boto3
import botocore.config
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS = 20
STOP_SECONDS = 10
LISTENING = re.compile(r"apigatewayv2-local listening on (http://\S+)\n")


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch):
    """Hides the machine's AWS configuration, credentials, proxies and our own variables from tests and servers."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "APIGATEWAYV2_LOCAL_")) and name != "APIGATEWAYV2_LOCAL_BINARY":
            monkeypatch.delenv(name)
        if name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture(scope="session")
def binary():
    """The program under test: APIGATEWAYV2_LOCAL_BINARY, or the release build."""
    path = pathlib.Path(
        os.environ.get("APIGATEWAYV2_LOCAL_BINARY", ROOT / ".build/release/apigatewayv2-local")
    )
    if not path.exists():
        pytest.fail(f"{path} is not there: run `make build`, or set APIGATEWAYV2_LOCAL_BINARY")
    return path


class Server:
    """A running `apigatewayv2-local serve`, on a port of its own choice unless the arguments name one."""

    def __init__(self, binary, arguments, log, environment):
        self._log = log
        command = [binary, "serve", *map(str, arguments)]
        if "--port" not in command:
            command += ["--port", "0"]
        with open(log, "wb") as stderr:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        self.endpoint = self._read_endpoint()

    def _read_endpoint(self):
        readable, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        line = self.process.stdout.readline().decode() if readable else ""
        listening = LISTENING.fullmatch(line)
        if listening is None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            pytest.fail(f"the server did not start; stdout: {line!r}, stderr:\n{self.log}")
        return listening[1]

    @property
    def log(self):
        """What the server has written to stderr so far."""
        return self._log.read_text(errors="replace")

    def stop(self):
        """Ends the server as an operator would; whatever it does but exit with 0 fails the test."""
        if self.process.stdout.closed:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            rest, _ = self.process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            pytest.fail(f"the server did not stop within {STOP_SECONDS} s of SIGTERM; stderr:\n{self.log}")
        assert self.process.returncode == 0, f"exit {self.process.returncode}; stderr:\n{self.log}"
        assert rest == b"", "stdout holds one line and nothing after it"


@pytest.fixture
def server(binary, tmp_path, no_configuration):
    """Starts servers: `server("--fixtures", folder, APIGATEWAYV2_LOCAL_REGION="eu-west-1")`. All are stopped after the
    test, and each must exit with 0."""
    logs = (tmp_path / f"server-{number}.log" for number in itertools.count(1))
    with contextlib.ExitStack() as running:

        def start(*arguments, **environment):
            started = Server(binary, arguments, next(logs), environment)
            running.callback(started.stop)
            return started

        yield start


@pytest.fixture
def client(no_configuration):
    """Builds boto3 clients: `client(endpoint, retries={"mode": "standard"})`. Other keyword arguments are botocore's
    `Config`; `access_key_id` and `region` choose the account and region. No retries unless asked for."""

    def build(endpoint, *, access_key_id="test", region="us-east-1", **config):
        config.setdefault("retries", {"total_max_attempts": 1})
        session = boto3.session.Session(
            aws_access_key_id=access_key_id, aws_secret_access_key="test", region_name=region
        )
        return session.client(
            "apigatewayv2", endpoint_url=endpoint, config=botocore.config.Config(**config)
        )

    return build
