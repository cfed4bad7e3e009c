/// The order in which the service lists the names of an object: the order of a Java hash map. The recorded
/// import of the developer guide's pet store lists a document's names in this order, and not in the
/// document's own.

import JSON

extension JSONObject {
    /// The members by the buckets of their names, in a table that is at most three quarters full.
    var membersInHashOrder: [Member] {
        var bucketCount: UInt32 = 16
        while members.count * 4 > Int(bucketCount) * 3 { bucketCount *= 2 }
        let placed = members.enumerated().map { place, member in
            let hash = JSONObject.hash(member.name)
            return (bucket: (hash ^ (hash >> 16)) & (bucketCount - 1), place: place)
        }
        return placed.sorted { $0 < $1 }.map { members[$0.place] }
    }

    /// The hash of a name by Java's `String.hashCode`.
    private static func hash(_ name: String) -> UInt32 {
        name.utf16.reduce(0) { $0 &* 31 &+ UInt32($1) }
    }
}
