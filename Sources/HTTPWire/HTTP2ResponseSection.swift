/// A response's status and fields as libnghttp2 sends them: names in lower case, in the service's order,
/// without fields about the connection. The bytes of the response are borrowed while the library reads them.

internal import CNghttp2

/// A response's field section as libnghttp2 takes it. Its memory serves one response after the other. It is a
/// struct, so that Swift checks exclusivity once for each access and not for each property.
@safe struct HTTP2ResponseSection {
    private var fields: [nghttp2_nv] = unsafe []
    private var values: [UInt8] = []

    init() {
        unsafe fields.reserveCapacity(typicalFieldCount)
        values.reserveCapacity(typicalValueBytes)
    }

    /// Calls `use` with the fields of a response. Without `hasLength` the length of the body is not known.
    mutating func withFields(
        of response: HTTPResponse, _ date: HTTPDate, hasLength: Bool = true,
        _ use: (UnsafeBufferPointer<nghttp2_nv>) -> Int32
    ) -> Int32 {
        values.removeAll(keepingCapacity: true)
        values.appendDecimal(response.status)
        let contentTypeStart = values.count
        let mayHaveContent = HTTP1Encoder.mayHaveContent(response.status)
        if mayHaveContent, let type = response.contentType { values.append(contentsOf: type.utf8) }
        let lengthStart = values.count
        if mayHaveContent, hasLength {
            values.appendDecimal(response.passed?.contentLength ?? response.body.count)
        }
        let date = response.passed?.date ?? date.bytes
        var fields = unsafe take()
        let result = unsafe values.withUnsafeBufferPointer { values in
            unsafe date.withUnsafeBufferPointer { date in
                unsafe response.fields.bytes.withUnsafeBufferPointer { bytes in
                    unsafe add(":status", values, 0..<contentTypeStart, to: &fields)
                    unsafe add("date", date, 0..<date.count, to: &fields)
                    unsafe add("content-type", values, contentTypeStart..<lengthStart, to: &fields)
                    unsafe add("content-length", values, lengthStart..<values.count, to: &fields)
                    unsafe add(response.fields, bytes, to: &fields)
                    return unsafe fields.withUnsafeBufferPointer { unsafe use($0) }
                }
            }
        }
        unsafe self.fields = fields
        return result
    }

    /// Takes the memory out, emptied.
    private mutating func take() -> [nghttp2_nv] {
        var taken: [nghttp2_nv] = unsafe []
        unsafe swap(&taken, &fields)
        unsafe taken.removeAll(keepingCapacity: true)
        return unsafe taken
    }

    /// A field with no bytes is left out. The name is not copied, and is in lower case already.
    private func add(
        _ name: StaticString, _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
        to fields: inout [nghttp2_nv]
    ) {
        guard !range.isEmpty else { return }
        unsafe fields.append(
            nghttp2_nv(
                name: UnsafeMutablePointer(mutating: name.utf8Start),
                value: UnsafeMutablePointer(mutating: bytes.baseAddress)?.advanced(by: range.lowerBound),
                namelen: name.utf8CodeUnitCount, valuelen: range.count,
                flags: UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue)))
    }

    /// The response's own fields. HPACK keeps them out of its table, because their values are identifiers
    /// that do not repeat.
    private func add(
        _ section: HTTPFields, _ bytes: UnsafeBufferPointer<UInt8>, to fields: inout [nghttp2_nv]
    ) {
        guard let start = unsafe UnsafeMutablePointer(mutating: bytes.baseAddress) else { return }
        for line in section.lines where !section.isConnectionSpecific(line) {
            unsafe fields.append(
                nghttp2_nv(
                    name: start.advanced(by: Int(line.nameStart)),
                    value: start.advanced(by: Int(line.valueStart)),
                    namelen: Int(line.nameEnd - line.nameStart),
                    valuelen: Int(line.valueEnd - line.valueStart),
                    flags: UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue)))
        }
    }
}

private let typicalFieldCount = 12
private let typicalValueBytes = 64

extension HTTPFields {
    /// Whether the field is about the connection, which HTTP/2 handles by other means (RFC 9113 section
    /// 8.2.2).
    fileprivate func isConnectionSpecific(_ line: Line) -> Bool {
        let name = bytes.span.extracting(Int(line.nameStart)..<Int(line.nameEnd))
        return switch name.count {
        case 7: name.equalsIgnoringCase("upgrade")
        case 10: name.equalsIgnoringCase("connection") || name.equalsIgnoringCase("keep-alive")
        case 16: name.equalsIgnoringCase("proxy-connection")
        case 17: name.equalsIgnoringCase("transfer-encoding")
        default: false
        }
    }
}
