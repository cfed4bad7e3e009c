/// Dates against the calendar: leap years, the ends of centuries, the turns of 32-bit time and of the form's
/// four digits by hand, and two hundred years of days against Foundation.

import Foundation
import HTTPWire
import Testing

struct HTTPDateTests {
    @Test(
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
            (1_893_456_000, "Tue, 01 Jan 2030 00:00:00 GMT"),
            (2_147_483_647, "Tue, 19 Jan 2038 03:14:07 GMT"),
            (2_147_483_648, "Tue, 19 Jan 2038 03:14:08 GMT"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (-2_203_891_200, "Thu, 01 Mar 1900 00:00:00 GMT"),
            (-62_135_596_800, "Mon, 01 Jan 0001 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] as [(Int64, String)])
    func `a time is written as the form has it`(seconds: Int64, text: String) {
        #expect(HTTPDate(secondsSince1970: seconds).text == text)
    }

    @Test(
        arguments: [
            (Int64.min, "Mon, 01 Jan 0001 00:00:00 GMT"),
            (-62_135_596_801, "Mon, 01 Jan 0001 00:00:00 GMT"),
            (253_402_300_800, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (Int64.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] as [(Int64, String)])
    func `a time that four digits cannot name becomes the nearest that they can`(seconds: Int64, text: String)
    {
        #expect(HTTPDate(secondsSince1970: seconds).text == text)
    }

    @Test func `every day from 1890 to 2110 agrees with the calendar of Foundation`() throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"

        for day in Int64(-29_220)..<51_134 {
            let seconds = day * 86_400 + 3_723
            let expected = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
            try #require(HTTPDate(secondsSince1970: seconds).text == expected)
        }
    }

    @Test func `the cache gives the date of the second that it is asked for`() {
        var cache = HTTPDateCache()

        #expect(cache.date(at: 0).text == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(cache.date(at: 1_893_456_000).text == "Tue, 01 Jan 2030 00:00:00 GMT")
        #expect(cache.date(at: 1_893_456_000).text == "Tue, 01 Jan 2030 00:00:00 GMT")
        #expect(cache.date(at: 1_893_456_001).text == "Tue, 01 Jan 2030 00:00:01 GMT")
        #expect(cache.date(at: 0).text == "Thu, 01 Jan 1970 00:00:00 GMT")
    }
}
