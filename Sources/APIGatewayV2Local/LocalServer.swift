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
    public static let version = "0.1.0"

    /// How a server is started.
    public struct Configuration: Sendable {
        /// The address to listen on. `::` takes both families.
        public var host = "127.0.0.1"
        /// The port to listen on; 0 picks a free one.
        public var port: UInt16 = 0
        /// Files and folders of fixtures.
        public var fixtures: [String] = []
        /// The rules to start with.
        public var faults: [FaultRule] = []
        /// The account of fixtures that name none and of requests whose access key is no account: twelve
        /// digits.
        public var account = "000000000000"
        /// The region of fixtures that name none and of unsigned requests.
        public var region = "us-east-1"
        /// Whether requests need credentials.
        public var authentication = Authentication.off
        /// Makes request identifiers the same in every run; nil makes them random.
        public var seed: UInt64?
        /// Threads that serve connections; nil makes one for each processor.
        public var eventLoops: Int?
        /// Whether time passes by itself, also after a reset.
        public var clock = EmulatorClock.Mode.real
        /// How many requests are remembered, and how much of each.
        public var journal = JournalLimits()
        /// What a peer may ask for.
        public var limits = Limits()
        /// Called for every request that was answered, on the thread that serves it: it must not wait.
        public var onRequest: (@Sendable (RequestSummary) -> Void)?
        /// Called with a sentence for whoever runs the server, such as that it accepts no connections for
        /// now: on a thread that serves, so it must not wait.
        public var onWarning: (@Sendable (String) -> Void)?

        /// The defaults.
        public init() {}
    }

    /// The rules that are loaded.
    public let faults: Faults
    /// What was asked and answered.
    public let journal: Journal
    /// The time that delays, rate limits and dates go by.
    public let clock: EmulatorClock
    private let store: Store
    private let server: Server

    private init(
        faults: Faults, journal: Journal, clock: EmulatorClock, store: Store, server: Server
    ) {
        self.faults = faults
        self.journal = journal
        self.clock = clock
        self.store = store
        self.server = server
    }

    /// Starts a server, which listens when this returns.
    public static func start(_ configuration: Configuration) throws(StartError) -> LocalServer {
        let scope = Scope(account: configuration.account, region: configuration.region)
        let fixtures = loadFixtures(configuration.fixtures, scope: scope)
        guard fixtures.problems.isEmpty else { throw .fixtures(fixtures.problems.map(\.line)) }
        let faults: Faults
        do throws(FaultRuleError) {
            faults = try Faults(configuration.faults)
        } catch {
            throw .faults(error.lines)
        }
        let store = Store(seed: fixtures.state)
        let clock = EmulatorClock(mode: configuration.clock)
        let pipeline = Pipeline(
            service: Service(store: store), faults: faults, journal: configuration.journal,
            identities: IdentityReader(defaultScope: scope, accessKeyAccounts: fixtures.accessKeyAccounts),
            authentication: configuration.authentication,
            random: RandomSource(seed: configuration.seed ?? UInt64.random(in: .min ... .max)), clock: clock,
            onRequest: configuration.onRequest)
        do throws(SystemError) {
            var wire = Server.Configuration(
                host: configuration.host, port: configuration.port, loopCount: configuration.eventLoops,
                limits: configuration.limits.wire)
            if let warn = configuration.onWarning {
                wire.onAcceptPause = { pause in warn(pause.warning) }
            }
            let server = try Server.start(wire, handler: pipeline, clock: clock)
            // The clock is the loops' too, which would keep a server alive that nobody holds any more.
            clock.whenMoved { [weak server] in server?.clockMoved() }
            return LocalServer(
                faults: faults, journal: pipeline.journal, clock: clock, store: store, server: server)
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

    /// The address that is listened at, in figures.
    public var host: String { server.host }

    /// The port that is listened at.
    public var port: UInt16 { server.port }

    /// What an SDK takes as its endpoint URL, such as `http://127.0.0.1:4290`.
    public var endpoint: String {
        host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
    }

    /// Back to the fixtures, the rules and the clock of the start, with nothing in the journal.
    public func reset() {
        store.reset()
        faults.reset()
        journal.removeAll()
        clock.reset()
    }

    /// Back to what the account had at the start, resources and rules, with nothing of it in the journal.
    /// Other accounts keep theirs, and the clock is everybody's.
    public func reset(account: String) {
        store.reset(account: account)
        faults.reset(account: account)
        journal.removeAll(account: account)
    }

    /// Stops accepting, finishes what is in flight within the drain limit, and returns when all is closed.
    public func stop() {
        server.stop()
    }

    /// What is wrong with fixtures, as lines, and how many resources of each kind they hold.
    package static func checkFixtures(
        _ paths: [String]
    ) -> (problems: [String], counts: [(noun: String, count: Int)]) {
        let defaults = Configuration()
        let loader = loadFixtures(paths, scope: Scope(account: defaults.account, region: defaults.region))
        let counts = Store(seed: loader.state).recordCounts()
        return (
            loader.problems.map(\.line), Catalogue.service.resources.map { ($0.noun, counts[$0.id] ?? 0) }
        )
    }

    private static func loadFixtures(_ paths: [String], scope: Scope) -> FixtureLoader {
        var loader = FixtureLoader(defaultScope: scope)
        loader.load(paths: paths)
        return loader
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
