"""Runs what the documents show. A reader who copies a block gets what the block says.

- A `console` block is run by bash: lines that begin with `$ ` are commands (`> ` continues one), the lines below are
  what it must print, to stdout and stderr together. `…` stands for anything within a line, a line of `…` alone for
  any number of lines. Each block gets a freshly reset server; 4290 is replaced by the port of the test's own.
- A block in another language is run when the line above it is `<!-- run -->`; otherwise that line must say why not:
  `<!-- not run: the reason -->`. Blocks without a language, and `json` blocks, show files and forms.
"""

import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.request

import pytest

from local_server import BINARY, FIXTURES, ROOT, LocalServer, clean_environment

DOCUMENTS = ["README.md", "CONTRIBUTING.md", *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\S*)\s*$")
MARK = re.compile(r"^<!-- (run|not run: .+) -->$")
SHOWN_ONLY = {"", "json"}
LANGUAGES = {"console", "sh", "python", "swift", "java", "javascript", "go", "hcl", "yaml"}


@dataclasses.dataclass
class Block:
    document: str
    line: int
    language: str
    mark: str
    text: str

    @property
    def is_run(self):
        return self.mark == "run" or (self.language == "console" and not self.mark)

    def __str__(self):
        return f"{pathlib.Path(self.document).name}:{self.line}"


def blocks(document):
    found, opened = [], None
    lines = (ROOT / document).read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, start=1):
        fence = FENCE.match(line)
        if fence and opened is None:
            above = next((text for text in reversed(lines[: number - 1]) if text), "")
            mark = MARK.match(above)
            opened = Block(document, number, fence.group(1), mark.group(1) if mark else "", "")
        elif line == "```" and opened is not None:
            found.append(opened)
            opened = None
        elif opened is not None:
            opened.text += line + "\n"
    assert opened is None, f"{document}: a block has no end"
    return found


BLOCKS = [block for document in DOCUMENTS for block in blocks(document)]


def runnable(language):
    chosen = [block for block in BLOCKS if block.is_run and block.language == language]
    return pytest.mark.parametrize("block", chosen, ids=map(str, chosen))


@pytest.fixture(scope="module")
def server():
    with LocalServer("--port", "0", "--fixtures", FIXTURES, "--log-level", "off") as running:
        yield running


@pytest.fixture
def folder(tmp_path, server):
    """A working folder with the project's fixtures in it, and a server as it was when it started."""
    (tmp_path / "fixtures").symlink_to(FIXTURES)
    reset = urllib.request.Request(f"{server.endpoint}/__admin/reset", method="POST")
    with urllib.request.urlopen(reset, timeout=30) as answer:
        assert answer.status in (200, 204)
    return tmp_path


def variables():
    paths = [str(BINARY.parent), str(pathlib.Path(sys.executable).parent), os.environ["PATH"]]
    return clean_environment(PATH=os.pathsep.join(paths), COLUMNS="80")


def commands(text):
    """Commands of a console block with the output that each must have."""
    found = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], []])
        elif line.startswith("> ") and not found[-1][1]:
            found[-1][0] += "\n" + line[2:]
        else:
            found[-1][1].append(line)
    return found


def pattern(lines):
    """A regular expression for the output; `…` is the wildcard."""
    parts = []
    for line in lines:
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(r"[^\n]*".join(map(re.escape, line.split("…"))) + r"\n")
    # The last line may have no end, as an answer's body has none.
    return "".join(parts).removesuffix(r"\n") + r"\n?"


@runnable("console")
def test_a_console_block_prints_what_it_says(block, server, folder):
    for command, output in commands(block.text.replace("4290", str(server.port))):
        result = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=variables(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=120, check=False,
        )
        assert re.fullmatch(pattern(output), result.stdout), (
            f"{block}: $ {command}\nprinted\n{result.stdout}\nnot\n" + "\n".join(output)
        )


@runnable("python")
def test_a_python_block_runs_and_its_assertions_hold(block, server, folder):
    text = block.text.replace("4290", str(server.port))
    result = subprocess.run(
        [sys.executable, "-c", text], cwd=folder, env=variables(), capture_output=True, text=True, timeout=120,
        check=False,
    )
    assert result.returncode == 0, f"{block}: {result.stderr}"


@runnable("hcl")
def test_a_terraform_block_is_valid(block, server, folder):
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not on this machine")
    (folder / "main.tf").write_text(block.text.replace("4290", str(server.port)), encoding="utf-8")
    environment = variables()
    plugins = os.environ.get("TERRAFORM_PLUGINS", "/opt/tf-plugins")
    if os.path.isdir(plugins):
        configuration = folder / "terraform.rc"
        configuration.write_text(
            f'provider_installation {{\n  filesystem_mirror {{\n    path = "{plugins}"\n  }}\n}}\n', encoding="utf-8"
        )
        environment["TF_CLI_CONFIG_FILE"] = str(configuration)
    for arguments in (["init", "-input=false"], ["validate"]):
        result = subprocess.run(
            [terraform, *arguments, "-no-color"], cwd=folder, env=environment, capture_output=True, text=True,
            timeout=300, check=False,
        )
        assert result.returncode == 0, f"{block}: terraform {arguments[0]}: {result.stdout}{result.stderr}"


@runnable("swift")
def test_a_swift_block_is_a_test_of_the_package_too(block):
    """The block stands in EmbeddingExampleTests.swift, which `make test` compiles and runs."""
    source = (ROOT / "Tests/APIGatewayV2LocalTests/EmbeddingExampleTests.swift").read_text(encoding="utf-8")
    assert block.text.strip() in source, f"{block} is not in EmbeddingExampleTests.swift"


def test_every_block_is_run_or_says_why_not():
    for block in BLOCKS:
        assert block.language in SHOWN_ONLY | LANGUAGES, f"{block}: {block.language} is no language of the documents"
        if block.language not in SHOWN_ONLY:
            assert block.is_run or block.mark.startswith("not run: "), f"{block} is neither run nor says why not"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_within_the_project_leads_somewhere(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert ((ROOT / document).parent / target).exists(), f"{document}: {target} is not there"
