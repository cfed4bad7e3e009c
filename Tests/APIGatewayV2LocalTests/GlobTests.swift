/// Patterns with `*` and `?`.

import APIGatewayV2Local
import Testing

struct GlobTests {
    @Test(arguments: [
        ("GetIntegration", "GetIntegration"), ("Get*", "GetIntegration"), ("*", ""), ("**", "anything"),
        ("*Integration*", "GetIntegrations"), ("Get?pi", "GetApi"),
        ("/v2/*/integrations", "/v2/a/b/integrations"),
        ("a*b*c", "abbc"), ("*a", "aaa"), ("?", "é"), ("x?z", "x😀z"), ("*é", "caféé"), ("a**b", "ab"),
        ("", ""),
    ])
    func `a pattern matches`(pattern: String, text: String) {
        #expect(Glob(pattern).matches(text))
    }

    @Test(arguments: [
        ("GetIntegration", "GetIntegrations"), ("getintegration", "GetIntegration"), ("Get*", "getApi"),
        ("Get?", "Get"), ("?", ""), ("??", "é"), ("a*b*c", "abcb"), ("*a*b", "ba"), ("", "x"), ("*x", ""),
    ])
    func `a pattern does not match`(pattern: String, text: String) {
        #expect(!Glob(pattern).matches(text))
    }

    @Test func `a pattern made to be slow takes as many steps as pattern and text are long`() {
        let pattern = String(repeating: "*a", count: 500) + "b"
        let text = String(repeating: "a", count: 5000)

        #expect(!Glob(pattern).matches(text))
    }

    @Test(arguments: [
        ("/v2/apis/*", "/v2/apis/", true), ("/v2/apis", "/v2/apis/", false), ("/v2/a*", "/v2/apis/", true),
        ("/v2/b*", "/v2/apis/", false), ("*", "/v2/apis/", true), ("/v2/apis/a1/x", "/v2/apis/", true),
        ("/v2/apis/a1", "/v2/vpclinks", false), ("?v2/b*", "/v2/apis/", true),
    ])
    func `a pattern tells whether it can match what begins with a prefix`(
        pattern: String, prefix: String, canMatch: Bool
    ) {
        #expect(Glob(pattern).canMatch(prefix: prefix) == canMatch)
    }
}
