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

    /// The time limit of connecting, and again of waiting for the answer.
    private static let milliseconds: Int32 = 2000

    func run() throws {
        let host = try Setting.value("host", host, Setting.text) ?? ServeOptions.defaultHost
        let adminPort = try Setting.value("admin-port", port, Setting.port)
        let port = try adminPort ?? Setting.value("port", port, Setting.port) ?? ServeOptions.defaultPort
        let certificate = try Setting.value("tls-cert", tlsCert, Setting.text)
        let folder = try Setting.value("tls-dir", tlsDir, Setting.text)
        let request =
            "GET /__admin/health HTTP/1.1\r\nHost: \(authority(of: Self.reachable(host), port))\r\n"
            + "Connection: close\r\n\r\n"
        do throws(ExchangeError) {
            let place = Self.reachable(host)
            var answer = try SystemCalls.exchange(
                Array(request.utf8), with: place, port: port, milliseconds: Self.milliseconds)
            if refusesPlainText(answer) {
                answer = try secureExchange(
                    Array(request.utf8), with: place, port: port, certificate: certificate, folder: folder)
            }
            let statusLine = String(decoding: answer.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
            guard statusLine.split(separator: " ").dropFirst().first == "200" else {
                throw ExchangeError("the answer was \(statusLine.isEmpty ? "empty" : statusLine)")
            }
        } catch {
            throw CommandFailure("no healthy server at \(authority(of: host, port)): \(error)")
        }
    }

    /// Whether the answer is that of `--tls only` to a client without TLS.
    private func refusesPlainText(_ answer: [UInt8]) -> Bool {
        String(decoding: answer, as: UTF8.self).contains(#"{"message":"This port speaks TLS"#)
    }

    /// The same exchange over TLS, trusting `certificate` or the authority in `folder`.
    private func secureExchange(
        _ request: [UInt8], with host: String, port: UInt16, certificate: String?, folder: String?
    ) throws(ExchangeError) -> [UInt8] {
        let conversation: TLSConversation
        do throws(TLSTrustError) {
            let trust = try TLSTrust(certificate: certificate, folder: folder)
            conversation = try trust.conversation(asking: request)
        } catch {
            throw ExchangeError(
                "it speaks TLS alone, and \(error): --tls-dir or --tls-cert says whom to trust")
        }
        var answer: [UInt8] = []
        try SystemCalls.converse(
            with: host, port: port, milliseconds: Self.milliseconds
        ) { received throws(ExchangeError) in
            do throws(TLSTrustError) {
                let step = try conversation.exchange(received)
                answer += step.answer
                return step.forServer
            } catch {
                throw ExchangeError(error.description)
            }
        }
        return answer
    }

    /// The loopback address for a server that listens on every address; else `host`.
    private static func reachable(_ host: String) -> String {
        switch host {
        case "0.0.0.0": "127.0.0.1"
        case "::": "::1"
        default: host
        }
    }
}

/// Host and port as in URLs and the Host field: an IPv6 address is in brackets.
func authority(of host: String, _ port: UInt16) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
}
