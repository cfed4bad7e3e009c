"""What rules, the journal, many delayed answers and many waits cost: a part of bench.py, by its servers and its wrk."""

import json
import pathlib
import re
import socket
import statistics
import sys
import time

from clients import ROUNDS, wait_until_idle, wrk
from connection import Connection
from figures import table
from servers import API, HEADERS, ours, resident_memory_mb, write_fixtures

WAITING = 5_000


def rules_that_never_match():
    """A hundred rules, twenty of each kind, none of them about the request that is measured."""
    then = {"error": "TooManyRequestsException"}
    rules = []
    for number in range(20):
        rules += [
            {"match": {"operation": "GetRoute", "routeId": f"r{number}"}, "then": then},
            {"match": {"operation": "GetIntegration", "apiId": f"api{number:07}"}, "then": then},
            {"match": {"operation": "Get*", "accessKeyId": f"AKIA{number:016}"}, "then": then},
            {"match": {"account": f"{number + 1:012}"}, "when": {"first": 2}, "then": then},
            {"match": {"operation": "*Integration", "method": "DELETE"}, "when": {"every": number + 1}, "then": then},
        ]
    return rules


def bench_rules(folder, seconds):
    write_fixtures(folder / "rules", 1)
    file = folder / "rules.json"
    file.write_text(json.dumps(rules_that_never_match()))
    kinds = {
        "no rules, --journal 0": ["--journal", "0"],
        "no rules, the journal": [],
        "100 rules that do not match, the journal": ["--faults", file],
    }
    servers = {kind: ours(folder / "rules", *options) for kind, options in kinds.items()}
    rates = {kind: [] for kind in kinds}
    try:
        for server in servers.values():
            server.__enter__()
        for _ in range(ROUNDS):
            for kind, server in servers.items():
                rates[kind].append(wrk(server, 64, seconds)[0])
                wait_until_idle(server.process)
    finally:
        for server in servers.values():
            server.__exit__()
    plain = rates["no rules, --journal 0"]
    table(("64 connections, GetIntegration", "requests/s", "this / the first"), [
        (kind, f"{statistics.median(runs):,.0f}", f"{statistics.median(a / b for a, b in zip(runs, plain)):.2f}")
        for kind, runs in rates.items()
    ])


def threads(pid):
    return int(re.search(r"Threads:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1))


def delayed_path(_):
    return f"/v2/apis/{API['apiId']}"


def waiting_path(server):
    """A wait for a request behind all that there are. Each request that wrk sends meets its filter, and none matches it."""
    with Connection(server.port, HEADERS) as connection:
        newest = json.loads(connection.ask("GET", "/__admin/requests?limit=1", 200))["requests"][0]["number"]
    return f"/__admin/requests?operation=DeleteApi&since={newest}&wait=1s"


def bench_waiting(title, folder, seconds, path_on, *options):
    """5,000 requests for a path, each answered after a second, while wrk asks for something else."""
    write_fixtures(folder, 1)
    signed = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    with ours(folder, *options) as server:
        clients = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(WAITING)]
        idle, idle_threads = resident_memory_mb(server.process.pid), threads(server.process.pid)
        without, during, memory, counts = [], [], [], []
        for _ in range(max(ROUNDS, seconds)):
            without.append(wrk(server, 64, 1)[2])
            path = path_on(server)
            request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{signed}\r\n".encode()
            for client in clients:
                client.sendall(request)
            # What 5,000 requests at once cost before they wait is another figure.
            wait_until_idle(server.process)
            during.append(wrk(server, 64, 1)[2])
            memory.append(resident_memory_mb(server.process.pid))
            counts.append(threads(server.process.pid))
            for client in clients:
                answer = client.recv(65536)
                if not answer.startswith(b"HTTP/1.1 200 "):
                    sys.exit(f"GET {path} was answered {answer[:200]!r}")
            time.sleep(0.2)
        for client in clients:
            client.close()
    ratio = statistics.median(a / b for a, b in zip(during, without))
    table((f"{WAITING:,} {title}", "without", "with", "ratio or difference"), [
        ("p99 of others, 64 connections, ms", f"{statistics.median(without):.2f}", f"{statistics.median(during):.2f}",
         f"{ratio:.2f}"),
        ("memory, MB", f"{idle:.1f}", f"{max(memory):.1f}", f"{max(memory) - idle:.1f}"),
        ("threads", idle_threads, max(counts), max(counts) - idle_threads),
    ])


def bench_faults(folder, seconds):
    bench_rules(folder, seconds)
    bench_waiting("answers delayed by 1 s", folder / "delays", seconds, delayed_path, "--delay", "GetApi:1s")
    bench_waiting("waits of 1 s for a request", folder / "waits", seconds, waiting_path)
