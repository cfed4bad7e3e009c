/// Five thousand clients that wait at once, and the memory and the threads that they may take.

import SocketServer
import Testing

/// The clients of a server, and one more that shows that the server serves others meanwhile.
struct Crowd {
    static let count = 5_000

    private let server: TestServer
    private(set) var clients: [ClientSocket]
    private let witness: ClientSocket
    private let before: ProcessStatus

    init(of server: TestServer) throws {
        self.server = server
        witness = try server.client()
        clients = try (0..<Self.count).map { _ in try server.client() }
        // Each connection gets what it needs for any request.
        for client in clients {
            try client.send(get("/before"))
            _ = try client.receiveResponse()
        }
        before = try ProcessStatus()
    }

    /// Lets all clients ask for `path`. Compares the figures when all of them wait.
    func ask(for path: String, whenAllWait allWait: () -> Bool) throws {
        for client in clients { try client.send(get(path)) }
        waitUntil(allWait)
        try witness.send(get("/witness"))
        _ = try witness.receiveResponse()
        try ProcessStatus().expectLittle(since: before)
    }

    /// Closes all connections but the witness's, and waits for the server to notice it.
    mutating func leave() {
        clients = []
        waitUntil { server.server.openConnectionCount == 1 }
    }
}

extension ProcessStatus {
    /// Expects little more memory than `before`, and no more threads.
    func expectLittle(since before: ProcessStatus, sourceLocation: SourceLocation = #_sourceLocation) {
        // The clients' own share, and the noise of the allocator, are in it.
        if !isAddressSanitized {
            #expect(
                residentKilobytes - before.residentKilobytes <= 60 * 1024, sourceLocation: sourceLocation)
        }
        #expect(threads <= before.threads, sourceLocation: sourceLocation)
    }
}
