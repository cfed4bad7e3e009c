"""Figures in the words of wrk and h2load, read into numbers, and tables of figures. Imports no other part."""

import re

# Both programs choose the unit by the length of the time: h2load up to seconds, wrk up to hours.
MILLISECONDS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}


def duration_ms(text):
    """Milliseconds of a duration such as 532us, 4.38ms or 1.05s."""
    value, unit = re.fullmatch(r"(\d+(?:\.\d+)?)([a-z]+)", text).groups()
    return float(value) * MILLISECONDS[unit]


def wrk_figures(output):
    """Requests/s, p50 and p99 in ms, of what `wrk --latency` printed."""
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    p50, p99 = (re.search(rf"^\s+{percentile}%\s+(\S+)", output, re.MULTILINE).group(1) for percentile in (50, 99))
    return rate, duration_ms(p50), duration_ms(p99)


def h2load_figures(output):
    """Requests/s, and the mean time of a request in ms, of what h2load printed."""
    rate = float(re.search(r"^finished in \S+, ([\d.]+) req/s", output, re.MULTILINE).group(1))
    mean = re.search(r"^time for request:\s+\S+\s+\S+\s+(\S+)", output, re.MULTILINE).group(1)
    return rate, duration_ms(mean)


def table(header, rows):
    widths = [max(len(str(row[i])) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        print("  ".join(str(cell).rjust(width) if i else str(cell).ljust(width) for i, (cell, width) in enumerate(zip(row, widths))))
    print(flush=True)
