/// The text of `--help` of the commands that ask a running server: examples to copy.

/// The discussions of these commands.
enum ClientHelp {
    static let place = """
        The server is the one at --url, or APIGATEWAYV2_LOCAL_URL, or at the host and port of the variables
        that the server itself reads. The status is 2 for a mistake, which the server tells, and 1 without an
        answer.
        """

    static let tail = """
        EXAMPLES
          Watch all requests; colours on a terminal, unless NO_COLOR is set:
            apigatewayv2-local tail

          Watch the errors of one operation, as JSON for a script:
            apigatewayv2-local tail --operation CreateApi --status 429 --json

          Wait until a program has created an integration, and go on:
            apigatewayv2-local tail --last 0 --count 1 --operation CreateIntegration

          Read what a server has kept that is gone:
            apigatewayv2-local tail --from requests.jsonl --status 500

        \(place)
        """

    static let requests = """
        EXAMPLES
          The calls of a deployed API that failed with 502:
            apigatewayv2-local requests --plane invoke --status 502

          The requests for one API, by a filter of docs/journal.md:
            apigatewayv2-local requests --where apiId=a1b2c3d4e5

          One request with its answer, by the identifier that the client saw:
            apigatewayv2-local requests show 3f2c6a1e-8d24-4c0b-9d53-0f6f5c9a1b27

        \(place)
        """

    static let calls = """
        EXAMPLES
          See how a client backs off:
            apigatewayv2-local calls --operation GetIntegration

        \(place)
        """

    static let faults = """
        EXAMPLES
          Let the next two calls fail, and see the rules with their counts:
            apigatewayv2-local faults add --fail GetIntegration:429:first=2
            apigatewayv2-local faults

          Add the rules of a file, or of standard input:
            apigatewayv2-local faults add fixtures/faults/everything.json
            apigatewayv2-local faults add - < rules.json

          Delete one, then all:
            apigatewayv2-local faults delete rule-1
            apigatewayv2-local faults clear

        \(place)
        """

    static let clock = """
        EXAMPLES
          Stop the clock, and let an hour pass at once:
            apigatewayv2-local clock --mode manual --advance 1h

        \(place)
        """

    static let state = """
        EXAMPLES
          Keep the resources, and put them back:
            apigatewayv2-local state > kept.json
            apigatewayv2-local state put kept.json

        \(place)
        """

    static let reload = """
        EXAMPLES
          After an edit of a fixture, without losing what a test created:
            apigatewayv2-local reload --keep-created

        \(place)
        """

    static let reset = """
        EXAMPLES
          Between two tests that share a server, for one account alone:
            apigatewayv2-local reset --account 111122223333

        \(place)
        """
}
