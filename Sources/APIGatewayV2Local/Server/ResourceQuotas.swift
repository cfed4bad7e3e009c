/// How many resources there may be, as a user says it: not limited, as AWS publishes, or as a file says.

internal import APIGatewayV2
internal import SocketServer

/// The quotas of a server.
public enum ResourceQuotas: Sendable, Hashable {
    /// Any number.
    case off
    /// The published quotas of the real service.
    case aws
    /// The published ones but for what this file says: `{"Integration": 2000, "Stage": null}`.
    case file(String)

    /// More is no file of quotas.
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
