/// The options of `serve` about TLS, and the lines that help a user to make clients trust the server.

internal import APIGatewayV2Local
internal import ArgumentParser

/// Values of `--tls`.
enum TLSChoice: String, CaseIterable, Sendable {
    case off
    case auto
    case only
}

/// The choice of encrypted connections, and their certificate.
struct TLSOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            auto takes https:// and http:// on the same port, with a certificate made here unless --tls-cert \
            names one; only refuses http://. (default: off, or auto with --tls-cert)
            """,
            valueName: "off|auto|only"),
        transform: Setting.choice())
    var tls: TLSChoice?

    @Option(
        help: ArgumentHelp("A certificate of your own and its chain, as PEM.", valueName: "file"),
        transform: Setting.text)
    var tlsCert: String?

    @Option(
        help: ArgumentHelp("The certificate's key, as PEM without a passphrase.", valueName: "file"),
        transform: Setting.text)
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            """
            Where certificates made here are kept. (default: $XDG_STATE_HOME/apigatewayv2-local/tls, else \
            the same below ~/.local/state)
            """,
            valueName: "folder"),
        transform: Setting.text)
    var tlsDir: String?
}

extension TLSOptions {
    /// The options and variables as the library's configuration; nil for plain HTTP alone.
    func configuration() throws -> TLS? {
        let chain = try Setting.value("tls-cert", tlsCert, Setting.text)
        let key = try Setting.value("tls-key", tlsKey, Setting.text)
        let folder = try Setting.value("tls-dir", tlsDir, Setting.text)
        guard (chain == nil) == (key == nil) else {
            let (found, missing) = chain == nil ? ("tls-key", "tls-cert") : ("tls-cert", "tls-key")
            throw ValidationError("found --\(found) without --\(missing), expected both")
        }
        try checkUses()
        let choice = try Setting.value("tls", tls, Setting.choice()) ?? (chain == nil ? .off : .auto)
        guard choice != .off else { return nil }
        let certificate: TLS.Certificate
        if let chain, let key {
            certificate = .files(chain: chain, key: key)
        } else {
            certificate = .automatic(folder: folder)
        }
        return TLS(certificate, acceptsPlainText: choice == .auto)
    }

    /// Refuses flags without an effect. A variable without an effect is allowed, because it may be for other
    /// starts.
    private func checkUses() throws {
        if tls == .off, let unused = tlsCert != nil ? "tls-cert" : tlsDir != nil ? "tls-dir" : nil {
            throw ValidationError("found --\(unused) with --tls off, expected one of them alone")
        }
        if tlsCert != nil, tlsDir != nil {
            throw ValidationError(
                "found --tls-dir with --tls-cert, expected one of them: "
                    + "the folder is for certificates made here")
        }
    }

    /// Lines for the user to copy, so that clients trust the authority in `path`.
    static func instructions(authorityFile path: String) -> [String] {
        let file = quotedForShell(path)
        return [
            "To let clients trust this server (\(path) is its authority):",
            "  AWS CLI, boto3:  export AWS_CA_BUNDLE=\(file)",
            "  Node.js:         export NODE_EXTRA_CA_CERTS=\(file)",
            "  Go, curl:        export SSL_CERT_FILE=\(file)",
            "  Java:            keytool -importcert -noprompt -alias apigatewayv2-local -file \(file) "
                + "-keystore truststore.p12 -storetype PKCS12 -storepass changeit",
            "                   java -Djavax.net.ssl.trustStore=truststore.p12 "
                + "-Djavax.net.ssl.trustStorePassword=changeit …",
        ]
    }
}

/// The text as one word of a POSIX shell, in quotes only if necessary.
private func quotedForShell(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:=@%".utf8.contains(byte)
    }
    let parts = text.split(separator: "'", omittingEmptySubsequences: false)
    return isPlain ? text : "'" + parts.joined(separator: #"'\''"#) + "'"
}
