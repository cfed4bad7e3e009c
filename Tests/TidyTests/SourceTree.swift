/// The repository's own files, found from where this file was compiled. What .gitignore names is not looked
/// into.

import Foundation

enum SourceTree {
    /// The folders of .gitignore, and git's own.
    private static let ignoredPrefixes = [
        ".git", ".build", ".venv", "__pycache__", ".pytest_cache", ".mypy_cache",
    ]

    /// In a work tree besides the first, git keeps a file where its folder would be.
    private static let gitLink = ".git"

    static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

    /// Every text file and its path from the root, in the order of the paths.
    static func textFiles() throws -> [(path: String, text: String)] {
        var files: [(path: String, text: String)] = []
        try collect(folder: root, prefix: "", into: &files)
        return files.sorted { $0.path < $1.path }
    }

    /// Every Swift file below Sources and Tests.
    static func swiftSources() throws -> [SwiftSource] {
        try textFiles()
            .filter { $0.path.hasSuffix(".swift") }
            .filter { $0.path.hasPrefix("Sources/") || $0.path.hasPrefix("Tests/") }
            .map { SwiftSource(path: $0.path, text: $0.text) }
    }

    private static func collect(
        folder: URL, prefix: String, into files: inout [(path: String, text: String)]
    ) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let url = folder.appending(path: name)
            let values = try url.resourceValues(forKeys: [.isDirectoryKey, .isRegularFileKey])
            if values.isDirectory == true {
                guard !ignoredPrefixes.contains(where: { name.hasPrefix($0) }) else { continue }
                try collect(folder: url, prefix: prefix + name + "/", into: &files)
            } else if values.isRegularFile == true, name != gitLink {
                // What is no UTF-8 is no text.
                guard let text = try String(data: Data(contentsOf: url), encoding: .utf8) else { continue }
                files.append((prefix + name, text))
            }
        }
    }
}
