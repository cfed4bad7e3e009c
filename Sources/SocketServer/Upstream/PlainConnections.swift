/// The connections without TLS of one loop: those that carry exchanges, and those that are kept for the next.

/// The connections, by descriptor. Only the loop's `Upstream` uses them.
struct PlainConnections {
    private let keptMax: Int
    private var open: [PlainConnection?] = []
    /// The kept connections of all servers, from the one that is kept for the longest time on.
    private var kept: [PlainConnection] = []

    /// `keptMax` is the most connections to keep.
    init(keptMax: Int) { self.keptMax = keptMax }

    mutating func add(_ connection: PlainConnection) {
        let place = Int(connection.descriptor)
        while open.count <= place { open.append(nil) }
        open[place] = connection
    }

    /// The connection of the event; nil if it belongs to none.
    func connection(of event: Poller.Event) -> PlainConnection? {
        guard open.indices.contains(Int(event.descriptor)), let found = open[Int(event.descriptor)],
            found.generation == event.generation
        else { return nil }
        return found
    }

    /// Takes the connection to the server that was used last, because it is the likeliest to live.
    mutating func takeKept(to server: OutgoingServer) -> PlainConnection? {
        guard let connection = server.kept.popLast() else { return nil }
        removeFromKept(connection)
        return connection
    }

    /// Keeps the connection for the next call, and closes another in its place at the limit.
    mutating func keep(_ connection: PlainConnection) {
        if kept.count >= keptMax, let oldest = kept.first { close(oldest) }
        guard kept.count < keptMax else { return close(connection) }
        kept.append(connection)
        connection.server.kept.append(connection)
    }

    mutating func close(_ connection: PlainConnection) {
        connection.server.kept.removeAll { $0 === connection }
        removeFromKept(connection)
        open[Int(connection.descriptor)] = nil
    }

    mutating func closeKept(to server: OutgoingServer) {
        while let connection = server.kept.last { close(connection) }
    }

    private mutating func removeFromKept(_ connection: PlainConnection) {
        // Most connections that go were kept last.
        if let place = kept.lastIndex(where: { $0 === connection }) { kept.remove(at: place) }
    }
}
