/// Reads the files of the start again and replaces the state of the start. Reloads run off the event loops,
/// one after the other. Files with a mistake change nothing.

internal import Dispatch
internal import Synchronization

/// The end of a reload.
public struct ReloadEvent: Sendable {
    /// The reason for a reload.
    public enum Cause: Sendable, Hashable {
        /// The program called `LocalServer.reload`.
        case program
        /// `POST /__admin/reload`.
        case request
        /// These files changed. Empty if only mistakes in the names of files changed.
        case change(files: [String])
    }

    /// The reason of the first request, if one reload served several.
    public let cause: Cause
    /// Whether the reload keeps created resources and added rules.
    public let keepsCreated: Bool
    /// The figures, or all mistakes of all files.
    public let result: Result<ReloadSummary, DocumentError>
}

/// Reloads on its own queue.
package final class Reloader: Sendable {
    package typealias Outcome = Result<ReloadSummary, DocumentError>

    /// A reload that has not begun. It also serves later requests of its kind, so there are at most two.
    private struct Pending {
        let keepsCreated: Bool
        let cause: ReloadEvent.Cause
        var whenDone: [@Sendable (Outcome) -> Void]
    }

    private let files: StartFiles
    private let emulator: Emulator
    private let onReload: (@Sendable (ReloadEvent) -> Void)?
    private let queue = DispatchQueue(label: "apigatewayv2-local.reload")
    private let pending = Mutex<[Pending]>([])
    /// The stamps of the files at their last reading; nil without a watch.
    private let stamps: Mutex<FileStamps?>

    /// `onReload` is called on the queue of reloads, before each `whenDone`.
    package init(
        _ files: StartFiles, _ emulator: Emulator, onReload: (@Sendable (ReloadEvent) -> Void)? = nil
    ) {
        self.files = files
        self.emulator = emulator
        self.onReload = onReload
        stamps = Mutex(nil)
    }

    /// Reloads on the queue, then calls `whenDone` there. A reload of the same kind that has not begun serves
    /// this call too.
    package func reload(
        keepingCreated: Bool, because cause: ReloadEvent.Cause,
        whenDone: @escaping @Sendable (Outcome) -> Void
    ) {
        let isNew = pending.withLock { pending in
            if let index = pending.firstIndex(where: { $0.keepsCreated == keepingCreated }) {
                pending[index].whenDone.append(whenDone)
                return false
            }
            pending.append(Pending(keepsCreated: keepingCreated, cause: cause, whenDone: [whenDone]))
            return true
        }
        if isNew { queue.async { self.reloadNext() } }
    }

    /// Reloads, and returns the outcome. Not for the threads of event loops.
    package func outcome(ofReload cause: ReloadEvent.Cause, keepingCreated: Bool) -> Outcome {
        let result = AwaitedOutcome()
        reload(keepingCreated: keepingCreated, because: cause) { result.set($0) }
        return result.wait()
    }

    private func reloadNext() {
        perform(pending.withLock { $0.removeFirst() })
    }

    private func perform(_ next: Pending) {
        let outcome: Outcome
        do throws(DocumentError) {
            outcome = .success(try reload(keepingCreated: next.keepsCreated))
        } catch {
            outcome = .failure(error)
        }
        onReload?(ReloadEvent(cause: next.cause, keepsCreated: next.keepsCreated, result: outcome))
        for whenDone in next.whenDone { whenDone(outcome) }
    }

    private func reload(keepingCreated: Bool) throws(DocumentError) -> ReloadSummary {
        // The stamps are taken before the reading, so that the next comparison finds a change during it.
        if stamps.withLock({ $0 != nil }) {
            let current = files.stamps()
            stamps.withLock { $0 = current }
        }
        let summary = try emulator.reload(try files.read(), keepingCreated: keepingCreated)
        emulator.saveChanges()
        emulator.storedSettings.noteAll()
        return summary
    }
}

/// The watch over files.
extension Reloader {
    /// Keeps the stamps of the files at each reading from now on. `stamps` are those of the start.
    func watchChanges(since stamps: FileStamps) {
        self.stamps.withLock { $0 = stamps }
    }

    /// Reloads if a file has changed since its last reading, and returns after that. It compares on the
    /// queue, so that no other reload comes between.
    func reloadIfChanged() {
        queue.sync {
            guard let former = stamps.withLock({ $0 }), let changed = files.stamps().changes(since: former)
            else { return }
            perform(Pending(keepsCreated: false, cause: .change(files: changed), whenDone: []))
        }
    }
}

/// An outcome that one thread waits for.
private final class AwaitedOutcome: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let outcome = Mutex<Reloader.Outcome?>(nil)

    func set(_ outcome: Reloader.Outcome) {
        self.outcome.withLock { $0 = outcome }
        done.signal()
    }

    func wait() -> Reloader.Outcome {
        done.wait()
        guard let outcome = outcome.withLock({ $0 }) else {
            preconditionFailure("A reload that is done has an outcome.")
        }
        return outcome
    }
}
