import { canonicalResource, matchesScope, type Realm } from '../../registration/index.ts'
import type { Interaction } from '../ports.ts'
import type { Texts } from '../texts.ts'
import { cleanText } from './clean-text.ts'

/** What consent is asked for, in words. */
export interface RequestedAccess {
  readonly scopes: readonly RequestedScope[]
  readonly claims: string
  readonly resources: readonly RequestedResource[]
  readonly details: readonly RequestedDetail[]
}

export interface RequestedScope {
  readonly name: string
  readonly description: string
  /** Asked for now, while something else was granted before. */
  readonly isNew: boolean
}

interface RequestedResource {
  readonly identifier: string
  /** In the operator's words; empty where there are none. */
  readonly name: string
  readonly scopes: readonly RequestedScope[]
}

interface RequestedDetail {
  readonly type: string
  readonly rows: readonly { readonly name: string; readonly value: string }[]
}

export function requestedAccess(interaction: Interaction, realm: Realm, texts: Texts): RequestedAccess {
  const missing = new Set(interaction.missingScopes)
  const wasAskedBefore = interaction.scopes.some((name) => !missing.has(name))
  const resources = new Set([...interaction.resources, ...Object.keys(interaction.missingResourceScopes)])
  return {
    scopes: interaction.scopes.map((name) => ({
      ...describeScope(name, realm, texts),
      isNew: wasAskedBefore && missing.has(name),
    })),
    claims: interaction.missingClaims.map((claim) => cleanText(claim, NAME_LENGTH_MAX)).join(', '),
    resources: [...resources].map((identifier) => ({
      identifier: cleanText(identifier, VALUE_LENGTH_MAX),
      name: nameOf(identifier, realm),
      scopes: (interaction.missingResourceScopes[identifier] ?? [])
        .filter((name) => !interaction.scopes.includes(name))
        .map((name) => ({ ...describeScope(name, realm, texts), isNew: false })),
    })),
    details: interaction.authorizationDetails.map(describeDetail),
  }
}

function nameOf(identifier: string, { resources }: Realm): string {
  const canonical = canonicalResource(identifier)
  return resources.find((resource) => canonicalResource(resource.identifier) === canonical)?.name ?? ''
}

/** In the operator's words if there are any, else in ours for the scopes of OpenID Connect, else just by name. */
export function describeScope(name: string, realm: Realm, texts: Texts): Omit<RequestedScope, 'isNew'> {
  const defined = definitionOf(name, realm)?.description
  const key = `scope.${name}`
  return { name: cleanText(name, VALUE_LENGTH_MAX), description: defined ?? (texts.has(key) ? texts.t(key) : '') }
}

/** A value of a dynamic scope is described by its pattern; which value it is, its name tells. */
function definitionOf(name: string, { scopes, scopeGroups }: Realm): { readonly description?: string } | undefined {
  const known = [...scopes, ...scopeGroups].find((scope) => scope.name === name)
  return known ?? scopes.find((scope) => scope.dynamic === true && matchesScope(scope.name, name))
}

const NAME_LENGTH_MAX = 100
// Generous: what a person agrees to must not hide behind an ellipsis.
const VALUE_LENGTH_MAX = 2000

/** RFC 9396 §2: the meaning of the members is the type's own, so they are shown as they are, nested ones by their path. */
function describeDetail({ type, ...members }: Readonly<Record<string, unknown>>): RequestedDetail {
  return {
    type: cleanText(type, NAME_LENGTH_MAX),
    rows: leaves(members).map(([name, value]) => ({
      name: cleanText(name, NAME_LENGTH_MAX),
      value: cleanText(value, VALUE_LENGTH_MAX),
    })),
  }
}

const DEPTH_MAX = 4

function leaves(value: unknown, path: readonly string[] = []): readonly (readonly [name: string, value: string])[] {
  if (typeof value !== 'object' || value === null || path.length >= DEPTH_MAX || isPlainList(value)) {
    return [[path.join(' › '), inWords(value)]]
  }
  return Object.entries(value).flatMap(([name, member]) => leaves(member, [...path, name]))
}

function isPlainList(value: unknown): value is readonly (string | number)[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' || typeof entry === 'number')
}

function inWords(value: unknown): string {
  if (typeof value === 'string') return value
  return isPlainList(value) ? value.join(', ') : (JSON.stringify(value) ?? '')
}
