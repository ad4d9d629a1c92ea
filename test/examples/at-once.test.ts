import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { testDatabase } from '../support/database.ts'
import { urlOf } from '../support/database-url.ts'
import { freePort } from '../support/free-port.ts'
import { type ServerPlace, serverPlace } from '../support/server-process.ts'
import { type SharedPlace, type SharedServer, sharedServerVariable } from '../support/shared-server.ts'

/** How many realms of each example are needed: one for every test file and page that walks through it. */
const examples = { quickstart: 2, simpleidserver: 3, pingfederate: 3 } as const

const walkThroughs = [
  'test/examples/quickstart.test.ts',
  'test/examples/simpleidserver.test.ts',
  'test/examples/simpleidserver-refusals.test.ts',
  'test/examples/pingfederate/',
  'test/examples/pages.test.ts',
]

describe('one server process with the realms of all examples', () => {
  it('passes every walk-through, all of them at the same time', { timeout: 300_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'at-once-'))
    const place = await serverPlace()
    const database = await testDatabase()
    onTestFinished(async () => {
      await place.remove()
      await database.drop()
      await rm(folder, { recursive: true })
    })
    const description = join(folder, 'shared.json')
    await writeFile(description, JSON.stringify(await share(place, urlOf(database.connection))))
    const { stdout, stderr } = await promisify(execFile)(
      'node_modules/.bin/vitest',
      ['run', '--project', 'interop', ...walkThroughs],
      {
        env: { ...process.env, [sharedServerVariable]: description },
        maxBuffer: 64 * 1024 * 1024,
      },
    ).catch((error: { readonly stdout: string; readonly stderr: string }) => error)
    expect(stdout, stderr).toMatch(/\n\d{3} passed, 0 failed\n$/)
  })
})

/** Starts it, with a host name for each realm, since vendors' paths begin at the root of one. */
async function share(place: ServerPlace, databaseUrl: string): Promise<SharedServer> {
  const port = Number(new URL(place.issuer).port)
  const [mtlsPort, host] = [await freePort(), '127.0.0.1']
  const mtlsUrl = `https://localhost:${mtlsPort}`
  const places = Object.entries(examples).flatMap(([name, count]) =>
    Array.from({ length: count }, (_, index): SharedPlace => {
      const realm = `${name}-${index + 1}`
      return { example: `${name}.yaml`, realm, url: `http://${realm}.localhost:${port}`, mtlsUrl: `${mtlsUrl}/${realm}` }
    }),
  )
  const realms = await Promise.all(places.map(async (shared) => [shared.realm, await realmOf(shared)] as const))
  const listen = { public: { host }, admin: { host }, mtls: { host, port: mtlsPort, publicUrl: mtlsUrl } }
  const secrets = { secret: { generated: 'root-secret' }, adminToken: { generated: 'admin-token' } }
  await place.configure({ databaseUrl, rooms: { ...secrets, listen, realms: Object.fromEntries(realms) } })
  const { adminUrl } = await place.start()
  return { file: place.file, data: place.data, port, adminPort: Number(new URL(adminUrl).port), places }
}

async function realmOf({ example, url, mtlsUrl }: SharedPlace): Promise<object> {
  const { default: realm } = parse(await readFile(`examples/${example}`, 'utf8')).realms
  return { ...realm, issuer: url, ...(realm.features?.mTLS === true && { mtlsIssuer: mtlsUrl }) }
}
