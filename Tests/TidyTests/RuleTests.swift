/// Each rule with what it must find and what it must leave alone.

import Testing

struct RuleTests {
    private func source(_ text: String, path: String = "Sources/JSON/Sample.swift") -> SwiftSource {
        SwiftSource(path: path, text: text)
    }

    @Test func `code is told from comments, strings and raw identifiers`() {
        let source = source(
            ##"""
            let a = "{ // \(b + "}{" + c) {" // {
            let d = #"\( " { \#(e) "# /* { /* } */ " */ + f
            let g = """
                " { ""
                \(h { i }) \"""
                """ + j
            func `k { l`() { m("\\") }
            """##)

        let code = source.code.map { String($0.filter { $0 != " " }) }

        #expect(
            code == [
                "leta=b++c", "letd=e+f", "letg=", "", "h{i}", "+j", "func(){m()}",
            ])
    }

    @Test func `a file may be as long as the limit and no longer, and a test file longer`() {
        let atLimit = String(repeating: "x\n", count: 300)
        let testAtLimit = String(repeating: "x\n", count: 600)

        #expect(SizeRules.fileLength(source(atLimit)) == [])
        #expect(SizeRules.fileLength(source(atLimit + "x")).map(\.line) == [301])
        #expect(SizeRules.fileLength(source(testAtLimit, path: "Tests/A/B.swift")) == [])
        #expect(
            SizeRules.fileLength(source(testAtLimit + "x\n", path: "Tests/A/B.swift")).map(\.line) == [601])
    }

    @Test(arguments: [
        ("A.swift", "    static let aMax = 1", 1),
        ("A.swift", "    /// Fixed by RFC 1.\n    static let aMax = 1", 0),
        ("A.swift", "    private static var aMin: Int { 1 }", 1), ("A.swift", "let aMax = 1", 1),
        ("A.swift", "    static let knownMax = 1", 1), ("A.swift", "        let aMax = 1", 0),
        ("A.swift", "    package var aMax = 1", 0), ("ALimits.swift", "    package var aMax = 1", 1),
        ("ALimits.swift", "    package var knownMax = 1", 0), ("ALimits.swift", "    var aMax: Int { 1 }", 0),
        ("ALimits.swift", "    /// Seconds.\n    package var aMax: Duration = .zero", 1),
    ])
    func `a bound without an option and without a reason is found`(file: String, text: String, count: Int) {
        let table = source(
            "kind: .count(\\.sockets.wire.knownMax, 1...2)),", path: "Sources/JSON/LimitOption+Table.swift")
        let options = BoundRules.options([table, source(".count(\\.otherMax, 1)")])

        let findings = BoundRules.unexplained(source(text, path: "Sources/JSON/\(file)"), options: options)

        #expect(options == ["knownMax"])
        #expect(findings.count == count)
    }

    @Test func `a line may have as many characters as the limit and no more`() {
        let atLimit = String(repeating: "é", count: 110)

        #expect(SizeRules.lineLength(source("a\n\(atLimit)\n")) == [])
        #expect(SizeRules.lineLength(source("a\n\(atLimit)x\n")).map(\.line) == [2])
    }

    @Test(arguments: [
        "func f() {", "package static func f<T>(_ t: T = { 1 }()) throws(E) -> [T: U]\n{", "init?(a: A) {",
        "deinit {", "subscript(i: Int) -> Int {", "var a: Int {", "private func f() -> (A) -> B where A: C {",
    ])
    func `a function may be as long as the limit and no longer, whatever its strings hold`(header: String) {
        let headerLines = header.split(separator: "\n").count
        let body = Array(repeating: "    a(\"}\") // }", count: 50 - headerLines - 1)

        let atLimit = ["struct S {", header] + body + ["}", "}"]
        let pastLimit = ["struct S {", header, "{ b() }"] + body + ["}", "}"]

        #expect(SizeRules.functionLength(source(atLimit.joined(separator: "\n"))) == [])
        #expect(
            SizeRules.functionLength(source(pastLimit.joined(separator: "\n")))
                == [
                    Finding(
                        path: "Sources/JSON/Sample.swift", line: 2,
                        message: "a function of 51 lines; at most 50")
                ])
    }

    @Test(arguments: [
        "protocol P {\n    func f()\n    init()\n    var a: Int { get }\n}\nenum E {", "struct S { var a = 1",
        "extension S {", "let table = [ {", "self.init(a) {", "struct S {\n    var b: Int\n    var c: Int",
    ])
    func `what is no function may be long`(header: String) {
        let lines = [header] + Array(repeating: "    a()", count: 60) + ["}"]

        #expect(SizeRules.functionLength(source(lines.joined(separator: "\n"))) == [])
    }

    @Test(arguments: [
        ("JSON", "import Foundation", "JSON may not import Foundation"),
        ("JSON", "import HTTPWire", "JSON may not import HTTPWire"),
        ("HTTPWire", "package import JSON", "HTTPWire may not import JSON"),
        (
            "SocketServer", "@preconcurrency internal import APIGatewayV2",
            "SocketServer may not import APIGatewayV2"
        ),
        ("APIGatewayV2", "import struct SocketServer.Server", "APIGatewayV2 may not import SocketServer"),
        ("apigatewayv2-local", "import JSON", "apigatewayv2-local may not import JSON"),
        ("Elsewhere", "import JSON", "a file in no target of the layout"),
    ])
    func `an import against the arrows is found`(target: String, line: String, message: String) {
        let source = source(line, path: "Sources/\(target)/Folder/Sample.swift")

        #expect(LayoutRules.importArrows(source).map(\.message) == [message])
    }

    @Test(arguments: [
        ("Sources/SocketServer/A.swift", "internal import Glibc\nimport HTTPWire\n// import Foundation"),
        ("Sources/APIGatewayV2Local/A.swift", "public import APIGatewayV2"),
        ("Tests/JSONTests/A.swift", "import Foundation"),
    ])
    func `an import along the arrows is left alone, and so are tests`(path: String, text: String) {
        #expect(LayoutRules.importArrows(source(text, path: path)) == [])
    }

    @Test func `a mention against the arrows of the folders is found, and so is a file in none`() {
        let folders = [
            FolderRules.Folder(name: "Low", uses: []), FolderRules.Folder(name: "High/Up", uses: ["Low"]),
        ]
        let low = source(
            """
            struct Low { let a: High }
            func low() { high(); a.High() } // High
            private func high() {}
            """, path: "Sources/T/Low/A.swift")
        let high = source(
            "final class High { enum Inner {} }\nfunc high() { low() }\nlet a: Low",
            path: "Sources/T/High/Up/B.swift")
        let loose = source("struct C {}", path: "Sources/T/C.swift")
        let other = source("let a: High", path: "Sources/U/D.swift")

        let findings = FolderRules.arrows([low, high, loose, other], target: "T", folders: folders)

        #expect(
            findings.map(\.description) == [
                "Sources/T/Low/A.swift:1: Low may not use High of High/Up",
                "Sources/T/Low/A.swift:2: Low may not use high of High/Up",
                "Sources/T/Low/A.swift:3: Low may not use high of High/Up",
                "Sources/T/C.swift:1: a file in no folder of the layout",
            ])
    }

    @Test func `a mention of a member that a higher folder adds to a type is found`() {
        let folders = [
            FolderRules.Folder(name: "Low", uses: []), FolderRules.Folder(name: "High", uses: ["Low"]),
        ]
        let low = source(
            """
            struct Low { let a: Int }
            extension Low { var own: Int { up() + .wide + a.both } }
            let all = twice + hidden // wide
            """, path: "Sources/T/Low/A.swift")
        let high = source(
            """
            extension Low {
                func up() -> Int { own }
                private var hidden: Int { 1 }
                var twice: Int { 1 }
            }
            extension [Int] {
                static let wide = 1
            }
            private extension Int {
                var both: Int { 1 }
            }
            enum High {
                case once, twice
            }
            extension High {
                var all: Int { 1 }
            }
            """, path: "Sources/T/High/B.swift")

        let findings = FolderRules.arrows([low, high], target: "T", folders: folders)

        #expect(
            findings.map(\.description) == [
                "Sources/T/Low/A.swift:2: Low may not use up of High",
                "Sources/T/Low/A.swift:2: Low may not use wide of High",
            ])
    }

    @Test(arguments: FolderTables.all.keys.sorted())
    func `the arrows of the folders make no circle`(target: String) throws {
        var known: Set<String> = []
        for folder in try #require(FolderTables.all[target]) {
            #expect(folder.uses.isSubset(of: known), "\(folder.name)")
            known.insert(folder.name)
        }
    }

    @Test(arguments: [
        ("/// A.\n\nimport B", [Int]()), ("/// A.\n/// B.\n\nstruct A {}", []), ("import B", [1]),
        ("// A.\n\nimport B", [1]),
        ("/// A.\nstruct A {}", [2]), ("", [1]),
    ])
    func `a file without a comment of its own is found`(text: String, lines: [Int]) {
        #expect(LayoutRules.headerComment(source(text)).map(\.line) == lines)
    }

    @Test(arguments: [
        ("/// A.\npackage struct A {}", [Int]()), ("/// A.\n@frozen\npackage enum A {}", []),
        ("struct A {}", []),
        ("package struct A {}", [1]), ("\npublic final class A {}", [2]),
        ("// A.\n    package indirect enum A {", [2]),
        ("@frozen public protocol A {", [1]), ("package func f(struct: Int) {}", []),
        ("package var a = 1", []),
    ])
    func `a type that others use without a comment is found`(text: String, lines: [Int]) {
        #expect(LayoutRules.typeComments(source(text)).map(\.line) == lines)
    }

    @Test(arguments: [
        ("final class SocketManager {}", 1), ("enum PathUtils {", 1), ("struct Helper: Sendable {}", 1),
        ("typealias StringUtil = A", 1), ("struct Utility {}", 0), ("let helper = Helper()", 0),
        ("// struct SocketManager", 0),
    ])
    func `a type named after nothing is found`(text: String, count: Int) {
        #expect(LayoutRules.typeNames(source(text)).count == count)
    }

    @Test(arguments: [
        "let a = try? f()", "let a = try ? f()", "try " + "! f()", "a as " + "! B",
        "class A: @unchecked " + "Sendable {",
        "nonisolated(" + "unsafe) var a = 1", "fatalError" + "()", "Thread." + "sleep(1)", "usleep" + "(1)",
        "@testable import A", "@inlinable func f()", "let a = await f()", "actor A {}", "Task { f() }",
        "func f() async {",
    ])
    func `a banned word is found in code and nowhere else`(line: String) {
        #expect(WordRules.bannedCode(source("a()\n\(line)\n")).map(\.line) == [2])
        #expect(WordRules.bannedCode(source("// \(line)\nlet a = #\"\(line)\"#\n")) == [])
    }

    @Test(arguments: [
        "queue.async { f() }", "try f() ? a : b", "a as? B", "precondition(a)", "let tasks = Tasks()",
    ])
    func `what only looks like a banned word is left alone`(line: String) {
        #expect(WordRules.bannedCode(source(line)) == [])
    }

    @Test func `tests may cast, stop at an error and wait for a task, but drop no error`() {
        #expect(
            WordRules.bannedCode(source("try " + "! await f() as " + "! B", path: "Tests/A/B.swift")) == [])
        #expect(WordRules.bannedCode(source("try? f()", path: "Tests/A/B.swift")).count == 1)
    }

    @Test func `a mark of unfinished work is found anywhere`() {
        let mark = "TO" + "DO"

        #expect(WordRules.marks(source("a()\n// \(mark): more\n")).map(\.line) == [2])
        #expect(WordRules.marks(source("let a = \"FIX" + "ME XX" + "X\"")).count == 2)
        #expect(WordRules.marks(source("let m\(mark)s = 1 // todo")) == [])
    }

    @Test(arguments: [
        ("Sources/SocketServer/Connection.swift", 1), ("Sources/SocketServer/Socket.swift", 0),
        ("Sources/SocketServer/Socket+Options.swift", 0), ("Sources/SocketServer/TLSSession.swift", 0),
        ("Sources/HTTPWire/HTTP2Callbacks.swift", 0), ("Sources/HTTPWire/HTTP1Decoder.swift", 1),
        ("Tests/SocketServerTests/ClientSocket.swift", 0),
    ])
    func `unsafe code is found outside the files that call C`(path: String, count: Int) {
        #expect(WordRules.unsafeCode(source("let a = unsafe f()\n// unsafe\n", path: path)).count == count)
    }

    @Test func `a page that names a file which is not there is found`() {
        let known = source("", path: "Sources/JSON/A+B.swift")

        let findings = PageRules.unknownFiles(
            path: "docs/a.md", text: "`JSON/A+B.swift`\nsee A.swift, C.swift.", sources: [known])

        #expect(
            findings.map(\.description)
                == ["docs/a.md:2: A.swift is no file of ours", "docs/a.md:2: C.swift is no file of ours"])
    }

    @Test(arguments: [
        ("`Low/A.swift` and `Low` of `Sources`", []), ("`High/A.swift`", ["High/A.swift"]),
        ("`Sources/Low/`, `Low/B.swift`", ["Low/B.swift"]), ("`Store.move` and `Store`", ["Store.move"]),
        ("`put(_:at:)`, `Other`", ["Other"]), ("`make run`, `make rum`", ["make rum"]),
        ("`ARGS` of `--flag x` and `a: b`", []), ("Other", []), ("`A.swift`, `B.swift`", ["B.swift"]),
    ])
    func `a page that names what is not there is found`(line: String, names: [String]) {
        let code = source("struct Store { func put(_ a: Int, at b: Int) {} }", path: "Sources/Low/A.swift")

        let findings = PageRules.unknownNames(
            path: "a.md", text: "x\n\(line)", sources: [code], paths: ["Sources/Low/A.swift"],
            makefile: "run: build\n\tx $(ARGS)\n")

        #expect(findings.map(\.description) == names.map { "a.md:2: \($0) is no name of ours" })
    }

    @Test func `a table of folders is read by its first cells`() {
        let page = "`T`:\n\n| folder | holds |\n| --- | --- |\n| `B/C` | `x` |\n| `A` | y |\n\n| `D` | z |\n"

        #expect(PageRules.folders(of: "T", in: page) == ["B/C", "A"])
        #expect(PageRules.folders(of: "U", in: page) == [])
    }

    @Test func `a table of imports is read by its rows`() {
        let table = PageRules.importTable(
            "| target | imports |\n|---|---|\n| `A` | nothing |\n| `b-c` | A, D2 |\n")

        #expect(table == ["A": [], "b-c": ["A", "D2"]])
    }

    @Test func `a folder of one machine is found`() {
        let text = "a\ncd /wo" + "rk/main\n/ro" + "ot/.aws /tm" + "p/h\n"

        #expect(WordRules.machinePaths(path: "README.md", text: text).map(\.line) == [2, 3, 3])
        #expect(WordRules.machinePaths(path: "README.md", text: "/tmp/fixtures ~/work") == [])
    }

    @Test func `a sentence of a comment names its subject and is short enough to read once`() {
        let long = Array(repeating: "word", count: 26).joined(separator: " ")
        let found = source(
            """
            /// \(long).
            // \(long).
            /// A store. What it holds is
            /// kept.
            let a = 1
            // Whose it is.
            /// Whatever `What. Whose` says. Whichever (What) comes.
            ///     What an example does.
            /// - Those that wait.
            """)

        #expect(ProseRules.comments(found).map(\.line) == [1, 3, 6, 9])
        let exact = Array(repeating: "word", count: 25).joined(separator: " ")
        #expect(ProseRules.comments(source("/// \(exact).")) == [])
    }

    @Test func `a page's sentences are judged outside of its code and tables`() {
        let page = """
            # What this is

            It is a page. None of
            it is read.

            | What | b |
            ```
            What
            ```
            - What
            1. It works.
            """

        #expect(ProseRules.page(path: "a.md", text: page).map(\.line) == [3, 10])
    }
}
