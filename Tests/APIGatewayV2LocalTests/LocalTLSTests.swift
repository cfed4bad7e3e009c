/// TLS as a Swift test configures it: the endpoint, the authority to trust, servers that start together, and
/// what is refused.

import APIGatewayV2Local
import Dispatch
import Foundation
import Synchronization
import Testing

/// A folder that goes with the test.
private final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)").path

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Issue.record("The folder of the test stays: \(error)")
        }
    }

    func configuration(acceptsPlainText: Bool = true) -> LocalServer.Configuration {
        var configuration = LocalServer.Configuration()
        configuration.tls = TLS(.automatic(folder: path), acceptsPlainText: acceptsPlainText)
        return configuration
    }

    func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: path).appending(path: name))
    }
}

struct LocalTLSTests {
    @Test func `the endpoint is https and the authority is named`() throws {
        let folder = Folder()

        let server = try LocalServer.start(folder.configuration())
        defer { server.stop() }

        #expect(server.endpoint == "https://127.0.0.1:\(server.port)")
        #expect(server.authorityFile == folder.path + "/ca.pem")
        #expect(try folder.bytes("ca.pem").starts(with: Data("-----BEGIN CERTIFICATE-----\n".utf8)))
    }

    @Test func `a server without TLS has no authority`() throws {
        let server = try LocalServer.start()
        defer { server.stop() }

        #expect(server.authorityFile == nil)
    }

    @Test func `the admin API at a port of its own is https too`() throws {
        let folder = Folder()
        var configuration = folder.configuration()
        configuration.admin = .ownPort(0)

        let server = try LocalServer.start(configuration)
        defer { server.stop() }

        #expect(server.adminEndpoint?.hasPrefix("https://127.0.0.1:") == true)
    }

    @Test func `servers that start at once share one authority and one certificate`() throws {
        let folder = Folder()
        let configuration = folder.configuration()
        let failures = Mutex<[String]>([])

        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            do {
                try LocalServer.start(configuration).stop()
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()

        #expect(failures.withLock { $0 } == [])
        #expect(names == ["ca-key.pem", "ca.pem", "lock", "server-key.pem", "server.pem"])
    }

    @Test(arguments: ["ca.pem", "ca-key.pem"])
    func `a damaged authority is made anew with a certificate of its own`(damaged: String) throws {
        let folder = Folder()
        try LocalServer.start(folder.configuration()).stop()
        let before = try (folder.bytes("ca.pem"), folder.bytes("server.pem"))

        try Data("nothing".utf8).write(to: URL(filePath: folder.path).appending(path: damaged))
        try LocalServer.start(folder.configuration()).stop()

        #expect(try folder.bytes("ca.pem") != before.0)
        #expect(try folder.bytes("server.pem") != before.1)
    }

    @Test func `a missing certificate is an error that names the file`() throws {
        var configuration = LocalServer.Configuration()
        configuration.tls = TLS(.files(chain: "no-such.pem", key: "no-such-key.pem"))

        let error = #expect(throws: StartError.self) { _ = try LocalServer.start(configuration) }

        #expect(error == .tls(["no-such.pem: cannot be read: no such file or directory"]))
    }
}
