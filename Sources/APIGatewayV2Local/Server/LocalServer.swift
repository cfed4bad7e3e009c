/// The server for a Swift program and for the command: fixtures and rules in, an endpoint out. A failed start
/// throws `StartError`, which has all mistakes.

internal import APIGatewayV2
internal import SocketServer

/// A local stand-in for the control plane of Amazon API Gateway V2. It serves until `stop` or until its last
/// reference goes.
///
///     let server = try LocalServer.start(fixtures: ["fixtures"])
///     defer { server.stop() }
///     let throttled = FaultMatch(operation: "GetIntegration")
///     try server.faults.add(FaultRule(match: throttled, when: .first(2), then: .error(.tooManyRequests)))
///     // Point the SDK under test at server.endpoint.
public final class LocalServer: Sendable {
    /// The version of this program, also in `/__admin/health`.
    public static let version = Emulator.version

    /// The PEM file of the authority for clients to trust; nil if the server made none.
    public let authorityFile: String?
    let emulator: Emulator
    private let server: Server
    /// The admin API's own listener; nil if it has none.
    private let adminServer: Server?
    private let reloader: Reloader
    /// The watch over files; nil if the server does not watch them.
    private let watch: FileWatch?
    private let functions: FunctionTargets

    private init(
        _ emulator: Emulator, reloader: Reloader, watch: FileWatch?, functions: FunctionTargets,
        server: Server, adminServer: Server?, authorityFile: String?
    ) {
        self.emulator = emulator
        self.reloader = reloader
        self.watch = watch
        self.functions = functions
        self.server = server
        self.adminServer = adminServer
        self.authorityFile = authorityFile
    }

    /// Starts a server, which listens when this returns.
    public static func start(_ configuration: Configuration) throws(StartError) -> LocalServer {
        let scope = Scope(account: configuration.account, region: configuration.region)
        let files = startFiles(configuration, scope)
        let stamps = configuration.watchesFiles ? files.stamps() : nil
        let (emulator, seed) = try startEmulator(configuration, files)
        let reloader = Reloader(files, emulator, onReload: configuration.onReload)
        let watch = try stamps.map { stamps throws(StartError) in
            try startWatch(files, since: stamps, reloader, emulator, configuration)
        }
        let invoker = makeInvoker(configuration, emulator, scope, seed: seed)
        let pipeline = Pipeline(
            emulator, reloader: reloader, invoker: invoker,
            identities: IdentityReader(defaultScope: scope, accessKeyAccounts: emulator.accessKeyAccounts),
            authentication: configuration.authentication, endpoint: configuration.invoke.apiEndpoint,
            random: RandomSource(seed: seed),
            access: AdminAccess(invoker.hosts),
            servesAdmin: configuration.admin == .servicePort, waitMax: configuration.limits.adminWaitMax,
            events: configuration.limits.events, onRequest: configuration.onRequest)
        var tls: TLS.Prepared?
        if let settings = configuration.tls {
            tls = try settings.prepare(limits: configuration.limits.sockets, warn: configuration.onWarning)
        }
        let adminServer = try startAdmin(pipeline, configuration, emulator.clock, tls)
        let functions = invoker.targets.functions
        try start(functions, emulator.targets)
        do throws(SystemError) {
            var wire = Server.Configuration(
                host: configuration.host, port: configuration.port, loopCount: configuration.eventLoops,
                limits: servicePortLimits(configuration))
            wire.tls = tls?.context
            if let warn = configuration.onWarning {
                wire.onAcceptPause = { pause in warn(pause.warning) }
                wire.onUnexpectedTLS = TLS.hint(to: warn)
            }
            let server = try Server.start(wire, handler: pipeline, clock: emulator.clock)
            // Weak, because the loops also hold the clock, which would keep an unused server alive.
            emulator.clock.whenMoved { [weak server, weak adminServer] in
                server?.clockMoved()
                adminServer?.clockMoved()
            }
            connect(pipeline, invoker, to: server)
            watch?.begin()
            return LocalServer(
                emulator, reloader: reloader, watch: watch, functions: functions, server: server,
                adminServer: adminServer, authorityFile: tls?.authorityFile)
        } catch {
            stop(functions, emulator.targets)
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

    /// The loaded rules.
    public var faults: Faults { emulator.faults }

    /// The journal of requests and answers.
    public var journal: Journal { emulator.journal }

    /// The clock of delays, rate limits and dates.
    public var clock: EmulatorClock { emulator.clock }

    /// The numeric address at which the server listens.
    public var host: String { server.host }

    /// The port at which the server listens.
    public var port: UInt16 { server.port }

    /// The endpoint URL for an SDK, such as `http://127.0.0.1:4290`; with TLS `https://…`.
    public var endpoint: String { server.url }

    /// The URL of the admin API's own port; nil if it has none.
    public var adminEndpoint: String? { adminServer?.url }

    /// Returns to the fixtures and rules of the start or last reload and to the clock of the start, and
    /// empties the journal.
    public func reset() {
        emulator.reset()
        emulator.saveChanges()
    }

    /// Returns the account to its resources and rules at the start, and empties its journal. Other accounts
    /// keep theirs, and the shared clock stays.
    public func reset(account: String) {
        emulator.reset(account: account)
        emulator.saveChanges()
    }

    /// Reads the files of the start again, and replaces all they hold. Later resets
    /// return to them. With `keepingCreated`, created resources and added rules stay if the new ones leave
    /// room for them. The journal and the clock stay. Throws, and changes nothing, if one of the files has a
    /// mistake. Waits for the disk.
    @discardableResult
    public func reload(keepingCreated: Bool = false) throws(StartError) -> ReloadSummary {
        do throws(DocumentError) {
            return try reloader.outcome(ofReload: .program, keepingCreated: keepingCreated).get()
        } catch {
            throw .documents(error.lines)
        }
    }

    /// Reloads for the command, which gets the outcome by `onReload`.
    package func reloadAndTell() {
        _ = reloader.outcome(ofReload: .program, keepingCreated: false)
    }

    /// Opens the file of the journal anew, after another program has renamed it.
    package func reopenJournalFile() {
        emulator.journal.file?.reopen()
    }

    /// Makes a closure the function of this name, before all other places of it. Routes that integrate the
    /// function call it on a thread of its own. The name may end in `:alias`. Nil takes the closure away.
    ///
    ///     server.setFunction("pets") { event in
    ///         #"{"statusCode": 200, "body": "meow"}"#
    ///     }
    public func setFunction(_ name: String, _ handler: FunctionHandler?) {
        emulator.targets.setHandler(handler, of: name)
    }

    /// The URL at which a stage of an API can be called without a name of its own. Without `stage` it is that
    /// of `$default`.
    public func invokeURL(apiId: String, stage: String? = nil) -> String {
        "\(endpoint)/_aws/execute-api/\(apiId)" + (stage.map { "/\($0)" } ?? "")
    }

    /// Stops accepting, finishes exchanges under way within the drain limit, and returns when all connections
    /// are closed.
    public func stop() {
        watch?.end()
        // Calls in flight still need their functions.
        server.stop()
        adminServer?.stop()
        functions.beginStop()
        emulator.targets.beginStop()
        Self.stop(functions, emulator.targets)
        emulator.close()
        emulator.journal.file?.close()
    }

    /// The mistakes of fixtures as lines, the warnings about them, and the number of their resources by kind.
    package static func checkFixtures(
        _ paths: [String]
    ) -> (problems: [String], warnings: [String], counts: [(noun: String, count: Int)]) {
        let defaults = Configuration()
        let loaded = loadFixtures(paths, scope: Scope(account: defaults.account, region: defaults.region))
        let counts = Store(seed: loaded.state).recordCounts()
        return (
            loaded.problems.map(\.line), StoredSettings.warnings(of: loaded.state),
            Catalogue.service.resources.map { ($0.noun, counts[$0.id] ?? 0) }
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
