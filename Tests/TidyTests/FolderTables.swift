/// The folders of the targets that have some, from those that know of no other to the one that knows all of
/// them.

enum FolderTables {
    /// By target.
    static let all = [
        "APIGatewayV2": service, "APIGatewayV2Invoke": invocations, "APIGatewayV2Local": server,
        "SocketServer": sockets,
    ]

    static let sockets = [
        FolderRules.Folder(name: "Sockets", uses: []),
        FolderRules.Folder(name: "Time", uses: []),
        FolderRules.Folder(name: "Processes", uses: ["Sockets"]),
        FolderRules.Folder(name: "TLS", uses: ["Sockets"]),
        FolderRules.Folder(name: "Shared", uses: ["Sockets"]),
        FolderRules.Folder(name: "Upstream", uses: ["Sockets", "Time", "Shared"]),
        FolderRules.Folder(name: "Answers", uses: ["Sockets", "Time", "Shared", "Upstream"]),
        FolderRules.Folder(name: "Delivery", uses: ["Shared", "Answers"]),
        FolderRules.Folder(name: "Connection", uses: ["Sockets", "Shared", "Answers", "Delivery"]),
        FolderRules.Folder(
            name: "Loop",
            uses: ["Sockets", "Time", "TLS", "Shared", "Upstream", "Answers", "Delivery", "Connection"]),
    ]

    static let invocations = [
        FolderRules.Folder(name: "Text", uses: []),
        FolderRules.Folder(name: "Answers", uses: ["Text"]),
        FolderRules.Folder(name: "Address", uses: ["Text", "Answers"]),
        FolderRules.Folder(name: "Routing", uses: ["Address"]),
        FolderRules.Folder(name: "Invocation", uses: ["Text", "Address", "Routing"]),
        FolderRules.Folder(name: "Mapping", uses: ["Text", "Invocation"]),
        FolderRules.Folder(name: "Templates", uses: ["Text"]),
        FolderRules.Folder(name: "JSONSchema", uses: ["Text"]),
        FolderRules.Folder(name: "Lambda", uses: ["Text", "Answers", "Routing", "Invocation", "Mapping"]),
        FolderRules.Folder(name: "Proxy", uses: ["Text", "Answers", "Invocation", "Mapping", "Lambda"]),
        FolderRules.Folder(name: "Services", uses: ["Text", "Answers", "Invocation", "Mapping", "Proxy"]),
        FolderRules.Folder(
            name: "Authorizers", uses: ["Text", "Answers", "Address", "Invocation", "Mapping", "Lambda"]),
        FolderRules.Folder(name: "AccessLog", uses: ["Answers", "Invocation"]),
        FolderRules.Folder(
            name: "WebSocket",
            uses: [
                "Text", "Answers", "Address", "Invocation", "Mapping", "Templates", "JSONSchema", "Lambda",
                "Proxy", "Services", "Authorizers", "AccessLog",
            ]),
        FolderRules.Folder(
            name: "Deployed",
            uses: [
                "Answers", "Routing", "Invocation", "JSONSchema", "Lambda", "Proxy", "Services",
                "Authorizers", "AccessLog", "WebSocket",
            ]),
    ]

    static let service = [
        FolderRules.Folder(name: "Documents", uses: []),
        FolderRules.Folder(name: "Values", uses: []),
        FolderRules.Folder(name: "Grammar", uses: ["Values"]),
        FolderRules.Folder(name: "State", uses: ["Values"]),
        FolderRules.Folder(name: "Table", uses: ["Values", "Grammar", "State"]),
        FolderRules.Folder(name: "Validation", uses: ["Documents", "Values", "Table"]),
        FolderRules.Folder(name: "Verbs", uses: ["Values", "Grammar", "State", "Table", "Validation"]),
        FolderRules.Folder(name: "Resources", uses: ["Values", "Grammar", "State", "Table", "Verbs"]),
        FolderRules.Folder(
            name: "OpenAPI", uses: ["Values", "Grammar", "State", "Table", "Verbs", "Resources"]),
        FolderRules.Folder(
            name: "Service", uses: ["Values", "State", "Table", "Verbs", "Resources", "OpenAPI"]),
        FolderRules.Folder(name: "Persistence", uses: ["State", "Table", "Resources", "Service"]),
        FolderRules.Folder(
            name: "Fixtures",
            uses: [
                "Documents", "Values", "State", "Table", "Validation", "Resources", "Service", "Persistence",
            ]),
    ]

    static let server = [
        FolderRules.Folder(name: "Documents", uses: []),
        FolderRules.Folder(name: "Clock", uses: []),
        FolderRules.Folder(name: "Functions", uses: ["Documents"]),
        FolderRules.Folder(name: "Targets", uses: ["Documents", "Functions"]),
        FolderRules.Folder(name: "Request", uses: ["Documents"]),
        FolderRules.Folder(name: "Metrics", uses: []),
        FolderRules.Folder(name: "Operations", uses: []),
        FolderRules.Folder(name: "Fixtures", uses: ["Documents"]),
        FolderRules.Folder(name: "Templates", uses: ["Documents"]),
        FolderRules.Folder(name: "Faults/Rule", uses: ["Documents"]),
        FolderRules.Folder(name: "Faults/Engine", uses: ["Documents", "Clock", "Request", "Faults/Rule"]),
        FolderRules.Folder(
            name: "Journal", uses: ["Documents", "Clock", "Request", "Faults/Rule", "Faults/Engine"]),
        FolderRules.Folder(name: "Events", uses: ["Request", "Journal"]),
        FolderRules.Folder(name: "Connections", uses: []),
        FolderRules.Folder(
            name: "Emulator",
            uses: [
                "Documents", "Targets", "Clock", "Request", "Metrics", "Templates", "Faults/Rule",
                "Faults/Engine", "Journal", "Connections",
            ]),
        FolderRules.Folder(
            name: "Reload", uses: ["Documents", "Targets", "Fixtures", "Faults/Rule", "Emulator"]),
        FolderRules.Folder(
            name: "Admin",
            uses: [
                "Documents", "Operations", "Clock", "Functions", "Targets", "Request", "Metrics",
                "Faults/Rule",
                "Faults/Engine", "Journal", "Events", "Emulator", "Connections", "Reload",
            ]),
        FolderRules.Folder(name: "Terminal", uses: ["Documents", "Targets", "Faults/Rule", "Admin"]),
        FolderRules.Folder(
            name: "Invoke",
            uses: [
                "Clock", "Functions", "Targets", "Request", "Metrics", "Faults/Rule", "Faults/Engine",
                "Journal",
                "Emulator", "Connections",
            ]),
        FolderRules.Folder(
            name: "WebSocket",
            uses: [
                "Clock", "Functions", "Targets", "Request", "Journal", "Emulator", "Connections", "Invoke",
            ]),
        FolderRules.Folder(
            name: "Pipeline",
            uses: [
                "Invoke", "Targets",
                "Clock", "Request", "Metrics", "Faults/Rule", "Faults/Engine", "Journal", "Events",
                "Emulator", "Reload", "Admin",
            ]),
        FolderRules.Folder(
            name: "Server",
            uses: [
                "Documents", "Clock", "Functions", "Targets", "Request", "Fixtures", "Templates",
                "Faults/Rule", "Faults/Engine",
                "Journal", "Events", "Emulator", "Connections", "Reload", "Admin", "Invoke", "WebSocket",
                "Pipeline",
            ]),
    ]
}
