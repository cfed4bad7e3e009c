/// The identities and times of files, to find files that were written, replaced, added or removed.

/// The stamps of the server's files.
struct FileStamps: Sendable, Equatable {
    /// The stamps by path; nil for a file that is missing or unreadable.
    private let stamps: [String: FileStamp?]
    /// The lines of mistakes in paths and names, which the stamps do not show.
    private let problems: [String]

    init(of paths: [String], problems: [String]) {
        stamps = Dictionary(paths.map { ($0, FileSystem.stamp(of: $0)) }) { first, _ in first }
        self.problems = problems
    }

    /// The paths of files that have changed since `former`, in order; nil if nothing has changed.
    func changes(since former: FileStamps) -> [String]? {
        guard self != former else { return nil }
        let paths = Set(stamps.keys).union(former.stamps.keys)
        return paths.filter { stamps[$0] != former.stamps[$0] }.sorted()
    }
}
