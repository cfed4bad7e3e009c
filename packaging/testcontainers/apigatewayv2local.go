// Package apigatewayv2local starts the image of `make image` by Testcontainers for Go, on a free port.
package apigatewayv2local

import (
	"context"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// Start returns the container and the address for an SDK's BaseEndpoint.
func Start(ctx context.Context, fixtures string) (testcontainers.Container, string, error) {
	container, err := testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{
		ContainerRequest: testcontainers.ContainerRequest{
			Image:        "apigatewayv2-local:0.1.0",
			ExposedPorts: []string{"4290/tcp"},
			Files: []testcontainers.ContainerFile{
				{HostFilePath: fixtures, ContainerFilePath: "/", FileMode: 0o755},
			},
			WaitingFor: wait.ForLog("listening on"),
		},
		Started: true,
	})
	if err != nil {
		return container, "", err
	}
	endpoint, err := container.PortEndpoint(ctx, "4290/tcp", "http")
	return container, endpoint, err
}
