/// `maxResults` and `nextToken`. A token has its list and the last identifier, so that it stays valid after
/// inserts and deletes, and only for its list. The service's own form and bounds are unknown; see
/// docs/fidelity.md, "Lists".

import HTTPWire

/// The part of a list that a request asks for.
package struct Page: Sendable {
    /// The most items of a page, and the number without `maxResults`. Fixed by the service.
    package static let itemsMax = 500

    let countMax: Int
    /// The last identifier of the page before; nil for the first page.
    let after: String?
    /// The list to which tokens belong.
    private let list: String

    /// Refuses a malformed count, and a token of another list.
    package init(
        maxResults: String?, nextToken: String?, list: String, itemsMax: Int = Page.itemsMax
    ) throws(ServiceError) {
        self.list = list
        if let maxResults, !maxResults.isEmpty {
            guard let count = Int(maxResults), (1...itemsMax).contains(count) else {
                throw .badRequest(
                    "Invalid value for maxResults: \(maxResults). It must be between 1 and \(itemsMax)")
            }
            countMax = count
        } else {
            countMax = itemsMax
        }
        guard let nextToken, !nextToken.isEmpty else {
            after = nil
            return
        }
        guard let identifier = Page.identifier(in: nextToken, list: list) else {
            throw .badRequest("Invalid nextToken")
        }
        after = identifier
    }

    /// The token for the items after `identifier`: a check sum over list and identifier, then the identifier,
    /// both in hexadecimal.
    func token(after identifier: String) -> String {
        let digits = identifier.utf8.map { hexadecimal(UInt64($0)).suffix(2) }.joined()
        return Page.checkSum(identifier, list) + digits
    }

    private static func identifier(in token: String, list: String) -> String? {
        let digits = Array(token.utf8)
        guard digits.count > 16, digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 16, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index...index + 1], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16) else { return nil }
            bytes.append(byte)
        }
        let identifier = String(decoding: bytes, as: UTF8.self)
        return checkSum(identifier, list) == String(decoding: digits[..<16], as: UTF8.self) ? identifier : nil
    }

    /// The FNV-1a hash of 64 bits. It binds a token to its list, and hides nothing.
    private static func checkSum(_ identifier: String, _ list: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in list.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for byte in identifier.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hexadecimal(hash)
    }
}
