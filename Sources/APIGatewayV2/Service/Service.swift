/// The service as a function: a request, its scope and the time in, an answer out. It does no input or
/// output, starts no thread and reads no clock.

package import HTTPWire

/// Routes requests to operations and performs them on the store.
package final class Service: Sendable {
    package let catalogue: Catalogue
    package let store: Store
    private let router: Router
    private let settings: WriteSettings

    /// `random` makes the identifiers of resources. `delays` has the times of life cycles.
    package init(
        catalogue: Catalogue = .service, store: Store, random: RandomSource = RandomSource(seed: 0),
        quotas: Quotas = .published(), delays: LifecycleDelays = LifecycleDelays()
    ) {
        assert(catalogue.contradictions().isEmpty, catalogue.contradictions().joined(separator: " "))
        self.catalogue = catalogue
        self.store = store
        settings = WriteSettings(catalogue: catalogue, random: random, quotas: quotas, delays: delays)
        router = Router(catalogue.operations)
    }

    /// The operation of the request; nil if the service has none for its method and path.
    package func route(_ request: HTTPRequest) -> RoutedOperation? {
        router.route(request.method, request.target.pathSegments)
    }

    /// Makes the transitions of all scopes that are due at `now`, the time since 1970.
    package func makeAllTransitions(dueAt now: Duration) {
        // Not the method itself, because making a function of it copies the catalogue.
        store.makeAllTransitions(dueAt: now) { record, resource, changes in
            catalogue.revised(record, of: resource, by: changes)
        }
    }

    /// Performs `routed` in `scope`; `now` is the time since 1970.
    package func perform(
        _ routed: RoutedOperation, _ request: HTTPRequest, in scope: Scope, now: Duration
    ) -> ServiceResponse {
        let operation = routed.operation
        store.makeTransitions(in: scope, dueAt: now) { record, resource, changes in
            catalogue.revised(record, of: resource, by: changes)
        }
        let context = WriteContext(scope: scope, now: now, settings: settings)
        let call = Call(parameters: routed.parameters, request: request, store: store, context: context)
        do throws(ServiceError) {
            switch operation.behaviour {
            case .perform(let perform):
                return ServiceResponse(status: operation.status, body: try perform(call))
            case .document(let perform):
                let (body, contentType) = try perform(call)
                var response = ServiceResponse(status: operation.status, body: body)
                response.contentType = contentType
                return response
            }
        } catch {
            return ServiceResponse(error)
        }
    }
}
