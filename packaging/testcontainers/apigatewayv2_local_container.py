"""Testcontainers for Python: the image of `make image` on a free port. Where the wheel is installed,
`apigatewayv2_local.Server` does the same without containers."""

from testcontainers.core.container import DockerContainer
from testcontainers.core.waiting_utils import wait_for_logs


class ApiGatewayV2Local(DockerContainer):
    def __init__(self, fixtures: str) -> None:
        super().__init__("apigatewayv2-local:0.1.0")
        self.with_exposed_ports(4290)
        self.with_volume_mapping(fixtures, "/fixtures", "ro")

    def start(self) -> "ApiGatewayV2Local":
        super().start()
        wait_for_logs(self, "listening on")
        return self

    @property
    def endpoint(self) -> str:
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(4290)}"
