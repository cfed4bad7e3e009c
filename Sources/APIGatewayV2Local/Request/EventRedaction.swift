/// Events of functions without their secrets, for display. It looks at the text of the JSON, because an event
/// that the journal has cut off is no JSON. The secrets are those of `Redaction.swift`, wherever an event has
/// them, and the identity that an authorizer gets.

/// Names of an event's members with the whole identity as their value, in lower case.
private let identityNames: Set<String> = ["identitysource", "authorizationtoken"]

/// The text of an event, whole or cut off, for display.
func redactedEvent(_ event: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(event.count)
    var name = ""
    var index = 0
    while index < event.count {
        let byte = event[index]
        guard byte == UInt8(ascii: "\"") else {
            // The members of an object have names of their own. The elements of an array have the array's.
            if byte == UInt8(ascii: "{") { name = "" }
            text.append(byte)
            index += 1
            continue
        }
        let end = endOfString(at: index, in: event)
        let content = String(decoding: event[(index + 1)..<end], as: UTF8.self)
        let isName = end + 1 < event.count && event[end + 1] == UInt8(ascii: ":")
        if isName { name = content.lowercased() }
        text.append(byte)
        text.append(contentsOf: (isName ? content : redacted(content, ofMember: name)).utf8)
        if end < event.count { text.append(byte) }
        index = end + 1
    }
    return String(decoding: text, as: UTF8.self)
}

/// The place of the closing quotation mark of the string that begins at `start`, or the end of the text.
private func endOfString(at start: Int, in text: [UInt8]) -> Int {
    var index = start + 1
    while index < text.count, text[index] != UInt8(ascii: "\"") {
        index += text[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index, text.count)
}

/// `content` is the text between quotation marks, with its escapes.
private func redacted(_ content: String, ofMember name: String) -> String {
    if identityNames.contains(name) { return content.isEmpty ? "" : "***" }
    if name == "rawquerystring" { return String(redactedTarget("?" + content).dropFirst()) }
    return redactedValue(content, ofField: name)
}
