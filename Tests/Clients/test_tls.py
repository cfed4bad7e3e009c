"""TLS as clients meet it that nobody here wrote: openssl, curl, nghttp, boto3, the AWS CLI, Node.js and Java; and the
options, files and messages around it."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import stat
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from local_server import BOUND, FIXTURES, LocalServer, clean_environment, run_command

PATH = "/v2/apis/a1b2c3d4e5/integrations/lmb4d7a"


def run(*command, variables=None, **options):
    return subprocess.run(
        [str(part) for part in command], env=clean_environment(**(variables or {})), capture_output=True, text=True,
        timeout=BOUND, check=False, **options)


def resident_bytes(pid):
    pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def needed(program):
    found = shutil.which(program)
    if not found:
        pytest.skip(f"{program} is not installed")
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the certificates of this module's servers are kept."""
    return tmp_path_factory.mktemp("tls") / "made"


@pytest.fixture(scope="module")
def secure(folder):
    """One server that speaks TLS with a certificate of its own making."""
    with LocalServer(
        "--port", "0", "--fixtures", FIXTURES, "--tls", "auto", "--tls-dir", folder, "--log-level", "notice",
    ) as server:
        yield server


@pytest.fixture(scope="module")
def authority(secure, folder):
    return folder / "ca.pem"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A certificate as a user has one, of each kind of key: `own("rsa:2048")` is (certificate, key)."""
    place = tmp_path_factory.mktemp("own")

    def make(kind, *options):
        name = kind.replace(":", "-")
        chain, key = place / f"{name}.pem", place / f"{name}-key.pem"
        arguments = ["-newkey", kind] if kind != "ec" else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        made = run(
            "openssl", "req", "-x509", *arguments, "-nodes", "-keyout", key, "-out", chain, "-days", "30", "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", *options)
        assert made.returncode == 0, made.stderr
        return chain, key

    return make


class TestClients:
    def test_the_endpoint_is_https(self, secure):
        assert secure.endpoint == f"https://127.0.0.1:{secure.port}"

    def test_boto3(self, secure, authority):
        client = boto3.client("apigatewayv2", endpoint_url=secure.endpoint, verify=str(authority))
        integration = client.get_integration(ApiId="a1b2c3d4e5", IntegrationId="lmb4d7a")
        assert integration["IntegrationType"] == "AWS_PROXY"

    def test_aws_cli(self, secure, authority):
        answer = run(
            pathlib.Path(sys.executable).parent / "aws", "--endpoint-url", secure.endpoint, "apigatewayv2",
            "get-integration", "--api-id", "a1b2c3d4e5", "--integration-id", "lmb4d7a",
            variables={"AWS_CA_BUNDLE": str(authority)})
        assert answer.returncode == 0, answer.stderr
        assert json.loads(answer.stdout)["IntegrationId"] == "lmb4d7a"

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
    @pytest.mark.parametrize("version", ["1.2", "1.3"])
    def test_curl(self, folder, host, version):
        with LocalServer(
            "--port", "0", "--host", "::", "--fixtures", FIXTURES, "--tls", "only", "--tls-dir", folder,
        ) as server:
            answer = run(
                "curl", "-sS", "--noproxy", "*", "--cacert", folder / "ca.pem", f"--tlsv{version}", "--tls-max", version,
                f"https://{host}:{server.port}{PATH}")
        assert answer.returncode == 0, answer.stderr
        assert json.loads(answer.stdout)["integrationId"] == "lmb4d7a"

    @pytest.mark.parametrize("option, protocol", [("--http2", "2"), ("--http1.1", "1.1")])
    def test_curl_agrees_on_a_protocol(self, secure, authority, option, protocol):
        answer = run(
            "curl", "-sS", "--noproxy", "*", "--cacert", authority, option, "-o", os.devnull, "-w",
            "%{http_version} %{http_code}", secure.endpoint + PATH)
        assert answer.stdout == f"{protocol} 200", answer.stderr

    def test_an_upgrade_to_http2_is_for_plain_text(self, secure, authority):
        trusting = ssl.create_default_context(cafile=str(authority))
        request = (
            f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n"
            "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n").encode()
        with socket.create_connection(("127.0.0.1", secure.port), timeout=BOUND) as plain, \
                trusting.wrap_socket(plain, server_hostname="localhost") as connection:
            connection.sendall(request)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")

    def test_curl_in_plain_text_on_the_same_port(self, secure):
        answer = run("curl", "-sS", "--noproxy", "*", f"http://127.0.0.1:{secure.port}{PATH}")
        assert json.loads(answer.stdout)["integrationId"] == "lmb4d7a"

    def test_nghttp(self, secure):
        answer = run(needed("nghttp"), "-nv", "--no-verify-peer", secure.endpoint + PATH)
        assert "The negotiated protocol: h2" in answer.stdout
        assert ":status: 200" in answer.stdout

    @pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
    def test_openssl_resumes(self, secure, authority, tmp_path, version):
        session = tmp_path / "session"
        request = f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        common = [
            "openssl", "s_client", "-connect", f"127.0.0.1:{secure.port}", "-servername", "localhost", "-CAfile",
            authority, "-verify_return_error", "-ign_eof", version]
        first = run(*common, "-sess_out", session, input=request)
        second = run(*common, "-sess_in", session, input=request)
        assert "Verify return code: 0 (ok)" in first.stdout, first.stderr
        assert "HTTP/1.1 200 OK" in first.stdout
        assert "\nReused, TLSv1" in second.stdout
        assert "HTTP/1.1 200 OK" in second.stdout

    @pytest.mark.parametrize("version", ["-tls1", "-tls1_1"])
    def test_older_versions_are_refused(self, secure, version):
        answer = run(
            "openssl", "s_client", "-connect", f"127.0.0.1:{secure.port}", version, "-cipher", "ALL:@SECLEVEL=0",
            input="")
        assert "no protocols available" in answer.stderr or "protocol version" in answer.stderr

    def test_openssl_does_not_renegotiate(self, secure):
        answer = run(
            "openssl", "s_client", "-connect", f"127.0.0.1:{secure.port}", "-tls1_2", input="R\n")
        assert "no renegotiation" in answer.stderr

    def test_node(self, secure, authority):
        script = f"""
            fetch('{secure.endpoint}{PATH}').then(answer => answer.json())
                .then(body => console.log(body.integrationId), error => console.log(error.cause || error))
        """
        answer = run(needed("node"), "-e", script, variables={"NODE_EXTRA_CA_CERTS": str(authority)})
        assert answer.stdout.strip() == "lmb4d7a"

    def test_java(self, secure, authority, tmp_path):
        store = tmp_path / "truststore.p12"
        made = run(
            needed("keytool"), "-importcert", "-noprompt", "-alias", "apigatewayv2-local", "-file", authority, "-keystore",
            store, "-storetype", "PKCS12", "-storepass", "changeit")
        assert made.returncode == 0, made.stdout
        source = tmp_path / "Get.java"
        source.write_text("""
            import java.net.URI;
            import java.net.http.*;
            public class Get {
                public static void main(String[] arguments) throws Exception {
                    var request = HttpRequest.newBuilder(URI.create(arguments[0])).build();
                    var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
                    System.out.println(answer.version() + " " + answer.statusCode());
                }
            }
        """)
        needed("javac")
        answer = run(
            needed("java"), f"-Djavax.net.ssl.trustStore={store}", "-Djavax.net.ssl.trustStorePassword=changeit", source,
            secure.endpoint + PATH)
        assert answer.stdout.strip() == "HTTP_2 200", answer.stderr

    @pytest.mark.parametrize("kind", ["rsa:2048", "ec", "ed25519"])
    def test_a_certificate_of_ones_own(self, start, own, kind):
        chain, key = own(kind)
        server = start("--fixtures", FIXTURES, "--tls-cert", chain, "--tls-key", key, "--log-level", "off")
        answer = run("curl", "-sS", "--noproxy", "*", "--cacert", chain, server.endpoint + PATH)
        assert json.loads(answer.stdout)["integrationId"] == "lmb4d7a", answer.stderr


class TestOwnAuthority:
    def test_the_folder_is_private(self, secure, folder):
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in [folder, *folder.iterdir()]}
        assert modes == {
            "made": 0o700, "ca.pem": 0o644, "ca-key.pem": 0o600, "server.pem": 0o644, "server-key.pem": 0o600,
            "lock": 0o600}

    def test_the_certificate_says_what_clients_insist_on(self, secure, folder):
        text = run("openssl", "x509", "-in", folder / "server.pem", "-noout", "-text").stdout
        for wanted in (
            "DNS:localhost", "IP Address:127.0.0.1", "IP Address:0:0:0:0:0:0:0:1", "CA:FALSE", "Digital Signature",
            "TLS Web Server Authentication", "ASN1 OID: prime256v1", "ecdsa-with-SHA256",
        ):
            assert wanted in text
        root = run("openssl", "x509", "-in", folder / "ca.pem", "-noout", "-text").stdout
        assert "CA:TRUE, pathlen:0" in root and "Certificate Sign, CRL Sign" in root
        strict = run("openssl", "verify", "-x509_strict", "-CAfile", folder / "ca.pem", folder / "server.pem")
        assert strict.stdout.endswith(": OK\n"), strict.stderr

    def test_the_certificate_lasts_no_more_than_398_days(self, secure, folder):
        at_most = run("openssl", "x509", "-in", folder / "server.pem", "-checkend", 398 * 86400)
        at_least = run("openssl", "x509", "-in", folder / "server.pem", "-checkend", 390 * 86400)
        assert (at_most.returncode, at_least.returncode) == (1, 0)

    def test_the_next_start_uses_it_again(self, start, tmp_path):
        options = ("--tls", "auto", "--tls-dir", tmp_path / "a" / "b")
        start(*options).stop()
        before = {file.name: file.read_bytes() for file in (tmp_path / "a" / "b").iterdir()}
        start(*options).stop()
        assert {file.name: file.read_bytes() for file in (tmp_path / "a" / "b").iterdir()} == before

    @pytest.mark.parametrize("damaged", ["server.pem", "server-key.pem"])
    def test_a_damaged_certificate_is_made_anew_by_the_same_authority(self, start, tmp_path, damaged):
        options = ("--tls", "auto", "--tls-dir", tmp_path / "tls")
        start(*options).stop()
        root = (tmp_path / "tls" / "ca.pem").read_bytes()
        (tmp_path / "tls" / damaged).write_text("nothing")
        server = start("--fixtures", FIXTURES, *options)
        answer = run("curl", "-sS", "--noproxy", "*", "--cacert", tmp_path / "tls" / "ca.pem", server.endpoint + PATH)
        assert answer.returncode == 0, answer.stderr
        assert (tmp_path / "tls" / "ca.pem").read_bytes() == root

    @contextlib.contextmanager
    def read_only(self, folder):
        """A folder that its user may read, and nobody may write to. Permissions do not keep root from it."""
        if os.geteuid() == 0:
            made = run("mount", "--bind", "-o", "ro", folder, folder)
            if made.returncode != 0:
                pytest.skip("root can write to any folder here")
            try:
                yield
            finally:
                run("umount", folder)
        else:
            os.chmod(folder, 0o500)
            try:
                yield
            finally:
                os.chmod(folder, 0o700)

    def test_a_folder_that_cannot_be_written_to_serves_as_it_is(self, start, tmp_path):
        folder = tmp_path / "tls"
        start("--tls", "auto", "--tls-dir", folder).stop()
        (folder / "ca-key.pem").unlink()
        (folder / "lock").unlink()
        with self.read_only(folder):
            server = start("--fixtures", FIXTURES, "--tls", "only", "--tls-dir", folder, "--log-level", "off")
            answer = run("curl", "-sS", "--noproxy", "*", "--cacert", folder / "ca.pem", server.endpoint + PATH)
            server.stop()
        assert json.loads(answer.stdout)["integrationId"] == "lmb4d7a", answer.stderr

    def test_a_folder_that_cannot_be_written_to_must_hold_what_is_valid(self, start, own, tmp_path):
        folder = tmp_path / "tls"
        start("--tls", "auto", "--tls-dir", folder).stop()
        told = "in a folder that cannot be written to, expected one"
        kept = (folder / "server.pem").read_bytes()

        def refused():
            with self.read_only(folder):
                ended = run_command("--port", "0", "--tls", "auto", "--tls-dir", folder)
            assert ended.returncode == 2
            return ended.stderr

        damages = {b"nothing": "that is no PEM text", own("ec")[0].read_bytes(): "that another authority signed"}
        for damage, fault in damages.items():
            (folder / "server.pem").write_bytes(damage)
            assert refused() == (
                f"{folder}/server.pem: found a certificate {fault} {told} for today by ca.pem beside it, or a folder to "
                "make it in\n")
        (folder / "server.pem").write_bytes(kept)
        (folder / "server-key.pem").unlink()
        assert refused() == f"{folder}/server-key.pem: found no file {told}, or a folder to make it in\n"

    def test_servers_that_start_together_have_one_authority(self, tmp_path):
        options = ("--port", "0", "--fixtures", FIXTURES, "--tls", "auto", "--tls-dir", tmp_path / "tls")
        with ThreadPoolExecutor(6) as pool:
            servers = list(pool.map(lambda _: LocalServer(*options), range(6)))
        try:
            for server in servers:
                answer = run(
                    "curl", "-sS", "--noproxy", "*", "--cacert", tmp_path / "tls" / "ca.pem", server.endpoint + PATH)
                assert answer.returncode == 0, answer.stderr
        finally:
            for server in servers:
                server.__exit__()

    def test_the_users_own_folder(self, tmp_path):
        variables = {"XDG_STATE_HOME": str(tmp_path / "state"), "APIGATEWAYV2_LOCAL_TLS": "auto"}
        with LocalServer("--port", "0", variables=variables):
            assert (tmp_path / "state" / "apigatewayv2-local" / "tls" / "ca.pem").exists()

    def test_what_to_export_is_told(self, start, tmp_path):
        server = start("--fixtures", FIXTURES, "--tls", "auto", "--tls-dir", tmp_path / "tls")
        lines = [server.next_line() for _ in range(6)]
        file = tmp_path / "tls" / "ca.pem"
        assert lines == [
            f"To let clients trust this server ({file} is its authority):",
            f"  AWS CLI, boto3:  export AWS_CA_BUNDLE={file}",
            f"  Node.js:         export NODE_EXTRA_CA_CERTS={file}",
            f"  Go, curl:        export SSL_CERT_FILE={file}",
            f"  Java:            keytool -importcert -noprompt -alias apigatewayv2-local -file {file} "
            "-keystore truststore.p12 -storetype PKCS12 -storepass changeit",
            "                   java -Djavax.net.ssl.trustStore=truststore.p12 "
            "-Djavax.net.ssl.trustStorePassword=changeit …",
        ]

    def test_what_to_export_can_be_copied_wherever_it_is_kept(self, tmp_path):
        name = "it's a folder"
        with LocalServer(
            "--port", "0", "--fixtures", FIXTURES, "--tls", "auto", "--tls-dir", name, "--log-level", "notice", cwd=tmp_path,
        ) as server:
            lines = [server.next_line() for _ in range(6)]
            export = lines[3].partition(":")[2].strip()
            told = run("sh", "-c", f'{export}; cd /; printf %s "$SSL_CERT_FILE"')
            assert told.stdout == str(tmp_path / name / "ca.pem")
            # curl asks these two first.
            asked = f"unset CURL_CA_BUNDLE SSL_CERT_DIR; cd /; curl -sS --noproxy '*' {server.endpoint}{PATH}"
            trusting = run("sh", "-c", f"{export}; {asked}")
        assert json.loads(trusting.stdout)["integrationId"] == "lmb4d7a", trusting.stderr

    def test_what_to_trust_is_told_to_readers_of_json(self, start, tmp_path):
        server = start("--tls", "auto", "--tls-dir", tmp_path / "tls", "--log-format", "json")
        entry = json.loads(server.next_line())
        assert entry["message"] == "clients have to trust the authority"
        assert entry["file"] == str(tmp_path / "tls" / "ca.pem")


class TestRefusals:
    def refusal(self, *options, variables=None):
        """The status and the first line of a start that is refused."""
        ended = run_command("--port", "0", *options, variables=variables)
        return ended.returncode, ended.stderr.splitlines()[0]

    def test_plain_text_is_refused_by_only(self, start, tmp_path):
        server = start("--tls", "only", "--tls-dir", tmp_path / "tls", "--log-level", "off")
        answer = run("curl", "-sS", "--noproxy", "*", "-w", " %{http_code}", f"http://127.0.0.1:{server.port}{PATH}")
        assert answer.stdout == (
            '{"message":"This port speaks TLS, and the client began with plain text: use https:// for the endpoint."} 400')

    @pytest.mark.parametrize("choice", ["auto", "only"])
    def test_health(self, start, tmp_path, choice):
        server = start("--tls", choice, "--tls-dir", tmp_path / "tls", "--log-level", "off")
        assert run_command("health", "--port", server.port, "--tls-dir", tmp_path / "tls").returncode == 0
        variables = {"APIGATEWAYV2_LOCAL_PORT": str(server.port), "APIGATEWAYV2_LOCAL_TLS_DIR": str(tmp_path / "tls")}
        assert run_command("health", variables=variables).returncode == 0

    def test_health_of_a_server_with_a_certificate_of_ones_own(self, start, own):
        chain, key = own("rsa:2048")
        server = start("--tls", "only", "--tls-cert", chain, "--tls-key", key, "--log-level", "off")
        assert run_command("health", "--port", server.port, "--tls-cert", chain).returncode == 0

    def test_health_of_another_server_than_the_one_it_trusts(self, start, tmp_path):
        server = start("--tls", "only", "--tls-dir", tmp_path / "tls", "--log-level", "off")
        start("--tls", "only", "--tls-dir", tmp_path / "other", "--log-level", "off")
        failed = run_command("health", "--port", server.port, "--tls-dir", tmp_path / "other")
        assert (failed.returncode, failed.stdout) == (1, "")
        assert failed.stderr.endswith(
            f": a TLS handshake that trusts {tmp_path}/other/ca.pem failed: certificate verify failed\n")

    def test_health_that_trusts_nobody(self, start, tmp_path):
        server = start("--tls", "only", "--tls-dir", tmp_path / "tls", "--log-level", "off")
        failed = run_command("health", "--port", server.port, "--tls-dir", tmp_path / "none")
        assert failed.returncode == 1
        assert failed.stderr.endswith(
            f": it speaks TLS alone, and {tmp_path}/none/ca.pem cannot be read: no such file or directory: --tls-dir or "
            "--tls-cert says whom to trust\n")

    def test_health_over_tls_of_a_server_without_an_admin_api(self, start, tmp_path):
        server = start("--tls", "only", "--tls-dir", tmp_path / "tls", "--admin", "off", "--log-level", "off")
        failed = run_command("health", "--port", server.port, "--tls-dir", tmp_path / "tls")
        assert failed.returncode == 1
        assert failed.stderr.endswith(": the answer was HTTP/1.1 403 Forbidden\n")

    def test_a_client_that_trusts_nobody_is_told_of_in_the_log(self, start, tmp_path):
        server = start("--tls", "auto", "--tls-dir", tmp_path / "tls", "--log-level", "warning")
        answer = run("curl", "-sS", "--noproxy", "*", server.endpoint)
        assert answer.returncode == 60
        assert server.next_line().endswith("a TLS handshake failed: tlsv1 alert unknown ca")

    def test_a_client_that_resets_the_connection_at_once_is_told_of_too(self, start, tmp_path):
        server = start("--tls", "auto", "--tls-dir", tmp_path / "tls", "--log-level", "warning")
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
        with socket.create_connection(("127.0.0.1", server.port), timeout=BOUND) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with pytest.raises(ssl.SSLCertVerificationError):
                while True:
                    try:
                        client.do_handshake()
                    except ssl.SSLWantReadError:
                        connection.sendall(outgoing.read())
                        incoming.write(connection.recv(65536))
            # So that the server finds the alert and the reset together.
            os.kill(server.process.pid, signal.SIGSTOP)
            connection.sendall(outgoing.read())
        os.kill(server.process.pid, signal.SIGCONT)
        assert server.next_line().endswith("a TLS handshake failed: tlsv1 alert unknown ca")

    def test_a_client_of_tls_before_a_server_without_is_told(self, start):
        server = start("--log-level", "warning")
        for _ in range(2):
            answer = run("openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-msg", input="")
            assert "wrong version number" in answer.stderr
        server.stop()
        assert [line.rstrip().partition(" warning ")[2] for line in server.log] == [
            "a client began with TLS, which is off: give it an http:// endpoint, or set --tls auto"]

    def test_half_a_certificate(self):
        assert self.refusal("--tls-cert", "a.pem") == (
            2, "Error: found --tls-cert without --tls-key, expected both")
        assert self.refusal(variables={"APIGATEWAYV2_LOCAL_TLS_KEY": "a.pem"}) == (
            2, "Error: found --tls-key without --tls-cert, expected both")

    def test_options_that_say_nothing_beside_others(self):
        certificate = ("--tls-cert", "a.pem", "--tls-key", "b.pem")
        assert self.refusal("--tls", "off", *certificate) == (
            2, "Error: found --tls-cert with --tls off, expected one of them alone")
        assert self.refusal("--tls", "off", "--tls-dir", "certificates") == (
            2, "Error: found --tls-dir with --tls off, expected one of them alone")
        assert self.refusal("--tls-dir", "certificates", *certificate) == (
            2, "Error: found --tls-dir with --tls-cert, expected one of them: the folder is for certificates made here")

    def test_a_variable_for_many_starts_is_turned_off(self, start):
        server = start("--tls", "off", variables={"APIGATEWAYV2_LOCAL_TLS_DIR": "certificates"})
        assert server.endpoint.startswith("http://")

    def test_an_unknown_choice(self):
        status, line = self.refusal("--tls", "on")
        assert status == 2
        assert "expected one of off, auto, only" in line

    def test_a_missing_file(self, own):
        chain, _ = own("ec")
        assert self.refusal("--tls-cert", chain, "--tls-key", "no-such-key.pem") == (
            2, "no-such-key.pem: cannot be read: no such file or directory")

    def test_the_wrong_key(self, own):
        (chain, _), (_, key) = own("ec"), own("rsa:2048")
        assert self.refusal("--tls-cert", chain, "--tls-key", key) == (
            2, f"{key}: found a key of another certificate, expected that of {chain}")

    def test_an_encrypted_key(self, own, tmp_path):
        chain, key = own("ec")
        locked = tmp_path / "locked.pem"
        run("openssl", "ec", "-in", key, "-aes256", "-passout", "pass:secret", "-out", locked)
        assert self.refusal("--tls-cert", chain, "--tls-key", locked) == (
            2, f"{locked}: found a key that a passphrase protects, expected one without")

    def test_a_folder_that_others_can_write_to(self, tmp_path):
        shared = tmp_path / "shared"
        shared.mkdir()
        shared.chmod(0o777)
        assert self.refusal("--tls", "auto", "--tls-dir", shared) == (
            2, f"{shared}: found a folder that others can write to, expected one of your own with mode 0700")

    def test_a_folder_that_is_a_file(self, tmp_path):
        (tmp_path / "file").write_text("")
        status, line = self.refusal("--tls", "auto", "--tls-dir", tmp_path / "file")
        assert (status, line) == (2, f"{tmp_path / 'file'}: found a file, expected a folder for certificates")

    def test_no_folder_at_all(self):
        assert self.refusal("--tls", "auto", variables={"HOME": "", "XDG_STATE_HOME": ""}) == (
            2,
            "found neither XDG_STATE_HOME nor HOME, expected one of them, or --tls-dir, to keep certificates in")


class TestCost:
    def grown(self, folder, trusting, buffers):
        """By how many bytes a server grows that so many of 200 connections may keep memory for records in."""
        with LocalServer(
            "--port", "0", "--tls", "only", "--tls-dir", folder, "--event-loops", "1", "--limit", f"tls-buffers-max={buffers}",
            "--journal", "0", "--log-level", "off",
        ) as server, contextlib.ExitStack() as connections:
            def ask():
                plain = socket.create_connection(("127.0.0.1", server.port), timeout=BOUND)
                connection = connections.enter_context(trusting.wrap_socket(plain, server_hostname="localhost"))
                connection.sendall(b"GET /v2/apis HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")

            ask()
            before = resident_bytes(server.process.pid)
            for _ in range(200):
                ask()
            return resident_bytes(server.process.pid) - before

    def test_no_more_connections_than_the_limit_keep_memory_for_records(self, secure, folder, authority):
        trusting = ssl.create_default_context(cafile=str(authority))
        none, half, all_ = (self.grown(folder, trusting, buffers) for buffers in (0, 101, 201))
        # Of each connection's two buffers of 17 KB a small request and its answer touch a page or two.
        assert none + 100 * 6_000 < half
        assert half + 100 * 6_000 < all_

    def test_a_server_loads_openssl_with_tls_and_libraries_for_calls_and_web_sockets_at_their_first(self, shipped, secure):
        def loaded(server):
            maps = pathlib.Path(f"/proc/{server.process.pid}/maps").read_text()
            return [name for name in ("libssl", "libcurl", "libwslay", "libz.") if name in maps]

        assert (loaded(shipped), loaded(secure)) == ([], ["libssl"])
