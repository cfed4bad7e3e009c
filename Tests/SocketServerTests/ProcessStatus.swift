/// The memory and the threads of this process, by which tests tell what a reply that waits costs.

import Glibc

/// The figures of the kernel for this process.
struct ProcessStatus {
    var residentKilobytes = 0
    var threads = 0

    init() throws {
        let file = unsafe open("/proc/self/status", O_RDONLY)
        if file < 0 { throw ClientError.last("open") }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 8 * 1024)
        let count = unsafe read(file, &bytes, bytes.count)
        if count < 0 { throw ClientError.last("read") }
        for line in String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.first == "VmRSS:" { residentKilobytes = Int(words[1]) ?? 0 }
            if words.first == "Threads:" { threads = Int(words[1]) ?? 0 }
        }
    }
}

/// Whether memory that was freed is kept for a while and all of it has a margin, so that what is resident
/// says little about what is in use.
var isAddressSanitized: Bool { unsafe dlsym(nil, "__asan_init") != nil }
