/// Hosts that are this machine, and hosts that only look so.

import HTTPWire
import Testing

struct HostNameTests {
    @Test(arguments: ["127.0.0.1", "127.255.0.9", "[::1]", "localhost", "LocalHost"])
    func `a loopback host is known by its text`(host: String) {
        #expect(HostName.isLoopback(host))
    }

    @Test(arguments: [
        "127.evil.com", "127.0.0.1.evil.com", "127.0.0", "127.0.0.1.", "127.0.0.256", "127.0.0.+1",
        "127.0.0.",
        "127.0..1", "127.0.0.0001", "128.0.0.1", "[::2]", "[::1]evil.com", "localhost.evil.com", "",
    ])
    func `a name that begins like a loopback address is none`(host: String) {
        #expect(!HostName.isLoopback(host))
    }

    @Test(arguments: [("10.0.0.255", true), ("10.0.0", false), ("10.0.0.a", false), ("256.0.0.1", false)])
    func `an address is four numbers`(host: String, expected: Bool) {
        #expect(HostName.isIPv4(host) == expected)
    }
}
