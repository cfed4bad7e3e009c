"""Servers and clients for the tests of this folder. Neither sees anything of the machine's own AWS configuration."""

import os

import boto3
import botocore.endpoint
import pytest
from botocore.config import Config

from local_server import FIXTURES, LocalServer, clean_environment


def pytest_configure(config):
    """A WebSocket client outside `with` is a failure: it pings from a thread long after its test has ended."""
    config.addinivalue_line(
        "filterwarnings", r"error:connect\(\) must be used as a context manager:DeprecationWarning")


@pytest.fixture(scope="session", autouse=True)
def no_configuration():
    """Hides the machine's AWS configuration, proxies and our own variables from the tests' own process."""
    with pytest.MonkeyPatch.context() as patch:
        wanted = clean_environment()
        for name in set(os.environ) - set(wanted) - {"APIGATEWAYV2_LOCAL_BINARY"}:
            patch.delenv(name)
        for name, value in wanted.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def shipped():
    """One server with the shipped fixtures, for tests that change nothing."""
    with LocalServer("--port", "0", "--fixtures", FIXTURES, "--log-level", "off") as server:
        yield server


@pytest.fixture
def start():
    """Starts servers that end with the test."""
    servers = []

    def start_server(*arguments, variables=None):
        server = LocalServer("--port", "0", *arguments, variables=variables)
        servers.append(server)
        return server

    yield start_server
    for server in servers:
        server.__exit__()


@pytest.fixture
def pauses(monkeypatch):
    """The pauses that botocore would have made, in seconds; none of them is made."""
    made = []

    class Clock:
        @staticmethod
        def sleep(seconds):
            made.append(seconds)

    monkeypatch.setattr(botocore.endpoint, "time", Clock)
    return made


@pytest.fixture
def connect():
    """Makes boto3 clients. One attempt unless told otherwise, and no waiting between attempts."""

    def make(server, access_key="test", region="us-east-1", retries=None, **settings):
        return boto3.client(
            "apigatewayv2",
            endpoint_url=server.endpoint,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key="test",
            config=Config(retries=retries or {"total_max_attempts": 1, "mode": "standard"}, **settings),
        )

    return make
