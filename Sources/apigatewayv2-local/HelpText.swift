/// The text of `--help` besides the options: examples to copy, and the limits.

internal import APIGatewayV2Local

/// The discussions of the subcommands.
enum HelpText {
    static let serve = """
        Other subcommands: validate, template, health, operations, and for a running
        server tail, requests, calls, faults, clock, state, reload, reset; each has
        its --help.

        EXAMPLES
          Serve a folder of fixtures on http://127.0.0.1:4290:
            apigatewayv2-local --fixtures fixtures

          Point an AWS client at it; any credentials will do:
            aws --endpoint-url http://127.0.0.1:4290 apigatewayv2 get-integration \\
              --api-id a1b2c3d4e5 --integration-id abc123d

          See whether your code survives two rate limits in a row:
            apigatewayv2-local --fixtures fixtures --fail GetIntegration:429:first=2

          Limit every account to 10 requests a second after a burst of 40, as the
          real service does:
            apigatewayv2-local --fixtures fixtures --rate-limit 10/40

          Serve what the files hold, also after they change:
            apigatewayv2-local --fixtures fixtures --watch

          In a test, pick a free port and read it from the first line of stdout:
            apigatewayv2-local --fixtures fixtures --port 0 --log-level off

        VARIABLES
          Every option can be an environment variable: --port is
          APIGATEWAYV2_LOCAL_PORT, --log-level is APIGATEWAYV2_LOCAL_LOG_LEVEL.
          A flag stands above its variable; an empty variable counts as none.
          Paths in APIGATEWAYV2_LOCAL_FIXTURES and APIGATEWAYV2_LOCAL_FAULTS are
          divided by ':', failures in APIGATEWAYV2_LOCAL_FAIL, delays in
          APIGATEWAYV2_LOCAL_DELAY and limits in APIGATEWAYV2_LOCAL_LIMIT by ','.

        SIGNALS
          SIGHUP reads fixtures and rules again, all or nothing, as --watch does when
          a file changes; what requests created goes. A SIGHUP that comes because the
          terminal has gone, SIGTERM and SIGINT stop the server.

        LIMITS, with their defaults
        \(limits)

        STATUS
          0 after a signal to stop; 1 when the machine refuses, such as when the
          port is in use; 2 for a mistake in options, variables or files.
        """

    private static let limits = LimitOption.all.map { limit in
        let column =
            limit.name + String(repeating: " ", count: columnWidth - limit.name.count) + limit.defaultText
        return "  \(column)\n      \(limit.meaning)"
    }.joined(separator: "\n")

    private static let columnWidth = 1 + (LimitOption.all.map(\.name.count).max() ?? 0)

    static let validate = """
        EXAMPLES
          Check a folder of fixtures and a file of rules:
            apigatewayv2-local validate fixtures \\
              --faults fixtures/faults/two-429s-then-success.json

        Every mistake of every file is printed as
        file:line:column: path: found …, expected …, and the status is 2.
        """

    static let template = """
        EXAMPLES
          Render a template with a payload and two members of $context:
            apigatewayv2-local template message.vtl --input '{"text": "hello"}' \\
              --context '{"connectionId": "L0SM9cOFvHcCIhw=", "routeKey": "send"}'

        The language is that of Apache Velocity 1.7, with $input, $util, $context and $stageVariables.
        A mistake is printed as file:line:column: found …, and the status is 2.
        """
}
