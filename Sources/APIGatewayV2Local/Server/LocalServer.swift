/// The server as a Swift program embeds it and the command runs it: fixtures and rules in, an endpoint out.
/// Refuses to start with `StartError`, which says all that is wrong at once.

internal import APIGatewayV2
internal import SocketServer

/// A local stand-in for the control plane of Amazon API Gateway V2, serving until it is stopped or let go of.
///
///     let server = try LocalServer.start(fixtures: ["fixtures"])
///     defer { server.stop() }
///     let throttled = FaultMatch(operation: "GetIntegration")
///     try server.faults.add(FaultRule(match: throttled, when: .first(2), then: .error(.tooManyRequests)))
///     // Point the SDK under test at server.endpoint.
public final class LocalServer: Sendable {
    /// The version of this program, as `/__admin/health` tells it.
    public static let version = Emulator.version

    /// How a server is started.
    public struct Configuration: Sendable {
        /// The address to listen on. `::` takes both families.
        public var host = "127.0.0.1"
        /// The port to listen on; 0 picks a free one.
        public var port: UInt16 = 0
        /// Files and folders of fixtures.
        public var fixtures: [String] = []
        /// A file that keeps what is created, across restarts; nil keeps it in memory alone. Fixtures fill a
        /// file that is new, and are what `reset` goes back to.
        public var state: String?
        /// How many resources there may be.
        public var quotas = ResourceQuotas.aws
        /// The rules to start with, and files of rules, in the order in which they are tried.
        public var faults: [FaultSource] = []
        /// Whether the server reloads when a fixture or a file of rules changes.
        public var watchesFiles = false
        /// The account of fixtures that name none and of requests whose access key is no account: twelve
        /// digits.
        public var account = "000000000000"
        /// The region of fixtures that name none and of unsigned requests.
        public var region = "us-east-1"
        /// Whether requests need credentials.
        public var authentication = Authentication.off
        /// TLS beside or instead of plain HTTP; nil is plain HTTP alone, and loads no OpenSSL.
        public var tls: TLS?
        /// Makes identifiers, of requests and of what they create, the same in every run; nil makes them
        /// random.
        public var seed: UInt64?
        /// Threads that serve connections; nil makes one for each processor.
        public var eventLoops: Int?
        /// Whether time passes by itself, also after a reset.
        public var clock = EmulatorClock.Mode.real
        /// Where the admin API is.
        public var admin = AdminPlace.servicePort
        /// Names besides localhost and the address that is listened at by which the admin API may be asked
        /// for, such as a container's.
        public var adminHosts: [String] = []
        /// How many requests are remembered, and how much of each.
        public var journal = JournalLimits()
        /// How much a client may ask for, and how long it may take.
        public var limits = ServerLimits()
        /// Called for every request that was answered, on the thread that serves it: it must not wait.
        public var onRequest: (@Sendable (RequestSummary) -> Void)?
        /// Called with a sentence for the person who runs the server, such as that it accepts no connections
        /// for now. It must not wait, because it is called on a thread that serves.
        public var onWarning: (@Sendable (String) -> Void)?

        /// Called for every reload that has ended, on a thread that serves nothing.
        public var onReload: (@Sendable (ReloadEvent) -> Void)?

        /// Called with a sentence when the state file can no longer be written, on a thread that serves. It
        /// must end the process, for no answer may leave that was not kept. Without it the process ends by a
        /// trap.
        public var onStateFailure: (@Sendable (String) -> Never)?

        /// The defaults.
        public init() {}
    }

    /// Where the admin API is served.
    public enum AdminPlace: Sendable, Hashable {
        /// Beside the service.
        case servicePort
        /// At a port of its own on the same address; 0 picks a free one.
        case ownPort(UInt16)
        /// Nowhere.
        case off
    }

    /// The PEM file of the authority that clients have to trust; nil when the server made none.
    public let authorityFile: String?
    private let emulator: Emulator
    private let server: Server
    /// The listener of the admin API; nil when it has none of its own.
    private let adminServer: Server?
    private let reloader: Reloader
    /// Nil for a server that reloads when it is told to alone.
    private let watch: FileWatch?

    private init(
        _ emulator: Emulator, reloader: Reloader, watch: FileWatch?, server: Server, adminServer: Server?,
        authorityFile: String?
    ) {
        self.emulator = emulator
        self.reloader = reloader
        self.watch = watch
        self.server = server
        self.adminServer = adminServer
        self.authorityFile = authorityFile
    }

    /// Starts a server, which listens when this returns.
    public static func start(_ configuration: Configuration) throws(StartError) -> LocalServer {
        let scope = Scope(account: configuration.account, region: configuration.region)
        let files = StartFiles(fixtures: configuration.fixtures, faults: configuration.faults, scope: scope)
        let stamps = configuration.watchesFiles ? files.stamps() : nil
        let (emulator, seed) = try startEmulator(configuration, files)
        let reloader = Reloader(files, emulator, onReload: configuration.onReload)
        let watch = try stamps.map { stamps throws(StartError) in
            try startWatch(files, since: stamps, reloader, emulator, configuration)
        }
        let pipeline = Pipeline(
            emulator, reloader: reloader,
            identities: IdentityReader(defaultScope: scope, accessKeyAccounts: emulator.accessKeyAccounts),
            authentication: configuration.authentication, random: RandomSource(seed: seed),
            access: AdminAccess(listeningAt: configuration.host, names: configuration.adminHosts),
            servesAdmin: configuration.admin == .servicePort, waitMax: configuration.limits.adminWaitMax,
            onRequest: configuration.onRequest)
        var tls: TLS.Prepared?
        if let settings = configuration.tls {
            tls = try settings.prepare(limits: configuration.limits.sockets, warn: configuration.onWarning)
        }
        let adminServer = try startAdmin(pipeline, configuration, emulator.clock, tls)
        do throws(SystemError) {
            var wire = Server.Configuration(
                host: configuration.host, port: configuration.port, loopCount: configuration.eventLoops,
                limits: configuration.limits.sockets)
            wire.tls = tls?.context
            if let warn = configuration.onWarning {
                wire.onAcceptPause = { pause in warn(pause.warning) }
                wire.onUnexpectedTLS = TLS.hint(to: warn)
            }
            let server = try Server.start(wire, handler: pipeline, clock: emulator.clock)
            // The clock is the loops' too, which would keep a server alive that nobody holds any more.
            emulator.clock.whenMoved { [weak server, weak adminServer] in
                server?.clockMoved()
                adminServer?.clockMoved()
            }
            pipeline.connections.set { [weak server] in server?.openConnectionCount ?? 0 }
            watch?.begin()
            return LocalServer(
                emulator, reloader: reloader, watch: watch, server: server, adminServer: adminServer,
                authorityFile: tls?.authorityFile)
        } catch {
            throw StartError(error, host: configuration.host, port: configuration.port)
        }
    }

    /// Starts a server on this machine's loopback address.
    public static func start(fixtures: [String] = [], port: UInt16 = 0) throws(StartError) -> LocalServer {
        var configuration = Configuration()
        configuration.fixtures = fixtures
        configuration.port = port
        return try start(configuration)
    }

    /// The rules that are loaded.
    public var faults: Faults { emulator.faults }

    /// The requests that were asked, and their answers.
    public var journal: Journal { emulator.journal }

    /// The time that delays, rate limits and dates go by.
    public var clock: EmulatorClock { emulator.clock }

    /// The address that is listened at, in figures.
    public var host: String { server.host }

    /// The port that is listened at.
    public var port: UInt16 { server.port }

    /// The endpoint URL for an SDK, such as `http://127.0.0.1:4290`; with TLS `https://…`.
    public var endpoint: String { server.url }

    /// Where the admin API is, if it has a port of its own.
    public var adminEndpoint: String? { adminServer?.url }

    /// Back to the fixtures and the rules of the start or of the last reload, and to the clock of the start,
    /// with nothing in the journal.
    public func reset() {
        emulator.reset()
        emulator.keep()
    }

    /// Back to what the account had at the start, resources and rules, with nothing of it in the journal.
    /// Other accounts keep theirs, and the clock is everybody's.
    public func reset(account: String) {
        emulator.reset(account: account)
        emulator.keep()
    }

    /// Reads the fixtures and rules that the server was started with again, and puts them in the place of all
    /// resources and rules; a reset returns to them from now on. With `keepingCreated`, resources that
    /// requests created and rules that were added stay where the new ones leave room. The journal and the
    /// clock stay. Throws, and changes nothing, if there is a mistake in one of the files. Waits for the
    /// disk.
    @discardableResult
    public func reload(keepingCreated: Bool = false) throws(StartError) -> ReloadSummary {
        do throws(DocumentError) {
            return try reloader.outcome(ofReload: .program, keepingCreated: keepingCreated).get()
        } catch {
            throw .documents(error.lines)
        }
    }

    /// Reloads for the command, which learns of the outcome by `onReload`.
    package func reloadAndTell() {
        _ = reloader.outcome(ofReload: .program, keepingCreated: false)
    }

    /// Stops accepting, finishes what is in flight within the drain limit, and returns when all is closed.
    public func stop() {
        watch?.end()
        server.stop()
        adminServer?.stop()
        emulator.close()
    }

    /// The mistakes of fixtures, as lines, and how many resources of each kind they hold.
    package static func checkFixtures(
        _ paths: [String]
    ) -> (problems: [String], counts: [(noun: String, count: Int)]) {
        let defaults = Configuration()
        let loaded = loadFixtures(paths, scope: Scope(account: defaults.account, region: defaults.region))
        let counts = Store(seed: loaded.state).recordCounts()
        return (
            loaded.problems.map(\.line), Catalogue.service.resources.map { ($0.noun, counts[$0.id] ?? 0) }
        )
    }

    private static func loadFixtures(_ paths: [String], scope: Scope) -> LoadedFixtures {
        var loader = FixtureLoader(defaultScope: scope)
        loader.load(paths: paths)
        return loader.finish()
    }
}

extension Server {
    fileprivate var url: String {
        (isTLS ? "https://" : "http://") + (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
    }
}

extension AcceptPause {
    fileprivate var warning: String {
        switch self {
        case .connectionLimit(let count):
            "\(count) connections are open, which is the limit connections-max: others wait until one closes"
        case .shortage(let error):
            "no connections are accepted for now: \(error.call): \(FileSystem.reason(error))"
        }
    }
}
