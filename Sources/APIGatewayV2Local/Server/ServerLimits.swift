/// The bounds of `SocketLimits` for users of the library: every `LimitOption` by its name, and the commonest
/// as properties.

package import APIGatewayV2
internal import HTTPWire
package import SocketServer

/// The limits on clients. Each begins at its default.
public struct ServerLimits: Sendable {
    package var sockets = SocketLimits()
    /// The longest `wait` that a request under `/__admin` may ask for.
    package var adminWaitMax = AdminAPI.waitMax

    /// The bounds of `/__admin/events`.
    package var events = EventLimits()

    /// The bytes of all entries of the journal; nil for the configuration's own.
    package var journalBytes: Int?
    /// The same, or the default.
    package var journalBytesMax: Int {
        get { journalBytes ?? JournalLimits().bytesMax }
        set { journalBytes = newValue }
    }

    /// The bounds of the journal's file.
    package var journalFile = JournalFileLimits()

    /// The bounds of what invocations keep.
    package var invoke = InvocationLimits()

    /// The bytes of lines that wait for a reader of the log, or of access logs, who has stopped to read.
    package var logWaitingBytesMax = 1_048_576

    /// Accounts and regions of the control plane with counters of their own. Requests of later ones count
    /// together, so that clients cannot use up memory.
    package var meteredScopesMax = 100

    /// The bounds of the store.
    package var store = StoreLimits()

    /// The bounds of fault rules.
    package var faults = FaultLimits()

    /// The bounds of functions that the server starts.
    package var functions = FunctionLimits()

    /// The defaults.
    public init() {}

    /// The names that `set` takes, such as `body-bytes-max`.
    public static var names: [String] { LimitOption.all.map(\.name) }

    /// Sets the limit called `name` to a count such as `1048576`, or a time such as `500ms`, `10s` or `2m`.
    /// Throws for an unknown name and for a value out of range.
    public mutating func set(_ name: String, to text: String) throws(DocumentError) {
        guard let limit = LimitOption.all.first(where: { $0.name == name }) else {
            throw DocumentError(
                found: "the limit \(quoted(name))", expected: LimitOption.expectedName(for: name))
        }
        guard limit.set(in: &self, to: text) else {
            throw DocumentError(found: "\(quoted(text)) for \(name)", expected: limit.expected)
        }
    }

    /// Bytes of a request line. A longer one gets 414.
    public var requestLineBytesMax: Int {
        get { sockets.wire.requestLineBytesMax }
        set { sockets.wire.requestLineBytesMax = newValue }
    }

    /// Bytes of a header section. A longer one gets 431.
    public var fieldSectionBytesMax: Int {
        get { sockets.wire.fieldSectionBytesMax }
        set { sockets.wire.fieldSectionBytesMax = newValue }
    }

    /// Field lines of a header section. More get 431.
    public var fieldsMax: Int {
        get { sockets.wire.fieldsMax }
        set { sockets.wire.fieldsMax = newValue }
    }

    /// Bytes of a body. A longer one gets 413.
    public var bodyBytesMax: Int {
        get { sockets.wire.bodyBytesMax }
        set { sockets.wire.bodyBytesMax = newValue }
    }

    /// Open connections. At the limit the server accepts no more until one closes.
    public var connectionsMax: Int {
        get { sockets.connectionsMax }
        set { sockets.connectionsMax = newValue }
    }

    /// The time from the first byte of a request to the end of its header section. Then the answer is 408.
    public var headerTimeout: Duration {
        get { sockets.headerTimeout }
        set { sockets.headerTimeout = newValue }
    }

    /// The time without a byte in either direction after which a connection is closed.
    public var idleTimeout: Duration {
        get { sockets.idleTimeout }
        set { sockets.idleTimeout = newValue }
    }

    /// The time for which `stop` waits for exchanges under way.
    public var drainTimeout: Duration {
        get { sockets.drainTimeout }
        set { sockets.drainTimeout = newValue }
    }
}

extension LocalServer.Configuration {
    /// The bounds of the journal. A limit that is set replaces the configuration's own.
    var journalLimits: JournalLimits {
        var limits = journal
        if let bytes = self.limits.journalBytes { limits.bytesMax = bytes }
        return limits
    }
}
