"""Each constraint of the service's model, violated once: a request that is right but for one member.

Generated from botocore's model. What the service says is its validation framework's sentence, seen on the older control
plane, or its own (docs/fidelity-apis.md, "Validation").
"""

import copy
import dataclasses
import re

LENGTHS = re.compile(r"With(?:Length)?Between(Minus)?(\d+)And(\d+)(K)?$")
# Bounds in the name of a shape that the service was seen not to hold to, and those that we hold to
# (docs/fidelity-domains.md, "Tags").
SEEN_BOUNDS = {"StringWithLengthBetween1And1600": (0, 1600)}
FRAMEWORK = "1 validation error detected: Value {found} at '{path}' failed to satisfy constraint: {requirement}"

# The service's own sentences, or what makes one of the request's body.
SENTENCES = {
    ("Api", "name"): "Invalid API name specified",
    ("Route", "routeKey"): "Route key is required",
    ("Integration", "integrationUri"): "Invalid integration URI specified",
    # Only a WebSocket API's request has the other member.
    ("Integration", "timeoutInMillis"): lambda body:
        f"Timeout should be between 50 ms and {29000 if 'passthroughBehavior' in body else 30000} ms",
    ("Authorizer", "authorizerResultTtlInSeconds"):
        "Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds.",
    ("VpcLink", "subnetIds"): "SubnetIds for a vpc link cannot be empty",
}
# An update that gives the empty string removes the member, or the entry of the map.
CLEARED = {
    "Api": {"version"}, "Route": {"operationName", "requestModels", "target"}, "Integration": {"connectionId", "requestParameters",
    "responseParameters"}, "IntegrationResponse": {"responseParameters"},
    "Authorizer": {"jwtConfiguration"}, "DomainName": {"mutualTlsAuthentication"}, "Stage": {"accessLogSettings"},
}
# Members of a shape for both ways that only the service sets: passed over in a request.
ANSWERED = {"certificateUploadDate", "domainNameStatus", "domainNameStatusMessage", "logoLastUploaded"}
# The one difference from the model that docs/fidelity.md lists.
OPTIONAL = {("CreateAuthorizer", "identitySource")}


class Key(str):
    """A key of a map, in a path."""


@dataclasses.dataclass(frozen=True)
class Violation:
    operation: str
    noun: str
    # Names on the wire, and indices.
    path: tuple
    what: str
    # The value, or REMOVED.
    value: object
    requirement: str
    # The service's own sentence, if it has one.
    sentence: str | None = None

    def __str__(self):
        return f"{self.operation} {'.'.join(map(str, self.path))} {self.what}"

    def place(self):
        """The path with stars for indices and keys."""
        return tuple("*" if isinstance(step, (int, Key)) else step for step in self.path)

    def message(self):
        """The expected message, but for a value that is too long to be quoted whole."""
        if self.sentence is not None:
            return re.escape(self.sentence)
        path = ".".join(f"{step + 1}.member" if isinstance(step, int) else step for step in self.path)
        found = "null" if self.value is REMOVED else f"'{re.escape(str(self.value))}'"
        if isinstance(self.value, str) and len(self.value) > 40:
            found = "'.*'"
        return FRAMEWORK.format(found=found, path=re.escape(path), requirement=re.escape(self.requirement))

    def applied(self, body):
        """A right request of names on the wire with this one thing wrong."""
        wrong = copy.deepcopy(body)
        target = wrong
        for step in self.path[:-1]:
            target = target[step]
        if self.value is REMOVED:
            del target[self.path[-1]]
        else:
            target[self.path[-1]] = self.value
        return wrong


class _Removed:
    def __repr__(self):
        return "REMOVED"


REMOVED = _Removed()


def bounds(shape):
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    hidden = LENGTHS.search(shape.name)
    if hidden and low is None and high is None:
        minus, low, high, kilo = hidden.groups()
        low, high = (-int(low) if minus else int(low)), int(high) * (1024 if kilo else 1)
    return SEEN_BOUNDS.get(shape.name, (low, high))


def on_wire(value, shape):
    """A request of boto3's names with the names of the wire."""
    if shape.type_name == "structure":
        return {
            shape.members[name].serialization.get("name", name): on_wire(inner, shape.members[name])
            for name, inner in value.items()
        }
    if shape.type_name == "list":
        return [on_wire(inner, shape.member) for inner in value]
    if shape.type_name == "map":
        return {name: on_wire(inner, shape.value) for name, inner in value.items()}
    return value


def sample(shape):
    """Some right value, for members that a flow's request leaves out."""
    if shape.type_name == "structure":
        return {
            shape.members[name].serialization.get("name", name): sample(shape.members[name])
            for name in shape.required_members
        }
    if shape.type_name == "list":
        return []
    if shape.type_name == "map":
        return {}
    if shape.type_name == "boolean":
        return False
    if getattr(shape, "enum", None):
        return shape.enum[0]
    low, _ = bounds(shape)
    return "a" * max(low or 1, 1) if shape.type_name == "string" else max(low or 0, 0)


def completed(body, shape):
    """`body` with a sample of each structure and list that it has not, so that there is a place for every violation."""
    for name, inner in ((inner.serialization.get("name", name), inner) for name, inner in shape.members.items()):
        if inner.serialization.get("location") is None and name not in body:
            if inner.type_name in ("structure", "map"):
                body[name] = sample(inner)
    return body


def clears(operation, path):
    """Whether the empty string is no violation: in an update it takes some members away."""
    return operation.name.startswith("Update") and path[0] in CLEARED.get(operation.name.removeprefix("Update"), ())


def violations(operation, noun, body):
    """Those of an operation's model, `body` being a right request of names on the wire."""
    shape = operation.input_shape
    found = []

    def note(path, what, value, requirement):
        if value == "" and clears(operation, path):
            return
        sentence = SENTENCES.get((noun, path[0]))
        found.append(Violation(
            operation.name, noun, path, what, value, requirement, sentence(body) if callable(sentence) else sentence))

    def leaf(inner, path):
        low, high = bounds(inner)
        if getattr(inner, "enum", None):
            note(path, "of no enumeration", "NONSENSE",
                 f"Member must satisfy enum value set: [{', '.join(inner.enum)}]")
        elif inner.type_name == "string":
            if low:
                note(path, "too short", "a" * (low - 1),
                     f"Member must have length greater than or equal to {low}")
            if high is not None:
                note(path, "too long", "a" * (high + 1), f"Member must have length less than or equal to {high}")
        elif inner.type_name == "integer":
            if low is not None:
                note(path, "too small", low - 1, f"Member must have value greater than or equal to {low}")
            if high is not None:
                note(path, "too large", high + 1, f"Member must have value less than or equal to {high}")

    def walk(inner, path, value):
        if inner.type_name == "structure" and value is not None:
            for name, member in inner.members.items():
                wire = member.serialization.get("name", name)
                if (not path and member.serialization.get("location")) or wire in ANSWERED:
                    continue
                is_required = name in inner.required_members and (operation.name, wire) not in OPTIONAL
                if is_required and wire in value:
                    note(path + (wire,), "missing", REMOVED, "Member must not be null")
                walk(member, path + (wire,), value.get(wire))
        elif inner.type_name == "list" and value:
            for index, one in enumerate(value):
                walk(inner.member, path + (index,), one)
        elif inner.type_name == "map" and value:
            key = Key(next(iter(value)))
            walk(inner.value, path + (key,), value[key])
        elif inner.type_name not in ("structure", "list", "map"):
            leaf(inner, path)

    walk(shape, (), body)
    return found


def constraints(operation):
    """Place and kind of each constraint that the model has for the body of an operation, found without a body: what
    `violations` is to violate."""
    found = set()

    def leaf(inner, path):
        low, high = bounds(inner)
        if getattr(inner, "enum", None):
            found.add((path, "of no enumeration"))
        elif inner.type_name == "string":
            found.update([(path, "too short")] if low and not clears(operation, path) else [])
            found.update([(path, "too long")] if high is not None else [])
        elif inner.type_name == "integer":
            found.update([(path, "too small")] if low is not None else [])
            found.update([(path, "too large")] if high is not None else [])

    def walk(inner, path):
        if inner.type_name == "structure":
            for name, member in inner.members.items():
                wire = member.serialization.get("name", name)
                if (not path and member.serialization.get("location")) or wire in ANSWERED:
                    continue
                if name in inner.required_members and (operation.name, wire) not in OPTIONAL:
                    found.add((path + (wire,), "missing"))
                walk(member, path + (wire,))
        elif inner.type_name in ("list", "map"):
            walk(inner.member if inner.type_name == "list" else inner.value, path + ("*",))
        else:
            leaf(inner, path)

    if operation.input_shape:
        walk(operation.input_shape, ())
    return found
