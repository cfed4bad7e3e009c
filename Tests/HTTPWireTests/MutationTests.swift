/// Spoilt messages: the corpus with bytes changed, dropped, doubled and mixed, by seed. Whatever comes out
/// must come out for every cut. WIRE_SEED=number runs another seed, and the seed of a failing run again.

import Foundation
import HTTPWire
import TestSupport
import Testing

struct MutationTests {
    static let seed: UInt64 = {
        let given = ProcessInfo.processInfo.environment["WIRE_SEED"].flatMap(UInt64.init)
        return given ?? 20_300_101
    }()

    static let runCount = 3_000

    @Test func `a spoilt message comes out the same however it is cut`() {
        print("Mutations of the wire corpus run with WIRE_SEED=\(Self.seed)")
        var random = SeededGenerator(seed: Self.seed)
        let messages = WireFile.all.flatMap { $0.cases.map(\.bytes) }
        var limits = HTTPLimits()
        limits.requestLineBytesMax = 60
        limits.fieldSectionBytesMax = 120
        limits.fieldsMax = 5
        limits.bodyBytesMax = 20
        limits.chunkExtensionBytesMax = 8

        for run in 0..<Self.runCount {
            let bytes = spoil(random.element(of: messages), with: messages, &random)
            let cuts = (0..<random.below(6)).map { _ in random.below(bytes.count + 1) }.sorted()
            let whole = Transcript(of: bytes, limits: limits).lines(withFields: true)

            #expect(
                Transcript(of: bytes, cuts: cuts, limits: limits).lines(withFields: true) == whole,
                "seed \(Self.seed), run \(run), cut at \(cuts): \(WireText.escaped(bytes))")
            #expect(
                Transcript.byteByByte(bytes, limits: limits).lines(withFields: true) == whole,
                "seed \(Self.seed), run \(run), byte by byte: \(WireText.escaped(bytes))")
        }
    }

    @Test func `every byte in place of every other leaves the outcome independent of the cut`() throws {
        let head = "PUT /a%20?b=c HTTP/1.1\r\nHost: a:1\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunked = [UInt8](ascii: head + "1;x\r\n{\r\n0\r\nA: b\r\n\r\n")

        for index in chunked.indices {
            for byte in UInt8.min...UInt8.max where byte != chunked[index] {
                var spoilt = chunked
                spoilt[index] = byte
                let whole = Transcript(of: spoilt).lines(withFields: true)
                let halves = Transcript(of: spoilt, cuts: [index]).lines(withFields: true)
                try #require(halves == whole, "byte \(byte) at \(index)")
            }
        }
    }

    /// One to four changes, each of one of six kinds.
    private func spoil(
        _ message: [UInt8], with messages: [[UInt8]], _ random: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = message
        for _ in 0...random.below(4) {
            let start = random.below(bytes.count + 1)
            let end = min(bytes.count, start + random.below(12))
            switch random.below(6) {
            case 0: bytes.insert(UInt8(random.below(256)), at: start)
            case 1: bytes.insert(random.element(of: Array("\r\n\t :;,%0\0\u{7f}".utf8)), at: start)
            case 2: bytes.removeSubrange(start..<end)
            case 3: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 4: if start < bytes.count { bytes[start] ^= 1 << UInt8(random.below(8)) }
            default:
                let other = random.element(of: messages)
                bytes.replaceSubrange(start..., with: other[random.below(other.count)...])
            }
        }
        return bytes
    }
}
