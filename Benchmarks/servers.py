"""Our server as a process pinned to one core, the documents that it serves, and the headers of a request to it."""

import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("APIGATEWAYV2_LOCAL_BINARY", ROOT / ".build/release/apigatewayv2-local"))
SERVER_CORE, CLIENT_CORE = "0", "1"

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
COLLECTION = "/v2/apis/a1b2c3d4e5/integrations"
PATH = f"{COLLECTION}/abc123d"
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


# Above every rate that is measured.
UNTHROTTLED = [
    option for name in ("account-requests-per-second", "account-requests-burst", "account-connections-per-second")
    for option in ("--limit", f"{name}=1000000")]


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


def processor_us(pid):
    """Microseconds for which the threads of the process have run. Neighbours on the machine lengthen it little."""
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1000


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

    def __init__(self, name, command, path, port, environment=None, wait=wait_for_200, scheme="http", core=SERVER_CORE):
        self.name, self.path, self.port, self.wait, self.scheme = name, path, port, wait, scheme
        self.process = subprocess.Popen(
            pinned(core, command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})})

    def __enter__(self):
        try:
            self.wait(self.port, self.path, self.process)
        except BaseException:
            self.__exit__()
            raise
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


def ours(folder, *options, path=PATH, **settings):
    port = free_port()
    command = [BINARY, "--port", port, "--fixtures", folder, "--log-level", "error", *options]
    return Server("apigatewayv2-local", command, path, port, **settings)
