/// An agenda against the plainest model of one, and the store's use of it: what is due happens in its own
/// scope, whichever way the scope came into the store.

import APIGatewayV2
import HTTPWire
import Testing

struct AgendaTests {
    @Test func `the first of an agenda is the earliest time of all owners`() {
        let random = RandomSource(seed: 0x5eed_0003)
        var agenda = Agenda<Int>()
        var model: [Int: Duration] = [:]

        for _ in 0..<2000 {
            let owner = Int(random.next() % 40)
            // From 1970 to the year 9999, with a part of a second.
            let due = Duration.seconds(random.next() % 253_402_300_800) + .nanoseconds(random.next() % 3)
            let isRemoved = random.next().isMultiple(of: 3)
            agenda.set(isRemoved ? nil : due, for: owner)
            model[owner] = isRemoved ? nil : due

            #expect(agenda.first?.due == model.values.min())
            #expect(agenda.first.map { model[$0.owner] == $0.due } ?? true)
            #expect(agenda.due(of: owner) == model[owner])
        }
    }

    @Test func `owners with equal times come in the order in which they were entered`() {
        var agenda = Agenda<String>()
        for owner in ["b", "c", "a"] { agenda.set(.seconds(7), for: owner) }

        var seen: [String] = []
        while let first = agenda.first {
            seen.append(first.owner)
            agenda.set(nil, for: first.owner)
        }

        #expect(seen == ["b", "c", "a"])
    }
}

struct ScopeTests {
    private let links = CollectionKey(resource: .vpcLink, parent: "")
    private let start = Duration.seconds(1_893_456_000)

    /// A store with a link in each scope, made by requests, that is PENDING for a minute.
    private func store(_ scopes: [Scope], seed: State = [:]) throws -> Store {
        let store = Store(seed: seed)
        let service = Service(
            store: store, random: RandomSource(seed: 5),
            delays: LifecycleDelays([.vpcLinkCreation: .seconds(60)]))
        for scope in scopes {
            let body = Array(#"{"name": "n", "subnetIds": ["s"]}"#.utf8)
            let request = try request(.post, "/v2/vpclinks", body: body)
            let routed = try #require(service.route(request))
            #expect(service.perform(routed, request, in: scope, now: start).status == 201)
        }
        return store
    }

    private func statuses(_ store: Store, _ scope: Scope) -> [String] {
        store.tables(of: scope).collection(links).records.values.map { record in
            text(record.body).contains("PENDING") ? "PENDING" : "AVAILABLE"
        }
    }

    private let mine = [
        Scope(account: "111111111111", region: "us-east-1"),
        Scope(account: "111111111111", region: "eu-west-1"),
    ]
    private let other = Scope(account: "222222222222", region: "us-east-1")

    @Test func `what is due happens in the scope that is asked for and waits in others`() throws {
        let store = try store(mine + [other])

        store.makeTransitions(
            in: mine[0], dueAt: start + .milliseconds(59_999), revising: Catalogue.service.revised)
        #expect(statuses(store, mine[0]) == ["PENDING"])
        store.makeTransitions(in: mine[0], dueAt: start + .seconds(60), revising: Catalogue.service.revised)
        #expect(statuses(store, mine[0]) == ["AVAILABLE"])
        #expect(statuses(store, other) == ["PENDING"])
        store.makeAllTransitions(dueAt: start + .seconds(60), revising: Catalogue.service.revised)

        #expect(statuses(store, mine[1]) == ["AVAILABLE"])
        #expect(statuses(store, other) == ["AVAILABLE"])
    }

    @Test func `what is scheduled in a state that is put back happens`() throws {
        let state = try store([other]).state()
        let fresh = Store(seed: state)
        let replaced = Store()
        replaced.replace(with: state)
        let ofAccount = try store(mine)
        ofAccount.replace(with: state, account: other.account)

        for store in [fresh, replaced, ofAccount] {
            store.makeTransitions(in: other, dueAt: start + .seconds(60), revising: Catalogue.service.revised)
            #expect(statuses(store, other) == ["AVAILABLE"])
        }
        #expect(statuses(ofAccount, mine[0]) == ["PENDING"])
    }

    @Test func `the reset of an account takes all scopes of its own and no other`() throws {
        let seed = try store([other]).state()
        let store = try store(mine + [other], seed: seed)
        #expect(statuses(store, other).count == 2)
        #expect(Set(store.state(account: mine[0].account).keys) == Set(mine))

        store.reset(account: mine[0].account)
        #expect(store.recordCounts() == [.vpcLink: 2])
        store.reset(account: other.account)

        #expect(store.state().keys.map { $0 } == [other])
        #expect(store.recordCounts() == [.vpcLink: 1])
    }

    @Test(arguments: [nil, 8, 20])
    func `a resource is looked for in so many scopes and not in more`(limit: Int?) {
        var limits = StoreLimits()
        limits.scopesSearchedMax = limit ?? limits.scopesSearchedMax
        #expect(limits.scopesSearchedMax == limit ?? 1_000)
        var state: State = [:]
        for number in 0..<limits.scopesSearchedMax {
            var tables = Tables()
            tables.insert(Record(body: []), as: "l\(number)", in: links)
            state[Scope(account: "\(100_000_000_000 + number)", region: "us-east-1")] = tables
        }
        let within = Store(seed: state, limits: limits)
        #expect(within.scopes(holding: "l7", in: links).map(\.account) == ["100000000007"])

        state[other] = Tables()

        #expect(Store(seed: state, limits: limits).scopes(holding: "l7", in: links) == [])
    }
}
