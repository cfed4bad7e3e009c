"""Curves of costs over the number of resources held: whether an operation costs more where more is held. Part of store.py."""

import contextlib
import json
import os
import statistics
import time

from clients import ROUNDS, wait_until_idle, wrk
from connection import Connection
from figures import table
from servers import API, COLLECTION, HEADERS, INTEGRATION, SERVER_CORE, ours, processor_us

# Numbers of resources that the curves go over.
SIZES = (10, 100, 1_000, 10_000, 100_000)
# A figure is the mean of so many requests in each round, or of those that a slow server answers within the seconds.
ASKED, ROUND_SECONDS = 200, 2
# A batch is made and then taken away again, so that the number held stays near the size.
BATCH_MIN, BATCH_MAX = 10, 50
APIS, API_PATH = "/v2/apis", f"/v2/apis/{API['apiId']}"
PAGE = f"{APIS}?maxResults=5"


def write_apis(folder, count):
    """So many APIs; the last has the integration that is asked for at the start."""
    folder.mkdir()
    apis = [{**API, "apiId": f"b{number:09d}"} for number in range(count - 1)]
    apis.append({**API, "integrations": [INTEGRATION]})
    (folder / "everything.json").write_text(json.dumps({"apis": apis}, separators=(",", ":")))


def route_key(name):
    """A key with two variables: all routes share the level of the first, and none that of the second."""
    return f"GET /orders/{{order}}/{name}/{{part}}"


def write_routes(folder, count):
    """One API with so many routes that have variables and one target."""
    folder.mkdir()
    routes = [
        {"routeId": f"r{number:06d}", "routeKey": route_key(number), "target": "integrations/abc123d"} for number in range(count)]
    document = {"apis": [{**API, "routes": routes, "integrations": [INTEGRATION]}]}
    (folder / "everything.json").write_text(json.dumps(document, separators=(",", ":")))


def create(connection, path, members, identifier):
    """The path of the resource that is created."""
    answer = json.loads(connection.ask("POST", path, 201, json.dumps(members).encode()))
    return f"{path}/{answer[identifier]}"


def delete(connection, path):
    connection.ask("DELETE", path, 204)


def create_api_and_page(connection, _):
    path = create(connection, APIS, {"name": "orders", "protocolType": "HTTP"}, "apiId")
    connection.ask("GET", PAGE, 200)
    return path


def create_route(connection, number):
    return create(connection, f"{API_PATH}/routes", {"routeKey": route_key(f"new{number}")}, "routeId")


def create_integration(connection, _):
    members = {key: value for key, value in INTEGRATION.items() if key != "integrationId"}
    return create(connection, COLLECTION, members, "integrationId")


def get_api(connection, _):
    connection.ask("GET", API_PATH, 200)


def mean_us(server, size, measured, before, after):
    """Microseconds of the server's processor for one call of `measured`. What else the batch needs is not counted."""
    batch = min(max(BATCH_MIN, size // 10), BATCH_MAX)
    spent, calls, deadline = 0, 0, time.monotonic() + ROUND_SECONDS
    with Connection(server.port, HEADERS) as connection:
        while calls < ASKED and time.monotonic() < deadline:
            made = [before(connection, number) if before else number for number in range(batch)]
            began = processor_us(server.process.pid)
            left = [measured(connection, item) for item in made]
            spent += processor_us(server.process.pid) - began
            calls += batch
            for item in left if after else ():
                after(connection, item)
    return spent / calls


@contextlib.contextmanager
def on_server_core():
    """Keeps this process, which is the client here, on the core of the servers.

    The two take turns, so neither has to wake another core: a GetApi costs 13 µs there, and 43 µs across cores.
    """
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(SERVER_CORE)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def curves(folder, write, measures):
    """A row of cells for each measure: its median at each size, and the last divided by the first."""
    figures = {name: {size: [] for size in SIZES} for name in measures}
    with contextlib.ExitStack() as stack:
        servers = {}
        for size in SIZES:
            write(folder / f"{write.__name__}-{size}", size)
            servers[size] = stack.enter_context(ours(folder / f"{write.__name__}-{size}", "--quotas", "off"))
        stack.enter_context(on_server_core())
        for _ in range(ROUNDS):
            for name, measure in measures.items():
                for size, server in servers.items():
                    figures[name][size].append(measure(server, size))
    rows = []
    for name, by_size in figures.items():
        medians = [statistics.median(by_size[size]) for size in SIZES]
        ratio = statistics.median(last / first for last, first in zip(by_size[SIZES[-1]], by_size[SIZES[0]]))
        rows.append((name, *(f"{median:,.0f}" for median in medians), f"{ratio:.2f}"))
    return rows


def page_rate(seconds):
    def measure(server, _):
        server.path = PAGE
        rate = wrk(server, 64, seconds)[0]
        wait_until_idle(server.process)
        return rate
    return measure


def processor_time(measured, before=None, after=None):
    """`before` makes the resource that `measured` is about, else it gets a number; `after` gets its result."""
    return lambda server, size: mean_us(server, size, measured, before, after)


def bench_curves(folder, seconds):
    """Operations whose cost should not grow with what is held. A GetApi shows the part of the exchange in each."""
    rows = curves(folder, write_apis, {
        "n APIs: GetApis, maxResults=5, requests/s": page_rate(seconds),
        "n APIs: GetApi, µs": processor_time(get_api),
        "n APIs: CreateApi and such a page, µs": processor_time(create_api_and_page, after=delete),
    })
    rows += curves(folder, write_routes, {
        "n routes: GetApi, µs": processor_time(get_api),
        "n routes: CreateRoute with variables, µs": processor_time(create_route, after=delete),
        "n routes: DeleteIntegration, µs": processor_time(delete, before=create_integration),
    })
    table(("store, over n", *(f"{size:,}" for size in SIZES), "last / first"), rows)
