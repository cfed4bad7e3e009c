/// `/__admin/metrics`: the server in figures, for Prometheus, or one account's part of them. The server
/// counts requests, and each rule counts its firings, so that a removed rule takes its sample with it.

internal import APIGatewayV2
internal import HTTPWire
internal import JSON

extension AdminAPI {
    func showMetrics(_ call: AdminCall) -> HTTPResponse {
        refusing("The query") { () throws(DocumentError) in
            let account = try AdminQuery.account(of: call.request.target)
            var text = PrometheusText()
            text.begin("info", "gauge", "The version of the server.")
            text.sample("info", [("version", Emulator.version)], 1)
            appendRequests(of: account, to: &text)
            appendInvocations(of: account, to: &text)
            appendFaults(of: account, to: &text)
            appendResources(of: account, to: &text)
            // Connections and the journal are shared by all accounts.
            if account == nil { appendHeld(to: &text) }
            return HTTPResponse(
                status: 200, contentType: PrometheusText.contentType, body: Array(text.text.utf8))
        }
    }

    private func appendRequests(of account: String?, to text: inout PrometheusText) {
        let scopes = emulator.metrics.scopes.filter { account == nil || $0.key?.account == account }
        text.begin(
            "requests_total", "counter",
            "Requests by operation, status, account and region; a status of none was never sent.")
        for request in Requests.all(of: scopes) {
            let labels = [
                (name: "operation", value: request.operation),
                (name: "status", value: request.status == 0 ? "none" : String(request.status)),
                (name: "account", value: request.account), (name: "region", value: request.region),
            ]
            text.sample("requests_total", labels, request.count)
        }
        let sum = scopes.values.reduce([:]) { $0.adding($1) }
        appendDurations(of: sum, to: &text)
    }

    private func appendDurations(of sum: [String: Metrics.Figures], to text: inout PrometheusText) {
        let operations = sum.sorted { $0.key < $1.key }
        let family = "request_duration_seconds"
        text.begin(family, "histogram", "From the whole request to the answer, with the delay of a fault.")
        for (name, operation) in operations {
            text.histogram(family, [("operation", name)], operation)
        }
    }

    private func appendFaults(of account: String?, to text: inout PrometheusText) {
        text.begin("faults_total", "counter", "Firings of the rules that are loaded, since each was loaded.")
        for report in emulator.faults.reports()
        where account == nil || report.rule.match.account == account {
            let labels = [
                (name: "rule", value: report.rule.name ?? ""),
                (name: "account", value: report.rule.match.account ?? ""),
            ]
            text.sample("faults_total", labels, report.firedCount)
        }
    }

    private func appendResources(of account: String?, to text: inout PrometheusText) {
        text.begin("resources", "gauge", "Resources held now, over all regions.")
        let counts = emulator.store.recordCounts(account: account)
        for resource in Catalogue.service.resources {
            text.sample("resources", [("resource", resource.noun)], counts[resource.id] ?? 0)
        }
    }

    private func appendHeld(to text: inout PrometheusText) {
        text.begin("open_connections", "gauge", "Connections that are open now.")
        text.sample("open_connections", [], connections.count)
        text.begin("websocket_connections", "gauge", "Connections to WebSocket APIs that are open now.")
        text.sample("websocket_connections", [], emulator.connections.count)
        text.begin("event_streams", "gauge", "Streams of /__admin/events that are open now.")
        text.sample("event_streams", [], events.streamCount)
        text.begin("journal_entries", "gauge", "Requests that the journal holds now.")
        text.sample("journal_entries", [], emulator.journal.entryCount)
        text.begin(
            "journal_overwritten", "gauge", "Requests that made room for others since it was last emptied.")
        text.sample("journal_overwritten", [], emulator.journal.overwrittenCount)
        if let file = emulator.journal.file {
            text.begin("journal_file_written_total", "counter", "Requests in the file of the journal.")
            text.sample("journal_file_written_total", [], file.writtenCount)
            text.begin("journal_file_lost_total", "counter", "Requests that the file does not have.")
            text.sample("journal_file_lost_total", [], file.lostCount)
        }
    }
}

/// Requests with the same labels.
private struct Requests {
    let operation: String
    let account: String
    let region: String
    let status: Int
    let count: Int

    /// The figures of `scopes`, in the order of their labels.
    static func all(of scopes: [Scope?: [String: Metrics.Figures]]) -> [Requests] {
        var all: [Requests] = []
        for (scope, operations) in scopes {
            for (operation, figures) in operations {
                all += figures.statuses.map { status, count in
                    Requests(
                        operation: operation, account: scope?.account ?? "other", region: scope?.region ?? "",
                        status: status, count: count)
                }
            }
        }
        return all.sorted {
            ($0.operation, $0.account, $0.region, $0.status) < (
                $1.operation, $1.account, $1.region, $1.status
            )
        }
    }
}
