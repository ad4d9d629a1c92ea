/**
 * Sizes that a registration cannot exceed. No standard gives any; each is several times what deployed clients send, and
 * small enough that a record stays a few pages of a database and an administrator's screen (DCR-REQ-08, SEC-DOS-07).
 */

/** Desktop agents register up to four redirect URIs, large web deployments a few dozen. */
export const listItemsMax = 50

/** The length up to which every browser and proxy is known to carry a URL whole. */
export const uriCharactersMax = 2048

/** Names, addresses, versions, identifiers, distinguished names: one line on a screen, even a long one. */
export const textCharactersMax = 512

/** RFC 6749 gives no bound; hundreds of scopes of usual length fit. */
export const scopeCharactersMax = 4096

/** A signed JWT whose header carries a certificate chain. */
export const statementCharactersMax = 32_768

/** Twenty RSA keys of 8192 bits with a certificate each. */
export const objectCharactersMax = 131_072

/** A JWK Set needs three levels; the rest is for what extensions nest. */
export const objectDepthMax = 8

/** Language variants of all members together: a translation of every name into ten languages. */
export const languageVariantsMax = 50

/** RFC 5646 §4.4.1: every tag in use is shorter. */
export const languageTagCharactersMax = 35

/** More keys than any rotation overlaps, and few enough to try one by one (SEC-DOS-07). */
export const keysMax = 20

/** Below 2048 an RSA key is breakable (SEC-F2-07); beyond 8192 verifying becomes a burden that the client chooses (SEC-DOS-07). */
export const rsaBitsMin = 2048
export const rsaBitsMax = 8192

/** A large public exponent slows every verification down, and buys nothing: 65537 has three octets. */
export const rsaExponentOctetsMax = 4

/** What is repeated of the input in a description: enough to recognise it. */
export const echoedCharactersMax = 80

/** Reasons told at once; a hostile body could otherwise provoke thousands. */
export const violationsMax = 50
