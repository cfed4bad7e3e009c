/// The admin API on its own listener, which answers nothing else.

package import HTTPWire
package import SocketServer

/// Answers requests of the admin API.
package struct AdminListener: RequestHandler {
    private let admin: AdminAPI

    package init(_ admin: AdminAPI) {
        self.admin = admin
    }

    package func persistBeforeSending() {
        admin.emulator.saveChanges()
    }

    package func handle(_ request: HTTPRequest, from client: Client) -> Answer {
        admin.answer(to: request)
    }
}
