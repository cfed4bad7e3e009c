/// The settings of a server in a Swift program and of the command. Each has a default, with which a server
/// listens on this machine alone and keeps nothing.

internal import APIGatewayV2

extension LocalServer {
    /// The settings of a server.
    public struct Configuration: Sendable {
        /// The address to listen on. `::` listens for both families.
        public var host = "127.0.0.1"
        /// The port to listen on; 0 picks a free one.
        public var port: UInt16 = 0
        /// Files and folders of fixtures.
        public var fixtures: [String] = []
        /// A file that keeps resources across restarts; nil keeps them in memory alone. Fixtures fill a new
        /// file, and `reset` returns to them.
        public var state: String?
        /// The quotas of resources.
        public var quotas = ResourceQuotas.aws
        /// The rules of the start, and files of rules, in the order of trying.
        public var faults: [FaultSource] = []
        /// Whether the server reloads when a fixture or a file of rules changes.
        public var watchesFiles = false
        /// The account of fixtures without their own, and of requests with an access key that is no account.
        /// It has twelve digits.
        public var account = "000000000000"
        /// The region of fixtures without their own, and of unsigned requests.
        public var region = "us-east-1"
        /// Whether requests need credentials.
        public var authentication = Authentication.off
        /// TLS beside or instead of plain HTTP; nil for plain HTTP alone, without loading OpenSSL.
        public var tls: TLS?
        /// The seed of the identifiers of requests and resources; nil makes them random.
        public var seed: UInt64?
        /// The threads that serve connections; nil for one for each processor.
        public var eventLoops: Int?
        /// The mode of the clock, at the start and after a reset.
        public var clock = EmulatorClock.Mode.real
        /// The place of the admin API.
        public var admin = AdminPlace.servicePort
        /// Further host names, besides localhost and the listening address, such as a container's name. They
        /// count for the admin API and for calls of APIs by their path.
        public var adminHosts: [String] = []
        /// The bounds of the journal.
        public var journal = JournalLimits()
        /// A file that gets each entry of the journal as a line of JSON; nil for none. `stop` completes it.
        public var journalFile: String?
        /// The places to which invocations go.
        public var invoke = InvokeConfiguration()
        /// The limits on clients.
        public var limits = ServerLimits()
        /// Called with a line of a stage's access log, on the thread that serves. It must not wait.
        public var onAccess: (@Sendable (String) -> Void)?
        /// Called with each line of a function that the server started. It must not wait, because the answer
        /// of the function does.
        public var onFunctionLine: (@Sendable (FunctionLine) -> Void)?
        /// Called for every answered request, on the thread that serves it. It must not wait.
        public var onRequest: (@Sendable (RequestSummary) -> Void)?
        /// Called with a message for the person who runs the server, such as a pause of accepting. It must
        /// not wait, because a serving thread calls it.
        public var onWarning: (@Sendable (String) -> Void)?

        /// Called after every reload, on a thread that serves no requests.
        public var onReload: (@Sendable (ReloadEvent) -> Void)?

        /// Called with a message when a write to the state file fails, on a serving thread. It must end the
        /// process, because no answer may show changes that were not kept. Without it the process ends by a
        /// trap.
        public var onStateFailure: (@Sendable (String) -> Never)?

        /// The defaults.
        public init() {}
    }

    /// The place of the admin API.
    public enum AdminPlace: Sendable, Hashable {
        /// On the service's port.
        case servicePort
        /// On its own port of the same address; 0 picks a free one.
        case ownPort(UInt16)
        /// There is no admin API.
        case off
    }
}
