/// The members of an update request and of its resource, merged by the table.

import JSON

extension Members {
    /// The members after an update by `patch`. Absent members stay, and present ones replace. `""` removes,
    /// and entries are added, if the table says so.
    package func patched(with patch: Members) -> Members {
        var new = self
        for (slot, field) in resource.fields.enumerated() {
            guard let value = patch.values[slot] else { continue }
            if field.isKeptWhenEmpty, value == .string("") || value == .object(JSONObject()) { continue }
            if field.isClearable, value == .string("") {
                new.values[slot] = nil
            } else if field.isMerged, case .object(let additions) = value {
                new.values[slot] = Members.merged(new.values[slot], with: additions)
            } else {
                new.values[slot] = value
            }
        }
        return new
    }

    private static func merged(_ old: JSON?, with additions: JSONObject) -> JSON {
        var entries = JSONObject()
        if case .object(let members) = old { entries = members }
        for addition in additions.members {
            let isEmpty = addition.value == .string("") || addition.value == .object(JSONObject())
            entries[addition.name] = isEmpty ? nil : addition.value
        }
        return .object(entries)
    }
}
