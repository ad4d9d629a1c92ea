import type { Client, ClientMetadata, JsonObject, JsonValue } from '../../../registration/index.ts'
import type { MemberProblem } from '../../problem.ts'
import { badMembers } from './managed-objects.ts'

/** An attribute of the product's client configuration, and the member of client metadata that it is. */
interface Attribute {
  readonly section: string
  readonly name: string
  readonly member: string
  readonly kind: 'text' | 'texts' | 'words' | 'set'
}

const core = 'coreOAuth2ClientConfig'
const advanced = 'advancedOAuth2ClientConfig'
const signing = 'signEncOAuth2ClientConfig'

const attributes: readonly Attribute[] = [
  { section: core, name: 'redirectionUris', member: 'redirect_uris', kind: 'texts' },
  { section: core, name: 'scopes', member: 'scope', kind: 'words' },
  { section: core, name: 'clientName', member: 'client_name', kind: 'text' },
  { section: advanced, name: 'grantTypes', member: 'grant_types', kind: 'texts' },
  { section: advanced, name: 'responseTypes', member: 'response_types', kind: 'texts' },
  { section: advanced, name: 'tokenEndpointAuthMethod', member: 'token_endpoint_auth_method', kind: 'text' },
  { section: advanced, name: 'subjectType', member: 'subject_type', kind: 'text' },
  { section: advanced, name: 'softwareIdentity', member: 'software_id', kind: 'text' },
  { section: advanced, name: 'softwareVersion', member: 'software_version', kind: 'text' },
  { section: advanced, name: 'contacts', member: 'contacts', kind: 'texts' },
  { section: advanced, name: 'clientUri', member: 'client_uri', kind: 'text' },
  { section: signing, name: 'jwksUri', member: 'jwks_uri', kind: 'text' },
  { section: signing, name: 'jwkSet', member: 'jwks', kind: 'set' },
]

const identity = 'aiAgentIdentityAttributes'
const leaf = (value: JsonValue): JsonObject => ({ inherited: false, value })

/** An agent's client in the words of the product; nothing of it is inherited from anywhere. */
export function presentAiAgent({ client_id, metadata, state, agent, revision }: Client, client_secret?: string): JsonObject {
  const sections: Record<string, JsonObject> = {
    [core]: {
      clientType: leaf(metadata.token_endpoint_auth_method === 'none' ? 'Public' : 'Confidential'),
      status: leaf(state === 'active' ? 'Active' : 'Inactive'),
      ...(client_secret === undefined ? {} : { userpassword: leaf(client_secret) }),
    },
  }
  for (const { section, name, member, kind } of attributes) {
    const value = metadata[member]
    if (value !== undefined) sections[section] = { ...sections[section], [name]: leaf(written(kind, value)) }
  }
  return {
    ...{ _id: client_id, _rev: String(revision), _type: { _id: 'AIAgent', name: 'AI Agents', collection: true } },
    ...sections,
    aiAgentIdentityUid: agent?.id ?? null,
    [identity]: {
      ...{ _id: agent?.id ?? null, oauth2ClientId: client_id, name: agent?.name ?? null },
      ...{ description: agent?.description ?? null, customAttributes: agent?.customAttributes ?? {} },
    },
  }
}

function written(kind: Attribute['kind'], value: JsonValue): JsonValue {
  if (kind === 'words') return String(value).split(' ')
  return kind === 'set' ? JSON.stringify(value) : value
}

export interface WrittenAiAgent {
  readonly metadata: ClientMetadata
  readonly isActive?: boolean
  /** As the product has it in a managed agent. */
  readonly identity: JsonObject
  /** What this server has nothing for. */
  readonly ignored: readonly string[]
}

const ownMembers = ['_id', '_rev', '_type', 'aiAgentIdentityUid', identity]

/** @throws Problem with a line for every attribute at fault. */
export function readAiAgent(sent: JsonObject): WrittenAiAgent {
  const leaves = leavesOf(sent)
  const problems = leaves.flatMap(problemsOf)
  if (problems.length > 0) throw badMembers(problems)
  const metadata = Object.fromEntries(
    leaves.flatMap(({ attribute, read }) => (attribute && read ? [[attribute.member, read]] : [])),
  )
  const { clientType, status } = isObject(sent[core]) ? sent[core] : {}
  const isPublic = leafOf(clientType) === 'Public' && metadata['token_endpoint_auth_method'] === undefined
  const said = sent[identity]
  return {
    metadata: { ...metadata, ...(isPublic ? { token_endpoint_auth_method: 'none' } : {}) },
    ...(status === undefined ? {} : { isActive: leafOf(status) !== 'Inactive' }),
    identity: isObject(said) ? said : {},
    ignored: leaves
      .filter(({ attribute, name }) => attribute === undefined && !read.includes(name))
      .map(({ pointer }) => pointer),
  }
}

/** Read by themselves. */
const read = ['clientType', 'status']

interface Leaf {
  readonly name: string
  readonly pointer: string
  readonly attribute: Attribute | undefined
  /** `undefined`: no attribute of ours, or not as it should be. */
  readonly read: JsonValue | undefined
}

function leavesOf(sent: JsonObject): readonly Leaf[] {
  const sections = Object.entries(sent).filter(([section]) => !ownMembers.includes(section))
  return sections.flatMap(([section, members]) =>
    Object.entries(isObject(members) ? members : {}).map(([name, value]) => {
      const attribute = attributes.find((one) => one.section === section && one.name === name)
      const found = attribute === undefined ? undefined : readValue(attribute.kind, leafOf(value))
      return { name, pointer: `/${section}/${name}`, attribute, read: found }
    }),
  )
}

function problemsOf({ name, pointer, attribute, read: found }: Leaf): readonly MemberProblem[] {
  if (attribute !== undefined) return found === undefined ? [bad(pointer, `must be ${accepted[attribute.kind]}`)] : []
  return name === 'userpassword' ? [bad(pointer, 'is made by the server, and in the answer: leave it out')] : []
}

const accepted: Readonly<Record<Attribute['kind'], string>> = {
  text: 'a text',
  texts: 'an array of texts',
  words: 'an array of scopes',
  set: 'a JWK Set, as text',
}

/** `undefined`: it is something else. */
function readValue(kind: Attribute['kind'], value: JsonValue): JsonValue | undefined {
  if (kind === 'texts' || kind === 'words') {
    const isTexts = Array.isArray(value) && value.every((one) => typeof one === 'string')
    if (!isTexts) return undefined
    return kind === 'texts' ? value : (value as readonly string[]).join(' ')
  }
  // A name can come with its languages there, as a list.
  const single = Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : value
  if (typeof single !== 'string') return undefined
  return kind === 'text' ? single : readSet(single)
}

function readSet(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

function leafOf(sent: JsonValue | undefined): JsonValue {
  return (isObject(sent) && 'value' in sent ? sent['value'] : sent) ?? null
}

function bad(pointer: string, message: string): MemberProblem {
  return { pointer, code: 'invalid_value', message }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
