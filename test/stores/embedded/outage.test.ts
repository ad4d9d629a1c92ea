import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../../src/registration/index.ts'
import { type EmbeddedPostgres, openSqlStore, type SqlStore, startEmbeddedPostgres } from '../../../src/stores/sql/index.ts'
import { at, insertion, sampleClient, sampleEvent } from '../contract/samples.ts'

describe('a database that goes away', { timeout: 60_000 }, () => {
  let folder: string
  let server: EmbeddedPostgres | undefined
  let store: SqlStore
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registrar-outage-'))
    await chmod(folder, 0o711)
    server = await startEmbeddedPostgres({ folder, log })
    store = await openSqlStore({ connection: server.connection, log })
  })
  afterAll(async () => {
    await store.close()
    await server?.stop()
    await rm(folder, { recursive: true })
  })

  it('makes every call fail as StoreUnavailable, and works again once it is back', async () => {
    const heard: string[] = []
    const subscription = await store.realmStates.onChange((realms) => heard.push(...realms))
    const client = sampleClient()
    await store.registration.commit(insertion(client))
    await server?.stop()
    const calls = [
      () => store.registration.findClient('default', client.client_id),
      () => store.registration.commit(insertion(sampleClient())),
      () => store.signingKeys.change('default', async () => ({ insert: [], publishUntil: {} })),
      () => store.purge({ now: at }),
      () => store.ping(),
    ]
    for (const call of calls) await expect(call()).rejects.toBeInstanceOf(StoreUnavailable)
    store.clients.recordUse('default', client.client_id, at)

    server = await startEmbeddedPostgres({ folder, log })
    expect(await store.registration.findClient('default', client.client_id)).toMatchObject({ client_id: client.client_id })
    await store.realmStates.saveRegistrationSettings('noticed', {}, sampleEvent())
    await expect.poll(() => heard, { timeout: 5_000 }).toContain('noticed')
    await expect
      .poll(async () => (await store.clients.find('default', client.client_id))?.lastUsedAt, { timeout: 10_000 })
      .toBe(at)
    await subscription.stop()
  })

  it('loses no registration that was answered when its server is killed in the middle of many', async () => {
    const answered: string[] = []
    let stopped = false
    const register = async () => {
      while (!stopped) {
        const client = sampleClient()
        try {
          await store.registration.commit(insertion(client))
          answered.push(client.client_id)
        } catch (error) {
          if (!(error instanceof StoreUnavailable)) throw error
        }
      }
    }
    const registering = Array.from({ length: 6 }, register)
    await expect.poll(() => answered.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(100)
    const before = answered.length
    process.kill(Number((await readFile(join(folder, 'cluster/postmaster.pid'), 'utf8')).split('\n')[0]), 'SIGKILL')
    await expect.poll(() => answered.length, { timeout: 30_000, interval: 20 }).toBeGreaterThan(before + 100)
    stopped = true
    await Promise.all(registering)
    const found = await Promise.all(answered.map((id) => store.registration.findClient('default', id)))
    expect(found.filter((client) => client === undefined)).toHaveLength(0)
  })
})
