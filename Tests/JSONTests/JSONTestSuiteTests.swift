/// The documents of JSONTestSuite (github.com/nst/JSONTestSuite): `y_` must be accepted, `n_` refused, `i_`
/// may be either. They are not part of this repository: they are read from the folder that JSON_TEST_SUITE
/// names, or from `../shared/json-test-suite` beside the repository. Without either these tests are skipped;
/// JSONReaderTests has cases of its own.

import Foundation
import JSON
import Testing

struct JSONTestSuiteTests {
    static let isPresent = !documents(prefix: "y_").isEmpty

    @Test(.enabled(if: isPresent, "JSONTestSuite is not here; JSON_TEST_SUITE names its folder"))
    func `what must be accepted is accepted, and is the same when it is written and read again`() throws {
        for document in Self.documents(prefix: "y_") {
            let bytes = try [UInt8](Data(contentsOf: document))

            let value = try #require(parsed(bytes), "\(document.lastPathComponent)")

            #expect(parsed(written(value)) == value, "\(document.lastPathComponent)")
        }
    }

    @Test(.enabled(if: isPresent, "JSONTestSuite is not here; JSON_TEST_SUITE names its folder"))
    func `what must be refused is refused`() throws {
        for document in Self.documents(prefix: "n_") {
            let bytes = try [UInt8](Data(contentsOf: document))

            #expect(parsed(bytes) == nil, "\(document.lastPathComponent)")
        }
    }

    @Test(.enabled(if: isPresent, "JSONTestSuite is not here; JSON_TEST_SUITE names its folder"))
    func `what may be either is refused, or is the same when it is written and read again`() throws {
        for document in Self.documents(prefix: "i_") {
            let bytes = try [UInt8](Data(contentsOf: document))

            guard let value = parsed(bytes) else { continue }

            #expect(parsed(written(value)) == value, "\(document.lastPathComponent)")
        }
    }

    private static func documents(prefix: String) -> [URL] {
        let repository = URL(filePath: #filePath).appending(path: "../../..").standardized
        let folder =
            ProcessInfo.processInfo.environment["JSON_TEST_SUITE"]
            ?? repository.appending(path: "../shared/json-test-suite").standardized.path
        let documents = URL(filePath: folder).appending(path: "test_parsing")
        guard let names = FileManager.default.enumerator(atPath: documents.path) else { return [] }
        return names.compactMap { $0 as? String }
            .filter { $0.hasPrefix(prefix) }
            .sorted()
            .map { documents.appending(path: $0) }
    }
}
