// Testcontainers for .NET: the image of `make image` on a free port.
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;

public static class ApiGatewayV2Local
{
    private const ushort Port = 4290;

    public static IContainer Build(string fixtures) =>
        new ContainerBuilder()
            .WithImage("apigatewayv2-local:0.1.0")
            .WithPortBinding(Port, true)
            .WithResourceMapping(new DirectoryInfo(fixtures), "/fixtures")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("listening on"))
            .Build();

    public static string Endpoint(IContainer container) =>
        $"http://{container.Hostname}:{container.GetMappedPublicPort(Port)}";
}
