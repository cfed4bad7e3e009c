/// The check of a file of authorities before the start. It needs no TLS library. libcurl would tell of a
/// useless file only at the first call, and then as the fault of the backend.

internal import APIGatewayV2Invoke
internal import SocketServer

/// A file of certificates as PEM (RFC 7468).
package enum AuthoritiesFile {
    private static let expected = "a PEM file of certificates"

    /// `path` if its file holds certificates, and nothing that only looks like one. Waits for the disk.
    package static func path(parsing path: String) throws(DocumentError) -> String {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileSystem.read(path)
        } catch {
            throw DocumentError(found: FileSystem.reason(error), expected: expected)
        }
        guard holdsCertificates(bytes) else {
            throw DocumentError(found: "no certificates in it", expected: expected)
        }
        return path
    }

    private static func holdsCertificates(_ bytes: [UInt8]) -> Bool {
        var count = 0
        // The base64 text of the certificate that has begun.
        var text: String?
        for line in bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            let line = String(decoding: line, as: UTF8.self)
            if line.hasPrefix("-----BEGIN ") {
                text = line.hasSuffix("CERTIFICATE-----") ? "" : nil
            } else if line.hasPrefix("-----END "), let whole = text {
                guard let certificate = Base64.decoded(whole), certificate.first == sequenceTag else {
                    return false
                }
                count += 1
                text = nil
            } else {
                text?.append(line)
            }
        }
        return count > 0 && text == nil
    }

    /// The first byte of a certificate (X.690 section 8.9).
    private static let sequenceTag: UInt8 = 0x30
}
