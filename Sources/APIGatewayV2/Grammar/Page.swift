/// `maxResults` and `nextToken`. A token names the list it belongs to and the last identifier it gave, so
/// that it holds through inserts and deletes and is refused anywhere else. The service's own form and
/// bounds were never seen; see docs/fidelity.md, "Lists".

import HTTPWire

/// The part of a list that a request asks for.
package struct Page: Sendable {
    /// Items that a request may ask for, and what it gets when it does not say.
    package static let itemsMax = 500

    let countMax: Int
    /// The last identifier of the page before.
    let after: String?
    /// The list that tokens are bound to.
    private let list: String

    /// Refuses a count that is none and a token that this list did not give.
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

    /// The token for what follows `identifier`: hexadecimal of a check sum over list and identifier, then of
    /// the identifier.
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

    /// FNV-1a of 64 bits: binds a token to its list, hides nothing.
    private static func checkSum(_ identifier: String, _ list: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in list.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for byte in identifier.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hexadecimal(hash)
    }
}
