"""What the server was asked, as values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Request:
    """One request and its answer; docs/journal.md says what each member is."""

    number: int
    time: str
    request_id: str
    method: str
    target: str
    http_version: str
    headers: dict[str, str]
    body: str
    operation: str | None
    account: str
    region: str
    access_key_id: str | None
    attempt: int
    invocation_id: str | None
    connection: int
    status: int | None
    answer_body: str
    duration_ms: float
    fault: str | None
    plane: str = "control"
    api: str | None = None
    stage: str | None = None
    route: str | None = None
    integration: str | None = None
    cause: str | None = None
    connection_id: str | None = None

    @classmethod
    def read(cls, entry: dict[str, Any]) -> Request:
        return cls(
            number=entry["number"], time=entry["time"], request_id=entry["requestId"], method=entry["method"],
            target=entry["target"], http_version=entry["httpVersion"], headers=entry["headers"], body=entry["body"],
            operation=entry["operation"], account=entry["account"], region=entry["region"],
            access_key_id=entry["accessKeyId"], attempt=entry["attempt"], invocation_id=entry["invocationId"],
            connection=entry["connection"], status=entry["status"], answer_body=entry["answerBody"],
            duration_ms=entry["durationMs"], fault=entry["fault"], plane=entry["plane"], api=entry.get("api"),
            stage=entry.get("stage"), route=entry.get("route"), integration=entry.get("integration"),
            cause=entry.get("cause"), connection_id=entry.get("connectionId"),
        )

    def json(self) -> Any:
        """The request's body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Attempt:
    """One attempt of a call. `gap_ms` is the client's pause before it; None for the first."""

    request_id: str
    attempt: int
    time: str
    status: int | None
    fault: str | None
    duration_ms: float
    gap_ms: float | None


@dataclass(frozen=True)
class Call:
    """One call of a client with its retries."""

    invocation_id: str | None
    operation: str | None
    account: str
    region: str
    outcome: str
    attempts: list[Attempt]

    @classmethod
    def read(cls, call: dict[str, Any]) -> Call:
        attempts = [
            Attempt(
                request_id=attempt["requestId"], attempt=attempt["attempt"], time=attempt["time"],
                status=attempt["status"], fault=attempt["fault"], duration_ms=attempt["durationMs"],
                gap_ms=attempt["gapMs"],
            )
            for attempt in call["attempts"]
        ]
        return cls(
            invocation_id=call["invocationId"], operation=call["operation"], account=call["account"],
            region=call["region"], outcome=call["outcome"], attempts=attempts,
        )

    @property
    def statuses(self) -> list[int | None]:
        """What the attempts were answered, in their order."""
        return [attempt.status for attempt in self.attempts]

    @property
    def succeeded(self) -> bool:
        return self.outcome == "succeeded"
