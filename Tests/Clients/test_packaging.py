"""What packaging/ gives to other projects, as far as it runs without their machines: the action's shell steps, the
devcontainer feature, the man page's source, the licences, and the wheel's form. The wheel here holds the program under test."""

import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import zipfile

import pytest
import yaml

from local_server import BINARY, BOUND, FIXTURES, ROOT, clean_environment
from test_image import installed_by_stage
from test_invoke import free_port

PACKAGING = ROOT / "packaging"
PIP_BOUND = 120.0


@pytest.fixture
def port():
    return free_port()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    # Without the slow search for a smaller file, which changes no content.
    tools = folder / "tools"
    tools.mkdir()
    (tools / "advzip").symlink_to("/bin/true")
    environment = clean_environment(PATH=f"{tools}:{os.environ['PATH']}")
    subprocess.run([sys.executable, PACKAGING / "wheel.py", BINARY, folder], env=environment, check=True)
    (file,) = folder.glob("*.whl")
    return file


def steps(action):
    return [step for step in yaml.safe_load(action.read_text(encoding="utf-8"))["runs"]["steps"] if "run" in step]


class Job:
    """A job of GitHub Actions: its files, and the variables that earlier steps have set."""

    def __init__(self, folder):
        self.files = {name: folder / name for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH")}
        for file in self.files.values():
            file.touch()
        self.variables = {"RUNNER_TEMP": str(folder), **{name: str(file) for name, file in self.files.items()}}

    def run(self, step, inputs, bound=PIP_BOUND):
        given = {
            name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda match: inputs[match[1]], value)
            for name, value in step.get("env", {}).items()
        }
        environment = clean_environment(**self.variables, **self.read("GITHUB_ENV"), **given)
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], env=environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=bound, check=False)

    def read(self, name):
        lines = self.files[name].read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)


def test_the_action_installs_starts_waits_and_prints_the_journal(wheel, tmp_path, port):
    job = Job(tmp_path)
    inputs = {"package": str(wheel), "port": str(port), "arguments": f"--fixtures {FIXTURES}"}
    install, start = steps(PACKAGING / "action/action.yml")
    result = job.run(install, inputs)
    assert result.returncode == 0, result.stderr
    result = job.run(start, inputs)
    assert result.returncode == 0, result.stdout
    variables = job.read("GITHUB_ENV")
    try:
        assert variables["AWS_ENDPOINT_URL_APIGATEWAYV2"] == f"http://127.0.0.1:{port}"
        assert job.read("GITHUB_OUTPUT") == {"endpoint": f"http://127.0.0.1:{port}"}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=BOUND)
        connection.request("GET", "/v2/apis/a1b2c3d4e5/integrations/lmb4d7a")
        assert connection.getresponse().status == 200
        connection.close()
        (journal,) = steps(PACKAGING / "action/journal/action.yml")
        printed = job.run(journal, {}).stdout
        assert '"GetIntegration"' in printed
        assert "operation=GetIntegration status=200" in printed
    finally:
        os.kill(int(variables["APIGATEWAYV2_LOCAL_SERVER"]), signal.SIGTERM)


def test_the_action_tells_why_the_server_does_not_start(wheel, tmp_path, port):
    job = Job(tmp_path)
    inputs = {"package": str(wheel), "port": str(port), "arguments": "--fixtures /nowhere"}
    install, start = steps(PACKAGING / "action/action.yml")
    assert job.run(install, inputs).returncode == 0
    result = job.run(start, inputs)
    assert result.returncode == 1
    assert "/nowhere" in result.stdout


def test_the_devcontainer_feature_installs_the_command(wheel, tmp_path):
    feature = PACKAGING / "devcontainer/src/apigatewayv2-local"
    assert json.loads((feature / "devcontainer-feature.json").read_text(encoding="utf-8"))["id"] == feature.name
    (tmp_path / "bin").mkdir()
    environment = clean_environment(
        PACKAGE=str(wheel), APIGATEWAYV2_LOCAL_HOME=str(tmp_path / "home"),
        APIGATEWAYV2_LOCAL_COMMANDS=str(tmp_path / "bin"))
    subprocess.run([feature / "install.sh"], env=environment, check=True, timeout=PIP_BOUND)
    command = [tmp_path / "bin/apigatewayv2-local", "--version"]
    version = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True).stdout
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == version


def test_the_healthcheck_of_the_compose_file_is_a_command_of_the_program():
    (service,) = yaml.safe_load((PACKAGING / "compose/compose.yaml").read_text(encoding="utf-8"))["services"].values()
    kind, program, *arguments = service["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "apigatewayv2-local")
    assert subprocess.run([BINARY, *arguments, "--help"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="only Debian tells which package a library is of")
def test_packages_have_the_licence_of_every_library_that_the_static_program_links():
    manifest = (ROOT / "Package.swift").read_text(encoding="utf-8")
    libraries = re.findall(r'"([\w-]+)"', " ".join(re.findall(r"linkerSettings: link\((.*?)\)", manifest)))
    for modules in (ROOT / "Sources").glob("*/module.modulemap"):
        libraries += re.findall(r'link "([\w-]+)"', modules.read_text(encoding="utf-8"))
    owners = {"libc6-dev"}
    for library in libraries:
        found = subprocess.run(["dpkg", "-S", f"/usr/lib/x86_64-linux-gnu/lib{library}.so"], capture_output=True, text=True, check=True)
        owners.add(found.stdout.split(":")[0])
    script = (PACKAGING / "licences.sh").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^for package in (lib.*?); do$", script, re.M | re.S)
    assert set(listed.replace("\\\n", " ").split()) == owners


def test_the_wheel_admits_every_linux_of_its_processor_and_marks_the_script_as_a_program(wheel):
    assert {"manylinux_2_17_x86_64", "musllinux_1_1_x86_64"} <= set(wheel.stem.split("-")[-1].split("."))
    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
        (script,) = [entry for entry in archive.infolist() if "/scripts/" in entry.filename]
        assert script.external_attr >> 16 & 0o777 == 0o755


def test_the_debian_package_depends_on_the_libraries_that_the_image_installs_for_late_loading():
    script = (PACKAGING / "deb.sh").read_text(encoding="utf-8")
    named = set(re.search(r"Depends: \$\{[^}]*\}, (.*)$", script, re.M)[1].split(", "))
    _, final = installed_by_stage()
    # dpkg-shlibdeps finds the others, which the program is linked with.
    linked = {"libnghttp2-14", "libsqlite3-0", "libstdc++6", "libyaml-0-2"}
    assert named == final - linked


def test_the_man_page_has_every_command_and_every_option_of_the_help():
    def printed(*arguments):
        return subprocess.run([BINARY, *arguments], capture_output=True, text=True, check=True).stdout

    page = subprocess.run([sys.executable, PACKAGING / "man.py", BINARY], capture_output=True, text=True, check=True).stdout
    shown = page.replace("\\-", "-")
    options = set(re.findall(r"^  (--[a-z][a-z-]+)", printed("serve", "--help") + printed("faults", "add", "--help"), re.M))
    assert len(options) > 20
    assert {option for option in options - {"--version"} if f"\\fB{option}" not in shown} == set()
    for command in ("serve", "validate", "faults add", "state put"):
        assert f"\n\\fB{command}\\fR\n" in shown
    assert f"apigatewayv2-local {printed('--version').strip()}" in shown
    assert "Keep what is created in this SQLite file, across restarts. (default: in memory)" in shown


def test_a_release_build_refuses_to_describe_its_options_as_json():
    described = subprocess.run([BINARY, "--experimental-dump-help"], capture_output=True, text=True, check=False)
    if "/debug/" in str(BINARY):
        assert json.loads(described.stdout)["command"]["commandName"] == "apigatewayv2-local"
    else:
        assert (described.returncode, described.stdout) == (64, "")
        assert described.stderr.endswith("see --help, or make a debug build\n")
        # A type of the library that the stand-ins keep out.
        assert b"_CalendarGregorian" not in pathlib.Path(BINARY).read_bytes()


FILES = sorted(file for file in PACKAGING.rglob("*") if file.is_file())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_files_name_the_version_of_the_program(file):
    version = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    named = re.findall(r"apigatewayv2-local:(\d[\d.]*\d)", file.read_text(encoding="utf-8"))
    assert set(named) <= {version}
