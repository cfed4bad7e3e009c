"""apigatewayv2-local from Python: a server for the length of a test, its faults, and what it was asked.

    with Server(fixtures=["fixtures"]) as server:
        server.faults.fail("GetIntegration", times=2)
        ...  # the code under test, pointed at server.endpoint
        assert server.requests.count("GetIntegration", status=429) == 2
"""

from .admin import AdminError, Answer, Clock, Faults, Invocations, Requests, Scope
from .journal import Attempt, Call, Request
from .server import Server, StartError

__all__ = [
    "AdminError", "Answer", "Attempt", "Call", "Clock", "Faults", "Invocations", "Request", "Requests", "Scope", "Server",
    "StartError",
]
