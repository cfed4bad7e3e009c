/// Support for the suites of this target: a pipeline over two written-out APIs that is asked without sockets.

import APIGatewayV2
import APIGatewayV2Local
import HTTPWire
import SocketServer
import Synchronization
import TestSupport
import Testing

/// The summaries that a pipeline told, in order.
final class Summaries: Sendable {
    private let told = Mutex<[RequestSummary]>([])

    var all: [RequestSummary] { told.withLock { $0 } }

    func append(_ summary: RequestSummary) {
        told.withLock { $0.append(summary) }
    }
}

/// A pipeline, its clock and its rules.
struct TestEmulator {
    let clock = ManualClock()
    /// What the emulator makes of `clock`.
    let emulated: EmulatorClock
    let faults: Faults
    let store: Store
    let journal: Journal
    let pipeline: Pipeline
    let summaries = Summaries()

    init(
        _ rules: [FaultRule] = [], authentication: Authentication = .off,
        accessKeyAccounts: [String: String] = [:], service: Service? = nil,
        journal: JournalLimits = JournalLimits(), events: EventLimits = EventLimits(),
        faultLimits: FaultLimits = FaultLimits(), meteredScopesMax: Int = 100
    ) throws {
        faults = try Faults(rules, limits: faultLimits)
        emulated = EmulatorClock(clock)
        let service = try service ?? Self.service()
        store = service.store
        let emulator = Emulator(
            service: service, faults: faults, journal: journal, clock: emulated,
            meteredScopesMax: meteredScopesMax)
        self.journal = emulator.journal
        pipeline = Pipeline(
            emulator, reloader: Reloader(StartFiles(scope: Self.scope), emulator),
            identities: IdentityReader(
                defaultScope: Self.scope, accessKeyAccounts: AccessKeyAccounts(accessKeyAccounts)),
            authentication: authentication, random: RandomSource(seed: 1), events: events,
            onRequest: { [summaries] in summaries.append($0) })
    }

    /// The service over the two APIs.
    static func service() throws -> Service {
        var loader = FixtureLoader(defaultScope: scope)
        loader.load("apis.json", at: .single, bytes: Array(fixture.utf8))
        let loaded = loader.finish()
        #expect(loaded.problems == [])
        return Service(store: Store(seed: loaded.state))
    }

    /// Sends one request and gives back its answer.
    @discardableResult
    func send(
        _ method: HTTPMethod = .get, _ path: String = TestEmulator.integrationPath,
        _ fields: [(name: String, value: String)] = [], body: String = "", connection: UInt64 = 1
    ) throws -> HTTPResponse {
        try reply(method, path, fields, body: body, connection: connection).response
    }

    /// Sends one request and gives back its answer and how that is delivered.
    @discardableResult
    func reply(
        _ method: HTTPMethod = .get, _ path: String = TestEmulator.integrationPath,
        _ fields: [(name: String, value: String)] = [], body: String = "", version: HTTPVersion = .http11,
        connection: UInt64 = 1
    ) throws -> Reply {
        var section = HTTPFields()
        for (name, value) in fields { section.append(name, value) }
        // What every client says, and the admin API asks for.
        if !section.contains("Host"), path.hasPrefix("/__admin") {
            section.append("Host", "localhost:4290")
            if !body.isEmpty { section.append("Content-Type", "application/json") }
        }
        let request = HTTPRequest(
            method: method, target: try RequestTarget(parsing: path), version: version, fields: section,
            body: Array(body.utf8))
        return try pipeline.handle(request, from: Client(connection: ConnectionID(rawValue: connection)))
            .reply
    }

    static let scope = Scope(account: "000000000000", region: "us-east-1")
    static let integrationPath = "/v2/apis/a1b2c3d4e5/integrations/abc123d"
    static let otherIntegrationPath = "/v2/apis/f6g7h8i9j0/integrations/def456g"
    static let integration = #"{"integrationId":"abc123d","integrationType":"HTTP_PROXY"}"#

    private static let fixture = #"""
        {
          "apis": [
            {
              "apiId": "a1b2c3d4e5", "name": "orders", "protocolType": "HTTP",
              "integrations": [{"integrationId": "abc123d", "integrationType": "HTTP_PROXY"}]
            },
            {
              "apiId": "f6g7h8i9j0", "name": "stock", "protocolType": "HTTP",
              "integrations": [{"integrationId": "def456g", "integrationType": "HTTP_PROXY"}]
            }
          ]
        }
        """#
}

/// A reply is not known yet, where a test expects that it is.
struct WaitingAnswer: Error {}

extension Answer {
    /// The reply, which must be known.
    var reply: Reply {
        get throws {
            guard case .reply(let reply) = self else { throw WaitingAnswer() }
            return reply
        }
    }
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// A signature's credential scope, as every SDK sends it.
func authorization(_ accessKeyID: String, _ region: String = "us-east-1") -> (name: String, value: String) {
    (
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=\(accessKeyID)/20300101/\(region)/apigateway/aws4_request, "
            + "SignedHeaders=host;x-amz-date, Signature=0123456789abcdef"
    )
}
