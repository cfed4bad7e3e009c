"""Makes the pictures of the page for the documents: `make screenshots`."""

import pathlib
import shutil

import boto3
import botocore.exceptions
from botocore.config import Config
from playwright.sync_api import sync_playwright

from local_server import FIXTURES, ROOT, LocalServer

RULES = FIXTURES / "faults" / "two-429s-then-success.json"
VIEWS = {"requests": "tr[data-id]", "calls": ".line"}


def main():
    folder = ROOT / "docs" / "images"
    folder.mkdir(exist_ok=True)
    arguments = ("--port", "0", "--fixtures", FIXTURES, "--faults", RULES, "--log-level", "off")
    with LocalServer(*arguments) as server, sync_playwright() as playwright:
        client = boto3.client(
            "apigatewayv2", endpoint_url=server.endpoint, region_name="us-east-1", aws_access_key_id="t",
            aws_secret_access_key="t", config=Config(retries={"mode": "standard"}),
        )
        client.get_apis()
        client.get_integration(ApiId="a1b2c3d4e5", IntegrationId="abc123d")
        client.get_integrations(ApiId="a1b2c3d4e5")
        try:
            client.get_route(ApiId="a1b2c3d4e5", RouteId="nope")
        except botocore.exceptions.ClientError:
            pass
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1100, "height": 420})
        for view, shown in VIEWS.items():
            page.goto(f"{server.endpoint}/__admin/#/{view}")
            page.locator(shown).first.wait_for()
            page.screenshot(path=pathlib.Path(folder) / f"{view}.png")
        chromium.close()


if __name__ == "__main__":
    main()
