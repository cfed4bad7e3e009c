/// The object of the detached tree: ordered, with unique names.

import JSON
import Testing

struct JSONObjectTests {
    @Test func `setting replaces in place, appends what is new and removes what is set to nil`() {
        var object: JSONObject = ["a": .integer(1), "b": .integer(2)]

        object["a"] = .integer(3)
        object["c"] = .null
        object["b"] = nil
        object["d"] = nil

        #expect(object == ["a": .integer(3), "c": .null])
        #expect(object["b"] == nil)
        #expect(object["c"] == .null)
    }
}
