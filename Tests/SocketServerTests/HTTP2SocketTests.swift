/// HTTP/2 over real sockets and several loops: many clients at once, beside others of HTTP/1, and a stop
/// amid them.

import Dispatch
import HTTP2Peer
import HTTPWire
import SocketServer
import Testing

struct HTTP2SocketTests {
    @Test(arguments: [1, 2])
    func `many clients of both protocols are answered over all loops`(loopCount: Int) throws {
        let server = try TestServer(loopCount: loopCount)
        let peers = try (0..<8).map { _ in try SocketPeer(server) }
        let others = try (0..<8).map { _ in try server.client() }
        let streams = (0..<50).map { UInt32(2 * $0 + 1) }

        for (peer, other) in zip(peers, others) {
            try peer.send(streams.map { .request($0, "GET", "/size/1000") })
            try other.send(get("/a"))
        }
        let counts = try peers.map { try $0.lines(untilEnds: 50).filter { $0.hasSuffix(" end") }.count }
        let answers = try others.map { try $0.receiveResponse().body }

        #expect(counts == Array(repeating: 50, count: 8))
        #expect(answers == Array(repeating: Array("/a".utf8), count: 8))
    }

    @Test func `a stop answers what was sent and ends in two steps`() throws {
        let server = try TestServer(loopCount: 2)
        let peer = try SocketPeer(server)
        try peer.send([.settingsAcknowledgement, .request(1)])
        _ = try peer.lines(untilEnds: 1)
        let stopped = DispatchGroup()
        let running = server.server
        DispatchQueue(label: "stop").async(group: stopped) { running.stop() }

        let notice = [try peer.line(), try peer.line()]
        try peer.send([.request(3), .ping([0, 0, 0, 0, 0, 0, 0, 0], flags: HTTP2Frame.acknowledgement)])
        let rest = try peer.linesToEnd()
        stopped.wait()

        #expect(notice == ["PING", "GOAWAY 2147483647 NO_ERROR"])
        #expect(rest == ["GOAWAY 3 NO_ERROR", "3 HEADERS 200", "3 DATA 1 end"])
    }
}
