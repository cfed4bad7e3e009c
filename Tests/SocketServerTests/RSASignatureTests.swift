/// Signatures of JSON Web Tokens: the example of RFC 7515 appendix A.2, the same key's neighbours, and
/// signatures that the openssl command made of the other hashes.

import Foundation
import SocketServer
import Testing

struct RSASignatureTests {
    private static let exponent: [UInt8] = [1, 0, 1]

    /// RFC 7515 appendix A.2.
    private static let example = (
        message: Array(
            ("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
                + "LmNvbS9pc19yb290Ijp0cnVlfQ").utf8),
        modulus: bytes(
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qP"
                + "CJrcS2mJPMEzP1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47s"
                + "oMZo9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTBEMa2"
                + "R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxXFvUK+DWNmoud"
                + "F8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ=="),
        signature: bytes(
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB//dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4B"
                + "h+0Qc/lF5YKt/O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB++f/nZ"
                + "LgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB/eSN9383LcOLn6/d"
                + "O++xi12jzDwusC+eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6"
                + "LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN/IoypGlUPQGe77Rw==")
    )

    /// Made by `openssl genrsa 2048` and `openssl dgst -sha384 -sign`, and the same with the other hashes.
    private static let made = (
        message: Array("a message of the test".utf8),
        modulus: bytes(
            "rzfjAwQGsCo0fbzrH9y1MosYu6nVkS3ziMcyndcn4ACFuQ4I+W4IXEMzI6W/WIkPmKzngoe0"
                + "Bnm1Ta9op/rTdDxysnZT9akqXjuPb9UUhe0B1At7ZoRa6Z+kYlz8yd78wBO4LDo1Qhddt0jO"
                + "GGJh9sU7OljcqqNV48MATMaaAlAlteJWxrgLkKYOCT9OfbWi7EzOoX5lHOpY+cQv3IPETnDI"
                + "frdBBCnS1FSSg0dRnPRBeBhiza/JHTgns6XyrohO3MVCN7pRbR7bIJZabRA+HshyUfTaKEVP"
                + "fdi/57oMTnC3qRn2Sl3StS4g65WRAd5uocUTgy7BfEBO9SX/LRdpsQ=="),
        signatures: [
            (
                RSASignature.Hash.sha256,
                bytes(
                    "DVQke1TbE4mgyQycvls+9vhogdt2DhC4VpTv+STlT7mS7rF8IS0DO8bz+QA23u7bnuEb8Ofp"
                        + "yeo6mpUgQaEeOVPf2viIhDGUmkKe+vVZuK0H2UkDCuqmrDK5VKc1F7RSybyeJtzcUT2bBJYK"
                        + "ZC4wTdmQV002yCgfcjqDL8p0PmWK6KKdesx6xID9UHl1693zhjRvFGH9g8tFqNzoljCNGpRX"
                        + "LbQTHjdF5ldhcL3bI0wz30dKhMhZ/PimuPzg7x0oXZ/gfHC0QnwfCkJA2oeYBs8zwBSCb8In"
                        + "R2L+eRESKIqc5U4jkwjcdtkkeh6ywDHUBkq56+x89tIKE3YmkwZPtQ==")
            ),
            (
                .sha384,
                bytes(
                    "i9v/b4v5sLDdSjWAaYh+kDo2UQlln3HPj0qo7F+CTye31c4Hh0cmbsR8TqSGr9NDwaeenqs9"
                        + "aof4W949iFPbv5AxYJpYWi8aoQPpIYCIsQF540wP+2VEimlSIJw/DKUK6UAKeVFQY7vfRqUZ"
                        + "N4QtP89p+cHwH6j0GrmnmvetM/yMbQUHI8zPGdrST4mLouTMnF90pWrzdikvc3Fw+/RQQ1Jk"
                        + "c+QWZS0+WUm3QKRdABGyY8ex+lIftNSOUN710Cm/xkW+Ht2b3IpbvBZKTObTRVBiveirNbaR"
                        + "SaI0n0IN8dJYzetIlFTHRIYcph8ZIFw6/3YgsqJ5pKwnnv9MJ+sBYQ==")
            ),
            (
                .sha512,
                bytes(
                    "YWzbCOsdDVlyUqEY02b62DUC6XRRPH7E6iYb8zauJTEThcs3jugbGALin/tpHcEEAx+kGjyu"
                        + "pVvsD01JTEK7PEy+67rDKHQTJs5FuCrnBs6W1ZKABATVvQ8U+r2IWo+ukxFGG8fqq78VOur4"
                        + "AZDzSX4alE5L05xfYnSoCwfNsH+RNufesWdaM3HUqEUHzjAsBaaXVA6AtmhJ87cXfaUvRJvK"
                        + "etkqT24w1rRRn6oBQxAujdL/7TAhgdfxD6q4HzAfVUYYJAkl7XQh+dtl7EY9dcUDx9lAkB+f"
                        + "ULnflNuMsO2yShlKfcH1e257yaAyvaZVBMgVY7e2J2meUvq9GbU+Sg==")
            ),
        ]
    )

    private static func bytes(_ base64: String) -> [UInt8] {
        Data(base64Encoded: base64).map(Array.init) ?? []
    }

    private func isValid(
        _ signature: [UInt8] = example.signature, message: [UInt8] = example.message,
        hash: RSASignature.Hash = .sha256, modulus: [UInt8] = example.modulus,
        exponent: [UInt8] = exponent
    ) throws -> Bool {
        try RSASignature.verify(
            signature, of: message, hash: hash, modulus: modulus, exponent: exponent)
    }

    @Test func `the example of the standard is valid`() throws {
        #expect(try isValid())
        // A number may begin with zeros.
        #expect(try isValid(modulus: [0, 0] + Self.example.modulus, exponent: [0, 1, 0, 1]))
    }

    @Test(arguments: 0..<3, 0..<3)
    func `a signature is valid with its own hash alone`(signed: Int, checked: Int) throws {
        let (_, signature) = Self.made.signatures[signed]
        let (hash, _) = Self.made.signatures[checked]

        let isValid = try isValid(
            signature, message: Self.made.message, hash: hash, modulus: Self.made.modulus)

        #expect(isValid == (signed == checked))
    }

    @Test func `another message, signature or key is not valid`() throws {
        let example = Self.example
        for place in [0, 100, 255] {
            var changed = example.signature
            changed[place] ^= 1
            #expect(try !isValid(changed))
            changed = example.modulus
            changed[place] ^= 2
            #expect(try !isValid(modulus: changed))
        }
        #expect(try !isValid(message: example.message + [0]))
        #expect(try !isValid(message: []))
        #expect(try !isValid(exponent: [3]))
        #expect(try !isValid(modulus: Self.made.modulus))
    }

    @Test(arguments: [[], [0], [1], [255, 255], [UInt8](repeating: 255, count: 5_000)])
    func `numbers that are no key's are not valid`(number: [UInt8]) throws {
        #expect(try !isValid(modulus: number))
        #expect(try !isValid(exponent: number))
        #expect(try !isValid(number))
        // Nor does what OpenSSL says of them change what it says next.
        #expect(try isValid())
    }
}
