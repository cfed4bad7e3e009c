/// A client of HTTP/2 on a real socket, by prior knowledge or by ALPN over TLS: sends frames, and reads what
/// it is answered as lines.

import HTTP2Peer

/// The client's end of one connection, behind its preface and SETTINGS.
final class SocketPeer {
    let socket: ClientSocket
    private let reader = HTTP2Reader()

    init(_ server: TestServer) throws {
        socket = try ClientSocket(port: server.port)
        if server.isTLS { try socket.startTLS(TestCertificates.peer(protocols: ["h2"])) }
        try socket.send(HTTP2Frame.preface + HTTP2Frame.settings([(id: 4, value: 1 << 20)]).bytes)
    }

    func send(_ frames: [HTTP2Frame]) throws {
        try socket.send(frames.flatMap(\.bytes))
    }

    /// The next frame.
    func line() throws -> String {
        let header = try socket.receive(9)
        let length = header[..<3].reduce(0) { $0 << 8 | Int($1) }
        return reader.lines(of: header + (try socket.receive(length))).joined()
    }

    /// Lines until so many of them end a stream.
    func lines(untilEnds count: Int) throws -> [String] {
        var lines: [String] = []
        while lines.filter({ $0.hasSuffix(" end") }).count < count { lines.append(try line()) }
        return lines
    }

    func linesToEnd() throws -> [String] {
        reader.lines(of: try socket.receiveToEnd())
    }
}
