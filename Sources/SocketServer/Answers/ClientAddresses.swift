/// The addresses of connections that handlers have asked for. The system is asked once for a connection, and
/// a client that sends many requests costs no further calls. Nothing is kept in the connections themselves,
/// because most handlers ask for no address.

package import HTTPWire
internal import Synchronization

/// A table by descriptors. A descriptor that is used again has another `ConnectionID`, whose addresses are
/// asked for anew.
package final class ClientAddresses: Sendable {
    /// The place of all connections whose descriptors have the same remainder. The last one stays.
    private final class Place: Sendable {
        struct Entry {
            var connection: ConnectionID
            var remote: Client.Address?
            var local: Client.Address?
        }

        let entry = Mutex<Entry?>(nil)
    }

    /// The table of the process, because descriptors and `ConnectionID` are of the process too.
    static let ofProcess = ClientAddresses()

    package static let placeCount = 256
    private let places = (0..<placeCount).map { _ in Place() }

    package init() {}

    /// Both addresses of the connection, in one look if they are known.
    func addresses(
        of connection: ConnectionID, _ descriptor: Int32
    ) -> (remote: Client.Address?, local: Client.Address?) {
        let known = places[Int(descriptor) % Self.placeCount].entry.withLock {
            entry -> (remote: Client.Address?, local: Client.Address?)? in
            guard let entry, entry.connection == connection, entry.remote != nil, entry.local != nil else {
                return nil
            }
            return (entry.remote, entry.local)
        }
        return known
            ?? (address(.remote, of: connection, descriptor), address(.local, of: connection, descriptor))
    }

    /// The address at one end of the connection with this descriptor. A known address stays known when the
    /// client has gone, until another connection takes its place. Nil if the client had gone before its
    /// address was known.
    package func address(
        _ end: Listener.End, of connection: ConnectionID, _ descriptor: Int32
    ) -> Client.Address? {
        let place = places[Int(descriptor) % Self.placeCount]
        let known = place.entry.withLock { entry -> Client.Address? in
            guard let entry, entry.connection == connection else { return nil }
            return end == .local ? entry.local : entry.remote
        }
        if let known { return known }
        guard let address = Listener.address(end, of: descriptor) else { return nil }
        place.entry.withLock { entry in
            if entry?.connection != connection { entry = Place.Entry(connection: connection) }
            switch end {
            case .local: entry?.local = address
            case .remote: entry?.remote = address
            }
        }
        return address
    }
}
