/// Each of the 256 bytes in each place of a head: accepted where the grammar has it, refused everywhere else.
/// The sets are spelt out from RFC 9110 section 5.6.2 and RFC 3986 appendix A.

import HTTPWire
import Testing

struct GrammarTests {
    /// A place for one byte.
    struct Place: Sendable, CustomTestStringConvertible {
        let name: String
        let before: String
        let behind: String
        let others: String
        /// Bytes that are no character of ASCII, or no letter, digit or mark.
        var extra: Set<UInt8> = []

        var testDescription: String { name }

        var admitted: Set<UInt8> {
            let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
            return Set(letters.utf8).union(others.utf8).union(extra)
        }
    }

    static let rest = "\r\nHost: a\r\n\r\n"

    static let places = [
        Place(name: "method", before: "X", behind: " / HTTP/1.1" + rest, others: "!#$%&'*+-.^_`|~"),
        Place(name: "path", before: "GET /", behind: " HTTP/1.1" + rest, others: "-._~!$&'()*+,;=:@/?"),
        Place(name: "query", before: "GET /?", behind: " HTTP/1.1" + rest, others: "-._~!$&'()*+,;=:@/?"),
        // Behind the first letter a colon ends the name.
        Place(
            name: "field name", before: "GET / HTTP/1.1\r\nX", behind: ": x" + rest,
            others: "!#$%&'*+-.^_`|~:"),
        Place(
            name: "field value", before: "GET / HTTP/1.1\r\nX: ", behind: "x" + rest, others: "\t",
            extra: Set(0x20...0x7e).union(0x80...0xff)),
        // A colon begins a port, here an empty one.
        Place(
            name: "host", before: "GET / HTTP/1.1\r\nHost: a", behind: "\r\n\r\n",
            others: "-._~!$&'()*+,;=:\t "),
        Place(
            name: "host in a target", before: "GET http://a", behind: "/ HTTP/1.1" + rest,
            others: "-._~!$&'()*+,;=:/?"),
        Place(
            name: "IP literal", before: "GET / HTTP/1.1\r\nHost: [a", behind: "]\r\n\r\n",
            others: "-._~!$&'()*+,;=:"),
    ]

    @Test(arguments: places)
    func `a byte is accepted exactly where the grammar has it`(place: Place) {
        let accepted = Set(
            (UInt8.min...UInt8.max).filter { byte in
                Transcript(of: Array(place.before.utf8) + [byte] + Array(place.behind.utf8)).requests.count
                    == 1
            })

        #expect(accepted.subtracting(place.admitted).sorted() == [])
        #expect(place.admitted.subtracting(accepted).sorted() == [])
    }
}
