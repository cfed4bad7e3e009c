/// The tables of every account and region, with what the store asks of all of them at once: the scopes of one
/// account, and the scope in which something is due first. Both cost the same however many scopes there are.

/// Values: a copy is a snapshot.
struct Scopes: Sendable {
    /// Written to in place; a scope that is new is then noted.
    var state: State
    /// When the first transition of each scope is due.
    var agenda = Agenda<Scope>()
    private var scopesByAccount: [String: Set<Scope>] = [:]

    init(_ state: State) {
        self.state = state
        for (scope, tables) in state {
            note(scope)
            agenda.set(tables.firstDue, for: scope)
        }
    }

    /// The second in which the first transition is due; the greatest number when none is scheduled.
    var firstDueSecond: Int64 { agenda.first?.due.components.seconds ?? .max }

    /// The part of the state that is `account`'s.
    func state(of account: String) -> State {
        var part: State = [:]
        for scope in scopesByAccount[account] ?? [] { part[scope] = state[scope] }
        return part
    }

    /// Tells that `state` has `scope` now.
    mutating func note(_ scope: Scope) {
        scopesByAccount[scope.account, default: []].insert(scope)
    }

    /// Puts `part` in the place of all that is `account`'s.
    mutating func replace(_ account: String, with part: State) {
        for scope in scopesByAccount.removeValue(forKey: account) ?? [] {
            state[scope] = nil
            agenda.set(nil, for: scope)
        }
        for (scope, tables) in part {
            state[scope] = tables
            note(scope)
            agenda.set(tables.firstDue, for: scope)
        }
    }
}
