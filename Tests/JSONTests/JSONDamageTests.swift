/// Damaged texts: cut off at every byte, or changed at random by a fixed seed. None may stop the process, and
/// what is accepted nevertheless must be the same when it is written and read again.

import JSON
import TestSupport
import Testing

struct JSONDamageTests {
    static let text = [UInt8](
        """
        {"integrationId": "abc123d", "timeoutInMillis": 29000, "ratio": -12.5e-3,
         "é\\u00e9\\ud83d\\ude00": "\\n😀", "flags": [true, false],
         "requestParameters": {"a": [1, [2, {}], []], "b": null}}
        """.utf8)

    @Test func `a text that is cut off at any byte is refused where it is cut off or where that cut shows`() {
        for length in 0..<Self.text.count {
            let error = refusal([UInt8](Self.text.prefix(length)))

            #expect(error != nil, "cut after \(length) bytes")
            #expect((error?.offset ?? .max) <= length, "cut after \(length) bytes")
        }
        #expect(refusal(Self.text) == nil)
    }

    @Test func `a text with random changes is refused, or is the same when it is written and read again`() {
        let seed: UInt64 = 20_300_101
        var generator = SeededGenerator(seed: seed)
        var accepted = 0
        for round in 0..<20_000 {
            var mutant = Self.text
            for _ in 0..<Int.random(in: 1...3, using: &generator) { mutate(&mutant, &generator) }

            guard let value = parsed(mutant) else { continue }
            accepted += 1

            #expect(parsed(written(value)) == value, "seed \(seed), round \(round)")
        }
        #expect(accepted > 100, "Too few mutants were accepted to show anything.")
    }

    private func mutate(_ text: inout [UInt8], _ generator: inout SeededGenerator) {
        let place = Int.random(in: 0..<text.count, using: &generator)
        // Half of the bytes are ones that mean something, since most others are refused at once.
        let byte =
            Bool.random(using: &generator)
            ? UInt8.random(in: 0...255, using: &generator)
            : [UInt8]("{}[],:\"\\ u0e-.1tn".utf8).randomElement(using: &generator) ?? 0
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: text[place] = byte
        case 1: text.insert(byte, at: place)
        case 2: text.remove(at: place)
        default: text.swapAt(place, Int.random(in: 0..<text.count, using: &generator))
        }
    }
}
