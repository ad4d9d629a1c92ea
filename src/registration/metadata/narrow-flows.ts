import type { Realm } from '../realm.ts'
import { amend, type Draft, refuse } from './draft.ts'
import { oneOf } from './echo.ts'
import {
  canonicalResponseType,
  consistentPart,
  type Flows,
  findGrantType,
  isConsistent,
  isServedResponseType,
  responseTypesOfGrants,
} from './grant-types.ts'

export interface NarrowingRules {
  /** Make an explicit contradiction of grant and response types agree, instead of refusing it. */
  readonly repairsContradictions: boolean
  /** Refuse what the realm does not serve, each thing, instead of leaving it out. Default: only where nothing else is left. */
  readonly refusesUnserved?: boolean
}

/**
 * Grant and response types: canonical, served here, in agreement (DCR-GR-01 to DCR-GR-05). What only narrowing has put at odds
 * is trimmed; what the request itself puts at odds is refused, or repaired where the dialect's vendor does so.
 */
export function narrowFlows(draft: Draft, realm: Realm, rules: NarrowingRules): Draft {
  const canonical = withCanonicalTypes(draft)
  const { grant_types: grants, response_types: responses } = canonical.metadata
  if (grants === undefined && responses === undefined) return canonical
  if (grants === undefined || responses === undefined) return narrowOne(canonical, realm, grants)
  const asked = { grants, responses }
  const sought = rules.repairsContradictions ? agreeing(asked, realm) : asked
  const served = servedFlows(sought, realm)
  const isEmptied = isEmptier(sought, served)
  const { capabilities } = realm
  if (!isConsistent(sought, capabilities) && (isEmptied || !isConsistent(served, capabilities)))
    return refuseContradiction(canonical)
  return settle(canonical, realm, { sought, settled: withUsableRefresh(consistentPart(served, capabilities)) })
}

/** Only one of the two was sent; the other is derived from it later, unless a default fits. */
function narrowOne(draft: Draft, realm: Realm, grants: readonly string[] | undefined): Draft {
  if (grants === undefined) {
    const sought = { grants: [], responses: draft.metadata.response_types ?? [] }
    return settleMember(draft, realm, 'response_types', { sought, settled: servedFlows(sought, realm) })
  }
  const served = servedFlows({ grants, responses: [] }, realm)
  const reachable = served.grants.filter((grant) => findGrantType(grant)?.responseWords.length === 0 || isReachable(grant, realm))
  const settled = withUsableRefresh({ grants: reachable, responses: [] })
  return settleMember(draft, realm, 'grant_types', { sought: { grants, responses: [] }, settled })
}

function isReachable(grant: string, realm: Realm): boolean {
  return responseTypesOfGrants([grant], realm.capabilities).length > 0
}

interface Settlement {
  readonly sought: Flows
  readonly settled: Flows
}

function settle(draft: Draft, realm: Realm, settlement: Settlement): Draft {
  const responses = settleMember(draft, realm, 'response_types', settlement)
  // Without response types the grants behind them are gone as well; the cause is told, not its consequence.
  return responses.violations.length > draft.violations.length
    ? responses
    : settleMember(responses, realm, 'grant_types', settlement)
}

function settleMember(
  draft: Draft,
  { capabilities }: Realm,
  member: 'grant_types' | 'response_types',
  { sought, settled }: Settlement,
): Draft {
  const [before, after, served] =
    member === 'grant_types'
      ? [sought.grants, settled.grants, capabilities.grantTypes]
      : [sought.responses, settled.responses, capabilities.responseTypes]
  if (before.length > 0 && after.length === 0) return refuse(draft, member, refusalOfAll(before, served))
  if (isSameList(draft.metadata[member], after)) return draft
  return amend(
    draft,
    member,
    after,
    'what this server does not serve, or serves only together with what was not asked for, is left out',
  )
}

function refusalOfAll(asked: readonly string[], served: readonly string[]): string {
  if (asked.every((name) => name === 'refresh_token'))
    return 'must name a grant type that a refresh token can come from (RFC 7591 2.1)'
  return `names nothing that this server offers; it must be ${oneOf(served)}`
}

function refuseContradiction(draft: Draft): Draft {
  const expectation = 'response types with code need authorization_code, with token or id_token implicit, and the other way round'
  return refuse(draft, 'grant_types', `and response_types contradict each other: ${expectation} (RFC 7591 2.1)`)
}

/** OIDR-MD-02; a value that stands twice says nothing more. */
function withCanonicalTypes(draft: Draft): Draft {
  const { grant_types: grants, response_types: responses } = draft.metadata
  const canonical = responses && [...new Set(responses.map(canonicalResponseType))]
  const once = grants && [...new Set(grants)]
  const typed = isSameList(responses, canonical)
    ? draft
    : amend(draft, 'response_types', canonical, 'the words of a response type are a set, written in alphabetical order')
  return isSameList(grants, once) ? typed : amend(typed, 'grant_types', once, 'repeated values are left out')
}

/** Grant types lead: what a client asks for at the token endpoint is what it came for. */
function agreeing({ grants, responses }: Flows, { capabilities }: Realm): Flows {
  if (isConsistent({ grants, responses }, capabilities)) return { grants, responses }
  const possible = consistentPart({ grants, responses }, capabilities).responses
  const unused = grants.filter(
    (grant) => !consistentPart({ grants: [grant], responses: possible }, capabilities).grants.includes(grant),
  )
  const flows = { grants, responses: [...new Set([...possible, ...responseTypesOfGrants(unused, capabilities)])] }
  const settled = consistentPart(flows, capabilities)
  return settled.grants.length === 0 ? { grants, responses } : settled
}

function servedFlows({ grants, responses }: Flows, { capabilities }: Realm): Flows {
  return {
    grants: grants.filter((grant) => capabilities.grantTypes.includes(grant)),
    responses: responses.filter((response) => isServedResponseType(response, capabilities)),
  }
}

/** DCR-GR-05: a refresh token has to come from somewhere. */
function withUsableRefresh({ grants, responses }: Flows): Flows {
  const isUsable = grants.some((grant) => findGrantType(grant)?.yieldsRefreshToken)
  return { grants: isUsable ? grants : grants.filter((grant) => grant !== 'refresh_token'), responses }
}

function isEmptier(before: Flows, after: Flows): boolean {
  return (before.grants.length > 0 && after.grants.length === 0) || (before.responses.length > 0 && after.responses.length === 0)
}

function isSameList(left: readonly string[] | undefined, right: readonly string[] | undefined): boolean {
  return left?.length === right?.length && (left ?? []).every((item, index) => item === right?.[index])
}
