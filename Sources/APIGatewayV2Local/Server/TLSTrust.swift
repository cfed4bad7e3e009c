/// Asking a server of this machine over TLS: `health` does, when a server refuses plain HTTP. Trusted is the
/// authority in the folder of certificates, or the server's own certificate; refused is everybody else.

internal import SocketServer

/// Certificates that a client trusts, and where they are.
package struct TLSTrust: Sendable {
    package let file: String
    private let certificates: [UInt8]

    /// `certificate` is the file that a server was given, `folder` that in which it keeps what it makes; nil
    /// for the user's own. Throws a clause about what cannot be read.
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

    /// Takes what the server sent, nothing at first. Gives bytes for the server and a part of its answer.
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

/// Why a server cannot be asked over TLS, as a clause.
package struct TLSTrustError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
