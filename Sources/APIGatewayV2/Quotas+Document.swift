/// A document of quotas: `{"Integration": 2000, "Stage": null}`. A member is a resource that has a quota, its
/// value how many there may be; null lifts the quota, and what is not named keeps the published number.
/// Every mistake is told with its place.

import JSON

extension Quotas {
    /// More is as good as none, and a slip.
    package static let countMaxMax = 1_000_000_000

    /// Reads `bytes`, called `file` in the problems. Nil if there are any.
    package static func reading(
        _ bytes: [UInt8], file: String
    ) -> (quotas: Quotas?, problems: [FixtureProblem]) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: bytes)
        } catch {
            let position = TextPosition(ofByte: error.offset, in: bytes)
            return (nil, [FixtureProblem(file: file, position: position, explanation: error.description)])
        }
        var problems: [FixtureProblem] = []
        func note(_ offset: Int, _ path: [PathStep], _ explanation: String) {
            problems.append(
                FixtureProblem(
                    file: file, position: document.position(ofByte: offset), pointer: pointer(to: path),
                    explanation: explanation))
        }
        if document.root.kind != .object {
            note(
                document.root.offset, [],
                "found \(document.root.excerpt), expected an object of resources and their quotas")
        }
        let nouns = Catalogue.service.resources.filter { $0.quota != nil }.map(\.noun)
        var counts: [String: Int] = [:]
        var seen: Set<String> = []
        for member in document.root.members {
            let path = [PathStep.member(member.name)]
            if !nouns.contains(member.name) {
                let nearest = nearestName(to: member.name, among: nouns)
                let hint = nearest.map { "; did you mean \($0)?" } ?? ""
                note(
                    member.nameOffset, path,
                    "found an unknown resource, expected one of \(nouns.joined(separator: ", "))\(hint)")
            } else if !seen.insert(member.name).inserted {
                note(member.nameOffset, path, "found this resource a second time, expected it once")
            } else if let count = member.value.integer, (0...countMaxMax).contains(count) {
                counts[member.name] = count
            } else if member.value.isNull {
                counts[member.name] = .max
            } else {
                note(
                    member.value.offset, path,
                    "found \(member.value.excerpt), expected a whole number from 0 to \(countMaxMax), or null"
                )
            }
        }
        return (problems.isEmpty ? .published(replacing: counts) : nil, problems)
    }
}
