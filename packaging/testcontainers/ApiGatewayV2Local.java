// Testcontainers for Java: the image of `make image` on a free port, waited for by its log's first line.
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

public final class ApiGatewayV2Local extends GenericContainer<ApiGatewayV2Local> {
    private static final int PORT = 4290;

    public ApiGatewayV2Local(String fixtures) {
        super(DockerImageName.parse("apigatewayv2-local:0.1.0"));
        withExposedPorts(PORT);
        withCopyFileToContainer(MountableFile.forHostPath(fixtures), "/fixtures");
        waitingFor(Wait.forLogMessage(".*listening on.*", 1));
    }

    public String endpoint() {
        return "http://" + getHost() + ":" + getMappedPort(PORT);
    }
}
