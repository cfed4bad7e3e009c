/// Values of fixtures or files that a reload replaces while requests are answered. Usually there are none,
/// and a look-up costs one load.

internal import Synchronization

/// Values by name.
package final class ReloadedTable<Value: Sendable>: Sendable {
    private let isEmpty: Atomic<Bool>
    private let values: Mutex<[String: Value]>

    package init(_ values: [String: Value] = [:]) {
        isEmpty = Atomic(values.isEmpty)
        self.values = Mutex(values)
    }

    /// The value of the name; nil if there is none. The name is only made if there are values.
    func value(of name: @autoclosure () -> String?) -> Value? {
        if isEmpty.load(ordering: .acquiring) { return nil }
        guard let name = name() else { return nil }
        return values.withLock { $0[name] }
    }

    /// Replaces all values by `new`.
    func replace(with new: [String: Value]) {
        values.withLock { values in
            values = new
            isEmpty.store(new.isEmpty, ordering: .releasing)
        }
    }
}
