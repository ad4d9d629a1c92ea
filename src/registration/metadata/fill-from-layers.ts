import type { ClientMetadata } from '../client.ts'
import type { Realm } from '../realm.ts'
import { amend, type Draft } from './draft.ts'
import { canonicalResponseType, consistentPart, type Flows, isConsistent, isServedResponseType } from './grant-types.ts'
import { findMember, splitMemberName } from './members.ts'
import { scopePermission, scopeWords } from './narrow-scope.ts'
import { withoutChoices } from './resolve-choices.ts'

/** Members that a client leaves out, from the first layer that has them. Only what the realm serves is given. */
export function fillFromLayers(draft: Draft, layers: readonly ClientMetadata[], realm: Realm): Draft {
  const given = layers.filter((layer) => Object.keys(layer).length > 0)
  return given.reduce((filling, layer) => fill(filling, servedPart(withoutChoices(layer), realm), realm), draft)
}

const reason = 'default of the operator'

function fill(draft: Draft, layer: ClientMetadata, realm: Realm): Draft {
  const members = Object.entries(layer).filter(([name]) => !isFlowMember(name) && isLeftOut(name, draft.metadata))
  return members.reduce((filling, [name, value]) => amend(filling, name, value, reason), fillFlowMembers(draft, layer, realm))
}

function isFlowMember(name: string): boolean {
  return name === 'grant_types' || name === 'response_types'
}

/** A name in one language is a name: its default in others would belong to somebody else. Keys by value exclude keys by reference. */
function isLeftOut(name: string, metadata: ClientMetadata): boolean {
  if (name === 'jwks' || name === 'jwks_uri') return metadata.jwks === undefined && metadata.jwks_uri === undefined
  const { base } = splitMemberName(name)
  return Object.keys(metadata).every((given) => splitMemberName(given).base !== base)
}

/** Grant and response types are one decision: a default for one of them is given only where it agrees with the other. */
function fillFlowMembers(draft: Draft, layer: ClientMetadata, { capabilities }: Realm): Draft {
  const { grant_types: grants, response_types: responses } = draft.metadata
  if (grants !== undefined && responses !== undefined) return draft
  const flows = { grants: grants ?? layer.grant_types ?? [], responses: responses ?? layer.response_types ?? [] }
  const isComplete = (grants ?? layer.grant_types) !== undefined && (responses ?? layer.response_types) !== undefined
  if (isComplete && !isConsistent(flows, capabilities)) return draft
  const withGrants = fillMember(draft, 'grant_types', layer)
  return fillMember(withGrants, 'response_types', layer)
}

function fillMember(draft: Draft, member: 'grant_types' | 'response_types', layer: ClientMetadata): Draft {
  return draft.metadata[member] === undefined && layer[member] !== undefined ? amend(draft, member, layer[member], reason) : draft
}

/** A default that the realm does not serve is no default: the operator's slip must not refuse every client. */
function servedPart(layer: ClientMetadata, realm: Realm): ClientMetadata {
  const { grant_types: grants, response_types: responses, scope, ...others } = layer
  const words = scope === undefined ? [] : scopeWords(scope).filter(scopePermission(realm))
  const served = Object.entries(others).filter(([name, value]) => isServedValue(name, value, realm))
  return {
    ...Object.fromEntries(served),
    ...servedFlowMembers({ grants, responses }, realm),
    ...(words.length === 0 ? {} : { scope: words.join(' ') }),
  }
}

function isServedValue(name: string, value: ClientMetadata[string], { capabilities }: Realm): boolean {
  if (value === undefined) return false
  return !findMember(name)?.enumerated || (typeof value === 'string' && (capabilities.values[name] ?? []).includes(value))
}

function servedFlowMembers(
  { grants, responses }: { readonly grants: Flows['grants'] | undefined; readonly responses: Flows['responses'] | undefined },
  { capabilities }: Realm,
): ClientMetadata {
  const servedGrants = grants?.filter((grant) => capabilities.grantTypes.includes(grant))
  const servedResponses = responses?.map(canonicalResponseType).filter((response) => isServedResponseType(response, capabilities))
  const isPair = servedGrants !== undefined && servedResponses !== undefined
  const pair = isPair ? consistentPart({ grants: servedGrants, responses: servedResponses }, capabilities) : undefined
  const settledGrants = pair?.grants ?? servedGrants
  const settledResponses = pair?.responses ?? servedResponses
  return {
    ...(settledGrants === undefined || settledGrants.length === 0 ? {} : { grant_types: settledGrants }),
    ...(settledResponses === undefined || settledResponses.length === 0 ? {} : { response_types: settledResponses }),
  }
}
