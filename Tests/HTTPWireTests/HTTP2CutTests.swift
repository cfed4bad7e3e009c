/// Frames of a few streams in any order, by seed: what a client gets for them does not depend on where their
/// bytes are cut. WIRE_SEED=number runs another seed, and the seed of a failing run again.

import HTTP2Peer
import HTTPWire
import TestSupport
import Testing

struct HTTP2CutTests {
    private static let runCount = 1_000

    /// Mostly what a client may send, on streams so few that they are soon closed.
    private func frame(_ random: inout SeededGenerator) -> HTTP2Frame {
        let stream = random.element(of: [1, 1, 1, 3, 3, 3, 5, 5, 7, 9, 2] as [UInt32])
        switch random.below(16) {
        case 0, 1: return .request(stream)
        case 2, 3: return .post(stream)
        case 4: return .post(stream, fields: [("te", "gzip")])
        case 5: return .request(stream, flags: HTTP2Frame.endStream)
        case 6: return .continuation(stream, [])
        case 7, 8: return .data(stream, "abc", flags: 0)
        case 9: return .data(stream)
        case 10: return .data(stream, String(repeating: "a", count: 40))
        case 11: return .headers(stream, [("a", "b")])
        case 12: return .resetStream(stream)
        case 13: return .windowUpdate(stream, 1)
        case 14: return .priority(stream)
        default: return HTTP2Frame(type: 0xbe, stream: stream, payload: [1, 2, 3])
        }
    }

    private func frames(_ random: inout SeededGenerator) -> [HTTP2Frame] {
        // Openings first, or most would be idle streams.
        let openings: [HTTP2Frame] = [1, 3, 5].map { random.below(2) == 0 ? .post($0) : .request($0) }
        return openings.prefix(random.below(4)) + (0..<(1 + random.below(10))).map { _ in frame(&random) }
    }

    private func bench() -> HTTP2Bench {
        var limits = HTTPLimits()
        limits.streamsMax = 3
        limits.streamWindowBytes = 60
        limits.bodyBytesMax = 50
        limits.closedStreamsMax = 1
        return HTTP2Bench(limits: limits)
    }

    /// How often a window is opened depends on the cuts, and so is left out.
    private func lines(of bench: HTTP2Bench) -> [String] {
        bench.lines().filter { !$0.contains("WINDOW_UPDATE") } + ["over: \(bench.session.isOver)"]
    }

    /// What comes of each frame, its bytes cut at `cuts` of them.
    private func outcome(of frames: [HTTP2Frame], cuts: (Int) -> [Int]) -> [String] {
        let bench = bench()
        var lines: [String] = []
        for frame in frames {
            var start = 0
            for end in cuts(frame.bytes.count) + [frame.bytes.count] {
                bench.send(bytes: Array(frame.bytes[start..<end]))
                start = end
            }
            lines += self.lines(of: bench)
        }
        return lines + bench.requestLines
    }

    /// What comes of all of them where nothing is sent before the last byte is there.
    private func silentOutcome(of pieces: [[UInt8]]) -> [String] {
        let bench = bench()
        bench.answers = false
        for piece in pieces { bench.send(bytes: piece) }
        return lines(of: bench)
    }

    @Test func `frames come to the same however their bytes are cut`() {
        print("Frames of HTTP/2 run with WIRE_SEED=\(MutationTests.seed)")
        var random = SeededGenerator(seed: MutationTests.seed)

        for run in 0..<Self.runCount {
            let frames = frames(&random)
            let bytes = frames.flatMap(\.bytes)
            let whole = outcome(of: frames) { _ in [] }
            let cut = random.below(bytes.count)
            let silent = silentOutcome(of: [bytes])

            let place = "seed \(MutationTests.seed), run \(run)"
            #expect(outcome(of: frames) { Array(1..<$0) } == whole, "\(place), byte by byte")
            #expect(outcome(of: frames) { [random.below($0)] } == whole, "\(place), once a frame")
            #expect(
                silentOutcome(of: bytes.map { [$0] }) == silent, "\(place), unsent, byte by byte: \(frames)")
            #expect(
                silentOutcome(of: [Array(bytes[..<cut]), Array(bytes[cut...])]) == silent,
                "\(place), unsent, cut at \(cut): \(frames)")
        }
    }
}
