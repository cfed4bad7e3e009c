"""Measures apigatewayv2-local beside nginx and moto_server on one machine and prints figures and ratios.

Every server runs pinned to one core and the client to another; rounds go through the servers in turn, so that a noisy
neighbour meets them all. What is printed is the median of the rounds.
"""

import argparse
import os
import pathlib
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from clients import ROUNDS, h2load, handshakes, table, wait_until_idle, wrk
from faults import bench_faults
from servers import (
    BINARY, PATH, ROOT, free_port, make_certificate, moto, nghttpd, nginx, ours, peak_memory_mb, resident_memory_mb, wait_for_200,
    wait_for_http2, wait_for_tls, write_fixtures)
from store import bench_store

CONNECTIONS = (1, 64, 512)
# What the parts with thousands of connections need, of clients and servers alike.
DESCRIPTORS = 10_000


def bench_http(folder, seconds):
    write_fixtures(folder / "one", 1)
    makers = [
        lambda: ours(folder / "one"), lambda: nginx(folder / "nginx-static", "nginx static file", "/static/abc123d"),
        lambda: nginx(folder / "nginx-return", "nginx return", PATH), moto,
    ]
    servers = [maker() for maker in makers]
    results, memory = {}, {}
    try:
        for server in servers:
            server.__enter__()
        for _ in range(ROUNDS):
            for connections in CONNECTIONS:
                for server in servers:
                    results.setdefault((connections, server.name), []).append(wrk(server, connections, seconds))
                    wait_until_idle(server.process)
        memory = {server.name: peak_memory_mb(server.process.pid) for server in servers}
    finally:
        for server in servers:
            server.__exit__()
    rows = []
    for connections in CONNECTIONS:
        mine = [run[0] for run in results[(connections, servers[0].name)]]
        for server in servers:
            runs = results[(connections, server.name)]
            ratios = [ours_rate / run[0] for ours_rate, run in zip(mine, runs)]
            rows.append((
                f"{connections} connections, {server.name}", f"{statistics.median(run[0] for run in runs):,.0f}",
                f"{statistics.median(run[1] for run in runs):.3f}", f"{statistics.median(run[2] for run in runs):.3f}",
                f"{memory[server.name]:.1f}", f"{statistics.median(ratios):.2f}"))
    table(("GetIntegration", "requests/s", "p50 ms", "p99 ms", "peak MB", "ours / this"), rows)


def bench_http2(folder, seconds):
    """GetIntegration over HTTP/2 without TLS, by prior knowledge."""
    write_fixtures(folder / "http2", 1)
    servers = [
        ours(folder / "http2"), nginx(folder / "nginx-http2", "nginx http2 return", PATH, "http2", wait=wait_for_http2),
        nghttpd(folder / "nghttpd"),
    ]
    results, memory = {}, {}
    try:
        for server in servers:
            server.__enter__()
        for _ in range(ROUNDS):
            for server in servers:
                results.setdefault(server.name, []).append(h2load(server, seconds))
                wait_until_idle(server.process)
        memory = {server.name: peak_memory_mb(server.process.pid) for server in servers}
    finally:
        for server in servers:
            server.__exit__()
    mine = [run[0] for run in results[servers[0].name]]
    rows = []
    for server in servers:
        runs = results[server.name]
        ratios = [ours_rate / run[0] for ours_rate, run in zip(mine, runs)]
        rows.append((
            f"8 connections of 16 streams, {server.name}", f"{statistics.median(run[0] for run in runs):,.0f}",
            f"{statistics.median(run[1] for run in runs):.3f}", f"{memory[server.name]:.1f}",
            f"{statistics.median(ratios):.2f}"))
    table(("GetIntegration over h2c", "requests/s", "mean ms", "peak MB", "ours / this"), rows)


def bench_https(folder, seconds):
    """The same request over TLS 1.3: on 64 connections that stay, and on a new one each time."""
    write_fixtures(folder / "https", 1)
    chain, key = make_certificate(folder)
    settings = {"wait": wait_for_tls, "scheme": "https"}
    # Before 1.23 nginx speaks TLS 1.3 only if it is told to.
    certificate = f"ssl_certificate {chain}; ssl_certificate_key {key}; ssl_protocols TLSv1.2 TLSv1.3;"
    servers = [
        ours(folder / "https", "--tls-cert", chain, "--tls-key", key, **settings),
        nginx(folder / "nginx-https", "nginx https return", PATH, "ssl", certificate, **settings),
    ]
    kinds = {"64 connections": lambda server: wrk(server, 64, seconds)[0], "new connections": lambda server: handshakes(server, seconds)}
    results, memory = {}, {}
    try:
        for server in servers:
            server.__enter__()
        for _ in range(ROUNDS):
            for kind, measure in kinds.items():
                for server in servers:
                    results.setdefault((kind, server.name), []).append(measure(server))
                    wait_until_idle(server.process)
        memory = {server.name: peak_memory_mb(server.process.pid) for server in servers}
    finally:
        for server in servers:
            server.__exit__()
    rows = []
    for kind in kinds:
        mine = results[(kind, servers[0].name)]
        for server in servers:
            rates = results[(kind, server.name)]
            ratios = [ours_rate / rate for ours_rate, rate in zip(mine, rates)]
            rows.append((
                f"{kind}, {server.name}", f"{statistics.median(rates):,.0f}", f"{memory[server.name]:.1f}",
                f"{statistics.median(ratios):.2f}"))
    table(("GetIntegration over https", "per second", "peak MB", "ours / this"), rows)


def start_once(options, path):
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(
        [str(BINARY), "--port", str(port), "--log-level", "error", *options], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    answered = wait_for_200(port, path, process)
    idle, peak = resident_memory_mb(process.pid), peak_memory_mb(process.pid)
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    return (answered - began) * 1000, idle, peak


def shipped_path():
    for file in sorted((ROOT / "fixtures/apis").glob("*/integrations/*.json")):
        return f"/v2/apis/{file.parent.parent.name}/integrations/{file.stem}"
    sys.exit("fixtures/ holds no integration")


def bench_start():
    runs = [start_once(["--fixtures", str(ROOT / "fixtures")], shipped_path()) for _ in range(20)]
    times = [run[0] for run in runs]
    table(
        ("start, shipped fixtures", "min", "median", "max"),
        [("exec to first 200, ms", f"{min(times):.1f}", f"{statistics.median(times):.1f}", f"{max(times):.1f}"),
         ("idle memory, MB", *(f"{pick(run[1] for run in runs):.1f}" for pick in (min, statistics.median, max)))])


def bench_load(folder):
    rows = []
    for count in (1, 1_000, 100_000):
        size = write_fixtures(folder / f"load-{count}", count)
        runs = [start_once(["--fixtures", str(folder / f"load-{count}")], PATH) for _ in range(3)]
        rows.append((
            f"{count:,} integrations", f"{size / 1e6:.1f}", f"{statistics.median(run[0] for run in runs):.1f}",
            f"{statistics.median(run[1] for run in runs):.1f}", f"{statistics.median(run[2] for run in runs):.1f}"))
    table(("load", "JSON MB", "exec to first 200, ms", "idle MB", "peak MB"), rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("http", "http2", "https", "faults", "start", "load", "store"), help="run this part alone")
    parser.add_argument("--seconds", type=int, default=3, help="length of each run (default 3)")
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, DESCRIPTORS), hard), hard))
    if not BINARY.exists():
        sys.exit(f"{BINARY} is missing: run `make build` first")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.chmod(folder, 0o755)
        if options.only in (None, "start"):
            bench_start()
        if options.only in (None, "load"):
            bench_load(folder)
        if options.only in (None, "faults"):
            bench_faults(folder, options.seconds)
        if options.only in (None, "http"):
            bench_http(folder, options.seconds)
        if options.only in (None, "store"):
            bench_store(folder, options.seconds)
        if options.only in (None, "http2"):
            bench_http2(folder, options.seconds)
        if options.only in (None, "https"):
            bench_https(folder, options.seconds)


if __name__ == "__main__":
    main()
