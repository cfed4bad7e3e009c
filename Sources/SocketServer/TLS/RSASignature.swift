/// Signatures of RSA with PKCS #1 v1.5, as JSON Web Tokens have them, checked by OpenSSL: RS256, RS384 and
/// RS512 of RFC 7518 section 3.3. The check fails for a malformed key or signature. Throws `TLSError` if
/// OpenSSL cannot be loaded.

internal import COpenSSL

/// The check of a signature.
package enum RSASignature {
    /// The hash of the message that was signed.
    package enum Hash: Sendable {
        case sha256
        case sha384
        case sha512
    }

    /// The longest modulus that OpenSSL checks with (OPENSSL_RSA_MAX_MODULUS_BITS), in bytes. Fixed by
    /// OpenSSL.
    private static let modulusBytesMax = 2048

    /// Whether `signature` was made of `message` by the owner of the public key. Modulus and exponent are
    /// numbers without a sign, the highest byte first.
    package static func verify(
        _ signature: [UInt8], of message: [UInt8], hash: Hash, modulus: [UInt8], exponent: [UInt8]
    ) throws(TLSError) -> Bool {
        try TLSLibrary.load()
        guard modulus.count <= modulusBytesMax, exponent.count <= modulusBytesMax else { return false }
        let functions = unsafe copenssl().pointee
        // A check that fails leaves an error of this thread, which a later call would take for its own.
        defer { copenssl_forget_errors() }
        guard let key = unsafe makeKey(modulus: modulus, exponent: exponent) else { return false }
        defer { unsafe functions.EVP_PKEY_free(key) }
        guard let context = unsafe functions.EVP_MD_CTX_new() else { return false }
        defer { unsafe functions.EVP_MD_CTX_free(context) }
        let digest =
            switch hash {
            case .sha256: unsafe functions.EVP_sha256()
            case .sha384: unsafe functions.EVP_sha384()
            case .sha512: unsafe functions.EVP_sha512()
            }
        guard unsafe functions.EVP_DigestVerifyInit(context, nil, digest, nil, key) == 1 else { return false }
        return unsafe functions.EVP_DigestVerify(
            context, signature, signature.count, message, message.count) == 1
    }

    /// The public key; nil if the numbers are not those of a key.
    private static func makeKey(modulus: [UInt8], exponent: [UInt8]) -> OpaquePointer? {
        // RSAPublicKey of RFC 8017 appendix A.1.1 in DER.
        let document = encoded(tag: 0x30, number(modulus) + number(exponent))
        return unsafe document.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            return unsafe copenssl().pointee.d2i_PublicKey(EVP_PKEY_RSA, nil, &position, bytes.count)
        }
    }

    /// An INTEGER of DER, which begins with a zero where its first bit would be a sign.
    private static func number(_ bytes: [UInt8]) -> [UInt8] {
        let digits = bytes.drop { $0 == 0 }
        let needsZero = digits.first.map { $0 >= 0x80 } ?? true
        return encoded(tag: 0x02, (needsZero ? [0] : []) + digits)
    }

    /// A value of DER, whose length takes one byte or up to three (X.690 section 8.1.3).
    private static func encoded(tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        if count < 0x80 { return [tag, UInt8(count)] + content }
        if count < 0x100 { return [tag, 0x81, UInt8(count)] + content }
        return [tag, 0x82, UInt8(count >> 8), UInt8(count & 0xFF)] + content
    }
}
