/// The part of `/__admin/metrics` about calls of deployed APIs. Their number, their times and the failures of
/// integrations are counted by account, API, stage and route.

internal import APIGatewayV2

extension AdminAPI {
    /// Appends the families of invocations, of one account or of all.
    func appendInvocations(of account: String?, to text: inout PrometheusText) {
        let routes = emulator.metrics.invocations.routes
            .filter { account == nil || $0.key.scope?.account == account }
            .map { (labels: $0.key.labels, figures: $0.value) }
            .sorted { $0.labels.map(\.value).lexicographicallyPrecedes($1.labels.map(\.value)) }
        text.begin(
            "invocations_total", "counter",
            "Calls of deployed APIs by route and class of status; a status of none was never sent."
        )
        for route in routes {
            for (status, count) in route.figures.requests.statusClasses {
                text.sample("invocations_total", route.labels + [("status", status)], count)
            }
        }
        text.begin(
            "integration_errors_total", "counter",
            "Calls of deployed APIs with an integration that failed or could not be called.")
        for route in routes where route.figures.integrationErrors > 0 {
            text.sample("integration_errors_total", route.labels, route.figures.integrationErrors)
        }
        let family = "invocation_duration_seconds"
        text.begin(family, "histogram", "From the whole request to the answer, with the delay of a fault.")
        for route in routes { text.histogram(family, route.labels, route.figures.requests) }
    }
}

extension InvocationKey {
    fileprivate var labels: [PrometheusText.Label] {
        [
            ("api", api), ("stage", stage), ("route", route), ("account", scope?.account ?? "other"),
            ("region", scope?.region ?? ""),
        ]
    }
}

extension Metrics.Figures {
    /// The counts by class of status, such as `2xx`, in their order.
    fileprivate var statusClasses: [(name: String, count: Int)] {
        var counts: [String: Int] = [:]
        for (status, count) in statuses {
            counts[status == 0 ? "none" : "\(status / 100)xx", default: 0] += count
        }
        return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension PrometheusText {
    /// The buckets, the sum and the count of one series.
    mutating func histogram(_ family: String, _ labels: [Label], _ figures: Metrics.Figures) {
        var count = 0
        for (bound, inBucket) in zip(Metrics.bounds, figures.buckets) {
            count += inBucket
            sample("\(family)_bucket", labels + [("le", bound.inSeconds.description)], count)
        }
        sample("\(family)_bucket", labels + [("le", "+Inf")], figures.count)
        sample("\(family)_sum", labels, figures.time.inSeconds)
        sample("\(family)_count", labels, figures.count)
    }
}
