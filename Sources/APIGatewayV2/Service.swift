/// The service as a function: a request, whose it is and the time go in, an answer comes out. Does no input
/// or output, starts no thread and reads no clock.

package import HTTPWire

/// Routes requests to operations and performs them on the store.
package final class Service: Sendable {
    package let catalogue: Catalogue
    package let store: Store
    private let router: Router

    package init(catalogue: Catalogue = .service, store: Store) {
        let contradictions = catalogue.contradictions()
        precondition(contradictions.isEmpty, contradictions.joined(separator: " "))
        self.catalogue = catalogue
        self.store = store
        router = Router(catalogue.operations)
    }

    /// The operation that the request asks for; nil when the service has none for its method and path.
    package func route(_ request: HTTPRequest) -> RoutedOperation? {
        router.route(request.method, request.target.pathSegments)
    }

    /// Performs `routed` in `scope`; `now` is the time since 1970.
    package func perform(
        _ routed: RoutedOperation, _ request: HTTPRequest, in scope: Scope, now: Duration
    ) -> ServiceResponse {
        switch routed.operation.behaviour {
        case .notBuilt:
            return .notBuilt(routed.operation.name)
        case .perform(let perform):
            let call = Call(
                scope: scope, parameters: routed.parameters, request: request, now: now, store: store)
            do throws(ServiceError) {
                return ServiceResponse(status: routed.operation.status, body: try perform(call))
            } catch {
                return ServiceResponse(error)
            }
        }
    }
}
