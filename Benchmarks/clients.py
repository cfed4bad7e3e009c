"""The clients that measure, pinned to another core than the servers."""

import pathlib
import re
import subprocess
import sys
import time

from figures import h2load_figures, wrk_figures
from servers import CLIENT_CORE, HEADERS, pinned

ROUNDS = 3
# New TLS connections in a run, for each second that it may take; all of them are open at once.
HANDSHAKES_PER_SECOND = 500


def wrk(server, connections, seconds, script=None):
    """Requests/s, p50 and p99 in ms, of one run."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    if script:
        command += ["-s", script]
    for name, value in HEADERS.items():
        command += ["-H", f"{name}: {value}"]
    command.append(f"{server.scheme}://127.0.0.1:{server.port}{server.path}")
    output = subprocess.run(pinned(CLIENT_CORE, command), capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output:
        sys.exit(f"{server.name} answered something else than 200:\n{output}")
    return wrk_figures(output)


def wait_until_idle(process):
    """Until the process has worked off what wrk left behind: moto answers some of it for seconds, on our core."""
    before = -1
    while (now := cpu_ticks(process.pid)) != before:
        before = now
        time.sleep(0.2)


def cpu_ticks(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def h2load(server, seconds):
    """Requests/s and the mean time of one in ms, over 8 connections of 16 streams."""
    output = run_h2load("-c8", "-m16", f"-D{seconds}", url=f"http://127.0.0.1:{server.port}{server.path}")
    if not re.search(r"status codes: [1-9]\d* 2xx, 0 3xx, 0 4xx, 0 5xx", output):
        sys.exit(f"{server.name} answered something else than 200:\n{output}")
    return h2load_figures(output)


def handshakes(server, seconds):
    """New TLS connections/s, each with a whole handshake and one request, all begun at once."""
    count = HANDSHAKES_PER_SECOND * seconds
    output = run_h2load("--h1", f"-c{count}", f"-n{count}", url=f"https://127.0.0.1:{server.port}{server.path}")
    if f"status codes: {count} 2xx" not in output or "TLS Protocol: TLSv1.3" not in output:
        sys.exit(f"{server.name} answered something else than {count} times 200 over TLS 1.3:\n{output}")
    return h2load_figures(output)[0]


def run_h2load(*options, url):
    headers = [option for name, value in HEADERS.items() for option in ("-H", f"{name}: {value}")]
    command = pinned(CLIENT_CORE, ["h2load", "-t1", *options, *headers, url])
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
