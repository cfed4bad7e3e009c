"""The program as a child process: started on a free port, waited for by its own line, stopped by a signal."""

from __future__ import annotations

import os
import pathlib
import select
import shutil
import subprocess
import sysconfig
import tempfile
from types import TracebackType
from typing import IO, Mapping, Sequence

from .admin import Scope

PROGRAM = "apigatewayv2-local"
VARIABLE = "APIGATEWAYV2_LOCAL_BINARY"
_PREFIX = f"{PROGRAM} listening on "
_START_SECONDS = 30.0
_STOP_SECONDS = 15.0


class StartError(Exception):
    """The program is not there or did not start; what it printed."""


class Server(Scope):
    """A running server. Leaving the block, or `stop()`, ends it.

    The program is `binary`, else the variable APIGATEWAYV2_LOCAL_BINARY, else beside this Python, where the wheel puts
    it, else found on PATH. `arguments` are any
    others of its options, such as `["--rate-limit", "10/40"]`. `functions` and `upstreams` are the places that calls
    of APIs go to, such as `{"pets": "http://localhost:9000"}`; a function may also be `runtime:PORT` or `run:COMMAND`.
    """

    def __init__(
        self, *, fixtures: Sequence[str | os.PathLike[str]] = (), arguments: Sequence[str] = (),
        binary: str | os.PathLike[str] | None = None, functions: Mapping[str, str] | None = None,
        upstreams: Mapping[str, str] | None = None,
    ) -> None:
        command = [find_binary(binary), "--port", "0", "--log-level", "warning"]
        for path in fixtures:
            command += ["--fixtures", os.fspath(path)]
        for name, place in (functions or {}).items():
            command += ["--lambda", f"{name}={place}"]
        for name, url in (upstreams or {}).items():
            command += ["--upstream", f"{name}={url}"]
        # A file, because nobody reads a pipe while the tests run.
        self._errors: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            command + list(arguments), stdout=subprocess.PIPE, stderr=self._errors, text=True
        )
        super().__init__(self._wait_until_listening())

    def _wait_until_listening(self) -> str:
        output = self._process.stdout
        assert output is not None
        readable, _, _ = select.select([output], [], [], _START_SECONDS)
        line = output.readline() if readable else ""
        if line.startswith(_PREFIX):
            return line[len(_PREFIX):].strip()
        self.stop()
        self._errors.seek(0)
        reason = self._errors.read().strip()
        self._errors.close()
        raise StartError(reason or f"{PROGRAM} did not listen within {_START_SECONDS:g} s")

    def stop(self) -> None:
        """Ends the server; again does nothing."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._errors.close()


def find_binary(binary: str | os.PathLike[str] | None = None) -> str:
    """The program's path, or a StartError that says where it was looked for."""
    named = os.fspath(binary) if binary is not None else os.environ.get(VARIABLE)
    if named:
        if pathlib.Path(named).is_file():
            return named
        raise StartError(f"there is no {named}" + ("" if binary is not None else f", which {VARIABLE} names"))
    # First that of this environment, which need not be on PATH: it is of the same version as this file.
    found = shutil.which(PROGRAM, path=sysconfig.get_path("scripts")) or shutil.which(PROGRAM)
    if found is None:
        raise StartError(f"{PROGRAM} is neither named by binary= or {VARIABLE} nor beside this Python nor on PATH")
    return found
