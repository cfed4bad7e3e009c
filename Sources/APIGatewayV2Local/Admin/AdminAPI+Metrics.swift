/// `/__admin/metrics`: the server in figures, for Prometheus. Counters are the server's own; those of rules
/// are the rules', so that a rule which is gone takes its sample with it.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

extension AdminAPI {
    func showMetrics(_ call: AdminCall) -> HTTPResponse {
        refusing("The query") { () throws(DocumentError) in
            try AdminQuery(call.request.target, names: []).check()
            var text = PrometheusText()
            text.begin("info", "gauge", "The version of the server.")
            text.sample("info", [("version", Emulator.version)], 1)
            appendRequests(to: &text)
            appendFaults(to: &text)
            appendHeld(to: &text)
            return HTTPResponse(
                status: 200, contentType: PrometheusText.contentType, body: Array(text.text.utf8))
        }
    }

    private func appendRequests(to text: inout PrometheusText) {
        let operations = emulator.metrics.operations.sorted { $0.key < $1.key }
        text.begin("requests_total", "counter", "Requests by operation and status; none where none was sent.")
        for (name, operation) in operations {
            for (status, count) in operation.statuses.sorted(by: { $0.status < $1.status }) {
                let label = status == 0 ? "none" : String(status)
                text.sample("requests_total", [("operation", name), ("status", label)], count)
            }
        }
        let family = "request_duration_seconds"
        text.begin(family, "histogram", "From the whole request to the answer, with the delay of a fault.")
        for (name, operation) in operations {
            var count = 0
            for (bound, inBucket) in zip(Metrics.bounds, operation.buckets) {
                count += inBucket
                let le = bound.inSeconds.description
                text.sample("\(family)_bucket", [("operation", name), ("le", le)], count)
            }
            text.sample("\(family)_bucket", [("operation", name), ("le", "+Inf")], operation.count)
            text.sample("\(family)_sum", [("operation", name)], operation.time.inSeconds)
            text.sample("\(family)_count", [("operation", name)], operation.count)
        }
    }

    private func appendFaults(to text: inout PrometheusText) {
        text.begin("faults_total", "counter", "Firings of the rules that are loaded, since each was loaded.")
        for report in emulator.faults.reports() {
            let labels = [
                (name: "rule", value: report.rule.name ?? ""),
                (name: "account", value: report.rule.match.account ?? ""),
            ]
            text.sample("faults_total", labels, report.firedCount)
        }
    }

    private func appendHeld(to text: inout PrometheusText) {
        text.begin("open_connections", "gauge", "Connections that are open now.")
        text.sample("open_connections", [], connections.count)
        text.begin("resources", "gauge", "Resources held now, over all accounts and regions.")
        let counts = emulator.store.recordCounts()
        for resource in Catalogue.service.resources {
            text.sample("resources", [("resource", resource.noun)], counts[resource.id] ?? 0)
        }
        text.begin("journal_entries", "gauge", "Requests that the journal holds now.")
        text.sample("journal_entries", [], emulator.journal.entryCount)
        text.begin(
            "journal_overwritten", "gauge", "Requests that made room for others since it was last emptied.")
        text.sample("journal_overwritten", [], emulator.journal.overwrittenCount)
    }
}
