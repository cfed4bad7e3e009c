/// The TLS settings of a server, and its certificate: from the user's files, or signed by a local authority.
/// Its errors are lines that name the file, and the found and expected text.

internal import HTTPWire
internal import SocketServer
internal import Synchronization

/// The TLS settings of a server.
public struct TLS: Sendable, Hashable {
    /// The certificate that the server presents.
    public enum Certificate: Sendable, Hashable {
        /// A certificate for this machine's names by a local authority. A folder keeps both; nil means
        /// `$XDG_STATE_HOME/apigatewayv2-local/tls`.
        case automatic(folder: String?)
        /// PEM files: the certificate with its intermediate ones, and its key without a passphrase.
        case files(chain: String, key: String)
    }

    /// The certificate that the server presents.
    public var certificate: Certificate
    /// Whether the same port also serves plain HTTP. If not, plain requests are refused.
    public var acceptsPlainText: Bool

    /// TLS, by default beside plain HTTP.
    public init(_ certificate: Certificate = .automatic(folder: nil), acceptsPlainText: Bool = true) {
        self.certificate = certificate
        self.acceptsPlainText = acceptsPlainText
    }

    /// The most bytes of a certificate's or a key's file. Fixed, because a long chain has a few kilobytes.
    static let fileBytesMax = 1024 * 1024

    /// The context for connections, and the authority's file for clients to trust.
    struct Prepared {
        let context: TLSContext
        let authorityFile: String?
    }

    /// Reads or makes the certificate. `warn` is called for handshakes that fail later.
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

    /// A function that warns once of a TLS client at a server without TLS, because such a client tries again
    /// and again.
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
