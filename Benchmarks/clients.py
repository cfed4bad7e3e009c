"""The clients that measure, pinned to another core than the servers, and the tables in which results are printed."""

import pathlib
import re
import subprocess
import sys
import time

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
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    return rate, milliseconds(output, "50%"), milliseconds(output, "99%")


def milliseconds(output, percentile):
    return duration_ms(re.search(rf"{percentile}\s+([\d.]+[a-z]+)", output).group(1))


def duration_ms(text):
    """Milliseconds of a duration as wrk and h2load print it: in the unit that leaves the fewest digits."""
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def table(header, rows):
    widths = [max(len(str(row[i])) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        print("  ".join(str(cell).rjust(width) if i else str(cell).ljust(width) for i, (cell, width) in enumerate(zip(row, widths))))
    print(flush=True)


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
    command = ["h2load", "-t1", "-c8", "-m16", f"-D{seconds}"]
    for name, value in HEADERS.items():
        command += ["-H", f"{name}: {value}"]
    command.append(f"http://127.0.0.1:{server.port}{server.path}")
    output = subprocess.run(pinned(CLIENT_CORE, command), capture_output=True, text=True, check=True).stdout
    codes = re.search(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", output)
    if not int(codes.group(1)) or any(int(code) for code in codes.groups()[1:]):
        sys.exit(f"{server.name} answered something else than 200:\n{output}")
    return h2load_rate(output), duration_ms(re.search(r"time for request:\s+\S+\s+\S+\s+(\S+)", output).group(1))


def h2load_rate(output):
    """Requests/s. The time before it has no fixed unit: a short run is printed in milliseconds."""
    return float(re.search(r"finished in \S+, ([\d.]+) req/s", output).group(1))


def handshakes(server, seconds):
    """New TLS connections/s, each with a whole handshake and one request, all begun at once."""
    count = str(HANDSHAKES_PER_SECOND * seconds)
    command = ["h2load", "--h1", "-t1", "-c", count, "-n", count, f"https://127.0.0.1:{server.port}{server.path}"]
    output = subprocess.run(pinned(CLIENT_CORE, command), capture_output=True, text=True, check=True).stdout
    if f"status codes: {count} 2xx" not in output or "TLS Protocol: TLSv1.3" not in output:
        sys.exit(f"{server.name} answered something else than {count} times 200 over TLS 1.3:\n{output}")
    return h2load_rate(output)
