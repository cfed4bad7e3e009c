/// A document of quotas: `{"Integration": 2000, "Stage": null}`. A member is the name of a resource with a
/// quota. Its value is the most of them; null lifts the quota. A resource that is not in the document keeps
/// the published quota.

import JSON

extension Quotas {
    /// The largest quota. A larger number is refused as a mistake, because null lifts a quota. Fixed, because
    /// no memory holds as many.
    package static let countMaxMax = 1_000_000_000

    /// Reads `bytes`, with the name `file` in problems. `quotas` is nil if there are problems.
    package static func reading(
        _ bytes: [UInt8], file: String, for catalogue: Catalogue
    ) -> (quotas: Quotas?, problems: [DocumentProblem]) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: bytes)
        } catch {
            return (nil, [DocumentProblem(error, in: bytes, file: file)])
        }
        var problems = DocumentProblems()
        if document.root.kind != .object {
            problems.note(document.root, at: [], expected: "an object of resources and their quotas")
        }
        let nouns = catalogue.resources.filter { $0.quota != nil }.map(\.noun)
        var counts: [String: Int] = [:]
        var seen: Set<String> = []
        for member in document.root.members {
            let path = [PathStep.member(member.name)]
            if !nouns.contains(member.name) {
                problems.note(
                    path, offset: member.nameOffset, found: "an unknown resource",
                    expected: "one of \(nouns.joined(separator: ", "))",
                    suggestion: nearestName(to: member.name, among: nouns))
            } else if !seen.insert(member.name).inserted {
                problems.note(
                    path, offset: member.nameOffset, found: "this resource a second time", expected: "it once"
                )
            } else if let count = member.value.integer, (0...countMaxMax).contains(count) {
                counts[member.name] = count
            } else if member.value.isNull {
                counts[member.name] = .max
            } else {
                problems.note(
                    member.value, at: path, expected: "a whole number from 0 to \(countMaxMax), or null")
            }
        }
        return (
            problems.isEmpty ? .published(replacing: counts) : nil,
            problems.positioned(in: document, file: file)
        )
    }
}
