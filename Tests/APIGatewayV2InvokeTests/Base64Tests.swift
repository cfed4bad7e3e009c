/// Base64 both ways, by the vectors of RFC 4648 and Foundation's own.

import APIGatewayV2Invoke
import Foundation
import Testing

struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `the vectors of RFC 4648 come both ways`(plain: String, encoded: String) {
        #expect(Base64.encoded(Array(plain.utf8)) == encoded)
        #expect(Base64.decoded(encoded).map(text) == plain)
    }

    @Test func `every byte is written as Foundation writes it`() {
        for count in 253...256 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151) }

            #expect(Base64.encoded(bytes) == Data(bytes).base64EncodedString())
        }
    }

    @Test func `both alphabets are read, padded or not`() {
        for text in ["-_8=", "+/8=", "-_8", "+/8"] { #expect(Base64.decoded(text) == [0xfb, 0xff]) }
    }

    @Test(arguments: ["A", "AAAAA", "A=A=", "AA===", "A A", "AA\n", "é"])
    func `text that is none is refused`(text: String) {
        #expect(Base64.decoded(text) == nil)
    }
}
