"""What the store costs: a part of bench.py. Its curves show whether an operation's cost grows with what is held."""

import json
import pathlib
import socket
import statistics

from clients import ROUNDS, wrk
from figures import table
from servers import API, HEADERS, INTEGRATION, PATH, ours

COLLECTION = PATH.rpartition("/")[0]
LIST = COLLECTION + "?maxResults=300"
# What the curves go over, and the requests that a point of theirs is the mean of.
SIZES = (10, 100, 1_000, 10_000, 100_000)
ASKED = 200


def write_many_apis(folder, count, each):
    """So many APIs with so many integrations each, as one document; the first is the one that is asked for."""
    folder.mkdir()
    apis = [{
        **API, "apiId": API["apiId"] if api == 0 else f"a{api:09d}",
        "integrations": [{**INTEGRATION, "integrationId": "abc123d" if n == 0 else f"i{n:06d}"} for n in range(each)],
    } for api in range(count)]
    (folder / "everything.json").write_text(json.dumps({"apis": apis}, separators=(",", ":")))


def post_script(folder):
    """What wrk needs to create integrations."""
    members = {key: value for key, value in INTEGRATION.items() if key != "integrationId"}
    body = json.dumps(members).replace("\\", "\\\\").replace("'", "\\'")
    script = folder / "create.lua"
    script.write_text(f"wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = '{body}'\n")
    return script


def bench_rates(folder, seconds):
    """Writes in memory and to a file, reads with much and with little held, long lists."""
    script = post_script(folder)
    write_many_apis(folder / "one-api", 1, 1)
    write_many_apis(folder / "many-apis", 10_000, 10)
    write_many_apis(folder / "long-list", 1, 300)

    def runs(maker, connections=64, script=None, path=None):
        results = []
        for number in range(ROUNDS):
            with maker(number) as server:
                server.path = path or (COLLECTION if script else server.path)
                results.append(wrk(server, connections, seconds, script)[0])
        return statistics.median(results)

    def kept(number):
        return ours(folder / "one-api", "--quotas", "off", "--state", folder / f"state-{number}.db")

    rows = [("CreateIntegration in memory", runs(lambda _: ours(folder / "one-api", "--quotas", "off"), script=script), ""),
            ("CreateIntegration with --state", runs(kept, script=script), ""),
            ("GetIntegrations of 300", runs(lambda _: ours(folder / "long-list"), path=LIST), "")]
    # Both at once and in turn, since they are compared.
    with ours(folder / "one-api") as one, ours(folder / "many-apis") as many, \
            ours(folder / "one-api", "--state", folder / "state-read.db") as state:
        results = [[wrk(server, 64, seconds)[0] for server in (one, many, state)] for _ in range(ROUNDS)]
    for index, name in enumerate(("1 API held", "10,000 APIs of 10 integrations held", "1 API held, --state")):
        ratio = statistics.median(row[index] / row[0] for row in results)
        rows.append((f"GetIntegration, {name}", statistics.median(row[index] for row in results), f"{ratio:.2f}"))
    table(("store, 64 connections", "requests/s", "of 1 API held"), [(name, f"{rate:,.0f}", ratio) for name, rate, ratio in rows])


def ask(connection, answers, method, path, status, body=None):
    """One request on an open connection; returns the answer's body, or ends the program if the status is another."""
    content = b"" if body is None else json.dumps(body).encode()
    signed = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{signed}Content-Length: {len(content)}\r\n\r\n"
    connection.sendall(head.encode() + content)
    first, length = answers.readline(), 0
    while (line := answers.readline()) != b"\r\n":
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    answer = answers.read(length)
    if f" {status} ".encode() not in first:
        raise SystemExit(f"{method} {path} was answered {first!r} {answer[:200]!r}, not {status}")
    return answer


def processor_microseconds(pid):
    """How long the threads of the process have run, which no neighbour on the machine lengthens much."""
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1000


def cost(server, requests):
    """Microseconds of the server's processor for one of `requests`, which are method, path, status and body."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection, connection.makefile("rb") as answers:
        before = processor_microseconds(server.process.pid)
        for request in requests:
            ask(connection, answers, *request)
        return (processor_microseconds(server.process.pid) - before) / len(requests)


def write_apis(folder, count):
    """So many APIs; the first has the integration that is asked for at the start."""
    folder.mkdir()
    apis = [{**API, "apiId": f"b{number:09d}"} for number in range(count - 1)]
    apis.append({**API, "integrations": [INTEGRATION]})
    (folder / "everything.json").write_text(json.dumps({"apis": apis}, separators=(",", ":")))


def write_routes(folder, count):
    """One API with so many routes, each with a variable and the same target, and integrations that no route names."""
    folder.mkdir()
    routes = [{"routeId": f"r{number:06d}", "routeKey": f"GET /r{number}/{{id}}", "target": "integrations/abc123d"} for number in range(count)]
    spare = [{**INTEGRATION, "integrationId": f"i{number:06d}"} for number in range(ASKED)]
    document = {"apis": [{**API, "routes": routes, "integrations": [INTEGRATION, *spare]}]}
    (folder / "everything.json").write_text(json.dumps(document, separators=(",", ":")))


def bench_curves(folder, seconds):
    """Operations whose work does not grow with what is held, over what is held."""
    apis, routes = "/v2/apis", f"/v2/apis/{API['apiId']}/routes"
    rows = {name: [] for name in (
        "GetApis, maxResults=5, of n APIs: requests/s", "CreateApi and then such a page: µs",
        "CreateRoute with a variable, of n routes: µs", "DeleteIntegration, of n routes: µs")}
    page, page_after_write, creation, deletion = rows.values()
    for size in SIZES:
        write_apis(folder / f"apis-{size}", size)
        with ours(folder / f"apis-{size}", "--quotas", "off") as server:
            made = ("POST", apis, 201, {"name": "orders", "protocolType": "HTTP"})
            pair = cost(server, [made, ("GET", f"{apis}?maxResults=5", 200)] * ASKED)
            page_after_write.append(f"{2 * pair:,.0f}")
            server.path = f"{apis}?maxResults=5"
            page.append(f"{statistics.median(wrk(server, 64, seconds)[0] for _ in range(ROUNDS)):,.0f}")
        write_routes(folder / f"routes-{size}", size)
        with ours(folder / f"routes-{size}", "--quotas", "off") as server:
            creations = [("POST", routes, 201, {"routeKey": f"GET /new{number}/{{id}}"}) for number in range(ASKED)]
            creation.append(f"{cost(server, creations):,.0f}")
            deletion.append(f"{cost(server, [('DELETE', f'{COLLECTION}/i{number:06d}', 204) for number in range(ASKED)]):,.0f}")
    table(("processor time or rate over n", *(f"{size:,}" for size in SIZES)), [(name, *cells) for name, cells in rows.items()])


def bench_store(folder, seconds):
    bench_rates(folder, seconds)
    bench_curves(folder, seconds)
