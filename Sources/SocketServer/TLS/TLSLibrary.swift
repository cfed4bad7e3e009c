/// OpenSSL, loaded at the first use of TLS, and the reasons that it gives for failures. Throws `TLSError` if
/// the library is missing.

internal import COpenSSL

/// The reason why there is no TLS, in one line: found, and expected.
package struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// The library as a whole.
enum TLSLibrary {
    /// Loads the library, once. Every other use of OpenSSL needs this call before it.
    static func load() throws(TLSError) {
        guard let missing = unsafe copenssl_load() else { return }
        throw TLSError(
            "TLS needs OpenSSL 3 (Debian: libssl3), which cannot be loaded: "
                + (unsafe String(cString: missing)))
    }

    /// The reason of this thread's last failed call, which is then forgotten.
    static func takeReason() -> String {
        let code = unsafe copenssl().pointee.ERR_get_error()
        unsafe copenssl().pointee.ERR_clear_error()
        guard let reason = unsafe copenssl().pointee.ERR_reason_error_string(code) else {
            return "OpenSSL gives no reason"
        }
        return unsafe String(cString: reason)
    }
}
