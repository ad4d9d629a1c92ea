import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { adminToken } from '../admin/admin-world.ts'
import { admissionWorld } from '../admin/admission-world.ts'
import { registrar, temporaryFolder } from './terminal.ts'

const env = { REGISTRAR_ADMIN_TOKEN: adminToken }

async function server() {
  const world = await admissionWorld()
  const url = await world.app.listen({ port: 0, host: '127.0.0.1' })
  const folder = await temporaryFolder()
  const lines = async (...content: readonly (object | string)[]) => {
    const path = join(folder, 'clients.ndjson')
    await writeFile(path, content.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
    return path
  }
  const admin = (...args: string[]) => registrar([...args, '--server', url], { env })
  return { ...world, url, folder, lines, admin }
}

const web = (client_id: string) => ({ client_id, metadata: { redirect_uris: ['https://app.example/cb'] } })

describe('clients import', () => {
  it('names each line that is refused with its number, and exits with 6 when others went through', async () => {
    const { admin, lines, domain } = await server()
    const bad = { client_id: 'bad', metadata: { redirect_uris: ['https://app.example/#fragment'] } }
    const file = await lines(web('one'), '{"half":', '', { kind: 'scope', definition: { name: 'x' } }, bad, web('two'))
    const { exitCode, out, err } = await admin('clients', 'import', file, '-o', 'json')
    expect([exitCode, JSON.parse(out)]).toEqual([6, { imported: 2, existed: 0, refused: 3 }])
    expect(err).toMatch(
      /^line 2: is no JSON object.*\nline 4: is a scope; .*\nline 5 \(bad\): .*\nerror: 3 lines were refused\nPut /,
    )
    expect(await domain.store.registration.findClient('default', 'two')).toBeDefined()
  })

  it('exits with 1 when nothing went through, with 2 when there is no file, with 3 when there is no realm', async () => {
    const { admin, lines } = await server()
    expect(await admin('clients', 'import', await lines('nothing'))).toMatchObject({ exitCode: 1 })
    const absent = await admin('clients', 'import', 'nowhere.ndjson')
    expect(absent).toMatchObject({ exitCode: 2, err: expect.stringContaining('cannot read nowhere.ndjson (ENOENT)') })
    const elsewhere = await admin('clients', 'import', await lines(web('one')), '--realm', 'nowhere')
    expect(elsewhere).toMatchObject({ exitCode: 3, out: '', err: expect.stringContaining('there is no realm of this name') })
  })

  it('takes more lines than are sent at once, numbers them through, and can be run again', async () => {
    const { admin, lines } = await server()
    const many = Array.from({ length: 205 }, (_, index) => web(`client-${index}`))
    const file = await lines(...many, 'the last one')
    const first = await admin('clients', 'import', file, '-o', 'json')
    expect([first.exitCode, JSON.parse(first.out)]).toEqual([6, { imported: 205, existed: 0, refused: 1 }])
    expect(first.err).toContain('line 206: is no JSON object')
    expect(JSON.parse((await admin('clients', 'import', await lines(...many), '-o', 'json')).out)).toMatchObject({ existed: 205 })
  })

  it('takes the answers to registrations from stdin, secret and all, and shows a terminal how far it is', async () => {
    const { url, domain } = await server()
    const { client_id, metadata } = web('elsewhere')
    const answer = { client_id, client_secret: 'a-secret-of-the-other-server-0123456789', ...metadata }
    const input = `${JSON.stringify({ ...answer, registration_access_token: 'x', client_secret_expires_at: 0 })}\n`
    const args = ['clients', 'import', '-', '--server', url]
    const { exitCode, err } = await registrar(args, { env, input, isTerminal: true })
    expect([exitCode, err]).toEqual([0, '1 lines\r\n'])
    const client = await domain.store.registration.findClient('default', client_id)
    expect(client).toMatchObject({ metadata, secrets: [expect.anything()] })
    expect(client?.metadata).not.toHaveProperty('registration_access_token')
  })
})

describe('clients export', () => {
  it('says so when it cannot write there', async () => {
    const { admin, folder } = await server()
    expect(await admin('clients', 'export', join(folder, 'absent', 'x'))).toMatchObject({ exitCode: 2 })
  })

  it('writes what import takes elsewhere, to a file or to stdout', async () => {
    const [here, there] = [await server(), await server()]
    await here.admin('clients', 'import', await here.lines(web('one'), web('two')))
    const file = join(here.folder, 'exported.ndjson')
    expect(JSON.parse((await here.admin('clients', 'export', file, '-o', 'json')).out)).toEqual({ file, clients: 2 })
    expect((await here.admin('clients', 'export')).out).toBe(await readFile(file, 'utf8'))
    expect(JSON.parse((await there.admin('clients', 'import', file, '-o', 'json')).out)).toMatchObject({ imported: 2 })
  })
})
