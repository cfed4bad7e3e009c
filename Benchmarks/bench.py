"""Measures apigatewayv2-local beside nginx, moto_server and MiniStack on one machine and prints figures and ratios.

Every server runs pinned to one core and the client to another; rounds go through the servers in turn, so that a noisy
neighbour meets them all. What is printed is the median of the rounds.
"""

import argparse
import contextlib
import os
import pathlib
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from clients import ROUNDS, h2load, handshakes, wait_until_idle, wrk
from faults import bench_faults
from figures import table
from invoke import bench_invoke
from page import bench_journal, bench_page
from peers import make_certificate, moto, nghttpd, nginx
from servers import (
    BINARY, PATH, ROOT, free_port, ours, peak_memory_mb, resident_memory_mb, wait_for_200, wait_for_http2, wait_for_tls, write_fixtures)
from store import bench_store
from websocket import bench_websocket

CONNECTIONS = (1, 64, 512)
# The parts with thousands of connections need so many descriptors, in clients and servers alike.
DESCRIPTORS = 20_000


def compare(title, times, makers, loads):
    """Puts each load on each server in turn and prints a row for both. A load returns requests/s and then `times` in ms.

    The ratio is that of the first server, which is ours, to the row's own; it comes from runs that followed each other.
    """
    results = {}
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(maker()) for maker in makers]
        for _ in range(ROUNDS):
            for load, run in loads.items():
                for server in servers:
                    results.setdefault((load, server.name), []).append(run(server))
                    wait_until_idle(server.process)
        memory = {server.name: peak_memory_mb(server.process.pid) for server in servers}
    rows = []
    for (load, name), runs in results.items():
        rate, *latencies = map(statistics.median, zip(*runs))
        ratio = statistics.median(first[0] / run[0] for first, run in zip(results[(load, servers[0].name)], runs))
        rows.append((
            f"{load}, {name}", f"{rate:,.0f}", *(f"{latency:.3f}" for latency in latencies), f"{memory[name]:.1f}", f"{ratio:.2f}"))
    table((title, "per second", *times, "peak MB", "ours / this"), rows)


def bench_http(folder, seconds):
    write_fixtures(folder / "one", 1)
    makers = [
        lambda: ours(folder / "one"), lambda: nginx(folder / "nginx-static", "nginx static file", "/static/abc123d"),
        lambda: nginx(folder / "nginx-return", "nginx return", PATH), moto,
    ]
    loads = {f"{count} connections": lambda server, count=count: wrk(server, count, seconds) for count in CONNECTIONS}
    compare("GetIntegration", ("p50 ms", "p99 ms"), makers, loads)


def bench_http2(folder, seconds):
    """GetIntegration over HTTP/2 without TLS, by prior knowledge."""
    write_fixtures(folder / "http2", 1)
    makers = [
        lambda: ours(folder / "http2"),
        lambda: nginx(folder / "nginx-http2", "nginx http2 return", PATH, "http2", wait=wait_for_http2),
        lambda: nghttpd(folder / "nghttpd"),
    ]
    loads = {"8 connections of 16 streams": lambda server: h2load(server, seconds)}
    compare("GetIntegration over h2c", ("mean ms",), makers, loads)


def bench_https(folder, seconds):
    """The same request over TLS 1.3: on 64 connections that stay, and on a new one each time."""
    write_fixtures(folder / "https", 1)
    chain, key = make_certificate(folder)
    settings = {"wait": wait_for_tls, "scheme": "https"}
    # Before 1.23 nginx speaks TLS 1.3 only if it is told to.
    certificate = f"ssl_certificate {chain}; ssl_certificate_key {key}; ssl_protocols TLSv1.2 TLSv1.3;"
    makers = [
        lambda: ours(folder / "https", "--tls-cert", chain, "--tls-key", key, **settings),
        lambda: nginx(folder / "nginx-https", "nginx https return", PATH, "ssl", certificate, **settings),
    ]
    loads = {
        "64 connections": lambda server: wrk(server, 64, seconds)[:1],
        "new connections": lambda server: (handshakes(server, seconds),),
    }
    compare("GetIntegration over https", (), makers, loads)


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


def bench_start(_folder, _seconds):
    runs = [start_once(["--fixtures", str(ROOT / "fixtures")], shipped_path()) for _ in range(20)]
    times = [run[0] for run in runs]
    table(
        ("start, shipped fixtures", "min", "median", "max"),
        [("exec to first 200, ms", f"{min(times):.1f}", f"{statistics.median(times):.1f}", f"{max(times):.1f}"),
         ("idle memory, MB", *(f"{pick(run[1] for run in runs):.1f}" for pick in (min, statistics.median, max)))])


def bench_load(folder, _seconds):
    rows = []
    for count in (1, 1_000, 100_000):
        size = write_fixtures(folder / f"load-{count}", count)
        runs = [start_once(["--fixtures", str(folder / f"load-{count}")], PATH) for _ in range(3)]
        rows.append((
            f"{count:,} integrations", f"{size / 1e6:.1f}", f"{statistics.median(run[0] for run in runs):.1f}",
            f"{statistics.median(run[1] for run in runs):.1f}", f"{statistics.median(run[2] for run in runs):.1f}"))
    table(("load", "JSON MB", "exec to first 200, ms", "idle MB", "peak MB"), rows)


# Each takes a folder for its files and the length of a run in seconds. They run in this order.
PARTS = {
    "start": bench_start, "load": bench_load, "faults": bench_faults, "http": bench_http, "store": bench_store,
    "http2": bench_http2, "https": bench_https, "invoke": bench_invoke,
    "websocket": bench_websocket, "page": bench_page, "journal": bench_journal,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="run this part alone")
    parser.add_argument("--seconds", type=int, default=3, help="length of each run (default 3)")
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, DESCRIPTORS), hard), hard))
    if not BINARY.exists():
        sys.exit(f"{BINARY} is missing: run `make build` first")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        os.chmod(folder, 0o755)
        for name in PARTS if options.only is None else (options.only,):
            PARTS[name](folder, options.seconds)


if __name__ == "__main__":
    main()
