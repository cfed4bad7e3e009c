"""Who can use the page: axe-core's checks of each view in light and dark, narrow windows, and many requests."""


import pytest

from local_server import get
from test_page import CHROMIUM, admin, browser, client, open_view, page, server  # noqa: F401

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed, so the page was not looked at")

VIEWS = ["Requests", "Calls", "Invocations", "Connections", "Faults", "Resources", "Clock"]
PATH = "/v2/apis/a1b2c3d4e5/integrations/abc123d"


def fill(server):
    """Something to see in each view: good and bad requests, a rule that fired, an invocation."""
    admin(server, "POST", "faults", {"name": "slow", "match": {"operation": "GetApi"}, "then": {"status": 503}})
    get(server, PATH, "/v2/apis/nope", "/v2/apis/a1b2c3d4e5", "/_aws/execute-api/a1b2c3d4e5/pets")


def open_filled(page, server, view):
    """The view with something in it."""
    fill(server)
    open_view(page, view)
    selector = {"Resources": "main summary", "Clock": "main h2", "Connections": "main p", "Faults": "main tbody td", "Requests": "tr[data-id]"}
    page.locator(selector.get(view, "main tbody tr")).first.wait_for()


def violations(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(entry["id"], [node["html"][:120] for node in entry["nodes"]][:3]) for entry in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_wrong_in_a_view(page, server, view, scheme):
    page.emulate_media(color_scheme=scheme)
    open_filled(page, server, view)
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_in_an_exchange(page, server, scheme):
    page.emulate_media(color_scheme=scheme)
    fill(server)
    page.locator("tr[data-id]").first.click()
    page.locator("main pre").first.wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_fits_a_window_of_360_pixels(page, server, view):
    page.set_viewport_size({"width": 360, "height": 740})
    open_filled(page, server, view)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_requests_that_come_fast_are_all_counted_and_hold_up_no_key(page, server):
    get(server, PATH)
    page.locator("tr[data-id]").first.wait_for()
    get(server, *[PATH] * 1500, "/v2/apis/last")
    page.keyboard.press("/")
    page.keyboard.type("apis/last")
    page.get_by_text("1 of the newest 1000 requests").wait_for()
    assert page.locator("tr[data-id]").count() == 1
