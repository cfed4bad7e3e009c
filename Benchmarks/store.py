"""Requests/s of reads and writes, with much and with little held: a part of bench.py."""

import json
import statistics

from clients import ROUNDS, wrk
from curves import bench_curves
from figures import table
from servers import API, COLLECTION, INTEGRATION, ours

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
    """A script that lets wrk create integrations."""
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


def bench_store(folder, seconds):
    bench_rates(folder, seconds)
    bench_curves(folder, seconds)
