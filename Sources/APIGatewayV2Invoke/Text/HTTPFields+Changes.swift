/// Changes of header sections: a section without one name, or with one value in place of all.

internal import APIGatewayV2
internal import HTTPWire

extension HTTPFields {
    /// A copy without the fields for which `isDropped` is true. It gets names in lower case.
    func filtered(dropping isDropped: (String) -> Bool) -> HTTPFields {
        var fields = HTTPFields()
        for index in 0..<count {
            if !isDropped(name(at: index).lowercased()) { fields.append(lineAt: index, of: self) }
        }
        return fields
    }

    func without(_ name: String) -> HTTPFields {
        let dropped = name.lowercased()
        return filtered { $0 == dropped }
    }

    /// A copy after one action of a mapping. `value` is nil for `remove` alone.
    func changed(_ action: ParameterMapping.Action, _ name: String, _ value: String?) -> HTTPFields {
        guard action != .remove, let value else { return without(name) }
        guard action == .append else {
            var fields = without(name)
            fields.append(name, value)
            return fields
        }
        // A message has one Content-Type line (RFC 9110 section 8.3), so that `append` joins the values.
        let old = name.lowercased() == "content-type" ? values(of: name) : []
        var fields = old.isEmpty ? self : without(name)
        fields.append(name, (old + [value]).joined(separator: ","))
        return fields
    }
}
