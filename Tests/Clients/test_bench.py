"""The benchmarks' reading of the words that wrk and h2load print, and the order of the imports between their files."""

import ast
import graphlib
import importlib.util

import pytest

from local_server import ROOT

BENCHMARKS = ROOT / "Benchmarks"

H2LOAD = """\
starting benchmark...
finished in {duration}, 1234.50 req/s, 1.13MB/s
requests: 500 total, 500 started, 500 done, 500 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 500 2xx, 0 3xx, 0 4xx, 0 5xx
                     min         max         mean         sd        +/- sd
time for request:      205us      1.91s      {mean}      3.12ms    75.40%
time for connect:    10.95ms    358.82ms    206.57ms     97.45ms    60.00%
"""

WRK = """\
Running 1s test @ http://127.0.0.1:4290/v2/apis
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.34ms  511.00us  12.11ms   87.50%
    Req/Sec    47.90k     2.11k   50.86k    60.99%
  Latency Distribution
     50%    {p50}
     75%    1.51ms
     90%    1.76ms
     99%    {p99}
  52794 requests in 1.10s, 47.98MB read
Requests/sec:  47990.62
Transfer/sec:     43.61MB
"""


@pytest.fixture(scope="module")
def figures():
    spec = importlib.util.spec_from_file_location("figures", BENCHMARKS / "figures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "text, milliseconds",
    [("532us", 0.532), ("4.38ms", 4.38), ("1.05s", 1050), ("1.50m", 90_000), ("2.00h", 7_200_000)])
def test_a_duration_is_read_in_each_unit(figures, text, milliseconds):
    assert figures.duration_ms(text) == pytest.approx(milliseconds)


@pytest.mark.parametrize("text", ["532", "us", "1.2.3s", "3days"])
def test_a_duration_in_no_unit_is_an_error(figures, text):
    with pytest.raises((AttributeError, KeyError)):
        figures.duration_ms(text)


@pytest.mark.parametrize("duration", ["980us", "405.02ms", "3.00s"])
@pytest.mark.parametrize("mean, milliseconds", [("978us", 0.978), ("12.34ms", 12.34), ("1.20s", 1200)])
def test_a_run_of_h2load_is_read_in_each_unit(figures, duration, mean, milliseconds):
    assert figures.h2load_figures(H2LOAD.format(duration=duration, mean=mean)) == (1234.5, pytest.approx(milliseconds))


# wrk puts a space after a unit of one letter.
@pytest.mark.parametrize(
    "p50, p99, milliseconds",
    [("987.00us", "2.35ms", (0.987, 2.35)), ("1.32ms", "1.10s ", (1.32, 1100)), ("1.02s ", "1.50m ", (1020, 90_000))])
def test_a_run_of_wrk_is_read_in_each_unit(figures, p50, p99, milliseconds):
    assert figures.wrk_figures(WRK.format(p50=p50, p99=p99)) == (47990.62, *map(pytest.approx, milliseconds))


def test_no_file_of_the_benchmarks_imports_one_that_imports_it():
    files = {file.stem: ast.parse(file.read_text(encoding="utf-8")) for file in BENCHMARKS.glob("*.py")}
    imports = {
        name: {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} & set(files)
        | {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names} & set(files)
        for name, tree in files.items()
    }

    order = list(graphlib.TopologicalSorter(imports).static_order())

    assert order.index("figures") < order.index("clients") < order.index("bench")
