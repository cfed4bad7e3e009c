/// Stands between the store, from which requests are answered, and the file, which outlives the process. A
/// change is written before a client is told of it. The first thread writes the changes of all, so that one
/// wait for the disk serves many.

package import APIGatewayV2
internal import Synchronization

/// Keeps a store's changes in a file.
package final class StateKeeper: Sendable {
    private let store: Store
    private let random: RandomSource
    /// Nil when it was closed.
    private let file: Mutex<StateFile?>
    private let changesKept = Atomic<Int>(0)
    private let onFailure: @Sendable (String) -> Never

    /// `store` must be recorded. `onFailure` ends the process when the file can no longer be written: no
    /// answer may leave that says otherwise.
    package init(
        store: Store, random: RandomSource, file: consuming sending StateFile,
        onFailure: @escaping @Sendable (String) -> Never
    ) {
        self.store = store
        self.random = random
        self.file = Mutex(file)
        self.onFailure = onFailure
    }

    /// Returns when every change that anybody can have seen is on the disk. With none that are not, costs
    /// two loads.
    package func keep() {
        let wanted = store.changeCount
        guard changesKept.load(ordering: .acquiring) < wanted else { return }
        file.withLock { file in
            // Another thread may have written them while this one waited.
            guard changesKept.load(ordering: .acquiring) < wanted else { return }
            let (changes, count) = store.takeChanges()
            do throws(StateFileError) {
                try file?.write(changes, drawn: random.drawnCount)
            } catch {
                onFailure("the state cannot be kept: \(error.reason)")
            }
            changesKept.store(count, ordering: .releasing)
        }
    }

    /// Keeps what is left and lets go of the file. Nothing is kept any more.
    package func close() {
        keep()
        file.withLock { $0 = nil }
    }
}

extension StateFileError {
    var reason: String {
        switch self {
        case .unfit(let reason), .unavailable(let reason): reason
        }
    }
}
