/// libcurl, loaded by name at the first call. Throws `OutgoingFailure.libraryMissing` if it cannot be loaded.

internal import CCurl

/// The functions of the loaded library. Each loop has a table, because a table costs less than a lock.
@safe final class CurlLibrary {
    let pointer: OpaquePointer

    /// `soname` is the name that the dynamic loader looks for. `sparesMax` is the most handles of ended
    /// transfers to keep for later ones.
    init(soname: String, sparesMax: Int) throws(OutgoingFailure) {
        var reason = [CChar](repeating: 0, count: 256)
        let loaded = unsafe reason.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe ccurl_load(soname, sparesMax, $0, buffer.count) }
        }
        guard let pointer = unsafe loaded else {
            let text = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw .libraryMissing(String(decoding: text, as: UTF8.self))
        }
        unsafe self.pointer = pointer
    }

    deinit { unsafe ccurl_free(pointer) }
}
