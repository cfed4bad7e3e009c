"""Fixtures for pytest: one server a session, and an account of it a test."""

from __future__ import annotations

import itertools
from typing import Iterator

import pytest

from .admin import Scope
from .server import Server

_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("apigatewayv2-local")
    group.addoption("--apigatewayv2-local-binary", help="the program (default: the variable, or from PATH)")
    parser.addini("apigatewayv2_local_fixtures", "folders and files of fixtures", type="paths", default=[])
    parser.addini("apigatewayv2_local_arguments", "more options of the program", type="args", default=[])


@pytest.fixture(scope="session")
def apigatewayv2_local_server(pytestconfig: pytest.Config) -> Iterator[Server]:
    """One server for all tests, with what the configuration says."""
    with Server(
        fixtures=pytestconfig.getini("apigatewayv2_local_fixtures"),
        arguments=pytestconfig.getini("apigatewayv2_local_arguments"),
        binary=pytestconfig.getoption("--apigatewayv2-local-binary"),
    ) as server:
        yield server


@pytest.fixture
def apigatewayv2_local(apigatewayv2_local_server: Server) -> Iterator[Scope]:
    """An account of the test's own: what it makes, breaks and asks, no other test sees."""
    account = apigatewayv2_local_server.for_account(f"{next(_numbers):012d}")
    yield account
    account.reset()
