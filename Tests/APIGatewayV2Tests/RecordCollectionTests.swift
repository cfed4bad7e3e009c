/// The indexes of collections and tables against a walk over all records.

import APIGatewayV2
import Testing

struct RecordCollectionTests {
    private let keys = ["red", "blue", "/vpclinks/a", "/vpclinks/b"]

    /// Two thousand random writes, and the same in the plainest form.
    private func written() -> (tables: Tables, model: [String: [String: Record]]) {
        let random = RandomSource(seed: 0x5eed_0002)
        var tables = Tables()
        var model: [String: [String: Record]] = ["x": [:], "y": [:]]
        for _ in 0..<2000 {
            let parent = random.next().isMultiple(of: 2) ? "x" : "y"
            let collection = CollectionKey(resource: .integration, parent: parent)
            let identifier = "i\(random.next() % 30)"
            if random.next().isMultiple(of: 3) {
                tables.remove(identifier, from: collection)
                model[parent]?[identifier] = nil
            } else {
                let chosen = keys.filter { _ in random.next().isMultiple(of: 2) }
                let record = Record(body: [], uniqueName: identifier + "!", indexKeys: IndexKeys(chosen))
                tables.insert(record, as: identifier, in: collection)
                model[parent]?[identifier] = record
            }
        }
        return (tables, model)
    }

    @Test func `the indexes say the same as a walk over all records`() {
        var (tables, model) = written()
        let moved = tables.collection(CollectionKey(resource: .integration, parent: "x"))
        tables.replaceAll(in: CollectionKey(resource: .integration, parent: "z"), with: moved)
        model["z"] = model["x"]

        for (parent, records) in model {
            let collection = tables.collection(CollectionKey(resource: .integration, parent: parent))
            #expect(collection.count == records.count)
            for key in keys {
                let expected = records.filter { $0.value.indexKeys.contains(key) }.keys.sorted()
                #expect(collection.identifiers(withKey: key) == expected)
                #expect(collection.count(withKey: key) == expected.count)
                #expect(collection.firstIdentifier(withKey: key) == expected.first)
                #expect(
                    collection.firstIdentifier(withKey: key, but: expected.first)
                        == expected.dropFirst().first)
            }
            for identifier in records.keys {
                #expect(collection.identifier(named: identifier + "!") == identifier)
            }
        }
        for path in keys.suffix(2) {
            let expected = model.filter { $0.value.values.contains { $0.indexKeys.contains(path) } }.keys
            #expect(tables.parents(of: .integration, naming: path) == expected.sorted())
        }
        #expect(tables.counts[.integration] == model.values.map(\.count).reduce(0, +))
        for parent in model.keys {
            tables.removeAll(in: CollectionKey(resource: .integration, parent: parent))
        }
        #expect(tables.parents(of: .integration, naming: "/vpclinks/a").isEmpty)
        #expect(tables.counts.isEmpty)
    }
}
