/// Values by keys that come again: the key that was found last, earlier ones, and one that is not there.

import APIGatewayV2Local
import Testing

struct RecentDictionaryTests {
    @Test func `each key keeps its place in any order of look-ups`() {
        var dictionary = RecentDictionary<String, Int>()
        #expect(dictionary.place(of: "a") == nil)

        for (value, key) in ["a", "b", "c"].enumerated() {
            #expect(dictionary.add(value, for: key) == value)
        }

        for key in ["c", "c", "a", "b", "b", "a", "c"] {
            let place = dictionary.place(of: key)
            #expect(place.map { dictionary.keys[$0] } == key)
            #expect(place.map { dictionary.values[$0] } == ["a": 0, "b": 1, "c": 2][key])
            #expect(dictionary.place(of: "d") == nil)
        }
        #expect(dictionary.count == 3)
    }

    @Test func `a value that changes in its place is found by its key`() {
        var dictionary = RecentDictionary<Int, String?>()
        let (first, second) = (dictionary.add(nil, for: 7), dictionary.add(nil, for: 8))

        dictionary.values[second] = "eight"

        #expect(dictionary.place(of: 8) == second && dictionary.values[second] == "eight")
        #expect(dictionary.place(of: 7) == first && dictionary.values[first] == nil)
    }
}
