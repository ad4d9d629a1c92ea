import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { AgentIdentity, JsonObject, Realm } from '../../registration/index.ts'
import { type AdminRoute, adminRoute } from '../admin-route.ts'
import { importedClient } from '../contract-admission.ts'
import type { AdminPorts } from '../ports.ts'
import { Problem, toProblem } from '../problem.ts'
import { exportedKinds } from './exported-kinds.ts'
import { type ImportCircumstances, importPrivilege } from './import-privilege.ts'
import { requireRealm } from './realm-path.ts'
import { checkCertificates } from './trusted-cas.ts'

const bodyBytesMax = 10_737_418_240
/** Of one object. */
const lineCharactersMax = 1_048_576

/** What became of a line. */
interface LineResult {
  readonly line: number
  readonly kind?: string
  readonly id?: string
  readonly outcome: 'imported' | 'exists' | 'refused'
  readonly detail?: string
  readonly errors?: Problem['errors']
}

export function importRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'POST',
      path: '/admin/v1/import',
      summary: 'Add what an export holds, or clients from elsewhere; each line is judged by itself, and nothing is overwritten',
      describedBody: { type: 'string', description: 'Lines of JSON, each `{ kind, realm, definition }` as an export has them.' },
      otherMediaTypes: ['application/x-ndjson'],
      otherMediaOnly: true,
      bodyBytesMax,
      answers: { 200: { description: 'Lines of JSON: what became of each line, in order, as it is done' } },
      handle: async ({ body, actor }) => {
        if (!(body instanceof Readable))
          throw new Problem(415, 'unsupported_media_type', 'send lines of JSON as application/x-ndjson')
        const results = Readable.from(importLines(body, actor, ports), { objectMode: false })
        return { status: 200, body: results, headers: { 'content-type': 'application/x-ndjson' } }
      },
    }),
  ]
}

async function* importLines(body: Readable, actor: string, ports: AdminPorts): AsyncGenerator<string> {
  let line = 0
  for await (const text of createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1
    if (text.trim() !== '') yield `${JSON.stringify({ line, ...(await importLine(text, actor, ports)) })}\n`
  }
}

type Result = Omit<LineResult, 'line'>

async function importLine(text: string, actor: string, ports: AdminPorts): Promise<Result> {
  const entry = readEntry(text)
  if (entry === undefined) return { outcome: 'refused', detail: 'give a JSON object with kind, realm and definition' }
  const { kind, definition } = entry
  const id = String(definition['client_id'] ?? definition['id'] ?? definition['name'] ?? '')
  const about = { kind, ...(id === '' ? {} : { id }) }
  try {
    return { ...about, ...(await importEntry(entry, actor, ports)) }
  } catch (error) {
    const problem = toProblem(error)
    ports.log[problem === undefined ? 'error' : 'debug']({ err: error }, 'a line could not be imported')
    if (problem === undefined) return { ...about, outcome: 'refused', detail: 'something went wrong here; the log has it' }
    const { message, errors } = problem
    return { ...about, outcome: 'refused', detail: message, ...(errors.length === 0 ? {} : { errors }) }
  }
}

interface Entry {
  readonly kind: string
  readonly realm: string
  readonly definition: JsonObject
}

const entrySchema = Type.Object({
  kind: Type.String(),
  realm: Type.String(),
  definition: Type.Object({}, { additionalProperties: true }),
})

function readEntry(text: string): Entry | undefined {
  if (text.length > lineCharactersMax) return undefined
  try {
    const entry: unknown = JSON.parse(text)
    return Value.Check(entrySchema, entry) ? (entry as Entry) : undefined
  } catch {
    // Told as what it is: no object.
    return undefined
  }
}

async function importEntry({ kind, realm: name, definition }: Entry, actor: string, ports: AdminPorts): Promise<Result> {
  const realm = requireRealm(ports.realms, name)
  if (kind === 'client') return importClient(realm, definition, { actor, ports })
  if (kind === 'agent-privilege') return importPrivilege(realm, definition, { actor, ports })
  if (kind === 'registration-settings') {
    const outcome = await ports.settings.save(name, definition, actor)
    return outcome === 'saved'
      ? { outcome: 'imported' }
      : { outcome: 'exists', detail: 'the configuration file owns the settings' }
  }
  const member = exportedKinds.find(([known]) => known === kind)?.[1]
  if (member === undefined) {
    const known = [...exportedKinds.map(([one]) => one), 'registration-settings', 'client', 'agent-privilege']
    return { outcome: 'refused', detail: `there is no kind ${kind}; give one of ${known.join(', ')}` }
  }
  if (member === 'trustedCas') checkCertificates(definition, ports.trustedCas, ports.now())
  const result = await ports.objects[member].create(name, definition, actor)
  if (result.outcome === 'saved') return { outcome: 'imported' }
  if (result.outcome === 'exists') return { outcome: 'exists' }
  return { outcome: 'refused', detail: 'it does not fit what is there' }
}

/** As an export has it, with `client_secret` where the client shall keep the one it knows. */
async function importClient(realm: Realm, definition: JsonObject, { actor, ports }: ImportCircumstances): Promise<Result> {
  if (!Value.Check(importedClient, definition)) {
    const [first] = Value.Errors(importedClient, definition)
    return {
      outcome: 'refused',
      detail: `the client is not as it should be: ${first?.instancePath || 'it'} ${first?.message ?? ''}`,
    }
  }
  const {
    client_id,
    channel = 'administrator',
    state,
    firstParty = false,
    metadata,
    client_secret,
    client_id_issued_at,
    lockedMembers = [],
    boundPolicies = [],
    agent,
  } = definition
  if ((await ports.clients.find(realm.name, client_id)) !== undefined) return { outcome: 'exists' }
  if (agent !== undefined && (await ports.agents.find(realm.name, agent.id)) !== undefined) {
    return { outcome: 'refused', detail: `there is an agent ${agent.id} already, which is another client` }
  }
  await ports.registration.importClient({
    ...{ realm, actor, client_id, channel, firstParty, lockedMembers, boundPolicies, body: metadata as JsonObject },
    state: state === 'suspended' || state === 'pending' ? 'suspended' : 'active',
    ...(client_secret === undefined ? {} : { client_secret }),
    ...(client_id_issued_at === undefined ? {} : { client_id_issued_at }),
    ...(agent === undefined ? {} : { agent: agent as AgentIdentity }),
  })
  return { outcome: 'imported' }
}
