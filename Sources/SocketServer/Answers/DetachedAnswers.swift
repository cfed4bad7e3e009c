/// The tray of answers without a client. A WebSocket connection that ends leaves the last answer of its
/// session here, and the loop begins it in the same turn.

/// The answers of one loop that have come and not begun.
final class DetachedAnswers {
    private var arrived: [Answer] = []

    /// Leaves an answer for the loop.
    func add(_ answer: Answer) { arrived.append(answer) }

    /// Takes everything out.
    func collect() -> [Answer] {
        guard !arrived.isEmpty else { return [] }
        defer { arrived = [] }
        return arrived
    }
}
