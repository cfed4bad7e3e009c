"""Resources as AWS was seen to show them: created here as they were there, read, and compared member by member.

The facts are from github.com/go-to-k/cdk-real-drift (Apache-2.0, commit c00ed98), `tests/corpus`: what CloudFormation was
told to create in 2026 and what Cloud Control then read. Every file of live_reads/ holds a JSON list of reads:

- `name`: the test's; `recorded`: the file there
- `steps`: what is created, as in measured/ (test_measured.py); parents are ours, and so are their identifiers
- `read`: the call that reads it; `live`: what AWS showed, `{"$matches": pattern}` standing for what the service makes up

Left out of `live` is what CloudFormation alone adds: tags that begin with `aws:`, the parent's identifier, empty lists and maps
of members that were never given. Names of a domain's configuration are the operation's, where CloudFormation has others.
"""

import json
import pathlib
import re

import pytest

from test_measured import filled, perform

FOLDER = pathlib.Path(__file__).parent / "live_reads"
READS = [
    pytest.param(read, str(130_000_000_000 + number), id=f"{path.stem}: {read['name']}")
    for number, (path, read) in enumerate(
        (path, read) for path in sorted(FOLDER.glob("*.json")) for read in json.loads(path.read_text("utf-8"))
    )
]
# Members that CloudFormation does not read, by the operation; ApiKeySelectionExpression it reads of WebSocket APIs only.
UNREAD = {
    "GetApi": {"ApiKeySelectionExpression", "CreatedDate"},
    "GetDomainName": {"ApiMappingSelectionExpression"},
    "GetIntegration": {"IntegrationResponseSelectionExpression"},
    "GetStage": {"CreatedDate", "LastDeploymentStatusMessage", "LastUpdatedDate"},
    "GetVpcLink": {"CreatedDate", "VpcLinkStatus", "VpcLinkStatusMessage", "VpcLinkVersion"},
}
UNREAD_IN_CONFIGURATIONS = {"DomainNameStatus"}


class Matching:
    """Equal to any text of a form."""

    def __init__(self, pattern):
        self.pattern = pattern

    def __eq__(self, other):
        return isinstance(other, str) and re.fullmatch(self.pattern, other) is not None

    def __repr__(self):
        return f"Matching({self.pattern!r})"


def expected(value):
    """`live` with its patterns as values that compare."""
    if isinstance(value, list):
        return [expected(element) for element in value]
    if isinstance(value, dict):
        if set(value) == {"$matches"}:
            return Matching(value["$matches"])
        return {name: expected(element) for name, element in value.items()}
    return value


@pytest.mark.parametrize(("read", "account"), READS)
def test_a_resource_is_shown_as_the_service_showed_it(read, account, shipped, connect):
    client = connect(shipped, access_key=account, parameter_validation=False)
    saved = {}
    for step in read["steps"]:
        status, code, message, _ = perform(client, step, saved)
        assert code is None, f"{step['call']}: {status} {code}: {message}"

    status, code, message, answer = perform(client, read["read"], saved)

    assert (status, code) == (200, None), message
    live = expected(filled(read["live"], saved))
    unread = UNREAD.get(read["read"]["call"], set()) - set(live)
    shown = {name: value for name, value in answer.items() if name not in unread}
    for configuration in shown.get("DomainNameConfigurations", []):
        for name in UNREAD_IN_CONFIGURATIONS:
            del configuration[name]
    assert shown == live


def test_every_recorded_read_is_compared_once():
    recorded = [read.values[0]["recorded"] for read in READS]
    assert len(recorded) == len(set(recorded)) == 17
