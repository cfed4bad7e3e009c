/// A sorted map against the plainest model of one, and what its copies share.

import APIGatewayV2
import Testing

struct SortedMapTests {
    private let seed: UInt64 = 0x5eed_0001

    @Test(arguments: [1, 40, 400, 3000])
    func `a map is a dictionary whose keys are in order`(keyCount: Int) {
        let random = RandomSource(seed: seed)
        var map = SortedMap<Int>()
        var model: [String: Int] = [:]

        for step in 0..<(keyCount * 4) {
            let number = Int(random.next() % UInt64(keyCount))
            // Keys that share eight bytes and keys that do not.
            let key = number.isMultiple(of: 2) ? "GET /pets/\(number)" : String(number, radix: 36)
            switch random.next() % 4 {
            case 0: #expect(map.removeValue(forKey: key) == model.removeValue(forKey: key))
            case 1:
                map.modify(key, from: 0) { $0 += step }
                model[key, default: 0] += step
            default: #expect(map.updateValue(step, forKey: key) == model.updateValue(step, forKey: key))
            }
            #expect(map.count == model.count)
            #expect(map[key] == model[key])
        }

        #expect(Array(map.keys) == model.keys.sorted())
        #expect(Array(map.values) == model.keys.sorted().map { model[$0] })
        #expect(map["never"] == nil)
    }

    @Test(arguments: [0, 1, 63, 64, 65, 1000], [true, false])
    func `pages go through all entries once, whatever was removed behind a page`(
        count: Int, isAscending: Bool
    ) {
        var map = SortedMap<Int>()
        let keys = (0..<count).map { String(1000 + $0) }
        for key in isAscending ? keys : keys.reversed() { map[key] = Int(key) }

        var seen: [String] = []
        var after: String?
        var hasMore = true
        while hasMore {
            let page = map.page(after: after, countMax: 7)
            #expect(page.entries.count == min(7, count - seen.count))
            seen += page.entries.map(\.key)
            hasMore = page.hasMore
            after = page.entries.last?.key
            // The token's own entry may be gone when the next page is asked for.
            if let after { map[after] = nil }
        }

        #expect(seen == keys)
    }

    @Test func `a page behind a key that is not there begins at the next one`() {
        var map = SortedMap<Int>()
        for key in ["b", "d", "f"] { map[key] = 1 }

        #expect(map.page(after: "", countMax: 1).entries.map(\.key) == ["b"])
        #expect(map.page(after: "c", countMax: 9).entries.map(\.key) == ["d", "f"])
        #expect(map.page(after: "f", countMax: 9).entries.isEmpty)
        #expect(map.page(after: "c", countMax: 2).hasMore == false)
    }

    @Test func `a copy stays as it was`() {
        var map = SortedMap<Int>()
        for number in 0..<1000 { map["\(number)"] = number }
        let copy = map

        for number in 0..<1000 { map["\(number)"] = number.isMultiple(of: 2) ? nil : 0 }

        #expect(copy.count == 1000)
        #expect(copy.map(\.value).reduce(0, +) == 499_500)
        #expect(map.count == 500)
    }
}
