/// Fetches that several requests want at the same time. The first request makes the fetch, and the others
/// wait for its outcome. If the client of the first one goes, the next one makes the fetch.

internal import SocketServer
internal import Synchronization

/// At most one fetch a key at a time.
final class SingleFlight<Outcome: Sendable>: Sendable {
    /// Goes on with the outcome of a fetch.
    typealias End = @Sendable (Outcome) -> Answer
    /// Begins a fetch, which tells its end once, unless its client goes before.
    typealias Fetch = @Sendable (_ end: @escaping End) -> Answer

    private struct Member {
        let number: UInt64
        let ticket = Ticket()
        let fetch: Fetch
        let then: End
    }

    private struct Flight {
        /// The member that makes the fetch.
        var leader: UInt64
        /// The others, in the order of their requests.
        var waiting: [Member] = []
    }

    private struct State {
        var flights: [String: Flight] = [:]
        var lastNumber: UInt64 = 0

        /// Takes the member out of its flight. Returns the member that makes the fetch in its place; nil if
        /// it made none, or nobody waits.
        mutating func successor(of number: UInt64, _ key: String) -> Member? {
            guard var flight = flights[key] else { return nil }
            defer { flights[key] = flight.waiting.isEmpty && flight.leader == number ? nil : flight }
            guard flight.leader == number, let next = flight.waiting.first else {
                flight.waiting.removeAll { $0.number == number }
                return nil
            }
            flight.waiting.removeFirst()
            flight.leader = next.number
            return next
        }
    }

    /// A bound for the clock that is moved by hand. A fetch ends by its own timeout, on the real clock.
    /// Fixed, because the fetch ends before.
    private static var waitMax: Duration { .seconds(60 * 60) }

    private let state = Mutex(State())

    /// The answer after the fetch of `key`, which `fetch` makes unless one is on its way. The loop of the
    /// connection calls `then`, once.
    func answer(for key: String, fetch: @escaping Fetch, then: @escaping End) -> Answer {
        let (member, isLeader) = state.withLock { state in
            state.lastNumber += 1
            let member = Member(number: state.lastNumber, fetch: fetch, then: then)
            let isLeader = state.flights[key] == nil
            state.flights[key, default: Flight(leader: member.number)].waiting += isLeader ? [] : [member]
            return (member, isLeader)
        }
        if isLeader { return lead(member, key) }
        return .wait(
            Wait(
                for: member.ticket, atMost: Self.waitMax, outlastsStop: true,
                otherwise: { [self] _ in
                    // No further request may wait: it makes a fetch of its own.
                    leave(member.number, key)
                    return fetch(then)
                },
                whenKnown: { [self] reply in
                    if reply == nil { leave(member.number, key) }
                }))
    }

    private func lead(_ member: Member, _ key: String) -> Answer {
        let answer = member.fetch { [self] outcome in
            finish(member.number, key, outcome)
            return member.then(outcome)
        }
        return answer.recorded { [self] reply in
            if reply == nil { leave(member.number, key) }
        }
    }

    /// Gives the outcome to all that wait for it.
    private func finish(_ number: UInt64, _ key: String, _ outcome: Outcome) {
        let waiting = state.withLock { state -> [Member] in
            guard state.flights[key]?.leader == number else { return [] }
            return state.flights.removeValue(forKey: key)?.waiting ?? []
        }
        for member in waiting { member.ticket.complete { member.then(outcome) } }
    }

    /// Takes a member out. If it makes the fetch, the next one that still waits makes another.
    private func leave(_ number: UInt64, _ key: String) {
        var gone = number
        while let next = state.withLock({ $0.successor(of: gone, key) }) {
            let isThere = next.ticket.complete { [self] in lead(next, key) }
            if isThere { return }
            gone = next.number
        }
    }
}
