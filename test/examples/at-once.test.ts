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

/** How often each example is needed: once for every test file and page that walks through it. */
const examples = { quickstart: 2, simpleidserver: 2, pingfederate: 3, 'pingone-aic': 6 } as const

const walkThroughs = [
  'test/examples/quickstart.test.ts',
  'test/examples/simpleidserver.test.ts',
  'test/examples/pingfederate/',
  ...['agents', 'curl', 'people', 'registration', 'walk-through'].map((name) => `test/examples/pingone-aic/${name}.test.ts`),
  'test/examples/pages.test.ts',
]

describe('one server process with the realms of all examples', () => {
  it('passes every walk-through, all of them at the same time', { timeout: 600_000 }, async () => {
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
      ['run', '--project', 'interop', '--no-isolate', ...walkThroughs],
      {
        env: { ...process.env, [sharedServerVariable]: description },
        maxBuffer: 64 * 1024 * 1024,
      },
    ).catch((error: { readonly stdout: string; readonly stderr: string }) => error)
    expect(stdout, stderr).toMatch(/\n[1-9]\d+ passed, 0 failed\n$/)
  })
})

/** Starts it, with a host name for each realm, since vendors' paths begin at the root of one. */
async function share(place: ServerPlace, databaseUrl: string): Promise<SharedServer> {
  const port = Number(new URL(place.issuer).port)
  const [mtlsPort, host] = [await freePort(), '127.0.0.1']
  const mtlsUrl = `https://localhost:${mtlsPort}`
  const places = Object.entries(examples).flatMap(([example, count]) =>
    Array.from({ length: count }, (_, index) => ({ example, number: index + 1, name: `${example}-${index + 1}` })),
  )
  const shared = places.map(({ example, number, name }): SharedPlace & { readonly number: number } => ({
    ...{ example: `${example}.yaml`, number, url: `http://${name}.localhost:${port}`, mtlsUrl: `${mtlsUrl}/${name}` },
    realm: example === 'pingone-aic' ? `alpha-${number}` : name,
  }))
  const realms = (await Promise.all(shared.map(realmsOf))).flat()
  const listen = { public: { host }, admin: { host }, mtls: { host, port: mtlsPort, publicUrl: mtlsUrl } }
  const secrets = { secret: { generated: 'root-secret' }, adminToken: { generated: 'admin-token' } }
  await place.configure({ databaseUrl, rooms: { ...secrets, listen, realms: Object.fromEntries(realms) } })
  const { adminUrl } = await place.start()
  return { file: place.file, data: place.data, port, adminPort: Number(new URL(adminUrl).port), places: shared }
}

/** The realms of the example, called and reached otherwise than there. */
async function realmsOf({ example, number, realm, url, mtlsUrl }: SharedPlace & { readonly number: number }) {
  const { realms } = parse(await readFile(`examples/${example}`, 'utf8')) as { realms: Readonly<Record<string, RealmFile>> }
  return Object.entries(realms).map(([original, definition]) => {
    const name = original === 'default' ? realm : `${original}-${number}`
    const below = definition.dialects?.includes('pingam') ? `/am/oauth2/realms/root/realms/${name}` : ''
    const mtls = definition.features?.mTLS === true && { mtlsIssuer: `${mtlsUrl}${below}` }
    return [name, { ...definition, issuer: `${url}${below}`, ...mtls }] as const
  })
}

interface RealmFile {
  readonly dialects?: readonly string[]
  readonly features?: { readonly mTLS?: boolean }
}
