"""What the admin API's page and the journal's file cost: bytes, time to the first paint, and requests/s beside them."""

import contextlib
import itertools
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import time

from clients import ROUNDS, wait_until_idle, wrk
from figures import table
from servers import CLIENT_CORE, PATH, ours, pinned, processor_us, write_fixtures

PAINTS = 10
IDLE_SECONDS = 10
# After which a browser has done all that it does for a new page.
SETTLE_SECONDS = 3
RATE, RATE_CLIENTS, RATE_SECONDS = 1_000, 10, 10
RATES = ("GetIntegration, 64 connections", "per second", "to the first", "server's us a request", "browser's % of a core")
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
BYTES = (
    "performance.getEntries().filter(entry => entry.entryType == 'navigation' || entry.name.includes('/__admin/page/'))"
    ".reduce((sum, entry) => sum + entry.transferSize, 0)")


def browser_command(folder, chromium):
    """A program that starts the browser on the core of the clients."""
    command = folder / "browser"
    command.write_text(f'#!/bin/sh\nexec {shlex.join(pinned(CLIENT_CORE, [chromium]))} "$@"\n')
    command.chmod(0o755)
    return command


def first_paint(browser, url):
    """Milliseconds from the request to the first paint with content, and the bytes of all files, with an empty cache."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    page.get_by_text("live", exact=True).wait_for()
    # The page's policy lets no text be evaluated within it, so that the wait is here.
    while page.evaluate(PAINT) == 0:
        time.sleep(0.01)
    figures = page.evaluate(PAINT), page.evaluate(BYTES)
    context.close()
    return figures


def browser_us():
    """Microseconds of the processor of all processes that began here, without those of servers: the browser's."""
    parents, times = {}, {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
            fields = rest.split()
            parents[int(stat.parent.name)] = int(fields[1])
            times[int(stat.parent.name)] = int(fields[11]) + int(fields[12]) if name.startswith("chrom") else 0

    def began_here(process):
        while process > 1:
            if process == os.getpid():
                return True
            process = parents.get(process, 0)
        return False

    return sum(ticks for process, ticks in times.items() if began_here(process)) * 1e6 / os.sysconf("SC_CLK_TCK")


def idle_shares(server):
    """The shares of a core that the server and the browser take while a page waits for requests."""
    before = processor_us(server.process.pid), browser_us()
    time.sleep(IDLE_SECONDS)
    after = processor_us(server.process.pid), browser_us()
    return [(last - first) / 1e6 / IDLE_SECONDS for first, last in zip(before, after)]


FRAMES = """() => {
  window.frames_ = [];
  let last = performance.now();
  const note = now => { window.frames_.push(now - last); last = now; requestAnimationFrame(note); };
  requestAnimationFrame(note);
}"""


def shown_rate(server, page):
    """Requests at a fixed rate while the page shows them: rows and the longest and the 99th percentile of frames in ms."""
    page.evaluate(FRAMES)
    subprocess.run(
        ["h2load", "--h1", f"--rps={RATE // RATE_CLIENTS}", f"-c{RATE_CLIENTS}", f"-n{RATE * RATE_SECONDS}",
         f"http://127.0.0.1:{server.port}{PATH}"], check=True, capture_output=True)
    frames = sorted(page.evaluate("window.frames_"))
    text = page.locator("p[aria-live]").inner_text()
    return frames[-1], frames[int(len(frames) * 0.99)], text


def in_turn(pairs, seconds):
    """Requests/s of each name in turn, the median of the ratios to the first, the server's time for a request, the browser's a second."""
    rates = {name: [] for name in pairs}
    costs = {name: [] for name in pairs}
    browser = {name: [] for name in pairs}
    for _, (name, (server, around)) in itertools.product(range(ROUNDS), pairs.items()):
        with around():
            before = processor_us(server.process.pid), browser_us()
            rates[name].append(wrk(server, 64, seconds)[0])
            costs[name].append((processor_us(server.process.pid) - before[0]) / rates[name][-1] / seconds)
            browser[name].append((browser_us() - before[1]) / 1e6 / seconds)
        wait_until_idle(server.process)
    first = next(iter(rates.values()))
    return [
        (name, f"{statistics.median(runs):,.0f}", f"{statistics.median(run / other for run, other in zip(runs, first)):.2f}",
         f"{statistics.median(costs[name]):.2f}", f"{100 * statistics.median(browser[name]):.1f}")
        for name, runs in rates.items()]


def bench_page(folder, seconds):
    chromium = shutil.which("chromium")
    if chromium is None:
        return print("The page was not measured: chromium is missing (apt-get install chromium).")
    from playwright.sync_api import sync_playwright

    write_fixtures(folder / "page", 1)
    with ours(folder / "page") as server, sync_playwright() as playwright:
        url = f"http://127.0.0.1:{server.port}/__admin/"
        # A browser is a client: it runs where the other clients do.
        browser = playwright.chromium.launch(executable_path=browser_command(folder, chromium), args=["--no-sandbox"])
        paints = [first_paint(browser, url) for _ in range(PAINTS)]
        times = [paint[0] for paint in paints]

        @contextlib.contextmanager
        def opened():
            context = browser.new_context()
            page = context.new_page()
            page.goto(url)
            page.get_by_text("live", exact=True).wait_for()
            time.sleep(SETTLE_SECONDS)
            yield page
            context.close()

        with opened() as page:
            shares = idle_shares(server)
            longest, usual, text = shown_rate(server, page)
        table(
            ("page", "min", "median", "max"),
            [("first paint, ms", f"{min(times):.0f}", f"{statistics.median(times):.0f}", f"{max(times):.0f}"),
             ("kB of all files", *(3 * (f"{paints[0][1] / 1000:.1f}",))),
             ("idle, the server's % of a core", *(3 * (f"{100 * shares[0]:.2f}",))),
             ("idle, the browser's % of a core", *(3 * (f"{100 * shares[1]:.2f}",)))])
        table(
            (f"{RATE:,} requests/s for {RATE_SECONDS} s", "99th percentile", "longest", "the page tells"),
            [("a frame, ms", f"{usual:.0f}", f"{longest:.0f}", text)])
        rows = in_turn({"no page": (server, contextlib.nullcontext), "a page open": (server, opened)}, seconds)
        table(RATES, rows)
        browser.close()


def bench_journal(folder, seconds):
    """With the journal's file, beside the journal alone. The file may miss requests, which are counted."""
    write_fixtures(folder / "journal", 1)
    file = folder / "journal.jsonl"
    with ours(folder / "journal") as alone, ours(folder / "journal", "--journal-file", str(file)) as kept:
        rows = in_turn(
            {"journal": (alone, contextlib.nullcontext), "journal with a file": (kept, contextlib.nullcontext)}, seconds)
    table(RATES[:-1], [row[:-1] for row in rows])
