/// A store whose fixtures are read again: everything is as in the new ones, or what requests created stays
/// where these leave room.

import APIGatewayV2
import HTTPWire
import JSON
import Testing

struct StoreReloadTests {
    private static let orders = #"{"apiId":"orders","name":"orders","protocolType":"HTTP"}"#
    private static let stock = #"{"apiId":"stock","name":"stock","protocolType":"HTTP"}"#
    private static let integration =
        #"{"integrationId":"int0001","integrationType":"HTTP_PROXY","integrationMethod":"ANY","#
        + #""integrationUri":"https://a.example","payloadFormatVersion":"1.0"}"#

    /// A service over the fixtures `orders`, with one integration, and `stock`.
    private func emulation(delays: LifecycleDelays = LifecycleDelays()) throws -> Emulation {
        Emulation(
            service: Service(
                store: Store(seed: try Self.state(integrations: [Self.integration])),
                random: RandomSource(seed: 5), delays: delays))
    }

    /// Fixtures of `orders`, and of `stock` unless they say otherwise.
    private static func state(
        integrations: [String] = [], routes: [String] = [], hasStock: Bool = true
    ) throws -> State {
        let members = [("integrations", integrations), ("routes", routes)].map { name, items in
            "\"\(name)\":[\(items.joined(separator: ","))]"
        }
        let first = String(orders.dropLast()) + "," + members.joined(separator: ",") + "}"
        let loaded = try fixtures("{\"apis\":[\(first)\(hasStock ? "," + stock : "")]}")
        #expect(loaded.problems.map(\.line) == [])
        return loaded.state
    }

    private static func fixtures(_ text: String) throws -> LoadedFixtures {
        var loader = FixtureLoader(defaultScope: scope)
        loader.load("fixtures.json", at: .single, bytes: Array(text.utf8))
        return loader.finish()
    }

    private func status(_ emulation: Emulation, _ path: String) throws -> Int {
        try emulation.call(.get, path).status
    }

    @Test func `without keeping, all is as in the new fixtures`() throws {
        let emulation = try emulation()
        let created = try emulation.httpAPI()
        _ = try emulation.call(.patch, "/v2/apis/orders", ["name": "changed"])

        let counts = emulation.service.store.reload(
            seed: try Self.state(hasStock: false), keepingCreated: false)

        #expect(counts == (0, 0))
        #expect(try status(emulation, "/v2/apis/\(created)") == 404)
        #expect(try emulation.call(.get, "/v2/apis/orders")["name"] == "orders")
        #expect(try status(emulation, "/v2/apis/orders/integrations/int0001") == 404)
        #expect(try status(emulation, "/v2/apis/stock") == 404)
    }

    @Test func `created resources stay, and fixtures that changed are as in the new files`()
        throws
    {
        let emulation = try emulation()
        let api = try emulation.httpAPI()
        let own = try emulation.create(
            "/v2/apis/\(api)/routes", ["routeKey": "GET /own"], identifier: "routeId")
        let below = try emulation.create(
            "/v2/apis/orders/routes", ["routeKey": "GET /a", "target": "integrations/int0001"],
            identifier: "routeId")
        _ = try emulation.call(.patch, "/v2/apis/orders", ["name": "changed"])
        _ = try emulation.call(.delete, "/v2/apis/stock")

        let counts = emulation.service.store.reload(
            seed: try Self.state(integrations: [Self.integration]), keepingCreated: true)

        #expect(counts == (3, 0))
        #expect(try status(emulation, "/v2/apis/\(api)/routes/\(own)") == 200)
        #expect(try status(emulation, "/v2/apis/orders/routes/\(below)") == 200)
        #expect(try emulation.call(.get, "/v2/apis/orders")["name"] == "orders")
        #expect(try status(emulation, "/v2/apis/stock") == 200)
    }

    @Test func `created resources go with their parent, with all that is below them`() throws {
        let emulation = try emulation()
        let route = try emulation.create(
            "/v2/apis/stock/routes", ["routeKey": "GET /a"], identifier: "routeId")

        let counts = emulation.service.store.reload(
            seed: try Self.state(integrations: [Self.integration], hasStock: false), keepingCreated: true)

        #expect(counts == (0, 1))
        #expect(try status(emulation, "/v2/apis/stock/routes/\(route)") == 404)
        #expect(emulation.service.store.recordCounts() == [.api: 1, .integration: 1])
    }

    @Test func `a created resource that names a fixture which is gone goes too`() throws {
        let emulation = try emulation()
        _ = try emulation.create(
            "/v2/apis/orders/routes", ["routeKey": "GET /a", "target": "integrations/int0001"],
            identifier: "routeId")
        let other = try emulation.create(
            "/v2/apis/orders/routes", ["routeKey": "GET /b"], identifier: "routeId")

        let counts = emulation.service.store.reload(seed: try Self.state(), keepingCreated: true)

        #expect(counts == (1, 1))
        #expect(try emulation.call(.get, "/v2/apis/orders/routes").identifiers("routeId") == [other])
    }

    @Test func `a fixture that takes the identifier or the unique name of a created resource wins`() throws {
        let emulation = try emulation()
        let first = try emulation.create(
            "/v2/apis/orders/routes", ["routeKey": "GET /a"], identifier: "routeId")
        _ = try emulation.create("/v2/apis/orders/routes", ["routeKey": "GET /b"], identifier: "routeId")

        let seed = try Self.state(routes: [
            #"{"routeId":"\#(first)","routeKey":"GET /c"}"#, #"{"routeId":"route01","routeKey":"GET /b"}"#,
        ])
        let counts = emulation.service.store.reload(seed: seed, keepingCreated: true)

        #expect(counts == (0, 2))
        let routes = try emulation.call(.get, "/v2/apis/orders/routes")
        #expect(Set(routes.identifiers("routeId")) == [first, "route01"])
        #expect(try emulation.call(.get, "/v2/apis/orders/routes/\(first)")["routeKey"] == "GET /c")
    }

    @Test func `the loss of one created resource may cost another`() throws {
        let chat = #"{"apiId":"chat","name":"chat","protocolType":"WEBSOCKET","integrations":["#
        let mock = #"{"integrationId":"mock001","integrationType":"MOCK"}"#
        let emulation = Emulation(
            service: Service(
                store: Store(seed: try Self.fixtures("{\"apis\":[\(chat)\(mock)]}]}").state),
                random: RandomSource(seed: 5)))
        let route = try emulation.create(
            "/v2/apis/chat/routes", ["routeKey": "talk", "target": "integrations/mock001"],
            identifier: "routeId")
        _ = try emulation.create(
            "/v2/apis/chat/routes/\(route)/routeresponses", ["routeResponseKey": "$default"],
            identifier: "routeResponseId")

        let counts = emulation.service.store.reload(
            seed: try Self.fixtures("{\"apis\":[\(chat)]}]}").state, keepingCreated: true)

        #expect(counts == (0, 2))
        #expect(emulation.service.store.recordCounts() == [.api: 1])
    }

    @Test func `deployments stay with what they deployed, and the stages that name them`() throws {
        let emulation = try emulation()
        _ = try emulation.create(
            "/v2/apis/orders/routes", ["routeKey": "GET /a", "target": "integrations/int0001"],
            identifier: "routeId")
        let deployment = try emulation.create("/v2/apis/orders/deployments", [:], identifier: "deploymentId")
        _ = try emulation.create(
            "/v2/apis/orders/stages", ["stageName": "test", "deploymentId": .string(deployment)],
            identifier: "stageName")

        let counts = emulation.service.store.reload(
            seed: try Self.state(integrations: [Self.integration]), keepingCreated: true)

        #expect(counts == (3, 0))
        #expect(
            try emulation.call(.get, "/v2/apis/orders/stages/test")["deploymentId"] == .string(deployment))
        let tables = emulation.service.store.tables(of: scope)
        #expect(tables.deployed.count == 1)
    }

    @Test func `a reset goes back to the new fixtures, and the next reload tells created from them`() throws {
        let emulation = try emulation()
        let store = emulation.service.store
        let api = try emulation.httpAPI()

        _ = store.reload(seed: try Self.state(), keepingCreated: true)
        let again = store.reload(seed: try Self.state(hasStock: false), keepingCreated: true)

        #expect(again == (1, 0))
        #expect(try status(emulation, "/v2/apis/\(api)") == 200)
        #expect(try status(emulation, "/v2/apis/stock") == 404)
        store.reset()
        #expect(try status(emulation, "/v2/apis/\(api)") == 404)
        #expect(store.recordCounts() == [.api: 1])
    }

    @Test func `a kept resource goes on with its life`() throws {
        var emulation = try emulation(delays: LifecycleDelays([.vpcLinkCreation: .seconds(90)]))
        let link = try emulation.create(
            "/v2/vpclinks", ["name": "link", "subnetIds": ["subnet-1"]], identifier: "vpcLinkId")
        #expect(try emulation.call(.get, "/v2/vpclinks/\(link)")["vpcLinkStatus"] == "PENDING")

        let counts = emulation.service.store.reload(seed: try Self.state(), keepingCreated: true)
        emulation.now += .seconds(3600)

        #expect(counts == (1, 0))
        #expect(try emulation.call(.get, "/v2/vpclinks/\(link)")["vpcLinkStatus"] == "AVAILABLE")
    }

    @Test func `a recorded store tells of a reload as of one replacement`() throws {
        let store = Store(seed: try Self.state(), isRecorded: true)

        _ = store.reload(seed: try Self.state(hasStock: false), keepingCreated: false)

        let (changes, count) = store.takeChanges()
        #expect(count == 1)
        guard case .replaced(account: nil, by: let state)? = changes.first else {
            Issue.record("\(changes)")
            return
        }
        #expect(state[scope]?.counts == [.api: 1])
    }

    private static let key = CollectionKey(resource: .api, parent: "")

    /// Creates an API while a merge is under way, as another thread would.
    private func create(_ identifier: String, in store: Store) throws(ServiceError) {
        try store.write(in: scope) { tables throws(ServiceError) in
            guard let record = tables.record("orders", in: Self.key) else { return }
            tables.insert(record, as: identifier, in: Self.key)
        }
    }

    @Test func `requests read and write while a reload merges, and the merge begins again`() throws {
        let emulation = try emulation()
        let store = emulation.service.store
        var seen: [[ResourceID: Int]] = []

        let report = store.reload(seed: try Self.state(hasStock: false)) { current, former in
            seen.append(current[scope]?.counts ?? [:])
            if seen.count == 1 { #expect(throws: Never.self) { try create("later", in: store) } }
            return (current, seen.count)
        }

        #expect(report == 2)
        #expect(seen.map { $0[.api] } == [2, 3])
        #expect(try status(emulation, "/v2/apis/later") == 200)
        store.reset()
        #expect(store.recordCounts() == [.api: 1])
    }

    @Test(arguments: [nil, 1, 2])
    func `a reload that writes overtake merges so often, and the last time alone`(limit: Int?) throws {
        var limits = StoreLimits()
        limits.mergesMax = limit ?? limits.mergesMax
        let most = limits.mergesMax
        let store = Store(seed: try Self.state(), limits: limits)
        var merges = 0

        let report = store.reload(seed: [:]) { current, _ in
            merges += 1
            // The last merge holds the lock, so that a write in it would wait for ever.
            if merges < most {
                #expect(throws: Never.self) { try create("later\(merges)", in: store) }
            }
            return (current, current[scope]?.counts[.api])
        }

        #expect(merges == limit ?? 5)
        #expect(report == 1 + merges)
        #expect(store.recordCounts()[.api] == 1 + merges)
    }

    @Test func `a request that only reads makes no merge begin again`() throws {
        let store = Store(seed: try Self.state())
        var merges = 0

        store.reload(seed: [:]) { current, _ in
            merges += 1
            _ = store.tables(of: scope)
            return (current, ())
        }

        #expect(merges == 1)
    }
}
