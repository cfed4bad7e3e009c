/// The answers that clients of real HTTP APIs received, against those that are made here of the same
/// payloads.

import APIGatewayV2Invoke
import HTTPWire
import JSON
import Testing

struct RecordedResultTests {
    static let exchanges = Result { try Recordings.exchanges("responses.json") }

    @Test(arguments: 0..<23)
    func `an answer has the status, the header lines and the bytes of the recording`(index: Int) throws {
        let exchange = try Self.exchanges.get()[index]
        let format = try #require(PayloadFormat(rawValue: exchange["format"]?.string ?? ""))
        let payload = Array((exchange["payload"]?.string ?? "").utf8)

        let response = LambdaOutcome.answered(payload).reply(format: format).response
            .finished(requestID: exchange["requestId"]?.string ?? "")

        #expect(.integer(response.status) == exchange["status"])
        #expect(text(response.body) == exchange["body"]?.string)
        // Content-Type and Content-Length stand last in the recordings, as their client sorted them.
        let expected = (exchange["headers"]?.array ?? []).map {
            ($0.array[0].string ?? "") + ": " + ($0.array[1].string ?? "")
        }
        let made =
            lines(response.fields).dropLast()
            + [
                "Content-Type: \(response.contentType ?? "")", "Content-Length: \(response.body.count)",
            ]
        #expect(Array(made) == expected, "\(exchange["case"]?.string ?? "")")
        #expect(lines(response.fields).last == "Apigw-Requestid: \(exchange["requestId"]?.string ?? "")")
    }

    @Test func `every recorded answer is compared`() throws {
        #expect(try Self.exchanges.get().count == 23)
    }

    @Test func `the identifier of a request counts tenths of a second as recorded ones do`() throws {
        // Of two snapshots with timeEpoch.
        let samples = [("JCJJx", 1_744_668_836_573), ("JCJXr", 1_744_668_925_528)]

        for (start, milliseconds) in samples {
            let id = InvocationID.requestID(
                random: 0, time: .milliseconds(milliseconds), region: "us-west-2")

            #expect(id.hasPrefix(start), "\(id)")
            #expect(id.wholeMatch(of: /[A-Za-z0-9_-]{8}[Pv]HcE[A-Za-z0-9_-]{2}[AQgw]=/) != nil, "\(id)")
        }
    }
}
