/// A request over TLS to a server on this machine, for `health` when the server refuses plain HTTP. It trusts
/// the authority in the folder of certificates, or the server's own certificate, and refuses every other.

internal import SocketServer

/// The certificates that a client trusts, and their file.
package struct TLSTrust: Sendable {
    package let file: String
    private let certificates: [UInt8]

    /// `certificate` is the server's certificate file. `folder` is its folder of certificates; nil for the
    /// user's own. Throws the reason if a file cannot be read.
    package init(certificate: String?, folder: String?) throws(TLSTrustError) {
        do throws(TLSError) {
            if let certificate { file = certificate } else { file = try TLSFolder.authorityFile(in: folder) }
        } catch {
            throw TLSTrustError(error.description)
        }
        do throws(SystemError) {
            certificates = try FileSystem.read(file, bytesMax: TLS.fileBytesMax)
        } catch {
            throw TLSTrustError("\(file) cannot be read: \(FileSystem.reason(error))")
        }
    }

    /// Begins a conversation.
    package func conversation(asking request: [UInt8]) throws(TLSTrustError) -> TLSConversation {
        do throws(TLSError) {
            return TLSConversation(
                client: try TLSClient(trusting: certificates), request: request, file: file)
        } catch {
            throw TLSTrustError(error.description)
        }
    }
}

/// One request over TLS and its answer, without the socket.
package final class TLSConversation {
    private let client: TLSClient
    private let request: [UInt8]
    private let file: String

    fileprivate init(client: TLSClient, request: [UInt8], file: String) {
        self.client = client
        self.request = request
        self.file = file
    }

    /// Takes bytes of the server, none at first. Returns bytes for the server, and a part of its answer.
    package func exchange(
        _ received: [UInt8]
    ) throws(TLSTrustError) -> (forServer: [UInt8], answer: [UInt8]) {
        do throws(TLSError) {
            return try client.exchange(received, asking: request)
        } catch {
            throw TLSTrustError("a TLS handshake that trusts \(file) failed: \(error)")
        }
    }
}

/// The reason why a server cannot be asked over TLS, as a clause.
package struct TLSTrustError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
