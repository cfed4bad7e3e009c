"""Measures apigatewayv2-local beside nginx and moto_server on one machine and prints figures and ratios.

Every server runs pinned to one core and the client to another; rounds go through the servers in turn, so that a noisy
neighbour meets them all. What is printed is the median of the rounds.
"""

import argparse
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import boto3
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("APIGATEWAYV2_LOCAL_BINARY", ROOT / ".build/release/apigatewayv2-local"))
SERVER_CORE, CLIENT_CORE = "0", "1"
ROUNDS = 3
CONNECTIONS = (1, 64, 512)
# New TLS connections in a run, for each second that it may take; all of them are open at once.
HANDSHAKES_PER_SECOND = 500
# What the parts with thousands of connections need, of clients and servers alike.
DESCRIPTORS = 10_000

API = {"apiId": "a1b2c3d4e5", "name": "orders", "protocolType": "HTTP"}
INTEGRATION = {
    "connectionId": "l4er5c", "connectionType": "VPC_LINK", "description": "Orders service behind the internal listener",
    "integrationId": "abc123d", "integrationMethod": "ANY", "integrationType": "HTTP_PROXY",
    "integrationUri": "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/orders/50dc6c495c0c9188/0467ef3c8400ae65",
    "payloadFormatVersion": "1.0",
    "requestParameters": {"append:header.x-source": "api-gateway", "overwrite:path": "/orders"},
    "responseParameters": {"404": {"overwrite:statuscode": "200"}},
    "timeoutInMillis": 30000, "tlsConfig": {"serverNameToVerify": "orders.example.com"},
}
PATH = "/v2/apis/a1b2c3d4e5/integrations/abc123d"
# What botocore sends with a GetIntegration, the signature included.
HEADERS = {
    "Accept-Encoding": "identity",
    "User-Agent": "Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.11.7 md/pyimpl#CPython "
                  "m/b,Z,D cfg/retry-mode#legacy Botocore/1.43.11",
    "X-Amz-Date": "20261122T205300Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/apigateway/aws4_request, "
                     "SignedHeaders=host;x-amz-date, Signature=" + "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    "amz-sdk-invocation-id": "2b1e5c0e-6d5f-4d1c-9a53-6a2f4a0f5c11",
    "amz-sdk-request": "attempt=1",
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(core, command):
    return ["taskset", "-c", core, *map(str, command)]


def peak_memory_mb(pid):
    """The largest resident set that the process has had, in MB; of its children too."""
    total = 0
    for process in [pid, *children(pid)]:
        status = pathlib.Path(f"/proc/{process}/status").read_text()
        total += int(re.search(r"VmHWM:\s+(\d+)", status).group(1))
    return total / 1024


def resident_memory_mb(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


def children(pid):
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


def wait_for_200(port, path, process, seconds=120.0):
    """Asks until the answer is 200; returns the moment of the first one."""
    # Signed like the rest: moto finds the service by the signature.
    signed = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{signed}Connection: close\r\n\r\n".encode()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"{process.args[-1]} ended with status {process.returncode} before it answered")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
                connection.sendall(request)
                if b" 200 " in connection.recv(4096).split(b"\r\n")[0]:
                    return time.monotonic()
        except OSError:
            pass
        time.sleep(0.0005)
    sys.exit(f"no 200 from port {port} within {seconds} s")


def wait_for_tls(port, path, process, seconds=30.0):
    """The same over TLS, whoever signed the certificate."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"{process.args[-1]} ended with status {process.returncode} before it answered")
        try:
            with urllib.request.urlopen(f"https://127.0.0.1:{port}{path}", context=trusting, timeout=30) as answer:
                if answer.status == 200:
                    return time.monotonic()
        except OSError:
            pass
        time.sleep(0.05)
    sys.exit(f"no 200 over TLS from port {port} within {seconds} s")


def wait_for_http2(port, path, process, seconds=30.0):
    """The same for a server that may speak nothing but HTTP/2."""
    command = ["nghttp", "-n", "-s", f"http://127.0.0.1:{port}{path}"]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"{process.args[-1]} ended with status {process.returncode} before it answered")
        if " 200 " in subprocess.run(command, capture_output=True, text=True, check=False).stdout:
            return time.monotonic()
        time.sleep(0.05)
    sys.exit(f"no 200 over HTTP/2 from port {port} within {seconds} s")


class Server:
    """A server process on a port of its own, pinned, stopped at the end of a `with`."""

    def __init__(self, name, command, path, port, environment=None, wait=wait_for_200, scheme="http"):
        self.name, self.path, self.port, self.wait, self.scheme = name, path, port, wait, scheme
        self.process = subprocess.Popen(
            pinned(SERVER_CORE, command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})})

    def __enter__(self):
        self.wait(self.port, self.path, self.process)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def write_fixtures(folder, count):
    """One API with `count` integrations, as the one document that get-integrations would print."""
    apis = folder / "apis"
    (apis / API["apiId"]).mkdir(parents=True)
    (apis / f"{API['apiId']}.json").write_text(json.dumps(API))
    items = [{**INTEGRATION, "integrationId": "abc123d" if n == 0 else f"i{n:06d}"} for n in range(count)]
    document = folder / "apis" / API["apiId"] / "integrations.json"
    document.write_text(json.dumps({"items": items}, separators=(",", ":")))
    return document.stat().st_size


def ours(folder, *options, **settings):
    port = free_port()
    command = [BINARY, "--port", port, "--fixtures", folder, "--log-level", "error", *options]
    return Server("apigatewayv2-local", command, PATH, port, **settings)


NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log /dev/null;
events {{ worker_connections 4096; multi_accept on; }}
http {{
  access_log off; keepalive_requests 1000000000; http2_max_requests 1000000000; tcp_nodelay on; sendfile on; open_file_cache max=16;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} {protocol} backlog=4096;
    add_header x-amzn-RequestId 5f1b11f8-de5c-4135-95fb-8a5ddb73e045; add_header x-amz-apigw-id a2UcrEM1oAMFQXg=;
    add_header X-Amzn-Trace-Id Root=1-602c011d-7b7bcd1315f0845e721b1b60;
    default_type application/json; {more}
    location /static/ {{ root {folder}; }}
    location / {{ return 200 '{body}'; }}
  }}
}}
"""


def nginx(folder, name, path, protocol="", more="", **settings):
    port = free_port()
    folder.mkdir()
    (folder / "static").mkdir()
    body = json.dumps(INTEGRATION, separators=(",", ":"))
    (folder / "static" / "abc123d").write_text(body)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, body=body, protocol=protocol, more=more))
    os.chmod(folder, 0o755)
    command = [shutil.which("nginx") or "/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf"]
    return Server(name, command, path, port, **settings)


def nghttpd(folder):
    """nghttp2's own server with the same bytes as a file; it speaks nothing but HTTP/2."""
    port = free_port()
    file = folder / PATH.lstrip("/")
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(INTEGRATION, separators=(",", ":")))
    command = [shutil.which("nghttpd") or "/usr/sbin/nghttpd", "--no-tls", "-a", "127.0.0.1", "-d", folder, port]
    return Server("nghttpd static file", command, PATH, port, wait=wait_for_http2)


def moto():
    port = free_port()
    command = [pathlib.Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", port]
    server = Server("moto_server", command, "/moto-api/", port)
    wait_for_200(port, "/moto-api/", server.process)
    client = boto3.client(
        "apigatewayv2", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret", config=Config(retries={"max_attempts": 0}))
    api = client.create_api(Name="orders", ProtocolType="HTTP")["ApiId"]
    skipped = ("integrationId", "tlsConfig", "connectionId")
    members = {key[0].upper() + key[1:]: value for key, value in INTEGRATION.items() if key not in skipped}
    integration = client.create_integration(ApiId=api, **members)["IntegrationId"]
    server.path = f"/v2/apis/{api}/integrations/{integration}"
    return server


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
    value, unit = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)", output).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


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


COLLECTION = PATH.rpartition("/")[0]
LIST = COLLECTION + "?maxResults=300"


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


def bench_store(folder, seconds):
    """What the store costs: writes in memory and to a file, reads with much and with little held, long lists."""
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
    rate = float(re.search(r"finished in [\d.]+s, ([\d.]+) req/s", output).group(1))
    mean, unit = re.search(r"time for request:\s+\S+\s+\S+\s+([\d.]+)(us|ms|s)", output).groups()
    return rate, float(mean) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


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


def make_certificate(folder):
    """ECDSA P-256, as `--tls auto` makes them."""
    chain, key = folder / "server.pem", folder / "server-key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
               "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", chain]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return chain, key


def handshakes(server, seconds):
    """New TLS connections/s, each with a whole handshake and one request, all begun at once."""
    count = str(HANDSHAKES_PER_SECOND * seconds)
    command = ["h2load", "--h1", "-t1", "-c", count, "-n", count, f"https://127.0.0.1:{server.port}{server.path}"]
    output = subprocess.run(pinned(CLIENT_CORE, command), capture_output=True, text=True, check=True).stdout
    if f"status codes: {count} 2xx" not in output or "TLS Protocol: TLSv1.3" not in output:
        sys.exit(f"{server.name} answered something else than {count} times 200 over TLS 1.3:\n{output}")
    return float(re.search(r"finished in [\d.]+s, ([\d.]+) req/s", output).group(1))


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
    # Here, since that part is made of what stands above.
    sys.modules.setdefault("bench", sys.modules["__main__"])
    from faults import bench_faults

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
