/// The options of `serve` about tokens and addresses: key sets of issuers, the form of `apiEndpoint`, and a
/// file of functions and backends.

internal import APIGatewayV2Local
internal import ArgumentParser

/// The choice of key sets and addresses.
struct TargetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A JSON file of functions and backends, behind those of --lambda and --upstream; read again by a \
            reload.
            """,
            valueName: "file"),
        transform: Setting.text)
    var targets: String?

    @Option(
        help: ArgumentHelp(
            """
            The public keys of a token issuer, such as https://tokens.example.com=keys.json, so that JWT \
            authorizers fetch none; may be repeated. Read again by a reload.
            """,
            valueName: "issuer=file"),
        transform: Setting.keySet)
    var jwks: [KeySetFile] = []

    @Option(
        help: ArgumentHelp(
            """
            What apiEndpoint shows: aws, the real name; local, a name that can be called here; or a URL with \
            {apiId}, {port} or {region}, such as http://localhost:{port}/_aws/execute-api/{apiId}. \
            (default: aws)
            """,
            valueName: "aws|local|url"),
        transform: Setting.apiEndpoint)
    var apiEndpoint: ApiEndpointForm?
}

extension TargetOptions {
    /// Sets the options and variables that are given.
    func apply(to configuration: inout LocalServer.Configuration) throws {
        let keySets = try Setting.values("jwks", jwks, separator: ",", Setting.keySet)
        for (index, keySet) in keySets.enumerated()
        where keySets[..<index].contains(where: { $0.issuer == keySet.issuer }) {
            throw ValidationError("found --jwks \(keySet.issuer)=… twice, expected one file an issuer")
        }
        configuration.invoke.keySets = keySets
        configuration.invoke.targetsFile = try Setting.value("targets", targets, Setting.text)
        configuration.invoke.apiEndpoint =
            try Setting.value("api-endpoint", apiEndpoint, Setting.apiEndpoint) ?? .aws
    }
}

extension Setting {
    static let apiEndpoint: SettingReader<ApiEndpointForm> = { try ApiEndpointForm(parsing: $0) }
    static let keySet: SettingReader<KeySetFile> = { try KeySetFile(parsing: $0) }
}
