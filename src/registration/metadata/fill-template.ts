import type { JsonObject } from '../client.ts'
import { claimText } from './claim-path.ts'

/** A template with claims in braces, such as `{org_name} {software.name}`; undefined where a claim is missing or empty. */
export function fillTemplate(template: string, claims: JsonObject): string | undefined {
  const parts = template.split(/\{([^{}]+)\}/)
  // The split leaves literal text at even places and the names in braces at odd ones.
  const texts = parts.map((part, index) => (index % 2 === 0 ? part : claimText(claims, part)))
  return texts.some((text, index) => index % 2 === 1 && (text === undefined || text.trim() === ''))
    ? undefined
    : texts.join('').trim()
}
