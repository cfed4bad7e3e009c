"""The page at /__admin/ in a real browser: Debian's Chromium, without a window, driven by Playwright."""

import json
import re
import shutil
import urllib.request

import boto3
import botocore.config
import pytest

from local_server import FIXTURES, LocalServer

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed, so the page was not looked at")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def server():
    with LocalServer("--port", "0", "--fixtures", FIXTURES, "--log-level", "off") as running:
        yield running


@pytest.fixture
def page(browser, server):
    """A page whose console stays clean and that asks no other server for anything."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    complaints, addresses = [], []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda request: addresses.append(request.url))
    opened.complaints = complaints
    opened.goto(f"{server.endpoint}/__admin/")
    yield opened
    assert complaints == []
    assert {url for url in addresses if not url.startswith(server.endpoint)} == set()
    context.close()


@pytest.fixture
def client(server):
    """A client that tries once."""
    return boto3.client(
        "apigatewayv2", endpoint_url=server.endpoint, region_name="us-east-1", aws_access_key_id="t",
        aws_secret_access_key="t", config=botocore.config.Config(retries={"total_max_attempts": 1}),
    )


def admin(server, method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.endpoint}/__admin/{path}", data, method=method)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def open_view(page, name):
    link = page.get_by_role("navigation").get_by_role("link", name=name)
    link.click()
    # The rows of the view before are gone.
    link.and_(page.locator("[aria-current]")).wait_for()


def test_the_address_without_a_slash_leads_to_the_page(server):
    with urllib.request.urlopen(f"{server.endpoint}/__admin", timeout=30) as answer:
        assert answer.url == f"{server.endpoint}/__admin/"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_requests_come_as_rows_and_one_opens(page, client):
    client.get_apis()
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_integration(ApiId="a1b2c3d4e5", IntegrationId="nope")

    refused = page.locator("tr[data-id]").filter(has_text="GetIntegration")
    refused.wait_for()
    assert "✗ 404" in refused.inner_text()
    assert page.locator("tr[data-id]").first.inner_text().find("GetIntegration") >= 0

    refused.locator("td").first.click()
    page.get_by_role("heading", name="GetIntegration GET /v2/apis/a1b2c3d4e5/integrations/nope").wait_for()
    assert "Invalid Integration identifier specified" in page.get_by_role("main").inner_text()
    assert "client.get_integration(" in page.get_by_role("main").inner_text()
    assert "Signature=***" in page.get_by_role("main").inner_text()
    page.keyboard.press("Escape")
    page.locator("tr[data-id]").filter(has_text="GetIntegration").wait_for()


def test_a_filter_is_part_of_the_address(page, client):
    client.get_apis()
    client.get_domain_names()
    page.locator("tr[data-id]").filter(has_text="GetDomainNames").wait_for()

    page.keyboard.press("/")
    page.keyboard.type("domainnames")

    page.locator("tr[data-id]").filter(has_text="GetApis").wait_for(state="detached")
    assert page.locator("tr[data-id]").count() == 1
    assert page.url.endswith("#/requests?q=domainnames")
    page.reload()
    page.locator("tr[data-id]").filter(has_text="GetDomainNames").wait_for()
    assert page.locator("tr[data-id]").count() == 1


def test_pause_holds_rows_back_and_clear_empties_the_journal(page, server, client):
    client.get_apis()
    page.locator("tr[data-id]").wait_for()
    page.get_by_role("button", name="Pause").click()
    # Another page of the same server shows when the row has been sent.
    other = page.context.new_page()
    other.goto(page.url)
    client.get_domain_names()
    other.locator("tr[data-id]").filter(has_text="GetDomainNames").wait_for()
    other.close()
    page.bring_to_front()
    assert page.locator("tr[data-id]").count() == 1

    page.get_by_role("button", name="Go on").click()
    page.locator("tr[data-id]").filter(has_text="GetDomainNames").wait_for()
    page.get_by_role("button", name="Clear").click()
    page.locator("tr[data-id]").first.wait_for(state="detached")

    assert admin(server, "GET", "requests")["requests"] == []


def test_the_search_looks_into_bodies_too(page, client):
    client.get_apis()
    client.get_api(ApiId="a1b2c3d4e5")
    page.locator("tr[data-id]").nth(1).wait_for()

    page.keyboard.press("/")
    page.keyboard.type("protocolType")
    page.get_by_text("2 of the newest 2 requests").wait_for()
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_api(ApiId="nope")
    client.get_api(ApiId="a1b2c3d4e5")
    page.get_by_text("3 of the newest 4 requests").wait_for()


def test_a_hidden_page_closes_its_stream_and_goes_on_behind_its_last_row(page, server, client):
    from playwright.sync_api import expect

    streams = []
    client.get_apis()
    page.locator("tr[data-id]").wait_for()
    page.on("request", lambda request: streams.append(request.url) if "/__admin/events" in request.url else None)
    hide = "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });" \
        " document.dispatchEvent(new Event('visibilitychange')); }"

    page.evaluate(hide, True)
    client.get_domain_names()
    expect(page.locator("#state")).to_have_text("")
    assert page.locator("tr[data-id]").count() == 1
    page.evaluate(hide, False)
    page.locator("tr[data-id]").filter(has_text="GetDomainNames").wait_for()

    assert [url.rpartition("?")[2] for url in streams] == ["since=1"]
    assert page.locator("tr[data-id]").count() == 2


def test_a_request_is_sent_again_and_made_to_fail(page, server, client):
    client.get_api(ApiId="a1b2c3d4e5")
    page.locator("tr[data-id]").filter(has_text="GetApi").click()
    page.get_by_role("button", name="Send again").click()
    page.get_by_text(re.compile(r"^200 after")).wait_for()

    page.get_by_role("button", name="Fail this one next time").click()
    page.get_by_role("cell", name=re.compile("^fail-once-")).wait_for()
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.get_api(ApiId="a1b2c3d4e5")
    client.get_api(ApiId="a1b2c3d4e5")

    assert [rule["fired"] for rule in admin(server, "GET", "faults")["rules"]] == [1]


def test_a_rule_made_by_the_form_fires_and_is_edited_and_deleted(page, server, client):
    open_view(page, "Faults")
    page.locator("datalist option[value=GetApis]").wait_for(state="attached")
    page.get_by_label("Operation").fill("GetApis")
    page.get_by_label("How often").fill("2")
    page.get_by_role("button", name="Add rule").click()
    row = page.locator("tbody tr").filter(has_text="GetApis")
    row.wait_for()

    for _ in range(2):
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.get_apis()
    client.get_apis()
    row.locator("td.warn", has_text="2").wait_for()

    row.get_by_role("button", name="Edit").click()
    editor = page.get_by_role("textbox", name=re.compile("^Rule "))
    editor.fill(editor.input_value().replace('"error"', '"eror"'))
    with page.expect_response(lambda answer: answer.request.method == "PUT") as refused:
        page.get_by_role("button", name="Save").click()
    assert refused.value.status == 400
    page.get_by_text("did you mean error?").wait_for()
    # The browser's own line about the status of that answer is expected.
    page.complaints.clear()
    editor.fill(editor.input_value().replace('"eror"', '"error"').replace('"first": 2', '"first": 1'))
    page.get_by_role("button", name="Save").click()
    page.locator("tbody tr").filter(has_text='{"first":1}').wait_for()

    row.get_by_role("button", name="Delete").click()
    page.get_by_text("No rules").wait_for()
    assert admin(server, "GET", "faults")["rules"] == []


def test_a_rule_is_turned_off_and_on(page, server, client):
    admin(server, "POST", "faults", {"name": "teapot", "match": {"operation": "GetApis"}, "then": {"status": 418}})
    open_view(page, "Faults")
    toggle = page.get_by_role("checkbox", name="Rule teapot is on")

    toggle.uncheck()
    page.get_by_role("cell", name="teapot (off)").wait_for()
    client.get_apis()
    toggle.check()
    page.get_by_role("cell", name="teapot", exact=True).wait_for()
    with pytest.raises(client.exceptions.ClientError):
        client.get_apis()

    assert [(rule["matched"], rule["fired"]) for rule in admin(server, "GET", "faults")["rules"]] == [(1, 1)]


def test_a_call_with_retries_is_shown_with_its_pauses(page, server):
    admin(server, "POST", "faults", {
        "name": "once", "match": {"operation": "GetApis"}, "when": {"first": 1}, "then": {"error": "TooManyRequestsException"},
    })
    retrying = boto3.client(
        "apigatewayv2", endpoint_url=server.endpoint, region_name="us-east-1", aws_access_key_id="t",
        aws_secret_access_key="t", config=botocore.config.Config(retries={"mode": "standard"}),
    )
    retrying.get_apis()

    open_view(page, "Calls")

    page.get_by_role("cell", name="succeeded").wait_for()
    assert page.get_by_role("img", name=re.compile("^2 attempts in")).is_visible()
    assert re.search(r"429 · \d+ ms · 200", page.get_by_role("main").inner_text())
    assert page.get_by_role("img", name="at most", exact=False).is_visible()


def test_resources_are_a_tree_with_copies(page):
    open_view(page, "Resources")
    page.get_by_text("account 000000000000, us-east-1").wait_for()
    page.locator("summary").filter(has_text="a1b2c3d4e5").click()
    page.get_by_text('"name": "orders"').wait_for()
    page.locator("summary").filter(has_text="integrations (4)").wait_for()

    page.get_by_role("button", name="Copy as AWS CLI").first.click()

    assert page.evaluate("navigator.clipboard.readText()").endswith("apigatewayv2 get-api --api-id a1b2c3d4e5")


def test_the_clock_is_moved(page, server):
    open_view(page, "Clock")
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("stands until it is moved").wait_for()
    before = admin(server, "GET", "clock")["time"]
    page.get_by_label("Date").fill("2030-01-01T00:00:00Z")
    page.get_by_role("button", name="Set").click()
    page.get_by_text("2030-01-01T00:00:00.000000Z").wait_for()
    page.get_by_role("button", name="+ 10m").click()
    page.get_by_text("2030-01-01T00:10:00.000000Z").wait_for()

    assert before < "2030"
    assert admin(server, "GET", "clock")["time"] == "2030-01-01T00:10:00.000000Z"


def test_rows_are_chosen_by_keys(page, client):
    client.get_apis()
    client.get_vpc_links()
    page.locator("tr[data-id]").nth(1).wait_for()
    page.locator("main").focus()

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="GetVpcLinks GET /v2/vpclinks").wait_for()
    page.go_back()
    page.locator("tr[data-id]").first.wait_for()
    page.keyboard.press("?")

    assert page.get_by_role("dialog").get_by_text("next and previous row").is_visible()


def test_a_thousand_rows_are_held_and_no_more(page, client):
    for _ in range(1050):
        client.get_apis(MaxResults="1")

    page.get_by_text("1000 of the newest 1000 requests").wait_for()
    assert page.locator("tr[data-id]").count() == 1000


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_page_fits_narrow_and_wide_windows(page, client, width, scheme):
    client.get_apis()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.locator("tr[data-id]").wait_for()

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_of_another_site_gets_nothing(browser, server):
    other = browser.new_context().new_page()
    other.goto("data:text/html,<title>other</title>")

    failure = other.evaluate(f"fetch('{server.endpoint}/__admin/requests').then(() => 'read', () => 'refused')")

    assert failure == "refused"
