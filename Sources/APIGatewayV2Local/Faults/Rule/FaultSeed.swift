/// The seed of a probability or a delay, which a JSON integer must hold.

internal import APIGatewayV2
internal import JSON

extension DocumentProblems {
    /// Reads a seed. Notes a seed out of bounds, and returns 0 for it.
    mutating func seed(_ place: DocumentPlace) -> UInt64 {
        guard let seed = integer(place, in: FaultLimits.seeds), seed >= 0 else {
            if place.node.integer != nil { note(place, expected: "0 to \(FaultLimits.seeds.upperBound)") }
            return 0
        }
        return UInt64(seed)
    }

    /// Notes a seed of a rule made in Swift that JSON cannot hold.
    mutating func check(seed: UInt64, at path: some Collection<PathStep>) {
        guard seed > UInt64(FaultLimits.seeds.upperBound) else { return }
        note(
            Array(path) + [.member("seed")], found: "\(seed)",
            expected: "0 to \(FaultLimits.seeds.upperBound)")
    }
}
