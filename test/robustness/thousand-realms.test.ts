import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyRealm, tenant } from '../../bench/process/copy-realm.ts'
import { cpuSecondsOf, ownMegabytesOf } from '../../bench/process/process-usage.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { urlOf } from '../support/database-url.ts'
import { type ServerPlace, type ServerProcess, serverPlace } from '../support/server-process.ts'

const realms = 1_000
const runs = 3

/** The budgets are those of `npm run bench`; other things run on the machines that run tests. */
const startRatioMax = 1.8
const megabytesMax = 100
/** Those that are in use at once are held; the others are let go. */
const megabytesOfUseMax = 200

describe('a thousand realms on one node', { timeout: 300_000 }, () => {
  let databases: readonly TestDatabase[]
  let alone: ServerPlace
  let crowded: ServerPlace
  beforeAll(async () => {
    databases = [await testDatabase(), await testDatabase()]
    const [one, other] = databases.map(({ connection }) => ({ databaseUrl: urlOf(connection), realm: { users: [] } }))
    alone = await serverPlace(one)
    crowded = await serverPlace(other)
    await makeRealms(await crowded.start(), databases[1] as TestDatabase)
  }, 300_000)
  afterAll(async () => {
    await alone?.remove()
    await crowded?.remove()
    for (const database of databases ?? []) await database.drop()
  })

  it('cost a start hardly more than one, and idle memory no more than a few megabytes', async () => {
    const measured: Record<'alone' | 'crowded', Start[]> = { alone: [], crowded: [] }
    for (let run = 0; run < runs; run++) {
      measured.alone.push(await measureStart(alone))
      measured.crowded.push(await measureStart(crowded))
    }
    const median = (place: 'alone' | 'crowded', what: keyof Start) =>
      measured[place].map((start) => start[what]).sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0
    expect(median('crowded', 'cpuSeconds') / median('alone', 'cpuSeconds')).toBeLessThan(startRatioMax)
    expect(median('crowded', 'megabytes') - median('alone', 'megabytes')).toBeLessThan(megabytesMax)
  })

  it('are all there, and those that were asked for once are not held for ever', async () => {
    const server = await crowded.start()
    const statusOf = async (realm: string) =>
      (await fetch(`${server.url}/realms/${realm}/.well-known/openid-configuration`)).status
    const idle = ownMegabytesOf(server.pid)
    for (let number = 1; number <= 80; number++) expect(await statusOf(`tenant-${number}`)).toBe(200)
    expect(await statusOf(`tenant-${realms}`)).toBe(200)
    expect(await statusOf(`tenant-${realms + 1}`)).toBe(404)
    expect(ownMegabytesOf(server.pid) - idle).toBeLessThan(megabytesOfUseMax)
    await server.stop()
  })
})

interface Start {
  readonly cpuSeconds: number
  readonly megabytes: number
}

/** Of the server’s own process, until it answers: what others do on the machine makes it wait, and not work. */
async function measureStart(place: ServerPlace): Promise<Start> {
  const server = await place.start()
  const start = { cpuSeconds: cpuSecondsOf(server.pid), megabytes: ownMegabytesOf(server.pid) }
  await server.stop()
  return start
}

/** One as an administrator makes it, and the rest after it. */
async function makeRealms(server: ServerProcess, { connection }: TestDatabase): Promise<void> {
  expect((await server.admin('POST', '/realms', { name: 'tenant-1', ...tenant })).status).toBe(201)
  expect((await server.admin('POST', '/realms/tenant-1/scopes', { name: 'more' })).status).toBe(201)
  await server.stop()
  await copyRealm(connection, realms)
}
