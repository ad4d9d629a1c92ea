import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { register } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

type Json = Readonly<Record<string, unknown>>
interface Policy {
  readonly id: string
  readonly policy: string
  readonly options: Json
}

interface Replayed {
  readonly differs: boolean
  readonly after: { readonly outcome: string }
}

const folder = new URL('../fixtures/registrations/', import.meta.url)
const bodies = readdirSync(folder).map((file): Json => JSON.parse(readFileSync(new URL(file, folder), 'utf8')).body)

/** Refusing, amending, holding, ending, counting: every kind of verdict. */
const choices: readonly Policy[] = [
  ['redirect-hosts-denied', { hosts: ['*.github.io', 'claude.ai', 'chatgpt.com'] }],
  ['grant-types', { otherwise: 'narrow' }],
  ['scope-ceilings', { scopes: ['openid', 'profile'] }],
  ['authentication-methods', { allowed: ['none', 'client_secret_basic', 'private_key_jwt'], otherwise: 'replace' }],
  ['pkce-required', {}],
  ['contacts-required', {}],
  ['approval-required', { grantTypes: ['refresh_token'] }],
  ['client-lifetime', { lifetimeSeconds: 86_400 }],
  ['reserved-names', { names: ['Cursor', 'ChatGPT'] }],
  ['client-limits', { perRealm: 1_000_000 }],
].map(([policy, options]) => ({ id: String(policy), policy: String(policy), options: options as Json }))

const server = serveSuite()

/** A chain that is tried on a request, and then on what the endpoint has seen, says what the endpoint says once it is saved. */
it('agree with what the endpoint then does, for every fixture under any chain of policies', async () => {
  let saved: readonly Policy[] = []
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...choices]), async (chain) => {
      const previews = await Promise.all(bodies.map((request) => post('/registrations/preview', { request, policies: chain })))
      for (const { id } of saved) expect((await server.admin('DELETE', `/realms/default/policies/${id}`)).status).toBe(204)
      for (const policy of chain) await post('/policies', policy, 201)
      saved = chain
      for (const [index, body] of bodies.entries()) {
        expect(await outcomeOf(body)).toEqual(summaryOf(previews[index] ?? {}))
      }
      // What fails before it is judged, as for a statement that nobody believes, is not kept.
      const judged = bodies.filter((_, index) => isJudged(previews[index] ?? {}))
      const replay = async (policies: readonly Policy[]) =>
        (await post('/registrations/replay', { policies, limit: judged.length }))['attempts'] as readonly Replayed[]
      expect((await replay(chain)).filter(({ differs }) => differs)).toEqual([])
      const without = await Promise.all(judged.map((request) => post('/registrations/preview', { request, policies: [] })))
      expect((await replay([])).map(({ after }) => after.outcome).reverse()).toEqual(without.map(({ outcome }) => outcome))
    }),
    { numRuns: 6, seed: 7591 },
  )
}, 60_000)

async function post(path: string, body: object, status = 200): Promise<Json> {
  const answer = await server.admin('POST', `/realms/default${path}`, body)
  const text = await answer.text()
  expect([answer.status, text.slice(0, 500)]).toEqual([status, expect.any(String)])
  return JSON.parse(text) as Json
}

async function outcomeOf(body: Json): Promise<Json> {
  const answer = await register(server, body)
  if (answer.status !== 201) return { outcome: 'refused', error: answer.body['error'] }
  const { state, metadata } = (await (
    await server.admin('GET', `/realms/default/clients/${answer.body['client_id']}`)
  ).json()) as Json
  return { outcome: state === 'pending' ? 'held' : 'registered', metadata }
}

function summaryOf({ outcome, metadata, violations }: Json): Json {
  if (outcome !== 'refused') return { outcome, metadata }
  const [first] = violations as readonly Json[]
  return { outcome, error: first?.['code'] }
}

function isJudged({ steps }: Json): boolean {
  return (steps as readonly Json[]).some(({ step, outcome }) => step === 'read' && outcome !== undefined)
}
