/// The addresses that a handler sees of its client and of the end that was called.

import HTTPWire
import SocketServer
import Testing

/// Answers with the client's address and the port that it called.
private struct AddressHandler: RequestHandler {
    func handle(_ request: HTTPRequest, from client: Client) -> Answer {
        let text = "\(client.addresses.remote?.host ?? "none") \(client.localAddress?.port ?? 0)"
        return .reply(Reply(HTTPResponse(status: 200, contentType: "text/plain", body: Array(text.utf8))))
    }
}

struct ClientTests {
    @Test(arguments: [("127.0.0.1", false, "127.0.0.1"), ("::", false, "127.0.0.1"), ("::", true, "::1")])
    func `a handler sees who called and where`(host: String, isIPv6: Bool, expected: String) throws {
        let server = try TestServer(handler: AddressHandler(), host: host)
        let client = try server.client(isIPv6: isIPv6)

        try client.send(get("/", "Connection: close"))

        let received = try client.receiveTextToEnd()
        #expect(received.hasSuffix("\r\n\r\n\(expected) \(server.port)"), "\(received)")
    }

    @Test func `every request and every later connection has its own addresses`() throws {
        let server = try TestServer(handler: AddressHandler(), host: "::")
        // The descriptors of closed connections come again, with another client behind them.
        for isIPv6 in [false, true, false] {
            let client = try server.client(isIPv6: isIPv6)

            try client.send(get("/") + get("/") + get("/", "Connection: close"))

            let received = try client.receiveTextToEnd()
            let expected = "\r\n\r\n\(isIPv6 ? "::1" : "127.0.0.1") \(server.port)"
            #expect(received.split(separator: expected).count == 3, "\(received)")
        }
    }

    @Test func `a client without a socket has no address`() {
        let client = Client(connection: ConnectionID(rawValue: 1))

        #expect(client.addresses.remote == nil)
        #expect(client.localAddress == nil)
    }
}
