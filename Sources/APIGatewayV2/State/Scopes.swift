/// The tables of every account and region, with two indexes over them: the scopes of one account, and the
/// scope with the first due transition. Both take the same time for any number of scopes.

/// The scopes. A copy is a snapshot.
struct Scopes: Sendable {
    /// The state. Callers change it in place, and note new scopes.
    var state: State
    /// The time of the first transition of each scope.
    var agenda = Agenda<Scope>()
    private var scopesByAccount: [String: Set<Scope>] = [:]

    init(_ state: State) {
        self.state = state
        for (scope, tables) in state {
            note(scope)
            agenda.set(tables.firstDue, for: scope)
        }
    }

    /// The second of the first transition; the greatest number if there is none.
    var firstDueSecond: Int64 { agenda.first?.due.components.seconds ?? .max }

    /// The part of the state that belongs to `account`.
    func state(of account: String) -> State {
        var part: State = [:]
        for scope in scopesByAccount[account] ?? [] { part[scope] = state[scope] }
        return part
    }

    /// Notes that `state` has `scope` now.
    mutating func note(_ scope: Scope) {
        scopesByAccount[scope.account, default: []].insert(scope)
    }

    /// Replaces the part that belongs to `account` by `part`.
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
