/// The TLS settings of a server, and the certificate that follows from them: the user's own files, or one
/// that a local authority signs. Refuses with lines that name the file, what was found and what was expected.

internal import HTTPWire
internal import SocketServer
internal import Synchronization

/// How a server speaks TLS.
public struct TLS: Sendable, Hashable {
    /// The certificate that the server presents.
    public enum Certificate: Sendable, Hashable {
        /// A certificate for this machine's names by an authority of its own. A folder keeps both from one
        /// start to the next; nil is `$XDG_STATE_HOME/apigatewayv2-local/tls`.
        case automatic(folder: String?)
        /// PEM files: the certificate and those between it and its authority, and its key without a
        /// passphrase.
        case files(chain: String, key: String)
    }

    /// The certificate that the server presents.
    public var certificate: Certificate
    /// Whether the same port serves plain HTTP too; else that is refused.
    public var acceptsPlainText: Bool

    /// TLS beside plain HTTP unless told otherwise.
    public init(_ certificate: Certificate = .automatic(folder: nil), acceptsPlainText: Bool = true) {
        self.certificate = certificate
        self.acceptsPlainText = acceptsPlainText
    }

    /// Bytes of a certificate's or a key's file. More is neither.
    static let fileBytesMax = 1024 * 1024

    /// The context that connections are made from, and the authority's file, which clients have to trust.
    struct Prepared {
        let context: TLSContext
        let authorityFile: String?
    }

    /// Reads or makes the certificate. `warn` is told of handshakes that fail later.
    func prepare(
        limits: SocketLimits, warn: (@Sendable (String) -> Void)?
    ) throws(StartError) -> Prepared {
        do throws(TLSError) {
            let (credentials, authorityFile) = try credentials()
            let context = try TLSContext(
                credentials, acceptsPlainText: acceptsPlainText, buffersMax: limits.tlsBuffersMax
            ) { reason in
                warn?("a TLS handshake failed: \(reason)")
            }
            return Prepared(context: context, authorityFile: authorityFile)
        } catch {
            throw .tls([error.description])
        }
    }

    /// Tells once, since such a client comes again and again, that it meets a server without TLS.
    static func hint(to warn: @escaping @Sendable (String) -> Void) -> @Sendable () -> Void {
        let isTold = Mutex(false)
        return {
            let isFirst = isTold.withLock { isTold in
                defer { isTold = true }
                return !isTold
            }
            if isFirst {
                warn("a client began with TLS, which is off: give it an http:// endpoint, or set --tls auto")
            }
        }
    }

    private func credentials() throws(TLSError) -> (TLSContext.Credentials, authorityFile: String?) {
        switch certificate {
        case .automatic(let path):
            let folder = try TLSFolder(path: path)
            let identity = try folder.identity(for: TLSFolder.localNames())
            let credentials = TLSContext.Credentials(
                chain: identity.certificate, key: identity.key, chainFile: folder.certificateFile,
                keyFile: folder.keyFile)
            return (credentials, folder.authorityFile)
        case .files(let chain, let key):
            let credentials = TLSContext.Credentials(
                chain: try Self.read(chain), key: try Self.read(key), chainFile: chain, keyFile: key)
            return (credentials, nil)
        }
    }

    private static func read(_ file: String) throws(TLSError) -> [UInt8] {
        do throws(SystemError) {
            return try FileSystem.read(file, bytesMax: fileBytesMax)
        } catch {
            throw TLSError("\(file): cannot be read: \(FileSystem.reason(error))")
        }
    }
}
