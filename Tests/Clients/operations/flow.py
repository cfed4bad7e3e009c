"""The form of the tables, and the one way in which the tests call an operation.

Names are boto3's. A text may hold `<ApiId>`: the identifier that an earlier step of the test was answered. What an
answer must be is written out; ID and DATE stand for what the service makes up.
"""

import dataclasses
import datetime
import itertools
import re

import botocore.exceptions

STATUSES = {
    "BadRequestException": 400,
    "SerializationException": 400,
    "AccessDeniedException": 403,
    "NotFoundException": 404,
    "ConflictException": 409,
    "TooManyRequestsException": 429,
}
# Statuses of successes that were recorded otherwise than the model has them: the model's, the service's.
RECORDED = {
    "CreateApiMapping": (201, 200), "UpdateApi": (200, 201), "UpdateDeployment": (200, 201), "UpdateRoute": (200, 201),
}
ACCOUNTS = itertools.count(100_000_000_001)
# What each operation was answered in this run: "success" and the names of errors.
OUTCOMES = {}


class Text:
    """Equal to any text of a form."""

    def __init__(self, pattern):
        self.pattern = pattern

    def __eq__(self, other):
        return isinstance(other, str) and re.fullmatch(self.pattern, other) is not None

    def __repr__(self):
        return f"Text({self.pattern!r})"


class _Date:
    def __eq__(self, other):
        return isinstance(other, datetime.datetime)

    def __repr__(self):
        return "DATE"


DATE = _Date()
ABSENT = object()


def identifier(length):
    return Text(f"[a-z0-9]{{{length}}}")


@dataclasses.dataclass(frozen=True)
class Step:
    """One call. `answer` is the whole answer, `shows` some members of it, `error` a name and, if known, the message."""

    operation: str
    parameters: dict = dataclasses.field(default_factory=dict)
    answer: dict | None = None
    shows: dict = dataclasses.field(default_factory=dict)
    error: tuple | None = None
    # What to call identifiers of the answer from here on; those that a path can hold keep their names.
    named: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Flow:
    """The life of a resource: created whole and created with the least, changed, listed, deleted."""

    noun: str
    title: str
    full: dict
    full_answer: dict
    given: tuple = ()
    least: dict | None = None
    least_answer: dict | None = None
    update: dict | None = None
    # What the update changes in the answer; `update` itself unless given.
    updated: dict | None = None
    list_operation: str = ""
    list_member: str = "Items"
    # A member that tells two of a list apart, with a text for each number.
    another: tuple | None = None
    unknown: str = ""
    # What must go before it can be deleted.
    freed: tuple = ()
    verbs: tuple = ("Create", "Get", "Update", "Delete")

    def __str__(self):
        return f"{self.noun} {self.title}".strip()


@dataclasses.dataclass(frozen=True)
class Scenario:
    """Steps that belong together, such as the use of an integration by a route and its refused removal."""

    title: str
    steps: tuple
    given: tuple = ()

    def __str__(self):
        return self.title


def steps_of(given):
    """Steps, and lists of them, one after the other."""
    for step in given:
        if isinstance(step, Step):
            yield step
        else:
            yield from steps_of(step)


class Calls:
    """The calls of one test, in an account of its own."""

    def __init__(self, client):
        self.client = client
        self.model = client.meta.service_model
        self.names = {}
        self.outcomes = OUTCOMES

    def filled(self, value):
        if isinstance(value, str):
            return re.sub(r"<(\w+)>", lambda found: self.names[found.group(1)], value)
        if isinstance(value, dict):
            return {self.filled(name): self.filled(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.filled(inner) for inner in value]
        if isinstance(value, Text):
            return Text(re.sub(r"<(\w+)>", lambda found: re.escape(self.names[found.group(1)]), value.pattern))
        return value

    def path_members(self, operation):
        shape = self.model.operation_model(operation).input_shape
        return [name for name, inner in shape.members.items() if inner.serialization.get("location") == "uri"]

    def send(self, operation, parameters):
        """The answer without its metadata, or the error; either way with the status that it must have."""
        found = {name: self.names[name] for name in self.path_members(operation) if name in self.names}
        found.update(self.filled(parameters))
        outcomes = self.outcomes.setdefault(operation, set())
        try:
            answer = self.client._make_api_call(operation, found)
        except botocore.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == STATUSES.get(code), error
            outcomes.add(code)
            return None, (code, error.response["Error"]["Message"])
        status = answer.pop("ResponseMetadata")["HTTPStatusCode"]
        documented = self.model.operation_model(operation).http.get("responseCode", 200)
        assert status == RECORDED.get(operation, (None, documented))[1], operation
        outcomes.add("success")
        if "Body" in answer or "body" in answer:
            answer = {name: inner.read() if hasattr(inner, "read") else inner for name, inner in answer.items()}
        return answer, None

    def do(self, operation, parameters=None, named=None):
        """A call that succeeds. The identifiers of its answer are known by name afterwards."""
        answer, error = self.send(operation, parameters or {})
        assert error is None, f"{operation} {self.filled(parameters or {})}: {error}"
        for name, inner in answer.items():
            if name.endswith(("Id", "Arn")) or name in ("DomainName", "StageName", "RouteKey"):
                if isinstance(inner, str):
                    self.names[(named or {}).get(name, name)] = inner
        return answer

    def refused(self, operation, parameters=None):
        """A call that fails: the error's name and message."""
        answer, error = self.send(operation, parameters or {})
        assert error is not None, f"{operation} {self.filled(parameters or {})} was answered {answer}"
        return error

    def step(self, step):
        if step.error is not None:
            code, message = (*step.error, None)[:2]
            error = self.refused(step.operation, step.parameters)
            assert error[0] == code, error
            if message is not None:
                assert self.filled(message) == error[1]
            return
        answer = self.do(step.operation, step.parameters, step.named)
        if step.answer is not None:
            assert answer == self.filled(step.answer)
        for name, expected in self.filled(step.shows).items():
            if expected is ABSENT:
                assert name not in answer, f"{step.operation}: {name} is {answer[name]!r}"
            else:
                assert answer.get(name) == expected, f"{step.operation}: {name}"

    def steps(self, given):
        for step in steps_of(given):
            self.step(step)
