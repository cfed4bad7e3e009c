"""The page's view of WebSocket connections in Chromium, with clients by `websockets`."""

from urllib.parse import unquote

import pytest
from websockets.exceptions import ConnectionClosed

from test_page import CHROMIUM, browser, open_view, page, server  # noqa: F401
from websocket_api import MOCK, connect, make_api, management

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed, so the page was not looked at")


@pytest.fixture
def api_id(server, monkeypatch):
    for name, value in {"AWS_ACCESS_KEY_ID": "t", "AWS_SECRET_ACCESS_KEY": "t", "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    return make_api(server, {"$default": MOCK}, two_way=("$default",), responses={"$default": [
        {"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": "answer"}}]})


def test_connections_come_and_go(page, server, api_id):
    open_view(page, "Connections")
    page.get_by_text("No client of a WebSocket API is connected").wait_for()

    with connect(server, api_id, user_agent_header="tester"):
        row = page.locator("tr[data-id]").filter(has_text=f"{api_id} dev")
        row.wait_for()
        assert "tester" in row.inner_text()

    page.get_by_text("No client of a WebSocket API is connected").wait_for()


def test_the_page_sends_a_message_and_closes_with_a_code(page, server, api_id):
    with connect(server, api_id) as client:
        open_view(page, "Connections")
        page.locator("tr[data-id]").click()
        page.get_by_label("Message to the client").fill('{"from": "the page"}')
        page.get_by_role("button", name="Send").click()
        page.get_by_role("cell", name="to the client, by this page").wait_for()
        assert client.recv(timeout=30) == '{"from": "the page"}'

        page.get_by_label("Code").fill("1005")
        with page.expect_response(lambda answer: answer.request.method == "DELETE"):
            page.get_by_role("button", name="Close the connection").click()
        page.get_by_text("expected a close code that may be sent").wait_for()
        # The browser's own line about the status of that answer is expected.
        page.complaints.clear()
        page.get_by_label("Code").fill("4000")
        page.get_by_label("Reason").fill("bye")
        page.get_by_role("button", name="Close the connection").click()
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=30)
        page.get_by_text("The connection is closed.").wait_for()

    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4000, "bye")


def test_messages_are_shown_as_they_pass(page, server, api_id):
    with connect(server, api_id) as client:
        open_view(page, "Connections")
        page.locator("tr[data-id]").click()
        page.get_by_role("heading", name="Messages").wait_for()
        client.send('{"action": "greet"}')
        assert client.recv(timeout=30) == "answer"
        row = page.locator("tbody tr").filter(has_text="from the client").filter(has_text="greet")
        row.wait_for()
        connection = page.url.rpartition("/")[2]
        management(server, api_id).post_to_connection(ConnectionId=unquote(connection), Data=b"from the backend")
        assert client.recv(timeout=30) == "from the backend"
        page.locator("tbody tr").filter(has_text="to the client").filter(has_text="from the backend").wait_for()

    assert "answer" in row.inner_text() and "$default" in row.inner_text()
    page.get_by_text("The connection is closed.").wait_for()


def test_a_message_of_another_connection_is_not_shown(page, server, api_id):
    with connect(server, api_id) as one, connect(server, api_id) as other:
        open_view(page, "Connections")
        page.locator("tr[data-id]").first.click()
        page.get_by_role("heading", name="Messages").wait_for()
        other.send("hidden")
        assert other.recv(timeout=30) == "answer"
        one.send("shown")
        assert one.recv(timeout=30) == "answer"
        page.locator("tbody tr").filter(has_text="shown").wait_for()

    assert page.locator("tbody tr").filter(has_text="hidden").count() == 0
