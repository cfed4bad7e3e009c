"""Terraform with its AWS provider: every aws_apigatewayv2_* resource and data source is applied, planned to be as it is,
changed, planned again, imported and destroyed. The provider's configuration is the README's, the resources are those of
the folder terraform. Needs `terraform` and the provider on this machine; without them the tests are skipped.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from local_server import ROOT, LocalServer, clean_environment

# A filesystem mirror of providers.
PLUGINS = pathlib.Path(os.environ.get("TERRAFORM_PLUGINS", "/opt/tf-plugins"))
CONFIGURATION = pathlib.Path(__file__).parent / "terraform"
FILES = ("main.tf", "made.tf")
BOUND = 300.0
# The exit status of `plan -detailed-exitcode` when there is something to do.
CHANGES = 2
CHANGED = ("-var", "changed=true")
# What identifies a resource for an import, from its attributes; others have an `id` of their own.
IDENTIFIERS = {
    "aws_apigatewayv2_api_mapping": "{id}/{domain_name}",
    "aws_apigatewayv2_authorizer": "{api_id}/{id}",
    "aws_apigatewayv2_deployment": "{api_id}/{id}",
    "aws_apigatewayv2_integration": "{api_id}/{id}",
    "aws_apigatewayv2_integration_response": "{api_id}/{integration_id}/{id}",
    "aws_apigatewayv2_model": "{api_id}/{id}",
    "aws_apigatewayv2_route": "{api_id}/{id}",
    "aws_apigatewayv2_route_response": "{api_id}/{route_id}/{id}",
    "aws_apigatewayv2_stage": "{api_id}/{name}",
}


class Folder:
    """A folder of Terraform's, with the server's address in its provider's configuration."""

    def __init__(self, path, server, files, plugins=None):
        """`plugins` is a folder that has been through `init`, so that this one need not."""
        path.mkdir()
        self.path = path
        self.environment = clean_environment(
            CHECKPOINT_DISABLE="1", TF_IN_AUTOMATION="1", TF_CLI_CONFIG_FILE=os.devnull,
            TF_DATA_DIR=str((plugins or self).path / ".terraform"))
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        provider = re.search(r"```hcl\n(provider .*?)```", readme, re.DOTALL).group(1)
        (path / "provider.tf").write_text(provider.replace("4290", str(server.port)), encoding="utf-8")
        for file in files:
            shutil.copy(CONFIGURATION / file, path)
        if plugins is None:
            self.run("init", "-input=false", f"-plugin-dir={PLUGINS}")
        else:
            shutil.copy(plugins.path / ".terraform.lock.hcl", path)

    def run(self, *arguments, statuses=(0,)):
        result = subprocess.run(
            ["terraform", *arguments, "-no-color"], cwd=self.path, env=self.environment, capture_output=True, text=True,
            timeout=BOUND, check=False,
        )
        assert result.returncode in statuses, f"terraform {' '.join(arguments)}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    def apply(self, *arguments):
        """What was done, by Terraform's own account."""
        return re.search(r"Apply complete! Resources: (.*)\.", self.run("apply", "-auto-approve", *arguments)).group(1)

    def assert_nothing_to_do(self, *arguments):
        plan = self.run("plan", "-detailed-exitcode", *arguments, statuses=(0, CHANGES))
        assert "No changes." in plan, plan

    def resources(self):
        shown = json.loads(self.run("show", "-json"))
        return [one for one in shown["values"]["root_module"]["resources"] if one["mode"] == "managed"]


def identifier(resource):
    return IDENTIFIERS.get(resource["type"], "{id}").format(**resource["values"])


@pytest.fixture(scope="module")
def server():
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not on this machine")
    if not PLUGINS.is_dir():
        pytest.skip(f"no AWS provider for terraform at {PLUGINS}; TERRAFORM_PLUGINS can name another folder")
    with LocalServer("--port", "0", "--log-level", "off") as started:
        yield started


@pytest.fixture(scope="module")
def folder(server, tmp_path_factory):
    return Folder(tmp_path_factory.mktemp("terraform") / "first", server, FILES)


def test_the_configuration_has_every_resource_and_data_source_of_the_provider(folder):
    (schema,) = json.loads(folder.run("providers", "schema", "-json"))["provider_schemas"].values()
    text = "".join((CONFIGURATION / file).read_text(encoding="utf-8") for file in FILES)
    for kind, word in (("resource_schemas", "resource"), ("data_source_schemas", "data")):
        known = {name for name in schema[kind] if name.startswith("aws_apigatewayv2_")}
        assert known == set(re.findall(rf'^{word} "(\w+)"', text, re.MULTILINE))


def test_every_resource_is_applied_changed_imported_and_destroyed(folder, server, tmp_path):
    assert folder.apply() == "25 added, 0 changed, 0 destroyed"
    folder.assert_nothing_to_do()
    read = json.loads(folder.run("output", "-json"))["read"]["value"]
    assert re.fullmatch(r"https://[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com", read.pop("endpoint"))
    assert read == {
        "cors": ["https://example.com"], "paths": ["/$default", "/pets/{petId}"], "subnets": ["subnet-1", "subnet-2"],
        "websocket": True,
    }

    assert folder.apply("-refresh=false", *CHANGED) == "0 added, 20 changed, 0 destroyed"
    folder.assert_nothing_to_do(*CHANGED)

    found = [one for one in folder.resources() if one["name"] not in ("quick", "document")]
    assert len(found) == 23
    second = Folder(tmp_path / "second", server, ["main.tf"], plugins=folder)
    (second.path / "imports.tf").write_text(
        "\n".join(f'import {{\n  to = {one["address"]}\n  id = "{identifier(one)}"\n}}\n' for one in found), encoding="utf-8")
    assert second.apply(*CHANGED) == "23 imported, 0 added, 0 changed, 0 destroyed"

    destroyed = folder.run("destroy", "-auto-approve", "-refresh=false", *CHANGED)
    assert "Destroy complete! Resources: 25 destroyed." in destroyed
