/// `health`: asks a running server how it is. For HEALTHCHECK lines, and for scripts that wait for a server.
/// If the server takes TLS alone, the command asks again over TLS.

internal import APIGatewayV2Local
internal import ArgumentParser

/// Exit status 0 for 200 from `GET /__admin/health`, 1 for anything else.
struct Health: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask a running server whether it is well; exit status 0 or 1.")

    @Option(help: "The server's address. (default: 127.0.0.1)", transform: Setting.text)
    var host: String?

    @Option(
        help:
            "The port of the admin API; the variable of --admin-port stands above --port's. (default: 4290)",
        transform: Setting.port)
    var port: UInt16?

    @Option(
        help: "For a server with --tls only: its certificate, if it was given one.", transform: Setting.text)
    var tlsCert: String?

    @Option(
        help: "For a server with --tls only: the folder in which it keeps its authority.",
        transform: Setting.text)
    var tlsDir: String?

    /// The most bytes of an answer, of which only the status counts. Fixed, because only this program answers
    /// here.
    private static let bytesMax = 64 * 1024

    func run() throws {
        let host = try Setting.value("host", host, Setting.text) ?? ServeOptions.defaultHost
        let adminPort = try Setting.value("admin-port", port, Setting.port)
        let port = try adminPort ?? Setting.value("port", port, Setting.port) ?? ServeOptions.defaultPort
        let server = AdminServer(
            place: AdminAddress(host: host, port: port),
            certificate: try Setting.value("tls-cert", tlsCert, Setting.text),
            folder: try Setting.value("tls-dir", tlsDir, Setting.text))
        do throws(ExchangeError) {
            let answer = try server.answer(
                to: server.place.request("GET", ["health"]), bytesMax: Self.bytesMax)
            guard answer.status == 200 else {
                throw ExchangeError("the answer was \(answer.statusLine)")
            }
        } catch {
            throw CommandFailure("no healthy server at \(authority(of: host, port)): \(error)")
        }
    }
}

/// Host and port as in URLs and the Host field: an IPv6 address is in brackets.
func authority(of host: String, _ port: UInt16) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
}
