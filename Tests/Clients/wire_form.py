"""Fixtures as botocore's model sees them: what a client must be given for what a file holds.

A fixture has the wire's names (`integrationUri`) or, as the AWS CLI prints it, the model's (`IntegrationUri`). The
members of the resource are renamed, those within a map are not: their names are data.
"""

import json

from local_server import FIXTURES


def capitalised(name):
    return name[0].upper() + name[1:]


def expected_answer(document, structures=("tlsConfig", "corsConfiguration")):
    """The document with the model's names."""
    answer = {}
    for name, value in document.items():
        if name[0].lower() + name[1:] in structures:
            value = {capitalised(inner): inner_value for inner, inner_value in value.items()}
        answer[capitalised(name)] = value
    return answer


def wire_answer(document, structures=("tlsConfig", "corsConfiguration")):
    """The document with the wire's names."""
    def lowered(name):
        return name[0].lower() + name[1:]

    answer = {}
    for name, value in document.items():
        if lowered(name) in structures:
            value = {lowered(inner): inner_value for inner, inner_value in value.items()}
        answer[lowered(name)] = value
    return answer


def integration_files():
    """Every shipped integration: API id, integration id, file."""
    return [
        (path.parents[1].name, path.stem, path)
        for path in sorted(FIXTURES.glob("apis/*/integrations/*.json"))
    ]


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))
