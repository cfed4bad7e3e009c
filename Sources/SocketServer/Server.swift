/// A listening server: its loops, each hosted by a serial dispatch queue for life, and the orders that other
/// threads may give them. Refuses to start with the `SystemError` of the call that failed: `bind` and
/// EADDRINUSE for a port in use.

internal import CEpoll
internal import Dispatch
internal import HTTPWire

/// A server from its start to its stop.
package final class Server: Sendable {
    /// Where to listen, and with how much.
    package struct Configuration: Sendable {
        /// An IPv4 or IPv6 literal, or a name. `::` takes both families.
        package var host: String
        /// 0 lets the system choose.
        package var port: UInt16
        /// Event loops, at most `limits.loopsMax`.
        package var loopCount: Int
        package var limits: SocketLimits
        /// With it, connections may be TLS; the first byte of each tells.
        package var tls: TLSContext?
        /// Called when a client begins with TLS and there is none, on the thread of a loop, each time.
        package var onUnexpectedTLS: (@Sendable () -> Void)?
        /// Called when the server stops accepting for a while, on the thread of a loop; not again within
        /// `limits.acceptPauseReportInterval`.
        package var onAcceptPause: (@Sendable (AcceptPause) -> Void)?

        /// Without a `loopCount` there is a loop for each processor that this process may run on.
        package init(host: String, port: UInt16, loopCount: Int? = nil, limits: SocketLimits = SocketLimits())
        {
            self.host = host
            self.port = port
            self.loopCount = loopCount ?? min(Int(cepoll_processor_count()), limits.loopsMax)
            self.limits = limits
        }
    }

    /// The address that is listened at, in figures.
    package let host: String
    /// The real port when 0 was asked for.
    package let port: UInt16
    /// Whether connections may be TLS.
    package let isTLS: Bool
    private let mailboxes: [Mailbox]
    private let openConnections: OpenConnections
    private let openWaits: OpenWaits
    /// The group that each loop leaves when it has ended.
    private let loops: DispatchGroup

    private init(address: Startup.Address, loopSet: LoopSet, loops: DispatchGroup) {
        host = address.host
        port = address.port
        isTLS = loopSet.isTLS
        mailboxes = loopSet.mailboxes
        openConnections = loopSet.openConnections
        openWaits = loopSet.openWaits
        self.loops = loops
    }

    /// A server that nobody holds any more stops, and nobody waits for it.
    deinit {
        for mailbox in mailboxes { mailbox.stop() }
    }

    /// Starts a server that is bound and listens when this returns.
    package static func start(
        _ configuration: Configuration, handler: any RequestHandler, clock: any ServerClock
    ) throws(SystemError) -> Server {
        precondition(
            (1...configuration.limits.loopsMax).contains(configuration.loopCount),
            "A server has at least one loop and at most loopsMax.")
        raiseDescriptorLimit(toHold: configuration.limits.connectionsMax)
        let loopSet = try LoopSet(configuration, handler: handler, clock: clock)
        let startup = Startup(loopCount: configuration.loopCount)
        let loops = DispatchGroup()
        for number in 0..<configuration.loopCount {
            loops.enter()
            DispatchQueue(label: "loop-\(number)").async {
                loopSet.runLoop(number, startup)
                loops.leave()
            }
        }
        do throws(SystemError) {
            return Server(address: try startup.address(), loopSet: loopSet, loops: loops)
        } catch {
            for mailbox in loopSet.mailboxes { mailbox.stop() }
            loops.wait()
            throw error
        }
    }

    /// Connections that are open now.
    package var openConnectionCount: Int { openConnections.count }

    /// Waits for a reply that are open now.
    package var openWaitCount: Int { openWaits.count }

    /// Stops in good order: accepts no more, finishes what is in flight, cuts off at `limits.drainTimeout`.
    /// Returns when all loops have ended. May be called from any thread but a loop's (so not by a handler),
    /// and again.
    package func stop() {
        for mailbox in mailboxes { mailbox.stop() }
        loops.wait()
    }

    /// To be called when a clock that is moved by hand has moved: the loops look at their deadlines.
    package func clockMoved() {
        for mailbox in mailboxes { mailbox.wake() }
    }
}

/// The loops of a server, and the objects that all of them share.
private struct LoopSet: Sendable {
    let mailboxes: [Mailbox]
    let openConnections: OpenConnections
    let openWaits: OpenWaits
    var isTLS: Bool { configuration.tls != nil }
    private let configuration: Server.Configuration
    private let handler: any RequestHandler
    private let clock: any ServerClock

    init(
        _ configuration: Server.Configuration, handler: any RequestHandler, clock: any ServerClock
    ) throws(SystemError) {
        var mailboxes: [Mailbox] = []
        for _ in 0..<configuration.loopCount { mailboxes.append(try Mailbox()) }
        self.mailboxes = mailboxes
        openConnections = OpenConnections(limit: configuration.limits.connectionsMax, mailbox: mailboxes[0])
        openWaits = OpenWaits(limit: configuration.limits.waitsMax)
        self.configuration = configuration
        self.handler = handler
        self.clock = clock
    }

    /// Runs the loop with this number on the calling thread until it ends. The first one listens.
    func runLoop(_ number: Int, _ startup: Startup) {
        do throws(SystemError) {
            var loop = try EventLoop(
                mailbox: mailboxes[number], openConnections: openConnections,
                acceptor: number == 0 ? try listen(startup) : nil,
                turn: Turn(
                    handler: handler, limits: configuration.limits, clock: clock,
                    mailbox: mailboxes[number], openWaits: openWaits),
                tls: configuration.tls, onUnexpectedTLS: configuration.onUnexpectedTLS,
                onAcceptPause: configuration.onAcceptPause)
            startup.report(.ready)
            loop.run()
        } catch {
            startup.report(.failed(error))
        }
    }

    private func listen(_ startup: Startup) throws(SystemError) -> Acceptor {
        let limits = configuration.limits
        let listener = try Listener(
            host: configuration.host, port: configuration.port, backlog: limits.backlogMax)
        startup.report(.listens(Startup.Address(host: listener.host, port: listener.port)))
        return Acceptor(
            listener: listener, mailboxes: mailboxes, openConnections: openConnections, limits: limits)
    }
}
