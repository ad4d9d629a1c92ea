import type { ClientMetadata } from '../../registration/index.ts'
import { lookupLanguage } from '../languages.ts'

/** A human-readable member as it is shown; `lang` only where the client said which language it is (DCR-I18N-03). */
export interface LocalisedText {
  readonly value: string
  readonly lang?: string
}

/**
 * The variant of `client_name`, `tos_uri` and the like for these languages (DCR-I18N-05); else the untagged one; else
 * whichever there is, since clients may leave the untagged one out (DCR-I18N-04).
 */
export function localisedMember(
  metadata: ClientMetadata,
  member: string,
  languages: readonly string[],
): LocalisedText | undefined {
  const variants = taggedVariants(metadata, member)
  const wanted = lookupLanguage(languages, [...variants.keys()])
  const untagged = metadata[member]
  if (wanted === undefined && typeof untagged === 'string' && untagged !== '') return { value: untagged }
  const lang = wanted ?? variants.keys().next().value
  const value = lang === undefined ? undefined : variants.get(lang)
  return lang === undefined || value === undefined ? undefined : { value, lang }
}

const TAG = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/

function taggedVariants(metadata: ClientMetadata, member: string): ReadonlyMap<string, string> {
  const variants = new Map<string, string>()
  for (const [name, value] of Object.entries(metadata)) {
    const tag = name.startsWith(`${member}#`) ? name.slice(member.length + 1) : ''
    if (TAG.test(tag) && typeof value === 'string' && value !== '') variants.set(tag, value)
  }
  return variants
}
