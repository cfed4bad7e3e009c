/// Runs the cases of fixtures/wire, whose README describes their form: each whole, cut in two at every byte,
/// and byte by byte. A file that is not in that form fails the suite rather than losing a case.

import Foundation
import HTTPWire
import Testing

/// One case of the corpus.
struct WireCase: Sendable {
    let name: String
    var bytes: [UInt8] = []
    var expected: [String] = []

    /// Whether the case says what the header fields are.
    var namesFields: Bool { expected.contains { $0.hasPrefix("  field ") } }
}

/// One file of the corpus.
struct WireFile: Sendable, CustomTestStringConvertible {
    let name: String
    let cases: [WireCase]

    var testDescription: String { name }

    static let all: [WireFile] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../fixtures/wire")
        do {
            return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "http" }
                .sorted { $0.lastPathComponent < $1.lastPathComponent }
                .map {
                    try WireFile(name: $0.lastPathComponent, text: String(contentsOf: $0, encoding: .utf8))
                }
        } catch {
            Issue.record("The corpus cannot be read: \(error)")
            return []
        }
    }()

    private init(name: String, text: String) {
        self.name = name
        var cases: [WireCase] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("## ") {
                cases.append(WireCase(name: String(line.dropFirst(3))))
            } else if line.hasPrefix("> "), !cases.isEmpty, let bytes = WireText.bytes(of: line.dropFirst(2))
            {
                cases[cases.count - 1].bytes += bytes
            } else if line.hasPrefix("= "), !cases.isEmpty {
                cases[cases.count - 1].expected.append(String(line.dropFirst(2)))
            } else if !line.isEmpty, !line.hasPrefix("# ") {
                Issue.record("\(name):\(index + 1) is not a line of a case.")
            }
        }
        self.cases = cases
    }
}

struct WireCorpusTests {
    @Test func `the corpus has its ten files and no two cases of one name in a file`() {
        #expect(WireFile.all.count == 10)
        #expect(WireFile.all.reduce(0) { $0 + $1.cases.count } >= 212)
        for file in WireFile.all {
            #expect(Set(file.cases.map(\.name)).count == file.cases.count, "\(file.name)")
        }
    }

    @Test(arguments: WireFile.all)
    func `a case in one piece comes out as written`(file: WireFile) {
        for wire in file.cases {
            let transcript = Transcript(of: wire.bytes)

            #expect(transcript.lines(withFields: wire.namesFields) == wire.expected, "\(wire.name)")
        }
    }

    @Test(arguments: WireFile.all)
    func `a case cut in two at any byte comes out the same`(file: WireFile) {
        for wire in file.cases {
            let whole = Transcript(of: wire.bytes).lines(withFields: true)

            for cut in 0...wire.bytes.count {
                let halves = Transcript(of: wire.bytes, cuts: [cut])
                #expect(halves.lines(withFields: true) == whole, "\(wire.name), cut at \(cut)")
            }
        }
    }

    @Test(arguments: WireFile.all)
    func `a case byte by byte comes out the same`(file: WireFile) {
        for wire in file.cases {
            let whole = Transcript(of: wire.bytes).lines(withFields: true)

            #expect(Transcript.byteByByte(wire.bytes).lines(withFields: true) == whole, "\(wire.name)")
        }
    }
}
