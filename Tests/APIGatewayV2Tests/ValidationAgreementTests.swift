/// Validation looks at a value quickly first and leaves it as it is written where it is right; all others are
/// read in full. Both ways must find the same members and the same violations in every document.

import APIGatewayV2
import JSON
import TestSupport
import Testing

struct ValidationAgreementTests {
    /// One way to read a document by a table.
    enum Reading: CaseIterable {
        case creation, update, stored
    }

    private static let seed: UInt64 = 20_261_127

    @Test(arguments: Reading.allCases)
    func `a quick look finds in a document what reading it in full finds`(reading: Reading) throws {
        var (right, wrong, total) = (0, 0, 0)
        for resource in Catalogue.service.resources {
            for disturbed in [0, 5, 40] {
                var generator = DocumentGenerator(seed: Self.seed, disturbed: disturbed)
                for round in 0..<40 {
                    let text = generator.object(of: resource.fields)
                    let root = try JSONDocument(parsing: Array(text.utf8)).root

                    let quick = result(of: root, as: resource, reading, inFull: false)
                    let full = result(of: root, as: resource, reading, inFull: true)

                    let place = "seed \(Self.seed), \(resource.noun), \(disturbed), round \(round): \(text)"
                    #expect(quick.violations == full.violations, "\(place)")
                    for (slot, field) in resource.fields.enumerated() {
                        #expect(
                            quick.members.values[slot] == full.members.values[slot], "\(field.name), \(place)"
                        )
                    }
                    #expect(quick.members.body == full.members.body, "\(place)")
                    total += 1
                    if full.violations.isEmpty { right += 1 } else { wrong += 1 }
                }
            }
        }

        #expect(right > total / 10, "Too few documents are right to show anything.")
        #expect(wrong > total / 10, "Too few documents are wrong to show anything.")
    }

    private func result(
        of root: JSONNode, as resource: Resource, _ reading: Reading, inFull: Bool
    ) -> (members: Members, violations: [Violation]) {
        let protocolType: ProtocolType? = reading == .stored ? .http : nil
        var validation = Validation(protocolType: protocolType, readsInFull: inFull)
        let members =
            switch reading {
            case .creation: validation.input(root, as: resource, isUpdate: false)
            case .update: validation.input(root, as: resource, isUpdate: true)
            case .stored: validation.stored(root, as: resource)
            }
        return (members, validation.violations)
    }
}
