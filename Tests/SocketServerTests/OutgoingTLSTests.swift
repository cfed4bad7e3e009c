/// Calls to servers over TLS, by the names and authorities that they ask for, to other places than the URL's,
/// and past what the environment says of proxies and credentials.

import Foundation
import HTTPWire
import SocketServer
import TestSupport
import Testing

struct OutgoingTLSTests {
    /// A file of the local authority's certificate, for the time of a test.
    private final class AuthorityFile {
        let path: String

        init(_ authority: TLSIdentity) throws {
            path = NSTemporaryDirectory() + "authority-\(UUID().uuidString).pem"
            try Data(authority.certificate).write(to: URL(fileURLWithPath: path))
        }

        deinit { unsafe unlink(path) }
    }

    /// The outcome of one call to a server with the certificate of the tests, which answers with the path.
    private func outcome(
        _ change: @escaping @Sendable (inout OutgoingRequest) -> Void
    ) throws -> OutgoingCall.Outcome {
        let backend = try TestServer(isTLS: true)
        let port = backend.port
        let handler = CallHandler { _ in
            var request = OutgoingRequest(.get, "https://localhost:\(port)/path")
            request.connectTo = .init(host: "127.0.0.1", port: port)
            change(&request)
            return request
        }
        let server = try TestServer(handler: handler)
        let client = try server.client()
        try client.send(get("/"))
        _ = try client.receiveResponse()
        return handler.outcomes[0]
    }

    private func isRefused(_ outcome: OutgoingCall.Outcome) -> Bool {
        if case .failure(.refusedTLS) = outcome { true } else { false }
    }

    @Test func `a server of the authority that is asked for is trusted and no other`() throws {
        let own = try AuthorityFile(TestCertificates.made.get().authority)
        let other = try AuthorityFile(TLSAuthority.make())
        let (path, otherPath) = (own.path, other.path)

        #expect(try outcome { $0.authoritiesFile = path }.get().body == Array("/path".utf8))
        #expect(isRefused(try outcome { $0.authoritiesFile = otherPath }))
        #expect(isRefused(try outcome { _ in }))
        #expect(isRefused(try outcome { $0.authoritiesFile = otherPath + "-missing" }))
    }

    @Test func `the certificate must have the host's name or the name that is asked for`() throws {
        let file = try AuthorityFile(TestCertificates.made.get().authority)
        let path = file.path

        let byHost = try outcome { request in
            request.authoritiesFile = path
            request.url = request.url.replacing("localhost", with: "elsewhere.example")
        }
        let byName = try outcome { request in
            request.authoritiesFile = path
            request.url = request.url.replacing("localhost", with: "elsewhere.example")
            request.serverName = "tester"
        }
        let byWrongName = try outcome { request in
            request.authoritiesFile = path
            request.serverName = "elsewhere.example"
        }

        #expect(isRefused(byHost))
        #expect(try byName.get().body == Array("/path".utf8))
        #expect(isRefused(byWrongName))
    }

    @Test func `a server that speaks no TLS is refused`() throws {
        let backend = try Backend()
        let url = "https://127.0.0.1:\(backend.port)/"
        let handler = CallHandler { _ in OutgoingRequest(.get, url) }
        let server = try TestServer(handler: handler)
        let client = try server.client()

        try client.send(get("/"))
        let socket = try backend.accept()
        try socket.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        _ = try client.receiveResponse()

        #expect(isRefused(handler.outcomes[0]))
    }
}

struct OutgoingPlaceTests {
    private static let hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `a call goes to another place with the URL's own Host`(host: String) throws {
        let backend = try Backend()
        let port = backend.port
        let handler = CallHandler { _ in
            var request = OutgoingRequest(.get, "http://Service.example:8080/path")
            request.connectTo = .init(host: host, port: port)
            return request
        }
        let server = try TestServer(handler: handler)
        let client = try server.client()

        try client.send(get("/"))
        let (socket, head) = try backend.acceptRequest()
        try socket.send(Self.hello)

        #expect(head == "GET /path HTTP/1.1\r\nHost: Service.example:8080\r\n\r\n")
        #expect(try client.receiveResponse().body == Array("hello".utf8))
    }

    @Test func `a call goes to an IPv6 address`() throws {
        let backend = try TestServer(host: "::1")
        let port = backend.port
        let handler = CallHandler { request in
            var outgoing = OutgoingRequest(.get, "http://[::1]:\(port)/direct")
            if request.target.text == "/place" {
                outgoing.url = "http://service.example/place"
                outgoing.connectTo = .init(host: "::1", port: port)
            }
            return outgoing
        }
        let server = try TestServer(handler: handler)
        let client = try server.client()

        try client.send(get("/direct") + get("/place"))

        #expect(try client.receiveResponse().body == Array("/direct".utf8))
        #expect(try client.receiveResponse().body == Array("/place".utf8))
    }

    @Test func `proxies and credentials of the environment take no part`() async {
        await #expect(processExitsWith: .success) {
            let folder = NSTemporaryDirectory() + "home-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer {
                unsafe unlink(folder + "/.netrc")
                unsafe rmdir(folder)
            }
            try Data("machine 127.0.0.1 login somebody password secret\n".utf8)
                .write(to: URL(fileURLWithPath: folder + "/.netrc"))
            for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"] {
                unsafe setenv(name, "http://127.0.0.1:1", 1)
            }
            unsafe setenv("HOME", folder, 1)
            let bench = try CallBench()

            try bench.client.send(get("/"))
            let (socket, head) = try bench.backend.acceptRequest()
            try socket.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")

            #expect(head == "GET / HTTP/1.1\r\nHost: 127.0.0.1:\(bench.backend.port)\r\n\r\n")
            #expect(try bench.client.receiveResponse().body == Array("hello".utf8))
        }
    }
}
