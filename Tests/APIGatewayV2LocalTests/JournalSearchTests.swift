/// The journal's entries after a number: which are found, in what order, and how many others are read for it.

import APIGatewayV2Local
import TestSupport
import Testing

struct JournalSearchTests {
    /// Numbers with gaps, as the removal of an account's entries leaves them.
    private let numbers = [2, 3, 7, 8, 9, 20, 21]

    @Test(arguments: [(0, 0), (1, 0), (2, 1), (3, 2), (6, 2), (7, 3), (19, 5), (20, 6), (21, 7), (99, 7)])
    func `the first place after a number is found among numbers with gaps`(number: Int, place: Int) {
        #expect(firstPlace(below: numbers.count) { numbers[$0] > number } == place)
    }

    @Test(arguments: [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (10_000, 14), (1_000_000, 20)])
    func `as many places are read as the count has binary digits`(count: Int, readsMax: Int) {
        for first in Set([0, 1, count / 3, count - 1, count]) where (0...count).contains(first) {
            var reads = 0
            let found = firstPlace(below: count) { place in
                reads += 1
                return place >= first
            }
            #expect(found == first && reads <= readsMax)
        }
    }

    private func attempt(_ number: Int, _ call: String?, account: String = "111122223333") -> CallAttempt {
        CallAttempt(CallName(call, account: account, region: "us-east-1"), number: number)
    }

    /// The earlier attempts by their places in `journal`, oldest first, and the number of attempts read.
    private func earlier(
        than newer: [CallAttempt], in journal: [CallAttempt]
    ) -> (places: [Int], reads: Int) {
        var reads = 0
        let places = CallAttempt.earlierAttempts(than: newer, in: journal.indices.reversed()) { place in
            reads += 1
            return journal[place]
        }
        return (places, reads)
    }

    @Test func `earlier attempts come oldest first and the search ends at the first attempt`() {
        let before = Array(repeating: attempt(1, "other"), count: 1000)
        let journal = before + [attempt(1, "a"), attempt(1, nil), attempt(2, "a"), attempt(1, "b")]

        let found = earlier(than: [attempt(3, "a"), attempt(4, "a")], in: journal)

        #expect(found.places == [1000, 1002])
        #expect(found.reads == 4)
    }

    @Test func `the search ends when all calls have their first attempt`() {
        let before = Array(repeating: attempt(1, "other"), count: 1000)
        let journal = before + [attempt(1, "a"), attempt(2, "a"), attempt(1, "b")]

        let found = earlier(than: [attempt(2, "b"), attempt(3, "a")], in: journal)

        #expect(found.places == [1000, 1001, 1002])
        #expect(found.reads == 3)
    }

    @Test func `calls that begin in the newer attempts and requests without a name read nothing`() {
        let journal = Array(repeating: attempt(1, "a"), count: 1000)

        let found = earlier(than: [attempt(1, "a"), attempt(2, "a"), attempt(2, nil)], in: journal)

        #expect(found.places.isEmpty && found.reads == 0)
    }

    @Test func `a call of another account is another call`() {
        let found = earlier(
            than: [attempt(2, "a")], in: [attempt(1, "a"), attempt(1, "a", account: "444455556666")])

        #expect(found.places == [0])
        #expect(found.reads == 2)
    }

    @Test func `a first attempt that the journal has lost costs one look at each entry`() {
        let found = earlier(than: [attempt(3, "a")], in: [attempt(1, "b"), attempt(2, "a")])

        #expect(found.places == [1])
        #expect(found.reads == 2)
    }
}
