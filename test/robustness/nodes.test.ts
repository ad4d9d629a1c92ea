import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { urlOf } from '../support/database-url.ts'
import { type ConfigurationChanges, type ServerPlace, type ServerProcess, serverPlace } from '../support/server-process.ts'

interface Node {
  readonly address: string
  readonly state: string
  readonly revisions: Readonly<Record<string, number>>
  readonly behind: readonly object[]
}

const realm = { registration: undefined, scopes: ['openid'], clients: [] }
const openRegistration = { enabled: true, initialAccessTokenRequired: false }
/** What takes at most a second on a quiet machine. */
const soon = { timeout: 20_000, interval: 50 }

describe('two nodes on one database', { timeout: 120_000 }, () => {
  let database: TestDatabase
  let place: ServerPlace
  let a: ServerProcess
  let b: ServerProcess
  let changes: ConfigurationChanges
  beforeAll(async () => {
    database = await testDatabase()
    changes = { databaseUrl: urlOf(database.connection), realm }
    place = await serverPlace(changes)
    a = await place.start()
    b = await place.start({ elsewhere: true })
  }, 120_000)
  afterAll(async () => {
    await place?.remove()
    await database?.drop()
  })

  const portOf = ({ url }: ServerProcess) => new URL(url).port
  const nodes = async (): Promise<readonly Node[]> => {
    const answer = await a.admin('GET', '/nodes?realm=default')
    return ((await answer.json()) as { readonly items: readonly Node[] }).items
  }
  const nodeOf = async (server: ServerProcess): Promise<Node | undefined> =>
    (await nodes()).find(({ address }) => address.endsWith(`:${portOf(server)}`))
  const stateOf = async (server: ServerProcess) => (await nodeOf(server))?.state
  const revisionOf = async () => {
    const answer = await a.admin('GET', '/realms/default/registration-settings')
    return ((await answer.json()) as { readonly revision: number }).revision
  }
  /** As if nothing had been heard of any node for so long. */
  const ageAll = async (seconds: number) => {
    const client = new pg.Client(database.connection)
    await client.connect()
    await client.query('update nodes set seen_at = seen_at - $1::integer', [seconds])
    await client.end()
  }
  const register = async ({ url }: ServerProcess) => {
    const body = JSON.stringify({ redirect_uris: ['https://elsewhere.example/cb'] })
    const answer = await fetch(`${url}/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    return answer.status
  }

  it('judge by a policy that was saved through one of them, and both show its revision', async () => {
    expect((await a.admin('PUT', '/realms/default/registration-settings', openRegistration)).status).toBe(200)
    await expect.poll(() => register(b), soon).toBe(201)
    const policy = { id: 'hosts', policy: 'redirect-hosts', options: { hosts: ['app.example'] } }
    expect((await a.admin('POST', '/realms/default/policies', policy)).status).toBe(201)
    await expect.poll(() => register(b), soon).toBe(400)
    const revision = await revisionOf()
    for (const server of [a, b]) {
      const expected = { state: 'current', revisions: { default: revision }, behind: [] }
      await expect.poll(() => nodeOf(server), soon).toMatchObject(expected)
    }
    expect(await nodes()).toHaveLength(2)
  })

  it('show which one still runs another configuration file, until it has been reloaded, too', async () => {
    await place.configure({ ...changes, realm: { ...realm, scopes: ['openid', 'email'] } })
    a.signal('SIGHUP')
    const behind = { state: 'behind', behind: [{ realm: 'default', reason: 'file' }] }
    await expect.poll(() => nodeOf(b), soon).toMatchObject(behind)
    await expect.poll(() => stateOf(a), soon).toBe('current')
    b.signal('SIGHUP')
    await expect.poll(() => stateOf(b), soon).toBe('current')
  })

  it('show one that was killed as lost, and one that lives as current', async () => {
    await b.kill('SIGKILL')
    await ageAll(60)
    expect(await stateOf(b)).toBe('lost')
    await expect.poll(() => stateOf(a), soon).toBe('current')
    expect(await stateOf(b)).toBe('lost')
  })

  it('do not show one that was stopped', async () => {
    const c = await place.start({ elsewhere: true })
    await expect.poll(() => stateOf(c), soon).toBe('current')
    expect((await c.stop()).code).toBe(0)
    expect(await stateOf(c)).toBeUndefined()
  })
})
