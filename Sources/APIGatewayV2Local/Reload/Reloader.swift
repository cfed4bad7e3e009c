/// Reads files again and puts them in the place of what a server started with, off the event loops and one
/// reload after the other. All or nothing: files with a mistake change nothing.

internal import Dispatch
internal import Synchronization

/// A reload that has ended.
public struct ReloadEvent: Sendable {
    /// The reason for a reload.
    public enum Cause: Sendable, Hashable {
        /// The program called `LocalServer.reload`.
        case program
        /// `POST /__admin/reload`.
        case request
        /// These files changed. Empty when the mistakes in the names of files changed alone.
        case change(files: [String])
    }

    /// The reason for the first of the reloads that were done as one.
    public let cause: Cause
    /// Whether created resources and added rules were to be kept.
    public let keepsCreated: Bool
    /// The figures, or all mistakes of all files.
    public let result: Result<ReloadSummary, DocumentError>
}

/// Reloads, on a queue of its own.
package final class Reloader: Sendable {
    package typealias Outcome = Result<ReloadSummary, DocumentError>

    /// A reload that has not begun. Others of its kind that are asked for meanwhile are this one, so there
    /// are two at most.
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
    /// The files as they were when they were read last; nil if nobody asks.
    private let stamps: Mutex<FileStamps?>

    /// `onReload` is called on the queue of reloads, before `whenDone` of each of them.
    package init(
        _ files: StartFiles, _ emulator: Emulator, onReload: (@Sendable (ReloadEvent) -> Void)? = nil
    ) {
        self.files = files
        self.emulator = emulator
        self.onReload = onReload
        stamps = Mutex(nil)
    }

    /// Reloads on the queue, and calls `whenDone` there. One that has not begun when another of its kind is
    /// asked for is both.
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

    /// Reloads and returns when it is done. Not for the threads of event loops.
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
        // Before the reading: a change that comes during it is found by the next comparison.
        if stamps.withLock({ $0 != nil }) {
            let current = files.stamps()
            stamps.withLock { $0 = current }
        }
        let summary = try emulator.reload(try files.read(), keepingCreated: keepingCreated)
        emulator.keep()
        return summary
    }
}

/// Files that others change.
extension Reloader {
    /// From here on, remembers the files as they are when they are read. `stamps` are those of the start.
    func watchChanges(since stamps: FileStamps) {
        self.stamps.withLock { $0 = stamps }
    }

    /// Reloads if a file has changed since it was read last, and returns when that is done. Compared on the
    /// queue, so that no reload comes between the comparison and this one.
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
