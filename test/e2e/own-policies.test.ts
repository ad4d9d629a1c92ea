import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase } from '../support/database.ts'
import { urlOf } from '../support/database-url.ts'
import { type ServerPlace, type ServerProcess, serverPlace } from '../support/server-process.ts'

const redirect_uris = ['https://app.example/cb']

function shortNames(charactersMax: number): string {
  return `
    import { definePolicy, refuse, Type } from 'oauth-registrar'
    const max: number = ${charactersMax}
    export default definePolicy({
      name: 'short-names', summary: 'A name is short.', cites: [], concerns: 'metadata',
      options: Type.Object({}, { additionalProperties: false }),
      judge({ metadata }) {
        const name = metadata.client_name ?? ''
        if (name === 'loop') while (true);
        return name.length > max ? [refuse('invalid_client_metadata', 'client_name', 'give at most ' + max)] : []
      },
      examples: { options: {}, allows: [{}], refuses: [{ client_name: 'n'.repeat(100) }] },
    })`
}

describe('a server that runs policies of its operator', () => {
  let folder: string
  let place: ServerPlace
  let database: Awaited<ReturnType<typeof testDatabase>>
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'policies-'))
    database = await testDatabase()
    await mkdir(join(folder, 'shared'))
    await writeFile(join(folder, 'short-names.ts'), shortNames(5))
    place = await serverPlace({
      databaseUrl: urlOf(database.connection),
      rooms: { policies: { folder, timeLimit: '2s' } },
      realm: { policies: [{ id: 'names', policy: 'short-names' }] },
    })
  })
  afterEach(async () => {
    await place.remove()
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  })

  async function register({ url }: ServerProcess, client_name: string): Promise<string> {
    const response = await fetch(`${url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name, redirect_uris }),
    })
    const { error = 'registered' } = (await response.json()) as { readonly error?: string }
    return `${response.status} ${error}`
  }

  it('judges by them, outlives them, and takes others in use on SIGHUP unless they are broken', async () => {
    const server = await place.start()
    expect(await register(server, 'abcdef')).toBe('400 invalid_client_metadata')
    expect(await register(server, 'abc')).toBe('201 registered')
    expect(await register(server, 'loop')).toBe('503 temporarily_unavailable')
    expect(server.output()).toContain('short-names.ts judged for more than 2000 ms')
    await expect.poll(() => register(server, 'abc'), { timeout: 20_000 }).toBe('201 registered')

    await writeFile(join(folder, 'short-names.ts'), 'export default {{')
    server.signal('SIGHUP')
    await expect.poll(server.output, { timeout: 20_000 }).toContain('configuration not reloaded')
    expect(server.output()).toContain('short-names.ts:1:17: ')
    expect(await register(server, 'abcdef')).toBe('400 invalid_client_metadata')

    await writeFile(join(folder, 'short-names.ts'), shortNames(6))
    server.signal('SIGHUP')
    await expect.poll(() => register(server, 'abcdef'), { timeout: 20_000 }).toBe('201 registered')
    expect(await register(server, 'abcdefg')).toBe('400 invalid_client_metadata')
    expect(await server.stop()).toEqual({ code: 0, signal: null })
  })
})
