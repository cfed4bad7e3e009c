"""Counts the instructions that a request takes, by stage, with callgrind: `make instructions`.

Each scenario runs twice on a server with one event loop, with few and with many requests. The difference of the two
profiles, divided by the difference of the requests, leaves out the start and the end of the program. The figures do
not depend on the machine's load. A stage's figure includes everything that its function calls; stages that stand
within another one are indented. "-" means that the compiler merged the function into its caller.

    Benchmarks/instructions.py                       every scenario
    Benchmarks/instructions.py get-integration       one of them
    Benchmarks/instructions.py --functions 30        the functions with the most instructions of their own as well
"""

import argparse
import collections
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import types
import urllib.parse

from connection import Connection
from servers import BINARY, ROOT
from websocket import HANDSHAKE, STAGE, connection_ids, write_api

FEW, MANY = 200, 1200
# By default each process hashes by a seed of its own, and a start then takes up to 5 million instructions more or less.
ENVIRONMENT = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}
PREFIX = "apigatewayv2-local listening on "

PATH = "/v2/apis/a1b2c3d4e5/integrations"
CREDENTIAL = (
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/apigateway/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=" + "5d672d79c15b1316" * 4
)
INTEGRATION = json.dumps({
    "connectionType": "INTERNET", "description": "Orders", "integrationMethod": "ANY", "integrationType": "HTTP_PROXY",
    "integrationUri": "https://orders.example.com/{proxy}", "payloadFormatVersion": "1.0", "timeoutInMillis": 3000,
}).encode()
RULE = {"match": {"operation": "GetIntegration"}, "then": {"error": "TooManyRequestsException"}}

# Name: method, path, body, status, whether over HTTP/2, more options of the server.
SCENARIOS = {
    "get-integration": ("GET", f"{PATH}/abc123d", b"", 200, False, []),
    "get-integration-h2c": ("GET", f"{PATH}/abc123d", b"", 200, True, []),
    "create-integration": ("POST", PATH, INTEGRATION, 201, False, []),
    "matched-rule": ("GET", f"{PATH}/abc123d", b"", 429, False, ["--faults", "rules.json"]),
    "post-to-connection": ("POST", f"{STAGE}/@connections/", b"x" * 100, 200, False, []),
}

# Stage: the demangled names of the functions that are the stage, as regular expressions; depth is the indentation.
STAGES = [
    (0, "a turn of the connection", r"Connection<>\.answer\(ready:in:\)"),
    (1, "read", r"Connection<>\.receive\(in:\)"),
    (1, "decode", r"HTTP1Decoder\.decode|HTTP2Session\.receive\(_:now:\)"),
    (1, "handle", r"Pipeline\.handle\(|RequestHandler\.handle\(_:from:\) in conformance Pipeline"),
    (2, "identify", r"IdentityReader\.identity\(of:\)"),
    (2, "route", r"Service\.route\("),
    (2, "ask the fault rules", r"Faults\.decision\("),
    (2, "perform", r"Service\.perform\("),
    (2, "make the response", r"ServiceResponse\.httpResponse\(for:\)"),
    (2, "record in the journal", r"Journal\.append\("),
    (2, "count in the metrics", r"Metrics\.count\("),
    (1, "deliver", r"HTTP1Delivery\.deliver\(|HTTP2Conversation\.deliver\(|HTTP2Session\.respond\("),
    (0, "send", r"Connection<>\.send\(in:\)|Connection<>\.flush\(in:\)"),
]


def ask_over_http1(port, count, method, path, body, status):
    with Connection(port, {"X-Amz-Date": "20261122T205300Z", "Authorization": CREDENTIAL}) as connection:
        for _ in range(count):
            connection.ask(method, path, status, body)


def ask_over_http2(port, count, path):
    command = ["h2load", "-c1", "-m1", f"-n{count}", "-H", f"Authorization: {CREDENTIAL}", f"http://127.0.0.1:{port}{path}"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if f"{count} 2xx" not in output:
        sys.exit(f"h2load: {output}")


def post_to_connection(port, count, method, path, body, status):
    """Each message is read before the next one is posted."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client, client.makefile("rb") as received:
        client.sendall(HANDSHAKE.encode())
        while received.readline() not in (b"\r\n", b""):
            pass
        path += urllib.parse.quote(connection_ids(types.SimpleNamespace(port=port))[0])
        headers = {"X-Amz-Date": "20261122T205300Z", "Authorization": CREDENTIAL.replace("/apigateway/", "/execute-api/")}
        with Connection(port, headers) as connection:
            for _ in range(count):
                connection.ask(method, path, status, body)
                if received.read(2 + len(body))[2:] != body:
                    sys.exit("the message did not arrive")


def run(binary, folder, count, scenario):
    """Runs the scenario under callgrind; returns instructions by function, with and without what it calls."""
    method, path, body, status, is_http2, options = scenario
    posts_to_connection = path.startswith(STAGE)
    fixtures = write_api(folder / f"documents.{count}") if posts_to_connection else ROOT / "fixtures"
    out = folder / f"callgrind.{count}"
    command = [
        "valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", str(binary), "serve", "--port", "0", "--event-loops", "1",
        "--fixtures", str(fixtures), "--log-level", "off", "--quotas", "off", *options,
    ]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=folder, env=ENVIRONMENT)
        line = server.stdout.readline()
        if not line.startswith(PREFIX):
            sys.exit(f"the server did not start: {(folder / 'log').read_text()}")
        port = int(line.strip().rsplit(":", 1)[1])
        if is_http2:
            ask_over_http2(port, count, path)
        elif posts_to_connection:
            post_to_connection(port, count, method, path, body, status)
        else:
            ask_over_http1(port, count, method, path, body, status)
        server.send_signal(signal.SIGTERM)
        server.wait()
    return total(out), costs(out, inclusive=True), costs(out, inclusive=False)


def annotate(out, inclusive):
    text = subprocess.run(
        ["callgrind_annotate", f"--inclusive={'yes' if inclusive else 'no'}", "--threshold=100", "--auto=no", str(out)],
        capture_output=True, text=True, check=True).stdout
    return subprocess.run(["swift", "demangle", "--simplified"], input=text, capture_output=True, text=True, check=True).stdout


def costs(out, inclusive):
    result = collections.Counter()
    for line in annotate(out, inclusive).splitlines():
        match = re.match(r"\s*([\d,]+) \([\s\d.]+%\)\s+\S*?:(.*?)(?:\s+\[[^\]]*\])?$", line)
        # A function that calls itself is listed again with a depth; the first line has it all.
        if match and not re.search(r"'\d+$", match[2]):
            name = match[2].removeprefix("specialized ").replace("specialized static ", "static ")
            result[name] = max(result[name], int(match[1].replace(",", "")))
    return result


def total(out):
    for line in out.read_text(errors="replace").splitlines():
        if line.startswith(("totals:", "summary:")):
            return int(line.split()[1])
    sys.exit(f"{out} has no total")


def stripped(folder):
    """A copy without debug information, which valgrind 3.19 cannot read in the form that Swift 6 writes."""
    copy = folder / "server"
    subprocess.run(["objcopy", "--strip-debug", str(BINARY), str(copy)], check=True)
    return copy


def measure(name, functions):
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "rules.json").write_text(json.dumps([RULE]))
        binary = stripped(folder)
        few, many = (run(binary, folder, count, SCENARIOS[name]) for count in (FEW, MANY))
    requests = MANY - FEW
    print(f"\n{name}: {(many[0] - few[0]) / requests:,.0f} instructions a request")
    for depth, stage, pattern in STAGES:
        found = [function for function in many[1] if re.search(pattern, function)]
        # A stage may be behind a protocol's witness and a specialization: the outermost counts.
        cost = max(((many[1][function] - few[1][function]) / requests for function in found), default=None)
        print(f"  {'  ' * depth}{stage:<{32 - 2 * depth}}{'-' if cost is None else f'{cost:,.0f}':>10}")
    if functions:
        own = {function: (many[2][function] - few[2][function]) / requests for function in many[2]}
        for function, cost in sorted(own.items(), key=lambda item: -item[1])[:functions]:
            print(f"  {cost:>10,.0f}  {function[:120]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", default=list(SCENARIOS), help=f"of {', '.join(SCENARIOS)}")
    parser.add_argument("--functions", type=int, default=0, metavar="N", help="list N functions too")
    arguments = parser.parse_args()
    for name in arguments.scenarios:
        if name not in SCENARIOS:
            parser.error(f"no scenario {name}: one of {', '.join(SCENARIOS)}")
        measure(name, arguments.functions)


if __name__ == "__main__":
    main()
