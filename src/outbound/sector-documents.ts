import { Refusal, type SectorDocuments } from '../registration/index.ts'
import { OutboundFailure } from './outbound-failure.ts'
import type { Purpose } from './purposes.ts'

type FetchDocument = (purpose: Purpose, url: string) => Promise<Response>

/** OIDC Registration §5: a JSON array of strings, fetched when a client registers (OIDR-SEC-03). */
export function createSectorDocuments(fetchDocument: FetchDocument): SectorDocuments {
  return {
    fetch: async (_realm, uri) => {
      try {
        const answer = await fetchDocument('sector-identifier', uri)
        return parseStrings(await answer.arrayBuffer())
      } catch (cause) {
        throw refusal(cause)
      }
    },
  }
}

function parseStrings(body: ArrayBuffer): readonly string[] {
  const values: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  if (isListOfStrings(values)) return values
  throw new Error('the document is not an array of strings')
}

function isListOfStrings(values: unknown): values is readonly string[] {
  return Array.isArray(values) && values.every((value) => typeof value === 'string')
}

/** One text for every cause: nobody learns what stands behind the URL (SEC-SSRF-07). */
function refusal(cause: unknown): Refusal {
  const internal = cause instanceof OutboundFailure ? cause.internal : String(cause)
  return new Refusal('invalid_client_metadata', 'sector_identifier_uri must be an https URL that gives a JSON array of strings', {
    member: 'sector_identifier_uri',
    internal,
    cause,
  })
}
