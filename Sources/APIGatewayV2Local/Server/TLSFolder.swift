/// The folder that keeps a local authority and the server's certificate between starts. It has mode 0700, its
/// keys have 0600, and each file is replaced as a whole. Servers that start at the same time wait for each
/// other, so that all have certificates of one authority. Refuses with `TLSError`.

internal import Glibc
internal import HTTPWire
internal import SocketServer

/// A private folder of certificates.
struct TLSFolder {
    let path: String

    var authorityFile: String { path + "/ca.pem" }
    var authorityKeyFile: String { path + "/ca-key.pem" }
    var certificateFile: String { path + "/server.pem" }
    var keyFile: String { path + "/server-key.pem" }

    /// Makes the folder if it is missing. A nil `path` means the user's own (XDG Base Directory
    /// Specification, version 0.8).
    init(path: String?) throws(TLSError) {
        if let path { self.path = Self.absolute(path) } else { self.path = try Self.userFolder() }
        try make()
    }

    /// The names of this machine for a certificate.
    static func localNames() -> TLSAuthority.Names {
        var hosts = ["localhost"]
        var name = [CChar](repeating: 0, count: 256)
        if unsafe gethostname(&name, name.count - 1) == 0 {
            let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // A certificate can only have names that the DNS allows.
            let isName = host.utf8.allSatisfy { byte in
                byte.isLetterOrDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            }
            if isName, !host.isEmpty, host != "localhost" { hosts.append(host) }
        }
        return TLSAuthority.Names(hosts: hosts, addresses: ["127.0.0.1", "::1"])
    }

    /// The authority's file in `folder`, or in the user's own folder if that is nil. Makes nothing.
    static func authorityFile(in folder: String?) throws(TLSError) -> String {
        guard let folder else { return try userFolder() + "/ca.pem" }
        return folder + "/ca.pem"
    }

    /// The certificate and key of the folder. New ones replace them if they are missing, damaged, about to
    /// expire or for other names. A read-only folder is used as it is.
    func identity(for names: TLSAuthority.Names) throws(TLSError) -> TLSIdentity {
        if isReadOnly { return try keptIdentity() }
        let lock = try lock()
        defer { close(lock) }
        let authority = try authority()
        let kept = TLSIdentity(certificate: try read(certificateFile), key: try read(keyFile))
        if try TLSAuthority.isUsable(kept, for: names, by: authority) { return kept }
        let identity = try TLSAuthority.makeServer(for: names, by: authority)
        try write(identity.key, to: keyFile, mode: 0o600)
        try write(identity.certificate, to: certificateFile, mode: 0o644)
        return identity
    }

    private var isReadOnly: Bool { unsafe access(path, W_OK) != 0 }

    /// The certificate of a read-only folder, which needs no lock, and no key of the authority.
    private func keptIdentity() throws(TLSError) -> TLSIdentity {
        let authority = TLSIdentity(certificate: try read(authorityFile), key: [])
        let kept = TLSIdentity(certificate: try read(certificateFile), key: try read(keyFile))
        let files = [
            (authorityFile, authority.certificate), (certificateFile, kept.certificate), (keyFile, kept.key),
        ]
        let place = "in a folder that cannot be written to"
        for (file, bytes) in files where bytes.isEmpty {
            throw TLSError("\(file): found no file \(place), expected one, or a folder to make it in")
        }
        if let fault = try TLSAuthority.fault(of: kept, by: authority) {
            throw TLSError(
                "\(certificateFile): found a certificate \(fault) \(place), expected one for today by ca.pem "
                    + "beside it, or a folder to make it in")
        }
        return kept
    }

    private func authority() throws(TLSError) -> TLSIdentity {
        let kept = TLSIdentity(certificate: try read(authorityFile), key: try read(authorityKeyFile))
        if try TLSAuthority.isUsable(kept) { return kept }
        let authority = try TLSAuthority.make()
        try write(authority.key, to: authorityKeyFile, mode: 0o600)
        try write(authority.certificate, to: authorityFile, mode: 0o644)
        return authority
    }

    private static func userFolder() throws(TLSError) -> String {
        // The specification demands that relative paths are ignored.
        if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") {
            return state + "/apigatewayv2-local/tls"
        }
        guard let home = variable("HOME"), home.hasPrefix("/") else {
            throw TLSError(
                "found neither XDG_STATE_HOME nor HOME, expected one of them, or --tls-dir, to keep "
                    + "certificates in")
        }
        return home + "/.local/state/apigatewayv2-local/tls"
    }

    /// The absolute path, because clients that get the path run in other folders.
    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let here = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(here) }
        return unsafe String(cString: here) + "/" + path
    }

    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// Makes the folder and its parents, and checks that only this user can write to it.
    private func make() throws(TLSError) {
        var place = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            place += part + "/"
            guard unsafe mkdir(place, 0o700) == 0 || errno == EEXIST else {
                // A folder on a read-only disk may exist already.
                guard errno == EROFS || errno == EACCES, isFolder(place) else { throw failure("made") }
                continue
            }
        }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw failure("opened") }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw TLSError("\(path): found a file, expected a folder for certificates")
        }
        guard status.st_mode & 0o022 == 0, status.st_uid == geteuid() || status.st_uid == 0 else {
            throw TLSError(
                "\(path): found a folder that others can write to, expected one of your own with mode 0700")
        }
    }

    private func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Waits until no other server uses the folder. Closing the returned descriptor ends the lock.
    private func lock() throws(TLSError) -> Int32 {
        let descriptor = unsafe open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("written to") }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                defer { close(descriptor) }
                throw failure("locked")
            }
        }
        return descriptor
    }

    /// The bytes of a file; none if it is missing. It is then made again, like a damaged one.
    private func read(_ file: String) throws(TLSError) -> [UInt8] {
        do throws(SystemError) {
            return try FileSystem.read(file, bytesMax: TLS.fileBytesMax)
        } catch {
            if error.errno == ENOENT { return [] }
            throw TLSError("\(file): cannot be read: \(FileSystem.reason(error))")
        }
    }

    /// Replaces the file. Readers see the old or the new bytes, and no mixture.
    private func write(_ bytes: [UInt8], to file: String, mode: mode_t) throws(TLSError) {
        let draft = file + ".new"
        // A killed server may have left a draft.
        _ = unsafe unlink(draft)
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("written to") }
        defer { close(descriptor) }
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
            }
            guard count > 0 || errno == EINTR else { throw failure("written to") }
            offset += max(count, 0)
        }
        guard unsafe fsync(descriptor) == 0 && rename(draft, file) == 0 else { throw failure("written to") }
    }

    private func failure(_ done: String) -> TLSError {
        let reason = FileSystem.reason(SystemError(call: "", errno: errno))
        return TLSError("\(path): the folder for certificates cannot be \(done): \(reason)")
    }
}
