"""Runs the pages that show an API being called, as a reader would: "A first API" of README.md, and the entries of the
cookbook in docs/invoke.md.

The blocks of an entry are taken in their order. A block below a line with a file's name alone is that file. `sh` blocks
are commands: one that begins with `apigatewayv2-local` starts the server, the others run in one shell. Of a `console`
block each command must print what stands below it. Ports are replaced by free ones.
"""

import os
import pathlib
import re
import select
import shlex
import signal
import socket
import subprocess
import sys
import time

import pytest

from local_server import BOUND, ROOT, LocalServer, clean_environment
from test_documents import commands, pattern
from test_invoke import free_port

BLOCK = re.compile(r"(?:^`(?P<file>[\w./-]+)`:\n\n)?(?:^<!-- [^\n]* -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S)
END = "the-end-of-a-command"
SERVER = "apigatewayv2-local "


def section(document, title):
    return (ROOT / document).read_text(encoding="utf-8").split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def entries():
    yield "A first API", section("README.md", "A first API")
    for part in section("docs/invoke.md", "Cookbook").split("\n### ")[1:]:
        yield part.split("\n", 1)[0], part


ENTRIES = dict(entries())
# The chat needs clients that take turns, so test_websocket.py runs it. Terraform needs its provider, so
# test_invoke_edges.py runs that.
SHELL_ENTRIES = [title for title in ENTRIES if title not in ("My chat", "Terraform, then call it")]


class Shell:
    """One shell for the commands of an entry, so that later ones see the variables of earlier ones."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            ["bash"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, env=clean_environment(
                PATH=os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ["PATH"]])))

    def run(self, command):
        self.process.stdin.write(f"{command}\necho {END}\n".encode())
        self.process.stdin.flush()
        printed = b""
        while not printed.endswith(f"{END}\n".encode()):
            readable, _, _ = select.select([self.process.stdout], [], [], BOUND)
            assert readable, f"$ {command}\nprinted only\n{printed.decode()}"
            piece = os.read(self.process.stdout.fileno(), 65536)
            assert piece, f"$ {command}\nended the shell behind\n{printed.decode()}"
            printed += piece
        return printed.decode().removesuffix(f"{END}\n")

    def close(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(BOUND)
        self.process.stdin.close()
        self.process.stdout.close()


def wait_for_listener(port):
    """Waits until somebody listens at the port; each refused attempt gives the processor to others."""
    until = time.monotonic() + BOUND
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), BOUND).close()
        except ConnectionRefusedError:
            assert time.monotonic() < until, f"nobody listens at {port}"
            os.sched_yield()


@pytest.mark.parametrize("title", SHELL_ENTRIES)
def test_an_entry_works_as_it_stands(title, tmp_path):
    text, server = ENTRIES[title], None
    ports = {port: str(free_port()) for port in re.findall(r"\b(?:8080|9001)\b", text)}
    for port, free in ports.items():
        text = text.replace(port, free)
    shell, ran = Shell(tmp_path), []
    try:
        for block in BLOCK.finditer(text):
            content = block["text"].replace("4290", str(server.port)) if server else block["text"]
            if block["file"]:
                (tmp_path / block["file"]).write_text(content, encoding="utf-8")
            elif block["language"] == "sh":
                for command in content.replace("\\\n", "").splitlines():
                    if command.startswith(SERVER):
                        arguments = shlex.split(command.removesuffix("&"))[1:]
                        path = os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ["PATH"]])
                        server = LocalServer("--port", "0", *arguments, cwd=tmp_path, variables={"PATH": path})
                    elif command.endswith("&"):
                        shell.run(f"{command.removesuffix('&')} >> background.log 2>&1 &")
                    elif not command.startswith("pip "):
                        shell.run(command)
                    if "http.server" in command:
                        wait_for_listener(int(ports["8080"]))
            elif block["language"] == "console":
                for command, output in commands(content):
                    printed = shell.run(command)
                    assert re.fullmatch(pattern(output), printed), f"$ {command}\nprinted\n{printed}"
                    ran.append(command)
    finally:
        shell.close()
        if server:
            server.stop()
    assert any("curl" in command for command in ran)


def test_the_pages_have_what_a_newcomer_needs():
    assert list(ENTRIES) == [
        "A first API", "My function", "My backend", "My tokens", "Terraform, then call it", "My chat"]
