"""Calls of HTTP APIs: of a backend beside nginx and MiniStack, of a function, among many routes, beside others; part of bench.py."""

import contextlib
import json
import pathlib
import statistics
import subprocess
import threading

from clients import ROUNDS, wait_until_idle, wrk
from connection import Connection
from figures import table
from peers import ministack, nginx
from servers import API, CLIENT_CORE, INTEGRATION, UNTHROTTLED, free_port, ours, pinned, wait_for_200

# What the backend answers with.
BODY = "x" * 1024
CALL = f"/_aws/execute-api/{API['apiId']}"
ROUTES = 300
# API calls a second beside other requests, and the pause between two of them in seconds.
CALLS_PER_SECOND = 100
PAUSE = 1 / CALLS_PER_SECOND
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:answer"


def proxy_integration(backend):
    return {
        "integrationId": "abc123e", "integrationType": "HTTP_PROXY", "integrationMethod": "ANY", "payloadFormatVersion": "1.0",
        "integrationUri": f"http://127.0.0.1:{backend}/one",
    }


def write_api(folder, backend, routes=1):
    """One HTTP API: GET /one and further routes call the backend, GET /function the function."""
    folder.mkdir()
    integrations = [
        proxy_integration(backend),
        {"integrationId": "abc123f", "integrationType": "AWS_PROXY", "integrationUri": FUNCTION, "payloadFormatVersion": "2.0"},
        INTEGRATION,
    ]
    keys = ["GET /one", *(f"GET /items{n}/{{item}}/parts/{{part}}" for n in range(1, routes))]
    targets = [(key, "abc123e") for key in keys] + [("GET /function", "abc123f")]
    api = {
        **API, "integrations": integrations,
        "routes": [{"routeId": f"r{n:06d}", "routeKey": key, "target": f"integrations/{target}"}
                   for n, (key, target) in enumerate(targets)],
        "stages": [{"stageName": "$default", "autoDeploy": True}],
    }
    (folder / "api.json").write_text(json.dumps({"apis": [api]}))
    return folder


def backend(folder):
    """nginx with an answer of 1 kB, on the client's core."""
    return nginx(folder, "backend", "/one", body=BODY, core=CLIENT_CORE)


def proxy(folder, port):
    """nginx that passes the same request on, on connections that it keeps."""
    upstream = f"upstream backend {{ server 127.0.0.1:{port}; keepalive 256; keepalive_requests 1000000000; }}"
    location = 'location = /one { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; }'
    return nginx(folder, "nginx proxy_pass", "/one", more=location, upstream=upstream)


@contextlib.contextmanager
def function(folder, port):
    """A function that answers at once, on the client's core."""
    program = folder / "function"
    subprocess.run(
        ["cc", "-D_GNU_SOURCE", "-O2", "-o", program, pathlib.Path(__file__).with_name("function.c")],
        check=True, capture_output=True)
    process = subprocess.Popen(pinned(CLIENT_CORE, [program, port]))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def in_turn(servers, connections, seconds):
    """The runs of each server, of rounds in turn."""
    results = [[] for _ in servers]
    for _ in range(ROUNDS):
        for server, runs in zip(servers, results):
            runs.append(wrk(server, connections, seconds))
            wait_until_idle(server.process)
    return results


def ratio(mine, others):
    return statistics.median(a[0] / b[0] for a, b in zip(mine, others))


def median(runs, place=0):
    return statistics.median(run[place] for run in runs)


def bench_backend(folder, port, seconds):
    one, many = write_api(folder / "one", port), write_api(folder / "many", port, ROUTES)
    with ours(one, *UNTHROTTLED, path=f"{CALL}/one") as first, ours(many, *UNTHROTTLED, path=f"{CALL}/one") as second, \
            proxy(folder / "proxy", port) as other, ministack(proxy_integration(port)) as slow:
        few, lots, passed, stacked = in_turn([first, second, other, slow], 64, seconds)
    table(("HTTP_PROXY, 1 kB, 64 connections", "calls/s", "p50 ms", "p99 ms", "ratio"), [
        (name, f"{median(runs):,.0f}", f"{median(runs, 1):.3f}", f"{median(runs, 2):.3f}", shown)
        for name, runs, shown in (
            ("nginx proxy_pass", passed, ""), ("MiniStack", stacked, ""),
            ("1 route", few, f"{ratio(few, passed):.2f} of nginx, {ratio(few, stacked):.1f} × MiniStack"),
            (f"{ROUTES} routes", lots, f"{ratio(lots, few):.2f} of 1 route"))])


def bench_function(folder, port, seconds):
    runtime = free_port()
    with ours(write_api(folder / "function-api", port), "--lambda", f"answer=runtime:{runtime}", *UNTHROTTLED) as server, \
            function(folder, runtime):
        server.path = f"{CALL}/function"
        wait_for_200(server.port, server.path, server.process)
        rows = []
        for connections in (1, 64):
            runs = in_turn([server], connections, seconds)[0]
            rows.append((f"{connections} connections", f"{median(runs):,.0f}", f"{median(runs, 1):.3f}", f"{median(runs, 2):.3f}"))
    table(("one function that answers at once", "invocations/s", "p50 ms", "p99 ms"), rows)


def bench_beside(folder, port, seconds):
    """GetIntegration at 64 connections, alone and while an API is called."""

    def call(server, is_over):
        with Connection(server.port, {}) as connection:
            while not is_over.wait(PAUSE):
                connection.ask("GET", f"{CALL}/one", 200, b"")

    alone, beside = [], []
    with ours(write_api(folder / "beside", port)) as server:
        for _ in range(ROUNDS):
            alone.append(wrk(server, 64, seconds))
            is_over = threading.Event()
            caller = threading.Thread(target=call, args=(server, is_over))
            caller.start()
            beside.append(wrk(server, 64, seconds))
            is_over.set()
            caller.join()
    table(("GetIntegration, 64 connections", "requests/s", "of alone"), [
        ("alone", f"{median(alone):,.0f}", ""),
        (f"beside {CALLS_PER_SECOND} API calls/s", f"{median(beside):,.0f}", f"{ratio(beside, alone):.2f}")])


def bench_invoke(folder, seconds):
    with backend(folder / "backend") as server:
        bench_backend(folder, server.port, seconds)
        bench_function(folder, server.port, seconds)
        bench_beside(folder, server.port, seconds)
