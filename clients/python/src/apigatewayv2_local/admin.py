"""The admin API: rules, journal, clock and reset, of a whole server or of one account."""

from __future__ import annotations

import dataclasses
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from email.message import Message
from typing import Any, Mapping

from .journal import Call, Request

Rule = Mapping[str, Any]
_TIMEOUT_SECONDS = 30.0
# The longest wait that a server grants by default, and the time that its answer then has to come.
_WAIT_SECONDS = 60.0
_GRACE_SECONDS = 1.0
# Proxies of the environment are for other hosts than this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Makes a redirect the answer."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_CALLER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())


@dataclasses.dataclass(frozen=True)
class Answer:
    """The answer of a deployed API."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


class AdminError(Exception):
    """The admin API refused: its status, and all that it found and expected."""

    def __init__(self, status: int, answer: Mapping[str, Any]) -> None:
        self.status = status
        self.errors: list[dict[str, Any]] = answer.get("errors", [])
        lines = [str(answer.get("message", "no message"))]
        for error in self.errors:
            hint = f"; did you mean {error['suggestion']}?" if "suggestion" in error else ""
            place = [error["file"]] if "file" in error else []
            place += [str(error[name]) for name in ("line", "column") if name in error and place]
            source = ":".join(place) + ": " if place else ""
            path = f"{error['path']}: " if error["path"] else ""
            lines.append(f"{source}{path}found {error['found']}, expected {error['expected']}{hint}")
        super().__init__("\n".join(lines))


class Admin:
    """One server's admin API."""

    def __init__(self, endpoint: str, account: str | None = None) -> None:
        self.endpoint = endpoint
        self.account = account

    def call(
        self, method: str, path: str, body: Any = None, parameters: Mapping[str, Any] | None = None,
        timeout: float = _TIMEOUT_SECONDS, data: bytes | None = None,
    ) -> Any:
        """Sends a request, with `data` or with `body` as JSON, and gives back the answer's JSON, or None for an empty answer."""
        query = {name: str(value) for name, value in (parameters or {}).items() if value is not None}
        if self.account is not None and path not in ("clock", "targets"):
            query.setdefault("account", self.account)
        url = f"{self.endpoint}/__admin/{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        if body is not None:
            data = json.dumps(body).encode()
        request = urllib.request.Request(
            url, data=data, method=method, headers={"Content-Type": "application/json"}
        )
        try:
            with _OPENER.open(request, timeout=timeout) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                text = error.read()
            try:
                refusal = json.loads(text)
            except ValueError:
                refusal = {"message": text.decode(errors="replace")}
            raise AdminError(error.code, refusal) from None
        return json.loads(text) if text else None


class Faults:
    """The fault rules. Those of an account fire on its requests alone."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    def add(self, rule: Rule) -> str:
        """Adds a rule as docs/faults.md writes it; gives back its name."""
        answer = self._admin.call("POST", "faults", dict(rule))
        return str(answer["rules"][0]["name"])

    def fail(
        self, operation: str = "*", error: str = "TooManyRequestsException", *, times: int | None = None,
        attempt: int | None = None, retry_after: str | None = None, name: str | None = None,
    ) -> str:
        """Lets an operation fail: always, or its first `times` requests, or one `attempt` of every call."""
        match: dict[str, Any] = {"operation": operation}
        if attempt is not None:
            match["attempt"] = attempt
        then: dict[str, Any] = {"error": error}
        if retry_after is not None:
            then["retryAfter"] = retry_after
        return self.add(_rule(name, match, times, then))

    def delay(self, operation: str = "*", time: str = "1s", *, times: int | None = None, name: str | None = None) -> str:
        """Lets answers wait, such as `"3s"`."""
        return self.add(_rule(name, {"operation": operation}, times, {"delay": time}))

    def disconnect(
        self, operation: str = "*", how: str | Mapping[str, int] = "reset", *, times: int | None = None,
        name: str | None = None,
    ) -> str:
        """Breaks the connection: `"reset"`, `"close"`, `"stall"`, `{"truncate": 10}` and so on."""
        return self.add(_rule(name, {"operation": operation}, times, {"connection": how}))

    def fail_call(
        self, route: str = "*", error: str = "throttled", *, api: str | None = None, stage: str | None = None,
        times: int | None = None, retry_after: str | None = None, name: str | None = None,
    ) -> str:
        """Lets calls of deployed APIs fail as their gateway does: `"throttled"`, `"timeout"`, `"forbidden"` and so on."""
        match = {"plane": "invoke", "api": api, "stage": stage, "route": route if route != "*" else None}
        then: dict[str, Any] = {"error": error}
        if retry_after is not None:
            then["retryAfter"] = retry_after
        return self.add(_rule(name, {key: value for key, value in match.items() if value is not None}, times, then))

    def list(self) -> list[dict[str, Any]]:
        """The rules with what each has counted."""
        rules: list[dict[str, Any]] = self._admin.call("GET", "faults")["rules"]
        return rules

    def get(self, name: str) -> dict[str, Any]:
        """One rule, with its last firings."""
        rule: dict[str, Any] = self._admin.call("GET", f"faults/{urllib.parse.quote(name, safe='')}")
        return rule

    def enable(self, name: str, on: bool = True) -> None:
        """Turns a rule on or off. It keeps its place and its counts."""
        self._admin.call("PATCH", f"faults/{urllib.parse.quote(name, safe='')}", {"enabled": on})

    def disable(self, name: str) -> None:
        """Turns a rule off."""
        self.enable(name, on=False)

    def remove(self, name: str) -> None:
        self._admin.call("DELETE", f"faults/{urllib.parse.quote(name, safe='')}")

    def clear(self) -> None:
        """Removes all rules."""
        self._admin.call("DELETE", "faults")


def _rule(name: str | None, match: Rule, times: int | None, then: Rule) -> dict[str, Any]:
    rule: dict[str, Any] = {"match": match, "then": then}
    if name is not None:
        rule["name"] = name
    if times is not None:
        rule["when"] = {"first": times}
    return rule


class Requests:
    """What the server was asked. Filters are those of docs/journal.md by their names: `status=429`, `apiId="a*"`."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    def count(self, operation: str | None = None, **filters: Any) -> int:
        answer = self._admin.call("POST", "requests/count", parameters={"operation": operation, **filters})
        return int(answer["count"])

    def wait_for(
        self, operation: str | None = None, *, count: int = 1, since: int = 0, timeout: float = 20.0, **filters: Any
    ) -> list[Request]:
        """The requests behind the one numbered `since`, as soon as there are so many; TimeoutError without them.

        The server waits, by its own clock, and the client gives up after as many seconds by the machine's. So a clock
        that stands keeps nobody waiting.
        """
        parameters = {"operation": operation, **filters}
        found = _wait_for(self._admin, "requests", count, since, timeout, parameters)
        return [Request.read(entry) for entry in found]

    def list(self, operation: str | None = None, **filters: Any) -> list[Request]:
        """The requests, newest last."""
        answer = self._admin.call("GET", "requests", parameters={"operation": operation, **filters})
        return [Request.read(entry) for entry in answer["requests"]]

    def get(self, request_id: str) -> Request:
        """The request whose answer had this `x-amzn-RequestId` or `Apigw-Requestid`."""
        whole = Admin(self._admin.endpoint)
        return Request.read(whole.call("GET", f"requests/{urllib.parse.quote(request_id, safe='')}"))

    def clear(self) -> None:
        """Forgets them."""
        self._admin.call("DELETE", "requests")


def _wait_for(
    admin: Admin, what: str, count: int, since: int, timeout: float, filters: dict[str, Any]
) -> list[dict[str, Any]]:
    """The entries behind the one numbered `since`, as soon as there are so many; TimeoutError without them."""
    end = time.monotonic() + timeout
    found: list[dict[str, Any]] = []
    while True:
        rest = end - time.monotonic()
        if rest <= 0:
            raise TimeoutError(f"{len(found)} of {count} {what} came within {timeout:g} s")
        parameters = {**filters, "since": found[-1]["number"] if found else since}
        try:
            answer = admin.call(
                "GET", what, parameters={**parameters, "wait": f"{min(rest, _WAIT_SECONDS):.3f}s"},
                timeout=rest + _GRACE_SECONDS,
            )
        except TimeoutError:
            continue
        found += answer[what]
        if len(found) >= count:
            return found


class Invocations:
    """The calls of deployed APIs. Filters are those of docs/journal.md by their names: `route="GET *"`, `status=503`."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    def wait_for(self, *, count: int = 1, since: int = 0, timeout: float = 20.0, **filters: Any) -> list[dict[str, Any]]:
        """The calls behind the one numbered `since`, as soon as there are so many; TimeoutError without them.

        Each message of a WebSocket client is one: `event="MESSAGE"`. Who has just connected is `event="CONNECT"`.
        """
        return _wait_for(self._admin, "invocations", count, since, timeout, filters)

    def list(self, **filters: Any) -> list[dict[str, Any]]:
        """A line for each call, newest last."""
        lines: list[dict[str, Any]] = self._admin.call("GET", "invocations", parameters=filters)["invocations"]
        return lines

    def get(self, request_id: str) -> dict[str, Any]:
        """Everything about the call whose answer had this `Apigw-Requestid`: its routes, steps and times."""
        whole = Admin(self._admin.endpoint)
        report: dict[str, Any] = whole.call("GET", f"invocations/{urllib.parse.quote(request_id, safe='')}")
        return report

    def clear(self) -> None:
        """Forgets them, and keeps the requests to the service."""
        self._admin.call("DELETE", "invocations")


class Connections:
    """The open connections of WebSocket APIs: a test plays the server to their clients."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    def list(self) -> list[dict[str, Any]]:
        """Those of the account, the oldest first."""
        found: list[dict[str, Any]] = self._admin.call("GET", "connections")["connections"]
        return [one for one in found if self._admin.account in (None, one["account"])]

    def send(self, connection_id: str, message: str | bytes) -> None:
        """Sends one message to the client."""
        data = message.encode() if isinstance(message, str) else message
        self._admin.call("POST", f"connections/{urllib.parse.quote(connection_id, safe='')}/messages", data=data)

    def close(self, connection_id: str, code: int = 1000, reason: str = "") -> None:
        """Closes the connection with this code and reason."""
        path = f"connections/{urllib.parse.quote(connection_id, safe='')}"
        self._admin.call("DELETE", path, parameters={"code": code, "reason": reason})


class Clock:
    """The clock that delays, rate limits and dates go by. It is the whole server's."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    def read(self) -> dict[str, str]:
        clock: dict[str, str] = self._admin.call("GET", "clock")
        return clock

    def stop(self) -> None:
        """Lets the clock stand until it is moved."""
        self._admin.call("POST", "clock", {"mode": "manual"})

    def run(self) -> None:
        """Lets time pass by itself."""
        self._admin.call("POST", "clock", {"mode": "real"})

    def advance(self, time: str) -> None:
        """Moves it on, such as `"10m"`."""
        self._admin.call("POST", "clock", {"advance": time})

    def set(self, time: str) -> None:
        """Sets its date, such as `"2030-01-01T00:00:00Z"`."""
        self._admin.call("POST", "clock", {"set": time})


class Scope:
    """A server, or one account of it."""

    def __init__(self, endpoint: str, admin_endpoint: str | None = None, account: str | None = None) -> None:
        self.endpoint = endpoint
        """What a client takes as its endpoint URL."""
        self.access_key_id = account or "test"
        """What a client takes as its access key id: an account's own number makes it that account's."""
        self._admin = Admin(admin_endpoint or endpoint, account)
        self.faults = Faults(self._admin)
        self.requests = Requests(self._admin)
        self.invocations = Invocations(self._admin)
        self.connections = Connections(self._admin)
        self.clock = Clock(self._admin)

    def calls(self, operation: str | None = None, **filters: Any) -> list[Call]:
        """The calls that clients made, each with its retries; newest last."""
        answer = self._admin.call("GET", "calls", parameters={"operation": operation, **filters})
        return [Call.read(call) for call in answer["calls"]]

    def wait_for_requests(
        self, operation: str | None = None, *, count: int = 1, since: int = 0, timeout: float = 20.0, **filters: Any
    ) -> list[Request]:
        """The requests that come, as soon as there are so many; `requests.wait_for` says how long that may take."""
        return self.requests.wait_for(operation, count=count, since=since, timeout=timeout, **filters)

    def reset(self) -> None:
        """Resources and rules as at the start, and no requests remembered."""
        self._admin.call("POST", "reset")

    def reload(self, *, keep_created: bool = False) -> dict[str, dict[str, int]]:
        """Reads the files of fixtures and rules again, for all accounts; a mistake in one raises AdminError, and
        changes nothing. What requests created and the rules that were added go, unless `keep_created`. Gives back
        how many resources and rules were `loaded`, `kept` and `dropped`."""
        keep = "created" if keep_created else None
        counts: dict[str, dict[str, int]] = Admin(self._admin.endpoint).call(
            "POST", "reload", parameters={"keep": keep}
        )
        return counts

    def targets(self) -> dict[str, Any]:
        """The places that calls of APIs go to, each with where it comes from."""
        answer: dict[str, Any] = self._admin.call("GET", "targets")
        return answer

    def set_targets(
        self, *, functions: Mapping[str, str] | None = None, upstreams: Mapping[str, str] | None = None,
        lambda_endpoint: str | None = None, aws_endpoint: str | None = None,
    ) -> None:
        """Puts places before those of the start, instead of those that were put before; none without arguments."""
        document: dict[str, Any] = {
            "functions": functions, "upstreams": upstreams, "lambdaEndpoint": lambda_endpoint,
            "awsEndpoint": aws_endpoint,
        }
        self._admin.call("PUT", "targets", {name: one for name, one in document.items() if one is not None})

    def invoke_url(self, api_id: str, path: str = "/", stage: str = "$default") -> str:
        """The URL of a path of an API, which needs no name of a host of its own."""
        return f"{self.endpoint}/_aws/execute-api/{api_id}/{urllib.parse.quote(stage, safe='$')}{path}"

    def invoke(
        self, api_id: str, method: str = "GET", path: str = "/", *, stage: str = "$default", body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Calls a deployed API. Every status is an answer, and no redirect is followed."""
        data = body.encode() if isinstance(body, str) else body
        request = urllib.request.Request(
            self.invoke_url(api_id, path, stage), data=data or None, method=method, headers=dict(headers or {}))
        try:
            with _CALLER.open(request, timeout=_TIMEOUT_SECONDS) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def for_account(self, account: str) -> Scope:
        """The same server, seen by one account of twelve digits."""
        return Scope(self.endpoint, self._admin.endpoint, account)
