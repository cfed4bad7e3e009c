/// The variables of a function's process: those that Lambda sets, and no others of this program but those by
/// which a command is found.

internal import SocketServer

/// The environment of functions (Lambda developer guide, "Defined runtime environment variables").
enum FunctionEnvironment {
    /// Variables of this program that a function gets: the shell looks for commands by PATH, and tools of
    /// languages keep their files below HOME.
    private static let passed = ["PATH", "HOME"]

    /// Entries `NAME=value`. The credentials open nothing, and the SDK in a function finds no others, because
    /// the files of this machine's user are hidden from it. Emulators read the account from the access key.
    static func entries(_ setting: FunctionSetting, _ settings: ProcessSettings) -> [String] {
        let folder = ChildProcess.folder
        return [
            "AWS_LAMBDA_FUNCTION_NAME=\(setting.name)",
            "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
            "AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/\(setting.name)",
            "AWS_LAMBDA_LOG_STREAM_NAME=$LATEST",
            "AWS_REGION=\(settings.region)",
            "AWS_DEFAULT_REGION=\(settings.region)",
            "AWS_ACCESS_KEY_ID=\(settings.account)",
            "AWS_SECRET_ACCESS_KEY=local",
            "AWS_SESSION_TOKEN=local",
            "AWS_CONFIG_FILE=/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
            "LAMBDA_TASK_ROOT=\(folder)",
            "LAMBDA_RUNTIME_DIR=\(folder)",
            "LANG=en_US.UTF-8",
            "TZ=:UTC",
            // Python writes whole blocks to a pipe otherwise, and lines would come late.
            "PYTHONUNBUFFERED=1",
        ] + passed.compactMap { name in ChildProcess.variable(name).map { "\(name)=\($0)" } }
    }
}
