/// The key sets of token issuers that need no network.

package import APIGatewayV2Invoke

/// Key sets by issuer.
package typealias IssuerKeys = ReloadedTable<JWKS>
