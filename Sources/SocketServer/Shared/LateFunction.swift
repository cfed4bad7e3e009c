/// A function that is set after the object that calls it, behind a lock.

internal import Synchronization

/// The function is a property of a structure. As the lock's own value it would be converted at each reading
/// and written back, and every reading would leave one more layer around it.
package final class LateFunction<Function: Sendable>: Sendable {
    private struct Holder: Sendable {
        var function: Function
    }

    private let holder: Mutex<Holder>

    /// `function` counts until another one is set.
    package init(_ function: Function) {
        holder = Mutex(Holder(function: function))
    }

    package func set(_ function: Function) {
        holder.withLock { $0.function = function }
    }

    package var current: Function { holder.withLock { $0.function } }
}
