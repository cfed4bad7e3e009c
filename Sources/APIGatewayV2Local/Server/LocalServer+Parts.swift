/// The parts of a server's start, each with its own reasons to fail.

internal import APIGatewayV2
internal import HTTPWire
internal import SocketServer

extension LocalServer {
    /// The files that the start and each reload read.
    static func startFiles(_ configuration: Configuration, _ scope: Scope) -> StartFiles {
        StartFiles(
            fixtures: configuration.fixtures, faults: configuration.faults,
            keySets: configuration.invoke.keySets, targets: configuration.invoke.targetsFile, scope: scope)
    }

    /// The state from files and options, and the seed of identifiers.
    static func startEmulator(
        _ configuration: Configuration, _ files: StartFiles
    ) throws(StartError) -> (Emulator, seed: UInt64) {
        let start: EmulatorStart
        let faults: Faults
        do throws(DocumentError) {
            start = try files.read()
            faults = try Faults(start.rules, limits: configuration.limits.faults)
        } catch {
            throw .documents(error.lines)
        }
        let quotas = try configuration.quotas.read()
        let seed = configuration.seed ?? UInt64.random(in: .min ... .max)
        let kept = try KeptStore(configuration, seed: seed, fixtures: start.resources)
        let service = Service(store: kept.store, random: kept.random, quotas: quotas)
        let emulator = Emulator(
            service: service, faults: faults,
            journal: configuration.journalLimits, journalFile: try startJournalFile(configuration),
            clock: EmulatorClock(mode: configuration.clock),
            accessKeyAccounts: AccessKeyAccounts(start.accessKeyAccounts),
            issuerKeys: IssuerKeys(start.keySets),
            targets: TargetBook(
                options: configuration.invoke.targets, variables: configuration.invoke.variableTargets,
                file: start.targets
            ) {
                functions([$0], configuration)
            },
            keeper: kept.keeper,
            storedSettings: StoredSettings(
                service, configuration.limits.invoke.templates,
                schemas: configuration.limits.invoke.schemas, warn: configuration.onWarning),
            meteredScopesMax: configuration.limits.meteredScopesMax)
        emulator.storedSettings.noteAll()
        return (emulator, seed)
    }

    /// Opens the file of the journal, if it has one.
    private static func startJournalFile(_ configuration: Configuration) throws(StartError) -> JournalFile? {
        guard let path = configuration.journalFile else { return nil }
        guard configuration.journal.entriesMax > 0 else {
            throw .documents(["found a file for the journal, \(path), and no journal: expected both"])
        }
        do throws(SystemError) {
            return try JournalFile(
                path: path, limits: configuration.limits.journalFile,
                warn: configuration.onWarning ?? { _ in })
        } catch {
            throw .documents([
                "\(path): found \(FileSystem.reason(error)), expected a file that can be written"
            ])
        }
    }

    static func startWatch(
        _ files: StartFiles, since stamps: FileStamps, _ reloader: Reloader, _ emulator: Emulator,
        _ configuration: Configuration
    ) throws(StartError) -> FileWatch {
        if files.paths.isEmpty { throw .nothingToWatch }
        do throws(WatchError) {
            return try FileWatch(
                files, since: stamps, reloader: reloader, clock: emulator.clock,
                onWarning: configuration.onWarning)
        } catch {
            throw StartError(error)
        }
    }

    /// Starts the admin API's own listener, if it has one. One loop serves its few clients.
    static func startAdmin(
        _ pipeline: Pipeline, _ configuration: Configuration, _ clock: EmulatorClock, _ tls: TLS.Prepared?
    ) throws(StartError) -> Server? {
        guard case .ownPort(let port) = configuration.admin else { return nil }
        do throws(SystemError) {
            var wire = Server.Configuration(
                host: configuration.host, port: port, loopCount: 1, limits: configuration.limits.sockets)
            wire.tls = tls?.context
            return try Server.start(
                wire, handler: AdminListener(pipeline.admin), clock: clock)
        } catch {
            throw StartError(error, host: configuration.host, port: port)
        }
    }

    /// The limits of the port that serves calls of APIs, which may have any query. The pipeline refuses such
    /// a query to all other requests.
    static func servicePortLimits(_ configuration: Configuration) -> SocketLimits {
        var limits = configuration.limits.sockets
        limits.wire.isQueryLenient = true
        return limits
    }

    /// Lets the parts ask the server that serves them.
    static func connect(_ pipeline: Pipeline, _ invoker: Invoker, to server: Server) {
        pipeline.connections.set { [weak server] in server?.openConnectionCount ?? 0 }
        invoker.room.set { [weak server] in server?.reserve(forAnswer: $0) ?? true }
    }

    /// The part that answers calls of deployed APIs.
    static func makeInvoker(
        _ configuration: Configuration, _ emulator: Emulator, _ scope: Scope, seed: UInt64
    ) -> Invoker {
        let invoke = configuration.invoke
        let limits = configuration.limits.invoke
        let warn = configuration.onWarning ?? { _ in }
        let book = emulator.targets
        let backends = Backends(
            upstreams: invoke.upstreams.mapValues(\.target), book: book,
            isUpstreamOnly: invoke.isUpstreamOnly, authoritiesFile: invoke.upstreamAuthoritiesFile,
            bodyBytesMax: limits.calls.backendBodyBytesMax)
        let clock = emulator.clock
        return Invoker(
            service: emulator.service,
            directory: StageDirectory(
                emulator.store, defaultScope: scope, entriesMax: limits.stagesMax,
                templates: limits.templates, schemas: limits.schemas, warn: warn),
            hosts: KnownHosts(
                listeningAt: configuration.host, names: configuration.adminHosts,
                endpoint: invoke.apiEndpoint.host),
            room: AnswerRoom(configuration.limits.sockets), clock: clock,
            random: RandomSource(seed: seed ^ invocationSeed),
            targets: IntegrationTargets(
                functions: functions(invoke.functions, configuration),
                endpoint: invoke.lambdaEndpoint.map { RemoteFunction(url: $0, form: .invokeAPI) },
                backends: backends,
                services: AWSServices(
                    endpoint: invoke.awsEndpoint?.target, variables: invoke.variables, book: book),
                book: book),
            authorizers: AuthorizerCache(emulator.store, entriesMax: limits.authorizationsMax),
            keySets: KeySets(
                fixed: emulator.issuerKeys, backends: backends, issuersMax: limits.issuersMax,
                failurePause: limits.issuerPause),
            throttles: StageThrottles(limits), faults: emulator.faults,
            recorder: InvocationRecorder(
                emulator, defaultScope: scope, routesMax: limits.meteredRoutesMax,
                onRequest: configuration.onRequest,
                onAccess: configuration.onAccess),
            mappingLimits: limits.mappings, callLimits: limits.calls,
            tokenDepthMax: limits.tokenDepthMax,
            connections: emulator.connections, apiKeys: invoke.apiKeys,
            webSocketFront: { $0.answerWebSocket($1, $2) })
    }

    /// Functions that are not started.
    private static func functions(
        _ settings: [FunctionSetting], _ configuration: Configuration
    ) -> FunctionTargets {
        FunctionTargets(
            settings,
            process: ProcessSettings(
                account: configuration.account, region: configuration.region,
                limits: configuration.limits.functions),
            onLine: configuration.onFunctionLine ?? { _ in }, warn: configuration.onWarning ?? { _ in })
    }

    /// Returns when the runtimes of all functions have ended.
    static func stop(_ functions: FunctionTargets, _ book: TargetBook) {
        functions.stop()
        book.stop()
    }

    /// Listens for the runtimes of functions.
    static func start(_ functions: FunctionTargets, _ book: TargetBook) throws(StartError) {
        do throws(FunctionStartError) {
            try functions.start()
            do throws(FunctionStartError) {
                try book.start()
            } catch {
                functions.stop()
                throw error
            }
        } catch {
            throw .runtimePort(
                function: error.function, port: error.port, reason: FileSystem.reason(error.error))
        }
    }

    /// Invocations draw numbers of their own, so that identifiers of the control plane stay what they are
    /// with a seed.
    private static let invocationSeed: UInt64 = 0x696e_766f_6b65
}
