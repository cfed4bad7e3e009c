/// Reloads when a fixture or a file of rules has changed. The kernel tells that something happened in a
/// folder; the stamps of the files tell whether it matters, once it has been quiet there for a moment.

internal import APIGatewayV2
internal import Dispatch
internal import SocketServer
internal import Synchronization

/// A path that cannot be watched.
struct WatchError: Error {
    let path: String
    let cause: SystemError
}

/// The watch over the files of a server, until it is let go of.
final class FileWatch: Sendable {
    private struct State {
        /// The entries of each watched folder that matter; nil for all of them, and for a watched file.
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

    /// Watches `files` from here on, and reloads from `begin` on. `stamps` are those of the files before they
    /// were read for the start. Throws if there is a path that cannot be watched.
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

    /// Ends the watch: a reload that has not begun does not come. The end of a watch is an event, at which
    /// the source sees that it is wanted no more.
    func end() {
        let watches = state.withLock { state in
            state.isEnded = true
            return state.watches.keys
        }
        for watch in watches { inotify.unwatch(watch) }
    }

    /// Reloads from here on, also for a change that came before.
    func begin() {
        let source = DispatchSource.makeReadSource(fileDescriptor: inotify.descriptor, queue: queue)
        // The source lives as long as its handler, and the descriptor as long as the source. Weak, because
        // the handler would keep the watch alive that nobody holds any more.
        source.setEventHandler { [weak self, inotify] in
            let events = inotify.events()
            if self?.receive(events) != true { source.cancel() }
        }
        source.activate()
        queue.async { [weak self] in self?.noteChange() }
    }

    /// Returns false when the watch has ended.
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

/// The folders that are watched.
extension FileWatch {
    /// Kubernetes replaces the files of a ConfigMap by turning the link of this name.
    private static let linkOfConfigMap = "..data"

    /// Watches the folders and files that there are now, and no others. A folder may get another one before
    /// it is watched, so this looks again until there is no new one.
    private func watchFolders() throws(WatchError) {
        var watches: [Int32: Set<String>?] = [:]
        for path in files.paths {
            let (folder, name) = Self.place(of: path)
            if let watch = try watch(folder) {
                let names = (watches[watch] ?? []) ?? []
                watches[watch] = names.union([name, Self.linkOfConfigMap])
            }
            // The file itself too: a file that is mounted, or at the end of a link, changes elsewhere.
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

    /// Nil for a path at which there is nothing, or nothing that may be read: the folder above tells when
    /// that changes.
    private func watch(_ path: String) throws(WatchError) -> Int32? {
        do throws(SystemError) {
            return try inotify.watch(path)
        } catch {
            if FileSystem.isMissingOrClosed(error) { return nil }
            throw WatchError(path: path, cause: error)
        }
    }

    /// The nearest folder above `path` that is there, and the name in it that leads to `path`.
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
    /// The reason, and the remedy where there is one.
    var reason: String {
        "\(cause.call): \(FileSystem.reason(cause))" + (FileSystem.watchRemedy(for: cause) ?? "")
    }
}
