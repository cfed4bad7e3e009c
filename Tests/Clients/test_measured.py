"""Answers that were measured on the service, or reported by people who use it, through boto3 on a real socket.

Every file of measured/ holds cases of one resource as a JSON list. A case is an object:

- `name`: unique, the test's name; `why`: the sentence that must hold; `source`: who saw it, where and when
- `steps`: calls in order, `{"call": operation, "with": members as the model spells them, "save": {name: member}}`.
  `${name}` stands for a saved member in later steps and in `message`. `{"$file": "name"}` stands for the text of a file
  beside the case. Every step but the last must succeed.
- `expect`: of the last step. `status`; `code` (x-amzn-ErrorType); `message` (whole); `contains` (a part of the message,
  or of the answer as JSON); `is` (members and their values); `absent` (members); `length` (of members).

Every case uses an account of its own. The client checks nothing before it sends.
"""

import json
import pathlib
import re

import botocore.exceptions
import pytest

FOLDER = pathlib.Path(__file__).parent / "measured"
CASES = [
    pytest.param(path, case, str(20_000_000_000 + number), id=f"{path.stem}: {case['name']}")
    for number, (path, case) in enumerate(
        (path, case) for path in sorted(FOLDER.glob("*.json")) for case in json.loads(path.read_text("utf-8"))
    )
]
EXPECTATIONS = {"status", "code", "message", "contains", "is", "absent", "length"}


def filled(value, saved):
    """The value with saved members in place of their names. `${request.method}` is no name and stays."""
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+)\}", lambda match: saved.get(match[1], match[0]), value)
    if isinstance(value, list):
        return [filled(element, saved) for element in value]
    if isinstance(value, dict):
        if set(value) == {"$file"}:
            return (FOLDER / value["$file"]).read_text("utf-8")
        return {filled(name, saved): filled(element, saved) for name, element in value.items()}
    return value


def perform(client, step, saved):
    """Status, error name, message and answer of a call."""
    method = getattr(client, re.sub(r"(?<!^)(?=[A-Z])", "_", step["call"]).lower())
    try:
        answer = method(**filled(step.get("with", {}), saved))
    except botocore.exceptions.ClientError as error:
        details = error.response["Error"]
        return error.response["ResponseMetadata"]["HTTPStatusCode"], details["Code"], details["Message"], {}
    status = answer.pop("ResponseMetadata")["HTTPStatusCode"]
    saved.update({name: answer[member] for name, member in step.get("save", {}).items()})
    return status, None, None, answer


@pytest.mark.parametrize(("path", "case", "suffix"), CASES)
def test_the_server_answers_as_the_service_was_seen_to(path, case, suffix, shipped, connect):
    client = connect(shipped, access_key="1" + suffix, parameter_validation=False)
    saved = {}
    for step in case["steps"][:-1]:
        status, code, message, _ = perform(client, step, saved)
        assert code is None, f"{step['call']}: {status} {code}: {message}"
    status, code, message, answer = perform(client, case["steps"][-1], saved)

    want = case["expect"]
    said = message if message is not None else json.dumps(answer, default=str)
    assert want and set(want) <= EXPECTATIONS
    if "status" in want:
        assert status == want["status"], said
    if "code" in want:
        assert code == want["code"], said
    if "message" in want:
        assert message == filled(want["message"], saved)
    if "contains" in want:
        assert want["contains"] in said
    for member, value in want.get("is", {}).items():
        assert answer.get(member) == filled(value, saved)
    for member in want.get("absent", []):
        assert member not in answer
    for member, length in want.get("length", {}).items():
        assert len(answer.get(member, "")) == length


def test_every_case_has_a_name_of_its_own_and_says_where_it_was_seen():
    names = [(path, case["name"]) for path, case, _ in (parameter.values for parameter in CASES)]
    assert len(names) == len(set(names))
    for path, case, _ in (parameter.values for parameter in CASES):
        assert set(case) == {"name", "why", "source", "steps", "expect"}, f"{path.name}: {case['name']}"


# The rules of github.com/badmintoncryer/cdk-preflight about this service, each measured by a deployment to AWS in 2026.
RULES = """
    access-log-destination-log-group access-log-format-request-id api-name-required authorizer-ttl-identity-source
    authorizer-ttl-range aws-proxy-payload-version cors-credentials-wildcard domain-certificate-region
    domain-endpoint-type-regional domain-name-charset http-identity-source-expression http-proxy-integration-method
    http-proxy-payload-version http-route-key http-route-no-api-key http-route-selection
    integration-response-websocket-only integration-subtype-credentials integration-subtype-known
    integration-subtype-payload-version integration-subtype-required-parameters integration-timeout-range
    integration-vpc-link-connection-id jwt-audience-required jwt-authorizer-config jwt-issuer-https
    model-name-alphanumeric model-websocket-only request-authorizer-payload-version request-authorizer-uri-required
    request-parameter-action response-parameter-action response-parameter-status-code route-authorization-scopes-jwt
    route-jwt-authorizer-id route-response-key-default route-response-websocket-only route-target-format
    simple-responses-payload-version stage-name-charset stage-route-settings-key vpc-link-integration-uri
    vpc-link-subnets-required websocket-authorization-connect-only websocket-authorizer-type
    websocket-identity-source-expression websocket-integration-timeout-range websocket-no-cors
    websocket-payload-version websocket-route-selection
""".split()


def test_every_measured_rule_has_a_case():
    found = {
        rule for _, case, _ in (parameter.values for parameter in CASES)
        for rule in re.findall(r"pf-apigwv2-([a-z0-9-]+)", case["source"])
    }
    assert len(RULES) == 50 and set(RULES) - found == set()
