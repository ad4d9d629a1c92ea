import type { ClientMetadata, JsonValue } from '../client.ts'
import type { Realm } from '../realm.ts'
import { Refusal, type Violation } from '../refusal.ts'
import { languageVariantsMax } from './ceilings.ts'
import { readExtendedProperties } from './extended-properties.ts'
import { isJsonObject } from './json-shape.ts'
import { isLanguageTag } from './language-tag.ts'
import { findMember, type Member, splitMemberName } from './members.ts'
import { typeProblem } from './read-member.ts'
import { refuseInOrder, violation } from './violation.ts'

/**
 * Reads a body as client metadata (RFC 7591 §2, §3.1): known members of the right type in a fresh record, nothing else.
 * What is neither understood nor an extended property of the realm is ignored (DCR-REQ-02), and so is what only a server issues (DCR-REQ-10). `null` and the empty
 * string mean that a member is left out, as deployed clients use them (DCR-REQ-07); an empty array means what it says.
 * @throws Refusal with every fault of the body.
 */
export function parseMetadata(body: JsonValue, realm: Realm): ClientMetadata {
  if (!isJsonObject(body)) {
    throw new Refusal(
      'invalid_client_metadata',
      'the body must be one JSON object with client metadata as its members (RFC 7591 3.1)',
    )
  }
  const given = Object.entries(body).flatMap(([name, value]) => understood(name, value))
  const served = given.filter(({ member }) => isServed(member, realm))
  const extended = readExtendedProperties(body, realm)
  refuseInOrder([...given.flatMap((entry) => faultOf(entry, realm)), ...variantFaults(served), ...extended.violations])
  return Object.fromEntries([...served.map(({ name, value }) => [name, value] as const), ...extended.entries])
}

interface Given {
  readonly name: string
  readonly base: string
  readonly tag: string | undefined
  readonly member: Member
  readonly value: JsonValue
}

function understood(name: string, value: JsonValue): readonly Given[] {
  const { base, tag } = splitMemberName(name)
  const member = findMember(base)
  if (member === undefined || value === null || value === '') return []
  if (tag !== undefined && !(member.localisable && isLanguageTag(tag))) return []
  return [{ name, base, tag, member, value }]
}

function isServed({ needs }: Member, realm: Realm): boolean {
  return needs !== 'unserved' && needs.every((feature) => realm.capabilities.features[feature])
}

function faultOf({ name, member, value }: Given, realm: Realm): readonly Violation[] {
  if (!isServed(member, realm)) {
    const isAskedFor = member.kind === 'switch' && value !== false
    return isAskedFor
      ? [violation(name, 'asks for protection that this server does not offer; leave it out to register without')]
      : []
  }
  const problem = typeProblem(member.type, value)
  return problem === undefined ? [] : [violation(name, problem)]
}

/** Tags compare without regard to case (RFC 7591 §2.2), so two spellings of one tag are a duplicate. */
function variantFaults(given: readonly Given[]): readonly Violation[] {
  const variants = given.filter(({ tag }) => tag !== undefined)
  if (variants.length > languageVariantsMax) {
    return [
      violation(variants[0]?.base ?? '', `and the like must have at most ${languageVariantsMax} language variants altogether`),
    ]
  }
  const keys = variants.map(({ name }) => name.toLowerCase())
  return variants
    .filter(({ name }, index) => keys.indexOf(name.toLowerCase()) !== index)
    .map(({ name }) => violation(name, 'is given twice with tags that differ in case only; keep one of them'))
}
