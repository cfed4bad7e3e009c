/// The source tree against the rules of CONTRIBUTING.md that a machine can check. What a rule takes offence
/// at is shown in RuleTests.

import Testing

struct TidyTests {
    /// A rule about one Swift file, named for what it looks at.
    struct Rule: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let check: @Sendable (SwiftSource) -> [Finding]
    }

    static let rules = [
        Rule(testDescription: "length of files", check: SizeRules.fileLength),
        Rule(testDescription: "length of lines", check: SizeRules.lineLength),
        Rule(testDescription: "length of functions", check: SizeRules.functionLength),
        Rule(testDescription: "imports", check: LayoutRules.importArrows),
        Rule(testDescription: "comment of the file", check: LayoutRules.headerComment),
        Rule(testDescription: "comments of types", check: LayoutRules.typeComments),
        Rule(testDescription: "names of types", check: LayoutRules.typeNames),
        Rule(testDescription: "banned words", check: WordRules.bannedCode),
        Rule(testDescription: "marks of unfinished work", check: WordRules.marks),
        Rule(testDescription: "unsafe code", check: WordRules.unsafeCode),
        Rule(testDescription: "prose of comments", check: ProseRules.comments),
    ]

    static let sources = Result { try SourceTree.swiftSources() }

    @Test(arguments: rules)
    func `every Swift file keeps every rule`(rule: Rule) throws {
        let sources = try Self.sources.get()

        let findings = sources.flatMap(rule.check)

        #expect(sources.count > 50, "Too few files were found for this to mean anything.")
        if !findings.isEmpty { Issue.record("\(Self.list(findings))") }
    }

    @Test func `every bound is an option or says why it is fixed`() throws {
        let sources = try Self.sources.get()
        let options = BoundRules.options(sources)

        let findings = sources.flatMap { BoundRules.unexplained($0, options: options) }

        #expect(options.count > 80, "Too few options were found for this to mean anything.")
        if !findings.isEmpty { Issue.record("\(Self.list(findings))") }
    }

    @Test func `a folder mentions only types of the folders that it may use`() throws {
        let sources = try Self.sources.get()

        let findings = FolderTables.all.flatMap { target, folders in
            FolderRules.arrows(sources, target: target, folders: folders)
        }

        if !findings.isEmpty { Issue.record("\(Self.list(findings))") }
    }

    @Test func `every Swift file that a page names exists`() throws {
        let sources = try Self.sources.get()
        let pages = try SourceTree.textFiles().filter {
            $0.path == "README.md" || $0.path == "CONTRIBUTING.md" || $0.path.hasPrefix("docs/")
        }

        let findings = pages.flatMap {
            PageRules.unknownFiles(path: $0.path, text: $0.text, sources: sources)
        }

        #expect(pages.count > 10)
        if !findings.isEmpty { Issue.record("\(Self.list(findings))") }
    }

    @Test(arguments: ["CONTRIBUTING.md", "docs/architecture.md"])
    func `a page for developers names only what is there`(path: String) throws {
        let files = try SourceTree.textFiles()
        let page = try #require(files.first { $0.path == path })
        let makefile = try #require(files.first { $0.path == "Makefile" })

        let findings = PageRules.unknownNames(
            path: path, text: page.text, sources: try Self.sources.get(), paths: files.map(\.path),
            makefile: makefile.text)

        if !findings.isEmpty { Issue.record("\(Self.list(findings))") }
    }

    @Test(arguments: FolderTables.all.keys.sorted())
    func `docs/architecture.md has the folders of a target in an order of their arrows`(
        target: String
    ) throws {
        let page = try #require(try SourceTree.textFiles().first { $0.path == "docs/architecture.md" })

        let named = PageRules.folders(of: target, in: page.text)

        let folders = try #require(FolderTables.all[target])
        #expect(named.sorted() == folders.map(\.name).sorted())
        for folder in folders {
            let above = named.prefix { $0 != folder.name }
            #expect(folder.uses.isSubset(of: above), "\(folder.name)")
        }
    }

    @Test func `docs/architecture.md names every folder with Swift files`() throws {
        let page = try #require(try SourceTree.textFiles().first { $0.path == "docs/architecture.md" })
        let sources = try Self.sources.get().filter { $0.path.hasPrefix("Sources/") && !$0.folder.isEmpty }

        let folders = Set(sources.map { "\($0.target ?? "")/\($0.folder)" })

        let named = FolderTables.all.keys.flatMap { target in
            PageRules.folders(of: target, in: page.text).map { "\(target)/\($0)" }
        }
        #expect(folders.subtracting(named).filter { !page.text.contains("`\($0)`") } == [])
    }

    @Test func `CONTRIBUTING.md has the imports that the check allows`() throws {
        let page = try SourceTree.textFiles().first { $0.path == "CONTRIBUTING.md" }

        #expect(PageRules.importTable(try #require(page).text) == LayoutRules.imports)
    }

    @Test func `no file names a folder of one machine`() throws {
        let files = try SourceTree.textFiles()

        let findings = files.flatMap { WordRules.machinePaths(path: $0.path, text: $0.text) }

        #expect(files.contains { $0.path == "Package.swift" })
        if !findings.isEmpty { Issue.record("\(Self.list(findings))") }
    }

    @Test func `every page is written in plain sentences`() throws {
        let pages = try SourceTree.textFiles().filter { $0.path.hasSuffix(".md") }

        let findings = pages.flatMap { ProseRules.page(path: $0.path, text: $0.text) }

        #expect(pages.count > 15, "Too few pages were found for this to mean anything.")
        if !findings.isEmpty { Issue.record("\(Self.list(findings))") }
    }

    private static func list(_ findings: [Finding]) -> String {
        findings.map(\.description).joined(separator: "\n")
    }
}
