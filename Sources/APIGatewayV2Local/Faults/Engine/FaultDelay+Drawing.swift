/// The times of a delay: fixed, or drawn by the seed and the number of the firing.

internal import Glibc

extension FaultDelay {
    /// The delay of the `index`-th firing, from 1.
    func time(ofFiring index: Int) -> Duration {
        switch self {
        case .fixed(let time): return time
        case .uniform(let range, let seed):
            let width = (range.upperBound - range.lowerBound).nanosecondCount
            let part = (width * Chance(seed: seed, stream: .delay).number(index)).rounded()
            return range.lowerBound + .nanoseconds(Int64(part))
        case .normal(let mean, let deviation, let seed):
            let deviations = Self.normal(seed, index)
            return Self.bounded(mean.nanosecondCount + deviation.nanosecondCount * deviations)
        case .lognormal(let median, let tail, let seed):
            let (_, time, deviationsOfTail) = tail.parts
            let reach = log(time.nanosecondCount / median.nanosecondCount) / deviationsOfTail
            return Self.bounded(median.nanosecondCount * exp(reach * Self.normal(seed, index)))
        }
    }

    /// A number of the normal distribution with mean 0 and deviation 1, by Box and Muller (1958).
    private static func normal(_ seed: UInt64, _ index: Int) -> Double {
        // Not 0, because its logarithm is infinite.
        let distance = 1 - Chance(seed: seed, stream: .delay).number(index)
        let angle = Chance(seed: seed, stream: .angle).number(index)
        return (-2 * log(distance)).squareRoot() * cos(2 * Double.pi * angle)
    }

    private static func bounded(_ nanoseconds: Double) -> Duration {
        let longest = FaultLimits.delays.upperBound
        guard nanoseconds < longest.nanosecondCount else { return longest }
        return .nanoseconds(Int64(max(0, nanoseconds.rounded())))
    }
}

extension Duration {
    fileprivate var nanosecondCount: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) * 1e9 + Double(attoseconds / 1_000_000_000)
    }
}
