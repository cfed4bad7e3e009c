"""The servers that ours is measured beside: nginx, nghttpd, moto_server and MiniStack, with the same documents as ours."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import boto3
from botocore.config import Config

from servers import INTEGRATION, PATH, ROOT, Server, free_port, wait_for_200, wait_for_http2

NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log /dev/null;
events {{ worker_connections 4096; multi_accept on; }}
http {{
  access_log off; keepalive_requests 1000000000; http2_max_requests 1000000000; tcp_nodelay on; sendfile on; open_file_cache max=16;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {upstream}
  server {{
    listen 127.0.0.1:{port} {protocol} backlog=4096;
    add_header x-amzn-RequestId 5f1b11f8-de5c-4135-95fb-8a5ddb73e045; add_header x-amz-apigw-id a2UcrEM1oAMFQXg=;
    add_header X-Amzn-Trace-Id Root=1-602c011d-7b7bcd1315f0845e721b1b60;
    default_type application/json; {more}
    location /static/ {{ root {folder}; }}
    location / {{ return 200 '{body}'; }}
  }}
}}
"""


def nginx(folder, name, path, protocol="", more="", upstream="", body=None, **settings):
    port = free_port()
    folder.mkdir()
    (folder / "static").mkdir()
    body = body or json.dumps(INTEGRATION, separators=(",", ":"))
    (folder / "static" / "abc123d").write_text(body)
    (folder / "nginx.conf").write_text(
        NGINX.format(folder=folder, port=port, body=body, protocol=protocol, more=more, upstream=upstream))
    os.chmod(folder, 0o755)
    command = [shutil.which("nginx") or "/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf"]
    return Server(name, command, path, port, **settings)


def nghttpd(folder):
    """nghttp2's own server with the same bytes as a file; it speaks nothing but HTTP/2."""
    port = free_port()
    file = folder / PATH.lstrip("/")
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(INTEGRATION, separators=(",", ":")))
    command = [shutil.which("nghttpd") or "/usr/sbin/nghttpd", "--no-tls", "-a", "127.0.0.1", "-d", folder, port]
    return Server("nghttpd static file", command, PATH, port, wait=wait_for_http2)


def moto():
    port = free_port()
    command = [pathlib.Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", port]
    server = Server("moto_server", command, "/moto-api/", port)
    wait_for_200(port, "/moto-api/", server.process)
    client = client_of(server)
    api = client.create_api(Name="orders", ProtocolType="HTTP")["ApiId"]
    skipped = ("integrationId", "tlsConfig", "connectionId")
    integration = client.create_integration(ApiId=api, **members(INTEGRATION, skipped))["IntegrationId"]
    server.path = f"/v2/apis/{api}/integrations/{integration}"
    return server


def ministack(proxy):
    """MiniStack, which has its own environment, with an API whose GET /one is the integration `proxy`."""
    port = free_port()
    command = [ROOT / ".venv-ministack/bin/ministack"]
    server = Server("MiniStack", command, "/health", port, environment={"GATEWAY_PORT": str(port)})
    wait_for_200(port, "/health", server.process)
    client = client_of(server)
    api = client.create_api(Name="orders", ProtocolType="HTTP")["ApiId"]
    integration = client.create_integration(ApiId=api, **members(proxy))["IntegrationId"]
    client.create_route(ApiId=api, RouteKey="GET /one", Target=f"integrations/{integration}")
    client.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    server.path = f"/_aws/execute-api/{api}/$default/one"
    return server


def client_of(server):
    return boto3.client(
        "apigatewayv2", endpoint_url=f"http://127.0.0.1:{server.port}", region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret", config=Config(retries={"max_attempts": 0}))


def members(integration, skipped=("integrationId",)):
    """The integration's members as boto3 names them."""
    return {key[0].upper() + key[1:]: value for key, value in integration.items() if key not in skipped}


def make_certificate(folder):
    """ECDSA P-256, as `--tls auto` makes them."""
    chain, key = folder / "server.pem", folder / "server-key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
               "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", chain]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return chain, key
