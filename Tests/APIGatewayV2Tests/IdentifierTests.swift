/// Request identifiers have the recorded forms and come again from the same seed.

import APIGatewayV2
import Testing

struct RequestIDTests {
    private let now = Duration.seconds(0x602c_011d)

    @Test func `a request id is a lower-case UUID of version 4 and variant 1`() throws {
        let random = RandomSource(seed: 1)
        for _ in 0..<1000 {
            let id = RequestID(random, now: now).requestID
            let form = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
            #expect(try form.wholeMatch(in: id) != nil, "\(id)")
        }
    }

    @Test func `an extended id has the sixteen characters that recordings show`() throws {
        let random = RandomSource(seed: 2)
        for _ in 0..<1000 {
            let id = RequestID(random, now: now).extendedID
            #expect(
                try /[A-Za-z0-9_-]{8}oAM[EF][A-Za-z0-9_-]{2}[AEIMQUYcgkosw048]=/.wholeMatch(in: id) != nil,
                "\(id)")
        }
    }

    @Test func `a trace id begins with the second of arrival`() throws {
        let id = RequestID(RandomSource(seed: 3), now: now).traceID
        #expect(try /Root=1-602c011d-[0-9a-f]{24}/.wholeMatch(in: id) != nil, "\(id)")
    }

    @Test func `ids do not repeat`() {
        let random = RandomSource(seed: 4)
        let ids = (0..<10_000).map { _ in RequestID(random, now: now) }
        #expect(Set(ids.map(\.requestID)).count == ids.count)
        #expect(Set(ids.map(\.traceID)).count == ids.count)
    }

    @Test func `the same seed gives the same ids, another seed others`() {
        let first = RequestID(RandomSource(seed: 7), now: now)
        let again = RequestID(RandomSource(seed: 7), now: now)
        let other = RequestID(RandomSource(seed: 8), now: now)
        #expect(first == again)
        #expect(first.requestID != other.requestID)
    }

    @Test func `the generator is SplitMix64`() {
        // The first outputs for seed 0 that the algorithm's authors give.
        #expect(RandomSource.number(1, seed: 0) == 0xe220_a839_7b1d_cdaf)
        #expect(RandomSource.number(2, seed: 0) == 0x6e78_9e6a_a1b9_65f4)
    }
}

struct NearestNameTests {
    @Test(arguments: [
        ("integratonType", "integrationType"), ("INTEGRATIONTYPE", "integrationType"), ("uri", "uri"),
        ("HTPT", "HTTP"), ("timeoutInMilis", "timeoutInMillis"),
    ])
    func `a slip of the hand finds the name that was meant`(wrong: String, meant: String) {
        #expect(
            nearestName(to: wrong, among: ["HTTP", "uri", "integrationType", "timeoutInMillis"]) == meant)
    }

    @Test func `a word that is like none finds none`() {
        #expect(nearestName(to: "colour", among: ["HTTP", "uri", "integrationType"]) == nil)
        #expect(nearestName(to: "", among: ["HTTP"]) == nil)
    }
}

struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2030-01-01T00:00:00Z", 1_893_456_000),
        ("2000-02-29T12:34:56Z", 951_827_696),
        ("0000-01-01T00:00:00Z", -62_167_219_200), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ("1969-12-31T23:59:59Z", -1), ("2100-03-01T00:00:00Z", 4_107_542_400),
    ])
    func `the wire form is read and written`(text: String, seconds: Int) {
        #expect(Timestamp(parsing: text)?.secondsSince1970 == seconds)
        #expect(Timestamp(secondsSince1970: seconds).text == text)
    }

    @Test(arguments: [
        "2030-01-01T01:00:00+01:00", "2029-12-31T23:30:00-00:30", "2030-01-01T00:00:00.999999Z",
    ])
    func `offsets and fractions are read as the AWS CLI prints them`(text: String) {
        #expect(Timestamp(parsing: text)?.text == "2030-01-01T00:00:00Z")
    }

    @Test(arguments: [
        "", "2030-01-01", "2030-13-01T00:00:00Z", "2030-02-29T00:00:00Z", "2030-01-01T24:00:00Z",
        "2030-01-01 00:00:00Z",
        "2030-01-01T00:00:00", "2030-01-01T00:00:00.Z", "2030-01-01T00:00:00Zx", "1900-02-29T00:00:00Z",
        "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2030-01-01T00:60:00Z",
        "2030-00-10T00:00:00Z", "2030-01-00T00:00:00Z", "203-01-01T00:00:00Z",
    ])
    func `what is no date-time is not read`(text: String) {
        #expect(Timestamp(parsing: text) == nil)
    }

    @Test func `every day of four hundred years is written and read`() {
        // Day by day on a calendar's rules, from a known first day to a known last one.
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var day = 0
        for year in 1970..<2370 {
            let isLeap = year % 4 == 0 && ![2100, 2200, 2300].contains(year)
            for (month, length) in lengths.enumerated() {
                for date in 1...(month == 1 && isLeap ? 29 : length) {
                    let digits = "\(year)-\(month < 9 ? "0" : "")\(month + 1)-\(date < 10 ? "0" : "")\(date)"
                    let text = "\(digits)T00:00:01Z"
                    let seconds = day * 86_400 + 1
                    if Timestamp(secondsSince1970: seconds).text != text {
                        Issue.record("\(text) is not written")
                    }
                    if Timestamp(parsing: text)?.secondsSince1970 != seconds {
                        Issue.record("\(text) is not read")
                    }
                    day += 1
                }
            }
        }
        // 400 years of the Gregorian calendar.
        #expect(day == 146_097)
        #expect(Timestamp(secondsSince1970: 146_097 * 86_400).text == "2370-01-01T00:00:00Z")
    }
}
