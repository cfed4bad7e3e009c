/// The client of a request, for its handler: the connection, and the addresses of both ends. The system is
/// asked for an address only when a handler first reads it.

internal import Glibc
package import HTTPWire

/// The sender of a request.
package struct Client: Sendable {
    /// An IP address in figures, and a port.
    package typealias Address = (host: String, port: UInt16)

    package let connection: ConnectionID
    /// Whether the request came through TLS.
    package let isEncrypted: Bool
    /// Nil for a connection without a socket.
    private let descriptor: Int32?

    init(_ peer: Peer) {
        connection = peer.connection
        isEncrypted = peer.isEncrypted
        descriptor = peer.recipient.descriptor
    }

    /// A client without a socket, for code that calls a handler itself.
    package init(connection: ConnectionID, isEncrypted: Bool = false) {
        self.connection = connection
        self.isEncrypted = isEncrypted
        descriptor = nil
    }

    /// The address that the client called. An IPv4 address that came through an IPv6 listener is shown as
    /// IPv4. Nil if the client has no socket, or has gone before anyone asked. To be asked only while the
    /// request is being handled.
    package var localAddress: Address? { address(.local) }

    /// The client's own address and the one that it called, each as above.
    package var addresses: (remote: Address?, local: Address?) {
        descriptor.map { ClientAddresses.ofProcess.addresses(of: connection, $0) } ?? (nil, nil)
    }

    private func address(_ end: Listener.End) -> Address? {
        descriptor.flatMap { ClientAddresses.ofProcess.address(end, of: connection, $0) }
    }
}
