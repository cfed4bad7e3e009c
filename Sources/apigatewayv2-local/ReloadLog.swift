/// Reloads as lines of the log: one line for each reload, and one for each mistake.

internal import APIGatewayV2Local
internal import Logging

/// Writes reloads to a logger.
struct ReloadLog {
    /// The most names of changed files in a line. Fixed, because a line is for reading.
    private static let namesMax = 3

    private let logger: Logger

    init(_ logger: Logger) {
        self.logger = logger
    }

    func tell(_ event: ReloadEvent) {
        var metadata: Logger.Metadata = ["cause": "\(event.cause.name)"]
        if case .change(let files) = event.cause, !files.isEmpty {
            let more = files.count - Self.namesMax
            let names = files.prefix(Self.namesMax).joined(separator: ", ")
            metadata["changed"] = "\(names)\(more > 0 ? " and \(more) more" : "")"
        }
        switch event.result {
        case .success(let summary):
            metadata["resources"] = "\(summary.resources)"
            metadata["rules"] = "\(summary.rules)"
            if event.keepsCreated {
                metadata["kept"] = "\(summary.keptResources + summary.keptRules)"
                metadata["dropped"] = "\(summary.droppedResources + summary.droppedRules)"
            }
            logger.notice("reloaded", metadata: metadata)
        case .failure(let error):
            metadata["mistakes"] = "\(error.lines.count)"
            logger.error("not reloaded, nothing was changed", metadata: metadata)
            for line in error.lines { logger.error("\(line)") }
        }
    }
}

extension ReloadEvent.Cause {
    /// The word in the log. The command itself reloads only for a signal.
    fileprivate var name: String {
        switch self {
        case .program: "SIGHUP"
        case .request: "request"
        case .change: "change"
        }
    }
}
