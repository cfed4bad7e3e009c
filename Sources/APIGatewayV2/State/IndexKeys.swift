/// The index keys of one record. Most records have none or one, and such a list takes no memory of its own.

/// A short list of keys.
package struct IndexKeys: Sendable, ExpressibleByArrayLiteral {
    fileprivate enum Storage {
        case none
        case one(String)
        case several([String])
    }

    private var storage = Storage.none

    package init(arrayLiteral keys: String...) {
        for key in keys { append(key) }
    }

    package init(_ keys: some Sequence<String>) {
        for key in keys { append(key) }
    }

    package mutating func append(_ key: String) {
        switch storage {
        case .none: storage = .one(key)
        case .one(let first): storage = .several([first, key])
        case .several(var keys):
            storage = .none
            keys.append(key)
            storage = .several(keys)
        }
    }

    package func contains(_ key: String) -> Bool {
        switch storage {
        case .none: false
        case .one(let only): only == key
        case .several(let keys): keys.contains(key)
        }
    }
}

extension IndexKeys: Sequence {
    /// An iterator over the keys in the order of the table.
    package struct Iterator: IteratorProtocol {
        fileprivate let storage: Storage
        private var index = 0

        fileprivate init(_ storage: Storage) {
            self.storage = storage
        }

        package mutating func next() -> String? {
            defer { index += 1 }
            switch storage {
            case .one(let only): return index == 0 ? only : nil
            case .several(let keys) where index < keys.count: return keys[index]
            case .none, .several: return nil
            }
        }
    }

    package func makeIterator() -> Iterator { Iterator(storage) }
}
