/// Reloads when a fixture or a file of rules has changed. The kernel reports an event in a folder. After a
/// quiet moment the stamps of the files show whether one of them changed.

internal import APIGatewayV2
internal import Dispatch
internal import SocketServer
internal import Synchronization

/// A path that cannot be watched.
struct WatchError: Error {
    let path: String
    let cause: SystemError
}

/// The watch over the files of a server, until its last reference goes.
final class FileWatch: Sendable {
    private struct State {
        /// The relevant entries of each watched folder; nil for all entries, and for a watched file.
        var watches: [Int32: Set<String>?] = [:]
        var quiet = QuietPeriod(
            quietTime: ReloadLimits.quietTime, unquietTimeMax: ReloadLimits.unquietTimeMax)
        var isEnded = false

        func matters(_ event: Inotify.Event) -> Bool {
            if event.isOverflow { return true }
            guard let names = watches[event.watch] else { return false }
            return names.map { event.name.isEmpty || $0.contains(event.name) } ?? true
        }
    }

    private let files: StartFiles
    private let reloader: Reloader
    private let clock: any ServerClock
    private let onWarning: (@Sendable (String) -> Void)?
    private let inotify: Inotify
    private let queue = DispatchQueue(label: "apigatewayv2-local.watch")
    private let state = Mutex(State())

    /// Watches `files` from now on, and reloads after `begin`. `stamps` are those of the files before the
    /// start read them. Throws if a path cannot be watched.
    init(
        _ files: StartFiles, since stamps: FileStamps, reloader: Reloader, clock: any ServerClock,
        onWarning: (@Sendable (String) -> Void)?
    ) throws(WatchError) {
        do throws(SystemError) {
            inotify = try Inotify()
        } catch {
            throw WatchError(path: files.paths.first ?? "", cause: error)
        }
        self.files = files
        self.reloader = reloader
        self.clock = clock
        self.onWarning = onWarning
        reloader.watchChanges(since: stamps)
        try watchFolders()
    }

    deinit {
        end()
    }

    /// Ends the watch. A reload that has not begun does not happen. The end causes an event, at which the
    /// source cancels itself.
    func end() {
        let watches = state.withLock { state in
            state.isEnded = true
            return state.watches.keys
        }
        for watch in watches { inotify.unwatch(watch) }
    }

    /// Allows reloads, also for an earlier change.
    func begin() {
        let source = DispatchSource.makeReadSource(fileDescriptor: inotify.descriptor, queue: queue)
        // The handler keeps the source, which keeps the descriptor. `self` is weak, because the handler would
        // keep an unused watch alive.
        source.setEventHandler { [weak self, inotify] in
            let events = inotify.events()
            if self?.receive(events) != true { source.cancel() }
        }
        source.activate()
        queue.async { [weak self] in self?.noteChange() }
    }

    /// Handles events. Returns false if the watch has ended.
    private func receive(_ events: [Inotify.Event]) -> Bool {
        let (matters, isEnded) = state.withLock { state in
            (events.contains { state.matters($0) }, state.isEnded)
        }
        if matters, !isEnded { noteChange() }
        return !isEnded
    }

    private func noteChange() {
        let now = clock.monotonicTime()
        if state.withLock({ $0.quiet.noteChange(at: now) }) { wait() }
    }

    private func wait() {
        guard let end = state.withLock({ $0.quiet.end }) else { return }
        let time = max(end - clock.monotonicTime(), .zero)
        queue.asyncAfter(deadline: .now() + .nanoseconds(time.nanoseconds)) { [weak self] in
            self?.reloadIfQuiet()
        }
    }

    private func reloadIfQuiet() {
        let now = clock.monotonicTime()
        if state.withLock({ $0.isEnded }) { return }
        guard state.withLock({ $0.quiet.isOver(at: now) }) else { return wait() }
        do throws(WatchError) {
            try watchFolders()
        } catch {
            onWarning?("changes of \(error.path) are not seen: \(error.reason)")
        }
        reloader.reloadIfChanged()
    }
}

/// The watched folders.
extension FileWatch {
    /// The name of a link by which Kubernetes replaces the files of a ConfigMap.
    private static let linkOfConfigMap = "..data"

    /// Watches the present folders and files, and no others. A folder may get a new one before it is watched,
    /// so the function repeats until there is no new one.
    private func watchFolders() throws(WatchError) {
        var watches: [Int32: Set<String>?] = [:]
        for path in files.paths {
            let (folder, name) = Self.place(of: path)
            if let watch = try watch(folder) {
                let names = (watches[watch] ?? []) ?? []
                watches[watch] = names.union([name, Self.linkOfConfigMap])
            }
            // The file itself is watched too, because a mounted file, or the target of a link, changes
            // elsewhere.
            if let watch = try watch(path) { watches.updateValue(nil, forKey: watch) }
        }
        for _ in 0..<ReloadLimits.folderRoundsMax {
            let before = watches.count
            for folder in files.folders() {
                if let watch = try watch(folder) { watches.updateValue(nil, forKey: watch) }
            }
            if watches.count == before { break }
        }
        let former = state.withLock { state in
            defer { state.watches = watches }
            return state.watches.keys
        }
        for watch in former where watches[watch] == nil { inotify.unwatch(watch) }
    }

    /// Watches one path. Returns nil if it is missing or unreadable: the folder above it then reports a
    /// change.
    private func watch(_ path: String) throws(WatchError) -> Int32? {
        do throws(SystemError) {
            return try inotify.watch(path)
        } catch {
            if FileSystem.isMissingOrClosed(error) { return nil }
            throw WatchError(path: path, cause: error)
        }
    }

    /// The nearest existing folder above `path`, and the name in it that leads to `path`.
    static func place(of path: String) -> (folder: String, name: String) {
        var path = Substring(path)
        while true {
            while path.count > 1, path.last == "/" { path.removeLast() }
            guard let slash = path.lastIndex(of: "/") else { return (".", String(path)) }
            let name = String(path[path.index(after: slash)...])
            let folder = slash == path.startIndex ? "/" : path[..<slash]
            if folder == "/" || FileSystem.leadsToFolder(String(folder)) { return (String(folder), name) }
            path = folder
        }
    }
}

extension WatchError {
    /// The reason, and the remedy if there is one.
    var reason: String {
        "\(cause.call): \(FileSystem.reason(cause))" + (FileSystem.watchRemedy(for: cause) ?? "")
    }
}
