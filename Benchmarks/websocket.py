"""WebSocket APIs: idle connections, new ones, messages that a mock sends back, and @connections: a part of bench.py."""

import contextlib
import json
import pathlib
import statistics
import subprocess
import urllib.request

from clients import ROUNDS, wait_until_idle, wrk
from figures import table
from servers import API, CLIENT_CORE, HEADERS, INTEGRATION, PATH, UNTHROTTLED, ours, pinned, processor_us, resident_memory_mb

IDLE = 10_000
CONNECTIONS = 64
STAGE = "/_aws/execute-api/w6x7y8z9a0/dev"
HANDSHAKE = (
    f"GET {STAGE} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
ONE_REQUEST = f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
# The route `echo` sends a message back: the template of the request wraps it, and that of the response takes it out again.
ECHO = {
    "integrationId": "mck001a", "integrationType": "MOCK",
    "requestTemplates": {"$default": '{"statusCode": 200, "body": $input.json(\'$\')}'},
    "integrationresponses": [{
        "integrationResponseId": "irs001a", "integrationResponseKey": "$default",
        "responseTemplates": {"$default": "$input.json('$.body')"}}],
}


def write_api(folder):
    """One WebSocket API with the route `echo`, beside the integration of the other parts."""
    folder.mkdir()
    chat = {
        "apiId": "w6x7y8z9a0", "name": "chat", "protocolType": "WEBSOCKET", "routeSelectionExpression": "$request.body.action",
        "integrations": [ECHO],
        "routes": [{
            "routeId": "rte001a", "routeKey": "echo", "target": "integrations/mck001a",
            "routeResponseSelectionExpression": "$default",
            "routeresponses": [{"routeResponseId": "rrs001a", "routeResponseKey": "$default"}]}],
        "stages": [{"stageName": "dev", "autoDeploy": True}],
    }
    apis = [{**API, "integrations": [INTEGRATION]}, chat]
    (folder / "everything.json").write_text(json.dumps({"apis": apis}))
    return folder


class Client:
    """The program websocket.c, with a request that each of its connections begins with."""

    def __init__(self, folder):
        self.program = folder / "websocket-client"
        self.requests = {}
        for name, text in (("handshake", HANDSHAKE), ("request", ONE_REQUEST)):
            self.requests[name] = folder / name
            self.requests[name].write_text(text)
        source = pathlib.Path(__file__).with_name("websocket.c")
        subprocess.run(["cc", "-D_GNU_SOURCE", "-O2", "-o", self.program, source], check=True, capture_output=True)

    def command(self, mode, server, count, seconds=0, request="handshake", window=1):
        return pinned(CLIENT_CORE, [self.program, mode, server.port, count, seconds, self.requests[request], window])

    def run(self, *arguments, **settings):
        """The figures that the program prints."""
        output = subprocess.run(self.command(*arguments, **settings), stdout=subprocess.PIPE, text=True, check=True).stdout
        return [float(word) for word in output.split()]

    @contextlib.contextmanager
    def hold(self, server, count):
        """So many connections, which are open and take every message."""
        process = subprocess.Popen(
            self.command("hold", server, count), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            if process.stdout.readline() != "open\n":
                raise SystemExit("the connections did not open")
            yield
        finally:
            process.stdin.close()
            process.wait(30)


def bench_idle(client, server):
    wait_until_idle(server.process)
    before = resident_memory_mb(server.process.pid)
    with client.hold(server, IDLE):
        wait_until_idle(server.process)
        during = resident_memory_mb(server.process.pid)
    table((f"{IDLE:,} idle WebSocket connections", "MB", "bytes each"), [
        ("memory before", f"{before:.1f}", ""),
        ("more with them", f"{during - before:.1f}", f"{(during - before) * 2**20 / IDLE:,.0f}")])


def bench_connect(client, server, seconds):
    handshakes, requests = [], []
    for _ in range(ROUNDS):
        for rates, request in ((requests, "request"), (handshakes, "handshake")):
            rates.extend(client.run("connect", server, CONNECTIONS, seconds, request))
            wait_until_idle(server.process)
    ratio = statistics.median(a / b for a, b in zip(handshakes, requests))
    table((f"new connections, {CONNECTIONS} at a time", "per second", "ratio"), [
        ("HTTP/1.1 with a GetIntegration", f"{statistics.median(requests):,.0f}", ""),
        ("WebSocket", f"{statistics.median(handshakes):,.0f}", f"{ratio:.2f}")])


def bench_echo(client, server, seconds):
    """Messages that come back. The last column is the time for which the server's threads ran, which neighbours lengthen less."""
    rows = []
    for window in (1, 4):
        runs = []
        for _ in range(ROUNDS):
            before = processor_us(server.process.pid)
            rate, p50, p99 = client.run("echo", server, CONNECTIONS, seconds, window=window)
            runs.append((rate, p50, p99, (processor_us(server.process.pid) - before) / (rate * seconds)))
            wait_until_idle(server.process)
        rate, p50, p99, cost = map(statistics.median, zip(*runs))
        rows.append((f"{window} on their way on each", f"{rate:,.0f}", f"{p50:.3f}", f"{p99:.3f}", f"{cost:.1f}"))
    table((f"100 bytes back by a mock, {CONNECTIONS} connections", "messages/s", "p50 ms", "p99 ms", "µs each"), rows)


def connection_ids(server):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/__admin/connections", timeout=30) as answer:
        return [connection["connectionId"] for connection in json.load(answer)["connections"]]


def post_script(folder, ids):
    """Posts 100 bytes to one connection behind the other."""
    script = folder / "post.lua"
    paths = ", ".join(f'"{STAGE}/@connections/{connection.replace("=", "%3D")}"' for connection in ids)
    script.write_text(
        f'local paths, count = {{{paths}}}, 0\nlocal body = string.rep("x", 100)\n'
        f'wrk.headers["Authorization"] = "{HEADERS["Authorization"].replace("/apigateway/", "/execute-api/")}"\n'
        "request = function()\n  count = count % #paths + 1\n"
        '  return wrk.format("POST", paths[count], nil, body)\nend\n')
    return script


def bench_post(folder, client, server, seconds):
    rows = []
    for count in (1, CONNECTIONS):
        posts, reads = [], []
        with client.hold(server, count):
            script = post_script(folder, connection_ids(server))
            for _ in range(ROUNDS):
                reads.append(wrk(server, CONNECTIONS, seconds))
                wait_until_idle(server.process)
                posts.append(wrk(server, CONNECTIONS, seconds, script))
                wait_until_idle(server.process)
        ratio = statistics.median(a[0] / b[0] for a, b in zip(posts, reads))
        named = "1 client" if count == 1 else f"{count} clients"
        rows += [
            (f"{name}, {named}", *(f"{statistics.median(run[place] for run in runs):,.{digits}f}" for place, digits in
                                   ((0, 0), (1, 3), (2, 3))), shown)
            for name, runs, shown in (("GetIntegration beside", reads, ""), ("@connections POST to", posts, f"{ratio:.2f}"))]
    table((f"{CONNECTIONS} connections", "requests/s", "p50 ms", "p99 ms", "ratio"), rows)


def bench_websocket(folder, seconds):
    client = Client(folder)
    options = ("--limit", f"connections-max={2 * IDLE}", *UNTHROTTLED)
    with ours(write_api(folder / "websocket"), *options) as server:
        bench_idle(client, server)
        bench_connect(client, server, seconds)
        bench_echo(client, server, seconds)
        bench_post(folder, client, server, seconds)
