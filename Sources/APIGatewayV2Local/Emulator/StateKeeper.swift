/// The link between the store, which answers requests, and the state file, which outlives the process. A
/// change is written before a client sees it. One thread writes the changes of all threads, so that one wait
/// for the disk serves many.

package import APIGatewayV2
internal import Synchronization

/// Keeps a store's changes in a file.
package final class StateKeeper: Sendable {
    private let store: Store
    private let random: RandomSource
    /// The file; nil after `close`.
    private let file: Mutex<StateFile?>
    private let changesKept = Atomic<Int>(0)
    private let onFailure: @Sendable (String) -> Never

    /// `store` must record its changes. `onFailure` must end the process, because after a failed write no
    /// answer may show the changes.
    package init(
        store: Store, random: RandomSource, file: consuming sending StateFile,
        onFailure: @escaping @Sendable (String) -> Never
    ) {
        self.store = store
        self.random = random
        self.file = Mutex(file)
        self.onFailure = onFailure
    }

    /// Waits until every change that a client can have seen is on the disk. Without such changes it costs two
    /// loads.
    package func saveChanges() {
        let wanted = store.changeCount
        guard changesKept.load(ordering: .acquiring) < wanted else { return }
        file.withLock { file in
            // Another thread may have written the changes while this one waited.
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

    /// Writes the remaining changes and closes the file. Later changes are not written.
    package func close() {
        saveChanges()
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
