/// A listening server: its loops, each on a serial dispatch queue for life, and the orders that other threads
/// may give them. The start throws the `SystemError` of the call that failed, such as `bind` and EADDRINUSE
/// for a port in use.

internal import CEpoll
internal import Dispatch
internal import HTTPWire

/// A server from its start to its stop.
package final class Server: Sendable {
    /// The address, the number of loops and the limits.
    package struct Configuration: Sendable {
        /// An IPv4 or IPv6 literal, or a name. `::` listens for both families.
        package var host: String
        /// The port; 0 lets the system choose.
        package var port: UInt16
        /// The number of event loops, at most `limits.loopsMax`.
        package var loopCount: Int
        package var limits: SocketLimits
        /// The settings of TLS; nil for plain connections alone. The first byte tells whether a connection is
        /// TLS.
        package var tls: TLSContext?
        /// Called whenever a client begins with TLS and `tls` is nil, on the thread of a loop.
        package var onUnexpectedTLS: (@Sendable () -> Void)?
        /// Called when accepting pauses, on the thread of a loop, at most once in
        /// `limits.acceptPauseReportInterval`.
        package var onAcceptPause: (@Sendable (AcceptPause) -> Void)?
        /// The name of libcurl for the dynamic loader, which looks for it at the first call.
        package var curlLibrary = "libcurl.so.4"

        /// Without a `loopCount` the server has one loop for each processor that this process may use.
        package init(host: String, port: UInt16, loopCount: Int? = nil, limits: SocketLimits = SocketLimits())
        {
            self.host = host
            self.port = port
            self.loopCount = loopCount ?? min(Int(cepoll_processor_count()), limits.loopsMax)
            self.limits = limits
        }
    }

    /// The numeric address at which the server listens.
    package let host: String
    /// The port at which the server listens; the system's choice if the configuration has 0.
    package let port: UInt16
    /// Whether connections may be TLS.
    package let isTLS: Bool
    private let mailboxes: [Mailbox]
    private let openConnections: OpenConnections
    private let openWaits: OpenWaits
    private let openCalls: OpenCalls
    /// The group that each loop leaves when it has ended.
    private let loops: DispatchGroup

    private init(address: Startup.Address, loopSet: LoopSet, loops: DispatchGroup) {
        host = address.host
        port = address.port
        isTLS = loopSet.isTLS
        mailboxes = loopSet.mailboxes
        openConnections = loopSet.openConnections
        openWaits = loopSet.openWaits
        openCalls = loopSet.openCalls
        self.loops = loops
    }

    /// A server without owners stops, and nobody waits for its end.
    deinit {
        for mailbox in mailboxes { mailbox.stop() }
    }

    /// Starts a server, which listens when this returns.
    package static func start(
        _ configuration: Configuration, handler: any RequestHandler, clock: any ServerClock
    ) throws(SystemError) -> Server {
        precondition(
            (1...configuration.limits.loopsMax).contains(configuration.loopCount),
            "A server has at least one loop and at most loopsMax.")
        raiseDescriptorLimit(
            toHold: configuration.limits.connectionsMax + configuration.limits.callsMax)
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

    /// The number of open connections.
    package var openConnectionCount: Int { openConnections.count }

    /// The number of open waits for a reply.
    package var openWaitCount: Int { openWaits.count }

    /// Calls to other servers that are open now.
    package var openCallCount: Int { openCalls.count }

    /// Bytes that the open calls hold.
    package var heldCallBytes: Int { openCalls.heldBytes }

    /// Whether so many bytes of an answer have room within `SocketLimits.invokeBytesMax`.
    package func reserve(forAnswer bytes: Int) -> Bool { openCalls.reserve(bytes) }

    /// Stops in order: accepts no more, finishes exchanges under way, and cuts the rest off after
    /// `limits.drainTimeout`. Returns when all loops have ended. Any thread but a loop's may call it, also
    /// again. A handler, which runs on a loop's thread, may not.
    package func stop() {
        for mailbox in mailboxes { mailbox.stop() }
        loops.wait()
    }

    /// To be called after a clock that is moved by hand has moved. The loops then look at their deadlines.
    package func clockMoved() {
        for mailbox in mailboxes { mailbox.wake() }
    }
}

/// The loops of a server, and the objects that all of them share.
private struct LoopSet: Sendable {
    let mailboxes: [Mailbox]
    let openConnections: OpenConnections
    let openWaits: OpenWaits
    let openCalls: OpenCalls
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
        openCalls = OpenCalls(configuration.limits, loopCount: configuration.loopCount)
        self.configuration = configuration
        self.handler = handler
        self.clock = clock
    }

    /// Runs the loop with this number on the calling thread until it ends. Loop 0 listens.
    func runLoop(_ number: Int, _ startup: Startup) {
        do throws(SystemError) {
            var loop = try EventLoop(
                mailbox: mailboxes[number], openConnections: openConnections,
                acceptor: number == 0 ? try listen(startup) : nil,
                turn: Turn(
                    handler: handler, limits: configuration.limits, clock: clock,
                    mailbox: mailboxes[number], openWaits: openWaits),
                calls: (openCalls, configuration.curlLibrary),
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
