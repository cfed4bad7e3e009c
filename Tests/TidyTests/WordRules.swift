/// Words that may not stand in code, each with the reason that its finding gives. The words are put together
/// here from pieces, so that a search for them finds only what matters.

enum WordRules {
    private struct Ban {
        let words: [Substring]
        let reason: String
        let isForTests: Bool

        /// `words` are the tokens of the code, with blanks between.
        init(_ words: String, _ reason: String, isForTests: Bool = true) {
            self.words = Substring(words).tokens
            self.reason = reason
            self.isForTests = isForTests
        }
    }

    private static let bans = [
        Ban("try ?", "an error is thrown on or handled, never dropped"),
        Ban("try " + "!", "an error is thrown on or handled", isForTests: false),
        Ban("as " + "!", "a cast may fail", isForTests: false),
        Ban("@unchecked " + "Sendable", "the compiler proves what threads share"),
        Ban("nonisolated ( " + "unsafe )", "the compiler proves what threads share"),
        Ban("fatalError" + " (", "expected trouble is thrown, our own mistakes are preconditions"),
        Ban("Thread . " + "sleep", "nothing waits for luck"),
        Ban("usleep", "nothing waits for luck"),
        Ban("@testable", "tests use what others use"),
        Ban("@inlinable", "nobody outside compiles against our bodies"),
        Ban("async", "loops are hosted by Dispatch and call synchronously", isForTests: false),
        Ban("await", "loops are hosted by Dispatch and call synchronously", isForTests: false),
        Ban("actor", "loops are hosted by Dispatch and call synchronously", isForTests: false),
        Ban("Task", "loops are hosted by Dispatch and call synchronously", isForTests: false),
    ]

    static func bannedCode(_ source: SwiftSource) -> [Finding] {
        let bans = bans.filter { $0.isForTests || !source.isTest }
        return source.tokens.enumerated().flatMap { index, tokens in
            bans.filter { contains(tokens, $0.words) }.map { ban in
                source.finding(at: index, "\(ban.words.joined()): \(ban.reason)")
            }
        }
    }

    /// A queue's member `async` is another word than the modifier.
    private static func contains(_ tokens: [Substring], _ words: [Substring]) -> Bool {
        tokens.indices.contains { index in
            tokens[index...].starts(with: words)
                && (words != ["async"] || index == 0 || tokens[index - 1] != ".")
        }
    }

    /// Unfinished work is marked nowhere, neither in code nor in comments nor in strings.
    static func marks(_ source: SwiftSource) -> [Finding] {
        let marks: Set<Substring> = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
        return source.lines.enumerated().flatMap { index, line in
            line.tokens.filter(marks.contains).map {
                source.finding(at: index, "\($0): finish it or file it")
            }
        }
    }

    /// The files in which memory safety is ours to prove: they call C, map memory or copy it. `TLS` and
    /// `Curl` stand for all that begin so.
    static let unsafeFiles: Set<Substring> = [
        "Socket", "Poller", "HTTP2Session", "HTTP2Callbacks", "HTTP2ResponseSection", "ChildProcess", "Clock",
        "FileSystem", "Inotify", "RSASignature", "TLS", "SpanText", "SQLiteDatabase", "SystemCalls",
        "YAMLEmitter", "YAMLParser", "RegularExpression", "WebSocketFrames", "WebSocketDeflater",
        "WebSocketInflater",
    ]

    static func unsafeCode(_ source: SwiftSource) -> [Finding] {
        let stem = source.fileName.prefix { $0 != "." && $0 != "+" }
        let isListed = unsafeFiles.contains(stem) || stem.hasPrefix("TLS") || stem.hasPrefix("Curl")
        guard !source.isTest, !isListed else { return [] }
        return source.tokens.enumerated().filter { $0.element.contains("unsafe") }.map { index, _ in
            source.finding(at: index, "unsafe: not in a file that calls C")
        }
    }

    /// Folders of one machine mean nothing on another.
    static func machinePaths(path: String, text: String) -> [Finding] {
        let folders = ["/ro" + "ot/", "/wo" + "rk/", "/tm" + "p/h"]
        guard folders.contains(where: text.contains) else { return [] }
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap {
            index, line in
            folders.filter { line.contains($0) }.map {
                Finding(path: path, line: index + 1, message: "\($0) is a folder of one machine")
            }
        }
    }
}
