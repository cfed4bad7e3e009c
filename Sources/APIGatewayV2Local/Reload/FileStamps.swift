/// Files without their contents: enough to tell whether one was written, replaced, added or removed.

/// The stamps of the files that a server was started with.
struct FileStamps: Sendable, Equatable {
    /// By path; nil for a file that is not there or cannot be asked for.
    private let stamps: [String: FileStamp?]
    /// The lines of mistakes in paths and names, which no reading of a file would tell.
    private let problems: [String]

    init(of paths: [String], problems: [String]) {
        stamps = Dictionary(paths.map { ($0, FileSystem.stamp(of: $0)) }) { first, _ in first }
        self.problems = problems
    }

    /// The paths of files that have changed since `former`, in order. Nil if nothing has changed.
    func changes(since former: FileStamps) -> [String]? {
        guard self != former else { return nil }
        let paths = Set(stamps.keys).union(former.stamps.keys)
        return paths.filter { stamps[$0] != former.stamps[$0] }.sorted()
    }
}
