/// The fault that ends a stream of HTTP/2 with a code of one's choice: read, written and refused.

import APIGatewayV2Local
import JSON
import Testing

struct FaultStreamTests {
    private func lines(_ connection: String) -> [String] {
        do throws(DocumentError) {
            let rules = try FaultRule.rules(
                reading: Array(#"{"name": "r", "then": {"connection": \#(connection)}}"#.utf8), file: "f.json"
            )
            return ["accepted: \(rules.count)"]
        } catch {
            return error.lines
        }
    }

    @Test(arguments: FaultConnection.StreamError.allCases)
    func `a code is read by its name and written again`(code: FaultConnection.StreamError) throws {
        let text = #"{"name": "r", "then": {"connection": {"reset-stream": "\#(code.rawValue)"}}}"#

        let rules = try FaultRule.rules(json: text)
        var written: [UInt8] = []
        JSONWriter.append(FaultRule.json(rules), to: &written)

        #expect(rules.map(\.then.connection) == [.resetStream(code)])
        #expect(try FaultRule.rules(reading: written) == rules)
    }

    @Test func `a code that there is not is told with the nearest`() {
        let lines = lines(#"{"reset-stream": "CANCELL"}"#)

        #expect(lines.count == 1)
        #expect(lines.first?.contains("expected one of NO_ERROR, PROTOCOL_ERROR, ") == true)
        #expect(lines.first?.hasSuffix("; did you mean CANCEL?") == true)
    }

    @Test func `a code is a name and no number`() {
        #expect(lines(#"{"reset-stream": 8}"#).first?.contains("expected one of NO_ERROR, ") == true)
    }

    @Test func `it stands beside no other fault`() {
        #expect(
            lines(#"{"reset-stream": "CANCEL", "truncate": 1}"#).first?.hasSuffix(
                "found reset-stream beside truncate, expected one of them") == true)
    }
}
