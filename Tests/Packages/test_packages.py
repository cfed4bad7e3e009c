"""Each package, installed into a clean Debian and called over HTTP, HTTPS and WebSocket. `make test-packages` runs it,
as root.

The files are those of `make dist`. A clean Debian is a copy of what debootstrap made once, in which the package is
installed as a user would install it. The server inside listens on this machine's loopback, and the calls come from
outside.
"""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tarfile

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Request, TextMessage
from wsproto.extensions import PerMessageDeflate

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIST = pathlib.Path(os.environ.get("APIGATEWAYV2_LOCAL_DIST", ROOT / "dist"))
BASE = ROOT / ".build-chroot/base"
NAME = "apigatewayv2-local"
INTEGRATION = "/v2/apis/a1b2c3d4e5/integrations/lmb4d7a"
# The libraries of the static program, and the text that glibc's licence names.
LINKED = ["glibc", "curl", "nghttp2", "pcre2", "sqlite3", "openssl", "wslay", "libyaml", "zlib", "GNU"]
BOUND = 60.0
INSTALL_BOUND = 600.0
CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change the root folder")


def one(pattern):
    (file,) = sorted(DIST.glob(pattern))
    return file


def inside(root, *command, bound=INSTALL_BOUND, **variables):
    """Runs a command with the folder as its root; its output, or a failure that has it."""
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"} | variables
    result = subprocess.run(
        [CHROOT, root, *command], env=environment, capture_output=True, text=True, timeout=bound, check=False)
    assert result.returncode == 0, f"{' '.join(command)}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@contextlib.contextmanager
def processes(root):
    """The kernel's /proc within the root, which every container and machine has, and Swift's library reads."""
    (root / "proc").mkdir(exist_ok=True)
    subprocess.run(["mount", "--bind", "/proc", root / "proc"], check=True)
    try:
        yield root
    finally:
        subprocess.run(["umount", root / "proc"], check=True)


@pytest.fixture
def empty(tmp_path):
    """A root folder with no file but fixtures and the names of hosts, which a plug-in would look up first."""
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    (root / "tmp").mkdir()
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n127.0.0.1 backend.example\n", encoding="utf-8")
    (root / "etc/nsswitch.conf").write_text("hosts: mymachines mdns4 files dns\npasswd: sss files\n", encoding="utf-8")
    shutil.copytree(ROOT / "fixtures", root / "fixtures")
    with processes(root):
        yield root


@pytest.fixture
def debian(tmp_path):
    """A clean Debian, with this machine's way to Debian's packages."""
    root = tmp_path / "root"
    subprocess.run(["cp", "--archive", BASE, root], check=True)
    for name in ("resolv.conf", "hosts"):
        shutil.copy(f"/etc/{name}", root / "etc" / name)
    shutil.rmtree(root / "etc/apt")
    shutil.copytree("/etc/apt", root / "etc/apt", symlinks=True)
    with open(root / "etc/hosts", "a", encoding="utf-8") as hosts:
        hosts.write("\n127.0.0.1 backend.example\n")
    shutil.copytree(ROOT / "fixtures", root / "fixtures")
    with processes(root):
        yield root


class Installed:
    """The server of a package, which keeps its authority in `tls`, seen from the root of the package."""

    def __init__(self, root, program, *arguments, tls="/tls", user=None, variables=None):
        (root / tls.lstrip("/")).mkdir(mode=0o700, exist_ok=True)
        who = [f"--userspec={user}"] if user else []
        self.process = subprocess.Popen(
            [CHROOT, *who, root, program, "serve", "--fixtures", "/fixtures", "--host", "127.0.0.1", "--port", "0",
             "--tls", "auto", "--tls-dir", tls, *arguments],
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp"} | (variables or {}),
            stdout=subprocess.PIPE, stderr=open(root / "tmp/log", "w", encoding="utf-8"), text=True)
        line = self.process.stdout.readline()
        assert line, (root / "tmp/log").read_text(encoding="utf-8")
        self.port = int(line.split()[3].rsplit(":", 1)[1].rstrip("/"))
        self.authority = root / tls.lstrip("/") / "ca.pem"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(BOUND)
        self.process.stdout.close()

    def call(self, method, path, document=None, is_secure=False):
        if is_secure:
            trust = ssl.create_default_context(cafile=self.authority)
            connection = http.client.HTTPSConnection("localhost", self.port, timeout=BOUND, context=trust)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=BOUND)
        body = None if document is None else json.dumps(document)
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content)

    def call_through_an_api(self, place):
        """The answer of an API whose backend is the address."""
        status, api = self.call("POST", "/v2/apis", {"name": "out", "protocolType": "HTTP", "target": place})
        assert status == 201, api
        return self.call("GET", f"/_aws/execute-api/{api['apiId']}/")

    def make_echo(self):
        """The id of a WebSocket API that answers a message with the text in it."""
        made = self.make("/v2/apis", name="echo", protocolType="WEBSOCKET", routeSelectionExpression="$request.body.action")
        api = f"/v2/apis/{made['apiId']}"
        template = '{"statusCode": 200, "text": $input.json("$.text")}'
        integration = self.make(f"{api}/integrations", integrationType="MOCK", requestTemplates={"$default": template})
        self.make(
            f"{api}/integrations/{integration['integrationId']}/integrationresponses",
            integrationResponseKey="$default", responseTemplates={"$default": "$input.path('$.text')"})
        route = self.make(
            f"{api}/routes", routeKey="$default", target=f"integrations/{integration['integrationId']}",
            routeResponseSelectionExpression="$default")
        self.make(f"{api}/routes/{route['routeId']}/routeresponses", routeResponseKey="$default")
        self.make(f"{api}/stages", stageName="dev", autoDeploy=True)
        return made["apiId"]

    def make(self, path, **members):
        status, made = self.call("POST", path, members)
        assert status == 201, made
        return made

    def exchange(self, api_id, text, is_secure):
        """The answers of the API to the text, sent whole and in fragments, and the number of bytes that brought them.

        One thread reads and writes: the `ssl` of older Pythons loses what one thread writes while another reads.
        """
        client, events, counts = WSConnection(ConnectionType.CLIENT), [], []
        message = json.dumps({"text": text})
        with contextlib.ExitStack() as streams:
            stream = streams.enter_context(socket.create_connection(("127.0.0.1", self.port), timeout=BOUND))
            if is_secure:
                trust = ssl.create_default_context(cafile=self.authority)
                stream = streams.enter_context(trust.wrap_socket(stream, server_hostname="localhost"))

            def send(event):
                stream.sendall(client.send(event))

            def next_event():
                while not events:
                    piece = stream.recv(65_536)
                    counts.append(len(piece))
                    client.receive_data(piece or None)
                    events.extend(client.events())
                return events.pop(0)

            def next_text():
                parts = [next_event()]
                while not parts[-1].message_finished:
                    parts.append(next_event())
                return "".join(part.data for part in parts)

            target = f"/_aws/execute-api/{api_id}/dev"
            send(Request(host="localhost", target=target, extensions=[PerMessageDeflate()]))
            accepted = next_event()
            assert isinstance(accepted, AcceptConnection) and len(accepted.extensions) == 1, accepted
            counts.clear()
            send(TextMessage(message))
            answers = [next_text()]
            for start in range(0, len(message), 1000):
                send(TextMessage(message[start:start + 1000], message_finished=start + 1000 >= len(message)))
            answers.append(next_text())
            send(CloseConnection(1000))
            assert next_event().code == 1000
        return answers, sum(counts)


def expect_service(root, program, **options):
    """GetIntegration over HTTP and HTTPS, calls to a server by its name and packed messages of WebSocket, over both too."""
    with Installed(root, program, **options) as server:
        expected = json.loads((ROOT / "fixtures/apis/a1b2c3d4e5/integrations/lmb4d7a.json").read_text(encoding="utf-8"))
        for is_secure in (False, True):
            status, integration = server.call("GET", INTEGRATION, is_secure=is_secure)
            assert status == 200
            assert integration["integrationUri"] == expected.get("integrationUri", expected.get("IntegrationUri"))
        status, answer = server.call_through_an_api(f"http://backend.example:{server.port}{INTEGRATION}")
        assert (status, answer["integrationId"]) == (200, "lmb4d7a"), (root / "tmp/log").read_text(encoding="utf-8")
        echo, text = server.make_echo(), "lorem ipsum " * 800
        for is_secure in (False, True):
            answers, count = server.exchange(echo, text, is_secure)
            assert answers == [text] * 2
            assert count < len(text) / 10
    # The authority is there now, for a client that trusts it from its start.
    trusted = f"{options.get('tls', '/tls')}/ca.pem"
    with Installed(root, program, "--upstream-ca", trusted, **options) as server:
        status, answer = server.call_through_an_api(f"https://localhost:{server.port}{INTEGRATION}")
        assert (status, answer["integrationId"]) == (200, "lmb4d7a"), (root / "tmp/log").read_text(encoding="utf-8")


def expect_licences(file, *libraries):
    """The file has the licences of what the program has linked in."""
    parts = re.findall(r"^=== ([\w-]+)", file.read_text(encoding="utf-8"), re.M)
    assert parts == [NAME, "The", "swift-argument-parser", "swift-log", *libraries]


def test_the_static_program_serves_where_there_is_no_other_file(empty):
    shutil.copy(one(f"{NAME}-*-linux-x86_64"), empty / NAME)
    assert inside(empty, f"/{NAME}", "--version").strip()
    expect_service(empty, f"/{NAME}")


def test_the_tarball_serves_from_a_prefix(debian):
    with tarfile.open(one(f"{NAME}-*-linux-x86_64.tar.xz")) as archive:
        archive.extractall(debian / "opt")
    (prefix,) = (debian / "opt").iterdir()
    assert (prefix / "share/man/man1/apigatewayv2-local.1.gz").is_file()
    expect_licences(prefix / f"share/doc/{NAME}/copyright", *LINKED)
    expect_service(debian, f"/opt/{prefix.name}/bin/{NAME}")


def test_the_debian_package_installs_its_libraries_and_goes_without_a_trace(debian):
    shutil.copy(one("*.deb"), debian / "tmp/package.deb")
    inside(debian, "apt-get", "update", "-qq")
    inside(debian, "apt-get", "install", "-qq", "--yes", "--no-install-recommends", "/tmp/package.deb",
           DEBIAN_FRONTEND="noninteractive")
    inside(debian, "dpkg", "--verify", NAME)
    installed = inside(debian, "dpkg", "--listfiles", NAME).split()
    assert "/usr/lib/systemd/user/apigatewayv2-local.service" in installed
    assert "/usr/share/bash-completion/completions/apigatewayv2-local" in installed
    expect_licences(debian / f"usr/share/doc/{NAME}/copyright")
    expect_service(debian, f"/usr/bin/{NAME}")
    inside(debian, "apt-get", "purge", "-qq", "--yes", NAME, DEBIAN_FRONTEND="noninteractive")
    assert not any((debian / path.lstrip("/")).is_file() for path in installed)


def test_the_wheel_has_the_command_and_the_package_for_python(debian):
    wheel = one("*.whl")
    shutil.copy(wheel, debian / "tmp" / wheel.name)
    inside(debian, "apt-get", "update", "-qq")
    inside(debian, "apt-get", "install", "-qq", "--yes", "--no-install-recommends", "python3-venv",
           DEBIAN_FRONTEND="noninteractive")
    inside(debian, "python3", "-m", "venv", "/venv")
    inside(debian, "/venv/bin/pip", "install", "--quiet", "--no-index", f"/tmp/{wheel.name}")
    (licence,) = (debian / "venv/lib").glob("python3*/site-packages/*.dist-info/licenses/LICENSE")
    expect_licences(licence, *LINKED)
    expect_service(debian, f"/venv/bin/{NAME}")
    program = (
        "import json, urllib.request\n"
        "from apigatewayv2_local import Server\n"
        "with Server(fixtures=['/fixtures']) as server:\n"
        f"    print(json.load(urllib.request.urlopen(server.endpoint + '{INTEGRATION}'))['integrationId'])\n"
        "    print(server.requests.count('GetIntegration', status=200))\n")
    # The program is found beside this Python, which is not on PATH.
    assert inside(debian, "/venv/bin/python", "-c", program, bound=BOUND).split() == ["lmb4d7a", "1"]


def test_the_image_serves_as_its_own_user(tmp_path):
    with tarfile.open(one("*.docker.tar.gz")) as archive:
        archive.extractall(tmp_path / "archive")
    (manifest,) = json.loads((tmp_path / "archive/manifest.json").read_text(encoding="utf-8"))
    settings = json.loads((tmp_path / "archive" / manifest["Config"]).read_text(encoding="utf-8"))["config"]
    assert settings["Entrypoint"] == [NAME]
    assert settings["User"] == "10001"
    assert "4290/tcp" in settings["ExposedPorts"]
    root = tmp_path / "root"
    for layer in manifest["Layers"]:
        with tarfile.open(tmp_path / "archive" / layer) as files:
            files.extractall(root, numeric_owner=True)
    shutil.copytree(ROOT / "fixtures", root / "fixtures", dirs_exist_ok=True)
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n127.0.0.1 backend.example\n", encoding="utf-8")
    variables = dict(line.split("=", 1) for line in settings["Env"])
    expect_licences(root / f"usr/local/share/doc/{NAME}/copyright", *LINKED)
    with processes(root):
        expect_service(root, f"/usr/local/bin/{NAME}", user="10001:10001", variables=variables)


def test_the_sums_are_those_of_the_files():
    lines = (DIST / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    files = {file.name for file in DIST.iterdir()} - {"SHA256SUMS"}
    assert {line.split()[1].lstrip("*") for line in lines} == files
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=DIST, check=True)
