/// A URL as libcurl has it parsed: scheme, host and port.

internal import CCurl

/// The parsed URL of a server, for many transfers.
@safe final class CurlURL {
    let pointer: OpaquePointer
    // The table of functions must live longer than the URL.
    private let library: CurlLibrary

    /// `text` has no path.
    init(_ text: String, by library: CurlLibrary) throws(OutgoingFailure) {
        guard let pointer = unsafe ccurl_new_url(library.pointer, text) else {
            throw .invalidRequest("libcurl does not take the URL \(text)")
        }
        unsafe self.pointer = pointer
        self.library = library
    }

    deinit { unsafe ccurl_free_url(library.pointer, pointer) }
}
