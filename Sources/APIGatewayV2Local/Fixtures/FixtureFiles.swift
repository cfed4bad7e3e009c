/// The user's paths in, the fixture files below them out, parents before children. A file is a whole
/// document, and a folder mirrors the service's URLs. Hidden files and files of other types are ignored. A
/// misspelt extension is reported, because its resource would be missing without notice.

internal import APIGatewayV2
internal import SocketServer

/// One file to load.
struct FixtureFile {
    let path: String
    let location: FixtureLocation
}

/// The files below some paths, and the mistakes in paths and names.
struct FixtureFiles {
    /// The deepest folder: below `{account}/{region}/` and every path of the service. Fixed by the paths of
    /// the service.
    static let folderDepthMax = 16

    private(set) var files: [FixtureFile] = []
    /// The folders that were searched.
    private(set) var folders: [String] = []
    private(set) var problems: [DocumentProblem] = []

    init(paths: [String]) {
        for path in paths { add(path) }
        // Files of one depth keep the order of the paths and names.
        files = Set(files.map(\.location.place.depth)).sorted().flatMap { depth in
            files.filter { $0.location.place.depth == depth }
        }
    }

    private mutating func add(_ path: String) {
        do throws(SystemError) {
            if try FileSystem.isFolder(path) {
                try addFolder(trimmed(path), components: [])
            } else {
                files.append(FixtureFile(path: path, location: .single))
            }
        } catch {
            report(path, found: FileSystem.reason(error), expected: "a file or a folder of fixtures")
        }
    }

    private mutating func addFolder(_ path: String, components: [String]) throws(SystemError) {
        guard components.count < Self.folderDepthMax else {
            return report(
                path, found: "a folder this deep", expected: "at most \(Self.folderDepthMax) levels")
        }
        folders.append(path)
        for entry in try FileSystem.entries(of: path) where !entry.name.hasPrefix(".") {
            let entryPath = "\(path)/\(entry.name)"
            let entryComponents = components + [entry.name]
            if entry.isFolder {
                try addFolder(entryPath, components: entryComponents)
            } else {
                addFile(entryPath, components: entryComponents)
            }
        }
    }

    private mutating func addFile(_ path: String, components: [String]) {
        do throws(DocumentProblem) {
            guard path.hasSuffix(".json") else { return try reportExtension(path, components: components) }
            guard let location = try FixtureLocation(components: components) else { return }
            files.append(FixtureFile(path: path, location: location))
        } catch {
            var problem = error
            problem.file = path
            problems.append(problem)
        }
    }

    private static let otherFormats = ["yaml", "yml", "toml", "json5", "jsonc", "jsonl", "ndjson"]

    private mutating func reportExtension(_ path: String, components: [String]) throws(DocumentProblem) {
        let name = components[components.count - 1]
        guard let dot = name.lastIndex(of: ".") else { return }
        let given = String(name[name.index(after: dot)...])
        guard Self.otherFormats.contains(given.lowercased()) || nearestName(to: given, among: ["json"]) != nil
        else {
            return
        }
        let renamed = "\(name[..<dot]).json"
        // Only for a place where a JSON file would be a resource.
        guard let location = try FixtureLocation(components: components.dropLast() + [renamed]) else {
            return
        }
        guard location.place != .document else { return }
        report(path, found: "a file that ends in .\(given)", expected: "JSON in \(renamed)")
    }

    private mutating func report(_ path: String, found: String, expected: String) {
        problems.append(DocumentProblem(file: path, found: found, expected: expected))
    }
}

private func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
}

extension FixtureLoader {
    /// Loads every fixture below `paths`. It holds one file's bytes at a time.
    mutating func load(paths: [String]) {
        let found = FixtureFiles(paths: paths)
        for problem in found.problems { report(problem) }
        for file in found.files {
            do throws(SystemError) {
                load(file.path, at: file.location, bytes: try FileSystem.read(file.path))
            } catch {
                let problem = DocumentProblem(
                    file: file.path, found: FileSystem.reason(error), expected: "a file that can be read")
                refuse(problem, at: file.location)
            }
        }
    }
}
