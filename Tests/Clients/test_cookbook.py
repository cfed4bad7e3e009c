"""Every entry of the cookbook in docs/faults.md, run as a reader would: started with the option, and added with curl to a
server that runs; then the entry's own test."""

import dataclasses
import os
import pathlib
import re
import shlex
import subprocess
import sys

import pytest

from local_server import BINARY, BOUND, FIXTURES, ROOT, LocalServer, clean_environment

BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
PREFIX = "apigatewayv2-local --fixtures fixtures "
# Pauses between attempts are botocore's own affair: none of them is made.
NO_PAUSES = "import botocore.endpoint\nbotocore.endpoint.time = type('Clock', (), {'sleep': staticmethod(lambda _: None)})\n"


@dataclasses.dataclass
class Entry:
    title: str
    option: str
    file: str
    rule: str
    curl: str
    test: str

    def __str__(self):
        return self.title


def cookbook():
    text = (ROOT / "docs/faults.md").read_text(encoding="utf-8").split("\n## Cookbook\n", 1)[1].split("\n## ", 1)[0]
    head, *parts = text.split("\n### ")
    entries = []
    for part in parts:
        blocks = BLOCK.findall(part)
        assert [language for language, _ in blocks] == ["sh", "json", "sh", "python"], part
        option, rule, curl, test = (block for _, block in blocks)
        assert option.startswith(PREFIX), option
        (name,) = re.findall(r"^`(\S+\.json)`:$", part, re.MULTILINE)
        entries.append(Entry(part.split("\n", 1)[0], option[len(PREFIX):].strip(), name, rule, curl, test))
    ((_, preamble),) = BLOCK.findall(head)
    return preamble, entries


PREAMBLE, ENTRIES = cookbook()


def check(entry, server, folder):
    text = (NO_PAUSES + PREAMBLE + entry.test).replace("http://127.0.0.1:4290", server.endpoint)
    result = subprocess.run(
        [sys.executable, "-c", text], cwd=folder, capture_output=True, text=True, timeout=4 * BOUND, check=False,
        env=clean_environment(PYTHONPATH=str(ROOT / "clients/python/src")),
    )
    assert result.returncode == 0, f"{entry}: {result.stderr}"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "fixtures").symlink_to(FIXTURES)
    return tmp_path


@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_an_entry_works_by_its_option(entry, folder, monkeypatch):
    (folder / entry.file).write_text(entry.rule, encoding="utf-8")
    monkeypatch.chdir(folder)
    arguments = shlex.split(entry.option)
    with LocalServer("--port", "0", "--fixtures", "fixtures", "--log-level", "off", *arguments) as server:
        check(entry, server, folder)


@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_an_entry_works_by_its_file_and_curl(entry, folder):
    (folder / entry.file).write_text(entry.rule, encoding="utf-8")
    with LocalServer("--port", "0", "--fixtures", FIXTURES, "--clock", "manual", "--log-level", "off") as server:
        path = os.pathsep.join([str(pathlib.Path(BINARY).parent), os.environ["PATH"]])
        for line in entry.curl.splitlines():
            result = subprocess.run(
                ["bash", "-c", line.replace("http://127.0.0.1:4290", server.endpoint) + " --fail-with-body"],
                cwd=folder, capture_output=True, text=True, timeout=BOUND, check=False,
                env=clean_environment(PATH=path),
            )
            assert result.returncode == 0, f"{entry}: {result.stdout}{result.stderr}"
        check(entry, server, folder)


def test_the_cookbook_has_what_testers_ask_for_most():
    assert len(ENTRIES) == 13
