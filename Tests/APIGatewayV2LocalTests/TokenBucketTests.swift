/// Token buckets at their boundaries, to the nanosecond.

import APIGatewayV2Local
import Testing

/// A bucket that an expectation may call: its macro does not take a mutating call on a value.
private final class Bucket {
    private var bucket: TokenBucket

    init(_ perSecond: Double, _ capacity: Int) {
        bucket = TokenBucket(RequestRate(perSecond: perSecond), capacity: capacity, at: .zero)
    }

    func admit(at now: Duration) -> Bool { bucket.admit(at: now) }

    func isFull(at now: Duration) -> Bool { bucket.isFull(at: now) }
}

struct TokenBucketTests {
    @Test func `the call after the last token is refused and the next refill admits one`() {
        let bucket = Bucket(10, 40)

        let burst = (1...40).map { _ in bucket.admit(at: .zero) }

        #expect(burst.allSatisfy { $0 })
        #expect(!bucket.admit(at: .zero))
        #expect(!bucket.admit(at: .nanoseconds(99_999_999)))
        #expect(bucket.admit(at: .milliseconds(100)))
        #expect(!bucket.admit(at: .milliseconds(100)))
    }

    @Test func `a refused request takes no token`() {
        let bucket = Bucket(10, 1)
        #expect(bucket.admit(at: .zero))

        for millisecond in 1...99 {
            #expect(!bucket.admit(at: .milliseconds(millisecond)))
        }

        #expect(bucket.admit(at: .milliseconds(100)))
    }

    @Test(arguments: [
        (0.2, Duration.seconds(5)), (0.5, .seconds(2)), (1, .seconds(1)), (4, .milliseconds(250)),
        (0.0001, .seconds(10_000)), (1_000_000, .microseconds(1)), (0.001, .seconds(1000)),
    ])
    func `a rate brings its token at its moment and not a nanosecond before`(rate: Double, period: Duration) {
        let bucket = Bucket(rate, 1)
        #expect(bucket.admit(at: .zero))

        #expect(!bucket.admit(at: period - .nanoseconds(1)))
        #expect(bucket.admit(at: period))
        #expect(!bucket.admit(at: period + period - .nanoseconds(1)))
        #expect(bucket.admit(at: period + period))
    }

    @Test func `a third of a second that is no whole number of nanoseconds does not drift`() {
        // The second place keeps what a token asked for late brings beyond the first.
        let bucket = Bucket(3, 2)
        #expect(bucket.admit(at: .zero))
        #expect(bucket.admit(at: .zero))

        // The k-th token comes at k/3 s, which is rounded up to the next nanosecond here.
        for k in 1...3000 {
            let moment = (k * 1_000_000_000 + 2) / 3
            #expect(!bucket.admit(at: .nanoseconds(moment - 1)))
            #expect(bucket.admit(at: .nanoseconds(moment)))
        }
    }

    @Test func `a bucket never holds more than its capacity`() {
        let bucket = Bucket(1000, 3)

        let after = (1...4).map { _ in bucket.admit(at: .seconds(86_400 * 365 * 200)) }

        #expect(after == [true, true, true, false])
    }

    @Test func `time that goes back neither brings nor costs tokens`() {
        let bucket = Bucket(10, 2)
        #expect(bucket.admit(at: .seconds(10)))
        #expect(bucket.admit(at: .seconds(10)))

        #expect(!bucket.admit(at: .seconds(5)))
        #expect(!bucket.admit(at: .milliseconds(10_099)))
        #expect(bucket.admit(at: .milliseconds(10_100)))
    }

    @Test func `a bucket is full again when as much has come back as was taken`() {
        let bucket = Bucket(10, 2)
        #expect(bucket.isFull(at: .zero))
        #expect(bucket.admit(at: .zero))
        #expect(bucket.admit(at: .zero))

        #expect(!bucket.isFull(at: .milliseconds(199)))
        #expect(bucket.isFull(at: .milliseconds(200)))
    }

    @Test(arguments: [0.0001, 0.2, 0.3333, 1, 2.5, 10, 999_999.999, 1_000_000])
    func `a rate is kept as it was written`(perSecond: Double) {
        #expect(RequestRate(perSecond: perSecond).perSecond == perSecond)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, -1, 0, 1e300])
    func `a rate that is none does not trap`(perSecond: Double) {
        let rate = RequestRate(perSecond: perSecond).perSecond

        #expect(rate == 0 || rate > 1_000_000)
    }
}
