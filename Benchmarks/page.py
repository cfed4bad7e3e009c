"""What the admin API's page and the journal's file cost: bytes, time to the first paint, and requests/s beside them."""

import contextlib
import itertools
import shutil
import statistics
import sys
import time

from clients import ROUNDS, wait_until_idle, wrk
from figures import table
from servers import ours, processor_us, write_fixtures

PAINTS = 10
IDLE_SECONDS = 10
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
BYTES = (
    "performance.getEntries().filter(entry => entry.entryType == 'navigation' || entry.name.includes('/__admin/page/'))"
    ".reduce((sum, entry) => sum + entry.transferSize, 0)")


def first_paint(browser, url):
    """Milliseconds from the request to the first paint with content, and the bytes of all files, with an empty cache."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    page.wait_for_function(f"({PAINT}) > 0")
    page.get_by_text("live", exact=True).wait_for()
    figures = page.evaluate(PAINT), page.evaluate(BYTES)
    context.close()
    return figures


def idle_share(server):
    """The share of a core that the server takes while a page waits for requests."""
    before = processor_us(server.process.pid)
    time.sleep(IDLE_SECONDS)
    return (processor_us(server.process.pid) - before) / 1e6 / IDLE_SECONDS


def in_turn(pairs, seconds):
    """Requests/s of each name in turn, and the median of the ratios to the first."""
    rates = {name: [] for name in pairs}
    for _, (name, (server, around)) in itertools.product(range(ROUNDS), pairs.items()):
        with around():
            rates[name].append(wrk(server, 64, seconds)[0])
        wait_until_idle(server.process)
    first = next(iter(rates.values()))
    return [
        (name, f"{statistics.median(runs):,.0f}", f"{statistics.median(run / other for run, other in zip(runs, first)):.2f}")
        for name, runs in rates.items()]


def bench_page(folder, seconds):
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is missing: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    write_fixtures(folder / "page", 1)
    with ours(folder / "page") as server, sync_playwright() as playwright:
        url = f"http://127.0.0.1:{server.port}/__admin/"
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        paints = [first_paint(browser, url) for _ in range(PAINTS)]
        times = [paint[0] for paint in paints]

        @contextlib.contextmanager
        def opened():
            context = browser.new_context()
            page = context.new_page()
            page.goto(url)
            page.get_by_text("live", exact=True).wait_for()
            yield page
            context.close()

        with opened():
            share = idle_share(server)
        table(
            ("page", "min", "median", "max"),
            [("first paint, ms", f"{min(times):.0f}", f"{statistics.median(times):.0f}", f"{max(times):.0f}"),
             ("kB of all files", *(3 * (f"{paints[0][1] / 1000:.1f}",))),
             ("idle, % of a core", *(3 * (f"{100 * share:.2f}",)))])
        rows = in_turn({"no page": (server, contextlib.nullcontext), "a page open": (server, opened)}, seconds)
        table(("GetIntegration, 64 connections", "per second", "to the first"), rows)
        browser.close()


def bench_journal(folder, seconds):
    """With the journal's file, beside the journal alone. The file may miss requests, which are counted."""
    write_fixtures(folder / "journal", 1)
    file = folder / "journal.jsonl"
    with ours(folder / "journal") as alone, ours(folder / "journal", "--journal-file", str(file)) as kept:
        rows = in_turn(
            {"journal": (alone, contextlib.nullcontext), "journal with a file": (kept, contextlib.nullcontext)}, seconds)
    table(("GetIntegration, 64 connections", "per second", "to the first"), rows)
