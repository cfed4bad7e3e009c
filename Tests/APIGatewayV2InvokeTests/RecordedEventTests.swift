/// The events that functions behind real HTTP APIs received, against those that are made here of the same
/// requests.

import APIGatewayV2Invoke
import Foundation
import HTTPWire
import JSON
import Testing

struct RecordedEventTests {
    static let exchanges = Result { try Recordings.exchanges("events.json") }

    @Test(arguments: 0..<8)
    func `an event has the members and values of the recording`(index: Int) throws {
        let exchange = try Self.exchanges.get()[index]
        let sent = try #require(exchange["request"])
        let headers = (sent["headers"]?.array ?? []).map {
            ($0.array[0].string ?? "", $0.array[1].string ?? "")
        }
        let body = try #require(Data(base64Encoded: sent["bodyBase64"]?.string ?? ""))
        let request = try request(
            sent["method"]?.string ?? "", sent["target"]?.string ?? "", headers, body: [UInt8](body))
        let format = try #require(PayloadFormat(rawValue: exchange["format"]?.string ?? ""))
        let invocation = try invocation(request, route: exchange["route"]?.string ?? "")

        let event = try document(LambdaEvent.payload(invocation, format))

        let places = Set((exchange["any"]?.array ?? []).compactMap(\.string))
        let comparison = EventComparison(anyValue: places)
        let recorded = try #require(exchange["event"])
        #expect(comparison.differences(recorded, event, at: "$") == [], "\(exchange["case"]?.string ?? "")")
    }

    @Test func `every recorded event is compared`() throws {
        #expect(try Self.exchanges.get().count == 8)
    }
}

/// Compares an event with a recording that knows null and absent as one.
private struct EventComparison {
    /// Paths of values that are different each time.
    let anyValue: Set<String>

    /// Their names are all that a client sent, so that none may be missing and none be added.
    private static let maps = [
        "headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters",
        "pathParameters",
    ]

    func differences(_ recorded: JSON, _ made: JSON?, at place: String) -> [String] {
        if recorded == .null, made == nil || made == .null { return [] }
        guard let made else { return ["\(place) is missing"] }
        if anyValue.contains(place) {
            return kind(recorded) == kind(made) ? [] : ["\(place) is of another type"]
        }
        guard case .object(let object) = recorded, case .object(let other) = made else {
            return recorded == made ? [] : ["\(place) is \(made.written), recorded \(recorded.written)"]
        }
        let name = String(place.drop { $0 != "." }.dropFirst())
        let names = (object.members.map(\.name), other.members.map(\.name))
        if Self.maps.contains(name), names.0 != names.1 { return ["\(place) has \(names.1), not \(names.0)"] }
        return object.members.flatMap { member in
            let isBare = member.name.utf8.allSatisfy { $0 != UInt8(ascii: "-") }
            let step = isBare ? ".\(member.name)" : "['\(member.name)']"
            let value = anyValue.contains(place + step) ? firstOf(member.value) : member.value
            let mine = anyValue.contains(place + step) ? other[member.name].map(firstOf) : other[member.name]
            return differences(value, mine, at: place + step)
        }
    }

    /// Of a list that may hold anything, its kind is that of its first value.
    private func firstOf(_ value: JSON) -> JSON { value.array.first ?? value }

    private func kind(_ value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool: "bool"
        case .integer, .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
