/// The attempt that a client says it makes.

import APIGatewayV2Local
import HTTPWire
import Testing

struct SDKAttemptTests {
    private func attempt(_ fields: (String, String)...) -> Int {
        var section = HTTPFields()
        for (name, value) in fields { section.append(name, value) }
        return sdkAttempt(in: section)
    }

    @Test(arguments: [
        ("attempt=1; max=3", 1), ("attempt=2; max=3", 2), ("ttl=20300101T000000Z; attempt=3; max=5", 3),
        ("max=3;attempt=2", 2), ("attempt=2", 2), (" attempt = 2 ;max = 3 ", 2), ("attempt=2;;max=3;", 2),
        ("\tattempt=25;max=25", 25),
    ])
    func `amz-sdk-request names it`(value: String, expected: Int) {
        #expect(attempt(("amz-sdk-request", value)) == expected)
    }

    @Test(arguments: [("0/0", 1), ("1/100", 2), ("2/0.5", 3), (" 1 / 100 ", 2), ("3", 4)])
    func `PHP's aws-sdk-retry names the retries`(value: String, expected: Int) {
        #expect(attempt(("aws-sdk-retry", value)) == expected)
    }

    @Test(arguments: [
        "", "attempt", "attempt=", "attempt=x", "attempt=0", "attempt=-1", "attempt=+2", "max=3",
        "attempts=2",
        "attempt=99999999999999999999", "attempt=2.0",
    ])
    func `a field that cannot be read counts as the first attempt`(value: String) {
        #expect(attempt(("amz-sdk-request", value)) == 1)
        #expect(attempt(("aws-sdk-retry", value)) == 1)
    }

    @Test func `a client that says nothing makes its first attempt`() {
        #expect(attempt() == 1)
    }

    @Test func `the newer field counts when both are there`() {
        #expect(attempt(("aws-sdk-retry", "4/0"), ("amz-sdk-request", "attempt=2; max=3")) == 2)
    }
}
