/// The estimate of a route table's memory, by which the journal bounds itself.

import APIGatewayV2Invoke
import Testing

struct RouteTableBytesTests {
    @Test func `a table with more and longer routes has more bytes`() {
        let none = RouteTable(routeKeys: []).byteCount
        let one = RouteTable(routeKeys: ["GET /pets"]).byteCount
        let longer = RouteTable(routeKeys: ["GET /pets/{id}/toys/{toy}"]).byteCount
        let many = RouteTable(routeKeys: (1...300).map { "GET /pets/\($0)" }).byteCount

        #expect(none > 0)
        #expect(none < one)
        #expect(one < longer)
        #expect(many > 300 * (one - none) / 2)
    }
}
