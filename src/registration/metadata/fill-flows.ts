import type { Realm } from '../realm.ts'
import { amend, type Draft } from './draft.ts'
import { findGrantType, grantsOfResponseType, responseTypesOfGrants } from './grant-types.ts'

/** Grant and response types derived from each other, instead of a default that would contradict what was asked for (DCR-GR-04). */
export function fillFlows(draft: Draft, { capabilities }: Realm): Draft {
  const { grant_types: grants, response_types: responses } = draft.metadata
  if (grants === undefined && responses === undefined) {
    const defaults = defaultGrants(capabilities.grantTypes)
    const withGrants = amend(draft, 'grant_types', defaults, 'default of RFC 7591 2')
    return amend(withGrants, 'response_types', responseTypesOfGrants(defaults, capabilities), 'default of RFC 7591 2')
  }
  if (grants === undefined) {
    const needed = [...new Set((responses ?? []).flatMap((response) => grantsOfResponseType(response, capabilities)))]
    return amend(draft, 'grant_types', needed, 'what the response types need')
  }
  if (responses !== undefined) return draft
  return amend(draft, 'response_types', responseTypesOfGrants(grants, capabilities), 'what the grant types need')
}

/** `authorization_code` by RFC 7591 §2; a realm without it has another first choice. */
function defaultGrants(served: readonly string[]): readonly string[] {
  if (served.includes('authorization_code')) return ['authorization_code']
  return served.filter((grant) => grant !== 'refresh_token' && findGrantType(grant)?.responseWords.length === 0).slice(0, 1)
}
