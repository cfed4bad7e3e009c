/// The user's choice of resource quotas: none, those that AWS publishes, or those of a file.

internal import APIGatewayV2
internal import SocketServer

/// The quotas of a server.
public enum ResourceQuotas: Sendable, Hashable {
    /// No quotas.
    case off
    /// The published quotas of the real service.
    case aws
    /// The published quotas with the changes of this file: `{"Integration": 2000, "Stage": null}`.
    case file(String)

    /// The most bytes of a file of quotas. Fixed, because a complete file has a few kilobytes.
    static let fileBytesMax = 1024 * 1024

    func read() throws(StartError) -> Quotas {
        switch self {
        case .off: return .off
        case .aws: return .published()
        case .file(let path):
            let bytes: [UInt8]
            do throws(SystemError) {
                bytes = try FileSystem.read(path, bytesMax: Self.fileBytesMax)
            } catch {
                throw .quotas(["\(path): found \(FileSystem.reason(error)), expected a file of quotas"])
            }
            let (quotas, problems) = Quotas.reading(bytes, file: path, for: .service)
            guard let quotas else { throw .quotas(problems.map(\.line)) }
            return quotas
        }
    }
}
