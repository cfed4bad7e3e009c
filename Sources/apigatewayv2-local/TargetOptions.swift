/// The options of `serve` about files of invocations: the key sets of token issuers.

internal import APIGatewayV2Local
internal import ArgumentParser

/// The files for tokens.
struct TargetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The public keys of a token issuer, such as https://tokens.example.com=keys.json, so that JWT \
            authorizers fetch none; may be repeated. Read again by a reload.
            """,
            valueName: "issuer=file"),
        transform: Setting.keySet)
    var jwks: [KeySetFile] = []
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
    }
}

extension Setting {
    static let keySet: SettingReader<KeySetFile> = { try KeySetFile(parsing: $0) }
}
