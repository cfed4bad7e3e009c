/// Whether what concurrent callers saw can have happened in one order, each operation at one moment between
/// its call and its answer. The check is that of Wing and Gong ("Testing and verifying concurrent objects",
/// 1993) with Lowe's memory of where it has been ("Testing for linearizability", 2017). Histories come
/// from threads that call the service as event loops do.

import APIGatewayV2
import Dispatch
import HTTPWire
import JSON
import Synchronization
import Testing

/// One operation, as its caller saw it.
private struct Event: Sendable {
    enum Action: Sendable, Equatable {
        /// Made an integration of this identifier with this description.
        case created(Int, String)
        /// Set the description; false where there was none.
        case updated(Int, String, Bool)
        case deleted(Int, Bool)
        /// The description that it had; nil for none.
        case got(Int, String?)
        case listed([Int: String])
        /// Everything of the API went, and the API came back empty.
        case wiped
    }

    let action: Action
    /// When it was called and answered, on a clock that counts.
    let called: Int
    let answered: Int
}

/// What an API with integrations is, said in a few lines.
private struct Model: Hashable {
    var descriptions: [Int: String] = [:]

    /// Whether the action can have gone this way here; if so, it has.
    mutating func perform(_ action: Event.Action) -> Bool {
        switch action {
        case .created(let id, let text): return descriptions.updateValue(text, forKey: id) == nil
        case .updated(let id, let text, let wasThere):
            guard (descriptions[id] != nil) == wasThere else { return false }
            if wasThere { descriptions[id] = text }
            return true
        case .deleted(let id, let wasThere): return (descriptions.removeValue(forKey: id) != nil) == wasThere
        case .got(let id, let text): return descriptions[id] == text
        case .listed(let all): return descriptions == all
        case .wiped:
            descriptions = [:]
            return true
        }
    }
}

/// Whether there is an order of `history` that the model could have gone through.
private func isLinearizable(_ history: [Event]) -> Bool {
    struct Place: Hashable {
        let done: UInt64
        let model: Model
    }
    precondition(history.count <= 64, "The set of operations done is one word.")
    let all = history.count == 64 ? UInt64.max : (1 << UInt64(history.count)) - 1
    var seen: Set<Place> = []
    var open = [Place(done: 0, model: Model())]
    while let place = open.popLast() {
        if place.done == all { return true }
        let left = history.indices.filter { place.done & (1 << UInt64($0)) == 0 }
        // Only what was called before the first of the others was answered can be next.
        let firstAnswer = left.map { history[$0].answered }.min() ?? 0
        for index in left where history[index].called < firstAnswer {
            var model = place.model
            guard model.perform(history[index].action) else { continue }
            let next = Place(done: place.done | 1 << UInt64(index), model: model)
            if seen.insert(next).inserted { open.append(next) }
        }
    }
    return false
}

/// Threads that work on the integrations of one API.
private struct Workload: Sendable {
    let service: Service
    let api: String
    /// Counts, so that two of its numbers say which came first.
    let ticks = Ticks()

    final class Ticks: Sendable {
        private let count = Atomic<Int>(0)

        func next() -> Int { count.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue }
    }

    init(seed: UInt64) throws {
        service = Service(store: Store(), random: RandomSource(seed: seed), quotas: .off)
        let emulation = Emulation(service: service)
        api = try emulation.httpAPI()
    }

    /// What `threads` saw when each did `count` operations, chosen by `seed`.
    func history(threads: Int, count: Int, seed: UInt64) throws -> [Event] {
        let names = Mutex<[String]>([])
        let events = Mutex<[Event]>([])
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            let random = RandomSource(seed: seed &* 64 &+ UInt64(thread))
            for step in 0..<count {
                do {
                    let event = try perform(
                        choice: random.next(), text: "\(thread).\(step)", names: names)
                    events.withLock { $0.append(event) }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(failures.withLock { $0 } == [])
        return events.withLock { $0 }
    }

    private func perform(choice: UInt64, text: String, names: borrowing Mutex<[String]>) throws -> Event {
        let emulation = Emulation(service: service)
        let base = "/v2/apis/\(api)/integrations"
        let known = names.withLock { $0 }
        // One that another thread may have deleted, or be about to.
        let number = known.isEmpty ? 0 : Int(choice >> 8) % known.count
        let kind = known.isEmpty ? 0 : choice % 8
        let called = ticks.next()
        let action: Event.Action
        switch kind {
        case 0, 1:
            let answer = try emulation.call(
                .post, base,
                [
                    "integrationType": "HTTP_PROXY", "integrationMethod": "ANY",
                    "integrationUri": "https://example.com", "payloadFormatVersion": "1.0",
                    "description": .string(text),
                ])
            let answered = ticks.next()
            let id = try answer.string("integrationId")
            let index = names.withLock { names in
                names.append(id)
                return names.count - 1
            }
            return Event(action: .created(index, text), called: called, answered: answered)
        case 2, 3:
            let answer = try emulation.call(
                .patch, "\(base)/\(known[number])", ["description": .string(text)])
            action = .updated(number, text, answer.status == 200)
        case 4:
            action = .deleted(number, try emulation.call(.delete, "\(base)/\(known[number])").status == 204)
        case 5, 6:
            action = .got(
                number,
                try emulation.call(.get, "\(base)/\(known[number])")["description"].flatMap(String.init))
        default:
            return try list(emulation, base, called: called, names)
        }
        return Event(action: action, called: called, answered: ticks.next())
    }

    private func list(
        _ emulation: Emulation, _ base: String, called: Int, _ names: borrowing Mutex<[String]>
    ) throws -> Event {
        let answer = try emulation.call(.get, base)
        let answered = ticks.next()
        guard case .array(let items) = answer["items"] else { throw Unreadable() }
        var listed: [String: String] = [:]
        for case .object(let item) in items {
            guard let id = item["integrationId"].flatMap(String.init) else { throw Unreadable() }
            listed[id] = item["description"].flatMap(String.init)
        }
        // Whoever made one that is listed may not have noted its name yet.
        var numbers: [Int: String] = [:]
        while numbers.count < listed.count {
            let known = names.withLock { $0 }
            numbers = [:]
            for (number, name) in known.enumerated() where listed[name] != nil {
                numbers[number] = listed[name]
            }
        }
        return Event(action: .listed(numbers), called: called, answered: answered)
    }

    struct Unreadable: Error {}
}

struct LinearizabilityTests {
    @Test func `what concurrent callers see of one API could have happened one by one`() throws {
        for seed in UInt64(1)...100 {
            let history = try Workload(seed: seed).history(threads: 4, count: 10, seed: seed)

            #expect(history.count == 40)
            #expect(isLinearizable(history), "seed \(seed): \(history)")
        }
    }

    /// Each is of two callers; 'b' is called when 'a' has been answered.
    @Test(arguments: [
        ("a stale read", [Event.Action.created(0, "x"), .updated(0, "y", true), .got(0, "x")]),
        ("a lost create", [.created(0, "x"), .listed([:])]),
        ("a delete that was not one", [.created(0, "x"), .deleted(0, true), .got(0, "x")]),
        ("two deletes of one", [.created(0, "x"), .deleted(0, true), .deleted(0, true)]),
        ("a list of half a change", [.created(0, "x"), .created(1, "y"), .wiped, .listed([1: "y"])]),
    ])
    private func `the check finds`(fault: String, actions: [Event.Action]) {
        let oneByOne = actions.enumerated().map { index, action in
            Event(action: action, called: 2 * index, answered: 2 * index + 1)
        }

        #expect(!isLinearizable(oneByOne), "\(fault)")
        #expect(isLinearizable(Array(oneByOne.dropLast())), "before \(fault)")
    }

    @Test func `what overlaps may have gone either way round`() {
        let created = Event(action: .created(0, "x"), called: 0, answered: 1)
        let updated = Event(action: .updated(0, "y", true), called: 2, answered: 5)

        for seen in ["x", "y"] {
            let read = Event(action: .got(0, seen), called: 3, answered: 4)
            #expect(isLinearizable([created, updated, read]), "\(seen)")
        }
    }

    @Test func `a cascade is seen whole or not at all`() throws {
        for seed in UInt64(1)...50 {
            let service = Service(store: Store(), random: RandomSource(seed: seed), quotas: .off)
            let emulation = Emulation(service: service)
            let api = try emulation.httpAPI()
            let integrations = try (1...20).map { _ in try emulation.integration(of: api) }
            let seen = Mutex<[[Int]]>([])
            DispatchQueue.concurrentPerform(iterations: 3) { thread in
                let other = Emulation(service: service)
                do {
                    if thread == 0 { return _ = try other.call(.delete, "/v2/apis/\(api)") }
                    for _ in 1...10 {
                        let list = try other.call(.get, "/v2/apis/\(api)/integrations")
                        seen.withLock { $0.append([list.status, list.identifiers("integrationId").count]) }
                    }
                } catch {
                    Issue.record(error)
                }
            }

            let lists = seen.withLock { $0 }
            #expect(lists.count == 20)
            #expect(lists.allSatisfy { $0 == [200, integrations.count] || $0 == [404, 0] }, "\(lists)")
        }
    }
}
