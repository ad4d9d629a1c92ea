import type { IncomingMessage } from 'node:http'
import { type JsonValue, parseStrictJson, type Realm, Refusal } from '../registration/index.ts'
import { mediaTypeOf, readBody } from './request-body.ts'

/** What a client submits of itself: a JSON document, or a JWT with one in it that nobody has believed yet. */
export interface Submission {
  readonly body: JsonValue
  readonly signedRequest?: string
}

const jsonTypes = ['application/json']
/** RFC 7519 §10.3.1, RFC 7515 §9.2.1. Profiles ask for the one and their clients send the other. */
const jwtTypes = ['application/jwt', 'application/jose']

/** RFC 7591 §3.1, RFC 7592 §2.2: JSON, or a signed request where the realm takes one. */
export async function readSubmission(
  request: IncomingMessage,
  { registration }: Realm,
  { bytesMax }: { readonly bytesMax: number },
): Promise<Submission> {
  const { accepted } = registration.signedRequests
  const mediaTypes = [...(accepted === 'only' ? [] : jsonTypes), ...(accepted === 'never' ? [] : jwtTypes)]
  const bytes = await readBody(request, { mediaTypes, bytesMax })
  if (!jwtTypes.includes(mediaTypeOf(request))) return { body: parseStrictJson(bytes) }
  return { body: null, signedRequest: readCompact(bytes) }
}

/** Compact serialization, RFC 7515 §7.1; a line break at its end comes from whoever keeps it in a file. */
function readCompact(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1').trim()
  if (/^[A-Za-z0-9_.-]+$/.test(text)) return text
  throw new Refusal('invalid_client_metadata', 'the request body cannot be read: it is no signed JWT in compact form')
}
