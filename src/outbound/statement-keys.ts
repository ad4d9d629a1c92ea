import {
  type JsonObject,
  type JsonValue,
  parseStrictJson,
  type Realm,
  Refusal,
  type StatementKeys,
} from '../registration/index.ts'
import type { GuardedFetch } from './create-fetch.ts'
import { OutboundFailure } from './outbound-failure.ts'

// A directory publishes the keys of itself, not those of everybody whom it lists.
const KEYS_MAX = 100

/**
 * JWK Sets (RFC 7517 §5) of statement issuers, and those that a verified statement names. They may be served by a certificate of
 * a CA that the realm trusts.
 */
export function createStatementKeys(fetchDocument: GuardedFetch): StatementKeys {
  const read = async ({ trustedCas }: Realm, uri: string, cache: 'default' | 'reload'): Promise<JsonObject> => {
    const answer = await fetchDocument('statement-keys', uri, { cache, authorities: trustedCas.map(({ pem }) => pem) })
    return publicKeys(parseStrictJson(new Uint8Array(await answer.arrayBuffer())))
  }
  return {
    fetch: async (realm, uri, kid) => {
      try {
        const known = await read(realm, uri, 'default')
        return kid === undefined || names(known, kid) ? known : await read(realm, uri, 'reload')
      } catch (cause) {
        throw refusal(cause)
      }
    },
  }
}

function publicKeys(document: JsonValue): JsonObject {
  const keys = isObject(document) ? document['keys'] : undefined
  if (!Array.isArray(keys)) throw new Error('the document is no JWK Set')
  if (keys.length > KEYS_MAX) throw new Error(`the set holds more than ${KEYS_MAX} keys`)
  return { keys: keys.filter(isObject).filter(isPublic) }
}

/** A secret that anybody can fetch is none, and what it signs has been signed by anybody. */
function isPublic(key: JsonObject): boolean {
  return key['kty'] !== 'oct' && key['d'] === undefined && key['k'] === undefined
}

function names({ keys }: JsonObject, kid: string): boolean {
  return Array.isArray(keys) && keys.some((key) => isObject(key) && key['kid'] === kid)
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One text for every cause: nobody learns what stands behind the URL (SEC-SSRF-07). */
function refusal(cause: unknown): Refusal {
  const internal = cause instanceof OutboundFailure ? cause.internal : String(cause)
  return new Refusal(
    'invalid_software_statement',
    'software_statement cannot be verified: its keys must be at an https URL that gives a JWK Set of public keys',
    { member: 'software_statement', internal, cause },
  )
}
