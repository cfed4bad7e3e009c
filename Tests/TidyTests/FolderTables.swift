/// The folders of the targets that have some, from those that know of no other to the one that knows all of
/// them.

enum FolderTables {
    /// By target.
    static let all = ["APIGatewayV2": service, "APIGatewayV2Local": server]

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
        FolderRules.Folder(name: "Request", uses: []),
        FolderRules.Folder(name: "Metrics", uses: []),
        FolderRules.Folder(name: "Operations", uses: []),
        FolderRules.Folder(name: "Fixtures", uses: ["Documents"]),
        FolderRules.Folder(name: "Faults/Rule", uses: ["Documents"]),
        FolderRules.Folder(name: "Faults/Engine", uses: ["Documents", "Clock", "Request", "Faults/Rule"]),
        FolderRules.Folder(
            name: "Journal", uses: ["Documents", "Clock", "Request", "Faults/Rule", "Faults/Engine"]),
        FolderRules.Folder(
            name: "Emulator",
            uses: [
                "Documents", "Targets", "Clock", "Request", "Metrics", "Faults/Rule", "Faults/Engine",
                "Journal",
            ]),
        FolderRules.Folder(
            name: "Reload", uses: ["Documents", "Targets", "Fixtures", "Faults/Rule", "Emulator"]),
        FolderRules.Folder(
            name: "Admin",
            uses: [
                "Documents", "Clock", "Request", "Metrics", "Faults/Rule", "Faults/Engine", "Journal",
                "Emulator", "Reload",
            ]),
        FolderRules.Folder(
            name: "Invoke",
            uses: [
                "Clock", "Functions", "Targets", "Request", "Metrics", "Faults/Rule", "Faults/Engine",
                "Journal",
                "Emulator",
            ]),
        FolderRules.Folder(
            name: "Pipeline",
            uses: [
                "Invoke", "Targets",
                "Clock", "Request", "Metrics", "Faults/Rule", "Faults/Engine", "Journal", "Emulator",
                "Reload", "Admin",
            ]),
        FolderRules.Folder(
            name: "Server",
            uses: [
                "Documents", "Clock", "Functions", "Targets", "Request", "Fixtures", "Faults/Rule",
                "Faults/Engine",
                "Journal", "Emulator", "Reload", "Admin", "Invoke", "Pipeline",
            ]),
    ]
}
