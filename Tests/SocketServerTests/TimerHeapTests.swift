/// Deadlines in order, moved, removed and compared with a naive model over a random run.
/// Descriptors are only numbers here.

import SocketServer
import TestSupport
import Testing

struct TimerHeapTests {
    @Test func `deadlines come out nearest first and not before their time`() {
        var heap = TimerHeap()
        for (descriptor, seconds) in [(3, 30), (4, 10), (5, 20)] {
            heap.set(Int32(descriptor), to: .seconds(seconds))
        }

        let tooEarly = heap.removeExpired(at: .milliseconds(9_999))
        let expired = [10, 20, 30].map { heap.removeExpired(at: .seconds($0)) }

        #expect(tooEarly == nil)
        #expect(expired == [4, 5, 3])
        #expect(heap.nearest == nil)
    }

    @Test func `setting again moves the one deadline of a descriptor`() {
        var heap = TimerHeap()
        heap.set(7, to: .seconds(10))
        heap.set(8, to: .seconds(20))

        heap.set(7, to: .seconds(30))

        #expect(heap.count == 2)
        #expect(heap.nearest == .seconds(20))
        #expect(heap.deadline(of: 7) == .seconds(30))
    }

    @Test func `a removed deadline does not expire and removing twice is nothing`() {
        var heap = TimerHeap()
        heap.set(7, to: .seconds(10))

        heap.remove(7)
        heap.remove(7)
        heap.remove(1_000)

        #expect(heap.count == 0)
        #expect(heap.deadline(of: 7) == nil)
        #expect(heap.removeExpired(at: .seconds(1_000)) == nil)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a random run expires the same as a list that is searched`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var heap = TimerHeap()
        var list: [Int32: Duration] = [:]
        for step in 0..<500 {
            let descriptor = Int32.random(in: 0..<40, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                heap.remove(descriptor)
                list[descriptor] = nil
            case 1:
                let expired = heap.removeExpired(at: .seconds(step))
                let nearest = list.values.min()
                if let expired {
                    #expect(list[expired] == nearest)
                    list[expired] = nil
                } else {
                    #expect(nearest.map { $0 > .seconds(step) } ?? true)
                }
            default:
                let deadline = Duration.seconds(step + Int.random(in: 0..<100, using: &random))
                heap.set(descriptor, to: deadline)
                list[descriptor] = deadline
            }
            #expect(heap.nearest == list.values.min())
            #expect(heap.count == list.count)
        }
    }
}
