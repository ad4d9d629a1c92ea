import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admissionWorld } from './admission-world.ts'

const configuration = `realms:
  default:
    dialects: [pingam]
    scopes: [openid, read]
    grants: [authorization_code, refresh_token, client_credentials]
`
const machine = { grant_types: ['client_credentials'], response_types: [] }

const reference = fc.oneof(
  fc.constantFrom('bot', 'ann', 'managed/default_user/ann', 'managed/default_user/%E0%A4%A', ''),
  fc.record({ _ref: fc.constantFrom('managed/default_user/ann', 'managed/default_application/bot', 'managed//', 'x') }),
  fc.jsonValue(),
)
const references = fc.oneof(fc.array(reference, { maxLength: 3 }), fc.jsonValue())
const names = [
  'resource',
  'subjects',
  'subjectGroups',
  'permissions',
  'description',
  'agent',
  'owners',
  'customAttributes',
  'name',
]
const body = fc.oneof(
  fc.record(
    {
      resource: reference,
      subjects: references,
      subjectGroups: references,
      permissions: fc.oneof(fc.constant([{ type: 'scopes', values: ['read'] }]), fc.jsonValue()),
      scopes: fc.oneof(fc.constant(['read']), fc.jsonValue()),
      description: fc.oneof(fc.string(), fc.jsonValue()),
      agent: reference,
      client: fc.oneof(fc.constant(machine), fc.jsonValue()),
      coreOAuth2ClientConfig: fc.jsonValue(),
      advancedOAuth2ClientConfig: fc.oneof(fc.constant({ grantTypes: { value: 5 } }), fc.jsonValue()),
      aiAgentIdentityAttributes: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
)
const operations = fc.array(
  fc.record({
    operation: fc.constantFrom('add', 'replace', 'remove', 'move'),
    field: fc.constantFrom(...names.flatMap((name) => [name, `/${name}`, `/${name}/-`]), '/__proto__', ''),
    value: fc.oneof(reference, references),
  }),
  { maxLength: 3 },
)

describe('hostile input about agents', () => {
  it('is answered with what is wrong with it, or done, and never a fault', async () => {
    const { call, domain } = await admissionWorld(configuration)
    domain.people.push({ id: 'u-ann', username: 'ann' })
    const { id } = (await call('POST', 'agents', { client: { ...machine, client_id: 'bot' } })).json()
    const privilege = (await call('POST', 'agent-privileges', { agent: id, resource: 'bot', subjects: ['ann'] })).json().id
    const targets = [
      ...(['PUT', 'PATCH'] as const).flatMap((method) =>
        [
          `agent-privileges/${privilege}`,
          `/openidm/managed/default_aiagentprivilege/${privilege}`,
          '/openidm/managed/default_aiagentprivilege/new',
          `/openidm/managed/default_aiagent/${id}`,
        ].map((path) => [method, path] as const),
      ),
      ...(['agents', 'agent-privileges'] as const).map((path) => ['POST', path] as const),
      ['PUT', `agents/${id}`] as const,
      ['PUT', '/am/json/realms/root/realms/default/realm-config/agents/AIAgent/bot'] as const,
    ]
    const attempt = fc.record({ target: fc.constantFrom(...targets), sent: fc.oneof(body, operations) })
    await fc.assert(
      fc.asyncProperty(attempt, async ({ target: [method, path], sent }) => {
        const { statusCode } = await call(method, path, JSON.stringify(sent))
        expect(statusCode).toBeLessThan(500)
      }),
      { numRuns: 600 },
    )
    expect((await call('GET', `agent-privileges/${privilege}`)).statusCode).toBe(200)
    expect((await call('GET', `agents/${id}`)).statusCode).toBe(200)
  })
})
