"""The live table of the page with a stream that the test plays: which rows a burst makes, changes and keeps."""

import pytest
from playwright.sync_api import expect

from test_page import CHROMIUM, browser, page, server  # noqa: F401

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed, so the page was not looked at")

ROWS_MAX = 1000
# An EventSource without a server. `feed` sends an event with the rows of so many further requests.
STREAM = """
  window.EventSource = class extends EventTarget {
    constructor() { super(); window.stream = this; }
    close() {}
  };
  let number = 0;
  window.feed = (count, members = {}) => {
    const rows = Array.from({ length: count }, () => {
      number += 1;
      return { number, requestId: `r${number}`, time: `2030-01-01T00:00:00.${String(number).padStart(6, '0')}Z`, plane: 'control',
        account: '000000000000', method: 'GET', target: `/v2/apis/${number}`, operation: 'GetApi', status: 200, durationMs: 0.5,
        ...members };
    });
    stream.dispatchEvent(new MessageEvent('requests', { data: JSON.stringify(rows), lastEventId: String(number) }));
  };
"""
WATCH = """() => {
  window.made = 0;
  window.changed = new Set();
  new MutationObserver(records => {
    for (const { addedNodes, target } of records) {
      made += [...addedNodes].filter(node => node.matches?.('tr, tbody')).length;
      const row = (target.parentElement ?? target).closest('tr');
      if (row) changed.add(row);
    }
  }).observe(document.querySelector('table'), { childList: true, characterData: true, attributes: true, subtree: true });
}"""
IDS = "[...document.querySelectorAll('tr[data-id]')].map(row => row.dataset.id)"
TEXTS = "[...document.querySelectorAll('tr[data-id]')].map(row => row.cells[2].textContent)"


@pytest.fixture
def fed(page):
    page.add_init_script(STREAM)
    page.reload()
    page.get_by_text("0 of the newest 0 requests").wait_for()
    return page


def feed(page, count, last, **members):
    """Sends the rows of requests and waits until the newest, number `last`, is at the top."""
    page.evaluate("([count, members]) => feed(count, members)", [count, members])
    expect(page.locator("tr[data-id]").first).to_have_attribute("data-id", f"r{last}")


def newest(last):
    return [f"r{number}" for number in range(last, last - ROWS_MAX, -1)]


def test_bursts_make_no_rows_and_change_those_in_sight_alone(fed):
    feed(fed, ROWS_MAX, 1000)
    fed.evaluate(WATCH)

    for last in (1050, 1100, 1150):
        feed(fed, 50, last)

    shown = fed.evaluate("innerHeight / 20")
    assert fed.evaluate("made") == 0
    assert 10 < fed.evaluate("changed.size") < shown
    assert fed.evaluate(TEXTS)[:10] == [f"GET /v2/apis/{number}" for number in range(1150, 1140, -1)]
    fed.get_by_text("1000 of the newest 1000 requests").wait_for()


@pytest.mark.parametrize("cause", ["key", "pointer", "scroll", "resize", "focus", "time"])
def test_rows_out_of_sight_follow_a_burst(page, cause):
    page.clock.install()
    page.add_init_script(STREAM)
    page.reload()
    feed(page, ROWS_MAX, 1000)
    feed(page, 50, 1050)
    assert page.evaluate(IDS) != newest(1050)

    if cause == "key":
        page.keyboard.press("Shift")
    elif cause == "pointer":
        page.get_by_role("heading", name="apigatewayv2-local").click()
    elif cause == "scroll":
        page.evaluate("scrollTo(0, 10)")
    elif cause == "resize":
        page.set_viewport_size({"width": 1280, "height": 2000})
    elif cause == "focus":
        page.get_by_role("searchbox").focus()
    else:
        page.clock.fast_forward(10_000)

    expect(page.locator("tr[data-id]").last).to_have_attribute("data-id", "r51")
    assert page.evaluate(IDS) == newest(1050)
    assert page.evaluate(TEXTS) == [f"GET /v2/apis/{id[1:]}" for id in newest(1050)]


@pytest.mark.parametrize("hold", ["chosen", "focused", "selected", "scrolled", "scrolled far"])
def test_a_row_that_somebody_holds_stays_that_of_its_request(fed, hold):
    feed(fed, ROWS_MAX, 1000)
    row = fed.locator("tr[data-id]").nth(300 if hold == "scrolled far" else 2)
    if hold == "chosen":
        for _ in range(3):
            fed.keyboard.press("j")
    elif hold == "focused":
        row.get_by_role("link").focus()
    elif hold == "selected":
        row.get_by_role("link").evaluate("link => getSelection().selectAllChildren(link)")
    else:
        row.evaluate("row => scrollTo(0, row.getBoundingClientRect().top)")
    held = row.element_handle()
    identity = held.get_attribute("data-id")
    place = held.bounding_box()["y"]

    feed(fed, 50, 1050)
    for last in (1051, 1052):
        feed(fed, 1, last)
    feed(fed, 60, 1112)

    assert held.get_attribute("data-id") == identity
    assert fed.evaluate(IDS) == newest(1112)
    if "scrolled" in hold:
        assert held.bounding_box()["y"] == pytest.approx(place, abs=1)


def test_a_new_row_is_marked_for_a_while(fed):
    feed(fed, 1, 1)
    fed.evaluate("""() => {
      window.marks = [];
      new MutationObserver(records => marks.push(...records.map(record => record.target.className)))
        .observe(document.querySelector('table'), { attributeFilter: ['class'], subtree: true });
    }""")

    feed(fed, 1, 2)

    expect(fed.locator("tr.new")).to_have_count(0)
    assert fed.evaluate("marks.length") == 2


def test_many_new_rows_are_not_marked_and_end_the_marks_of_others(fed):
    # Without motion a mark, which nobody sees, has no end of its own.
    fed.emulate_media(reduced_motion="reduce")
    feed(fed, ROWS_MAX, 1000)
    assert fed.locator("tr.new").count() == 0
    feed(fed, 5, 1005)
    assert fed.locator("tr.new").count() == 5
    assert fed.locator("tr.new").first.evaluate("row => getComputedStyle(row).backgroundColor") == "rgba(0, 0, 0, 0)"

    feed(fed, 6, 1011)

    assert fed.locator("tr.new").count() == 0


def test_a_row_written_again_has_nothing_of_the_request_before(fed):
    feed(fed, ROWS_MAX, 1000, status=503, fault="slow", attempt=2)
    row = fed.locator("tr[data-id]").first
    assert "✗ 503" in row.inner_text() and "slow" in row.inner_text()

    feed(fed, 50, 1050)

    assert row.locator("td").all_inner_texts() == [
        "00:00:00.001", "GetApi", "GET /v2/apis/1050", "200", "0.50", "", "1", "000000000000"]
    assert row.locator(".bad, .warn").count() == 0
    assert row.locator("[title='']").count() == 1


def test_events_within_a_frame_are_one_change_and_those_after_many_rows_wait(page):
    page.clock.install(time=0)
    page.add_init_script(STREAM)
    page.reload()
    page.clock.pause_at(1_000_000)
    count = page.locator("p[aria-live]")

    page.evaluate("for (let event = 0; event < 5; event += 1) feed(30)")
    assert count.inner_text() == "0 of the newest 0 requests"
    page.clock.run_for(20)
    assert count.inner_text() == "150 of the newest 150 requests"

    page.evaluate("feed(30)")
    page.clock.run_for(150)
    assert count.inner_text() == "150 of the newest 150 requests"
    page.evaluate("feed(1)")
    page.clock.run_for(100)
    assert count.inner_text() == "181 of the newest 181 requests"

    page.clock.run_for(250)
    page.evaluate("feed(1)")
    page.clock.run_for(20)
    assert count.inner_text() == "182 of the newest 182 requests"
