import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { adminToken } from '../admin/admin-world.ts'
import { admissionWorld } from '../admin/admission-world.ts'
import { authority, issueCertificate } from '../support/certificates.ts'
import { registrar, temporaryFolder } from './terminal.ts'

async function server() {
  const world = await admissionWorld()
  const url = await world.app.listen({ port: 0, host: '127.0.0.1' })
  const folder = await temporaryFolder()
  const admin = (...args: string[]) => registrar([...args, '--server', url], { env: { REGISTRAR_ADMIN_TOKEN: adminToken } })
  const file = async (name: string, content: object | string) => {
    const path = join(folder, name)
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }
  return { ...world, admin, file }
}

const hosts = { id: 'hosts', policy: 'redirect-hosts', options: { hosts: ['app.example'] } }

describe('policies', () => {
  it('are refused with the option that is wrong', async () => {
    const { admin, file } = await server()
    const { exitCode, err } = await admin('policies', 'create', await file('bad.json', { ...hosts, options: {} }))
    expect([exitCode, err]).toEqual([1, expect.stringContaining('/options/hosts')])
    expect(await admin('policies', 'get', 'nope')).toMatchObject({ exitCode: 3 })
  })

  it('are created, listed, changed and deleted', async () => {
    const { admin, file, realm } = await server()
    expect((await admin('policies', 'types', '-o', 'name')).out).toContain('redirect-hosts\n')
    expect(await admin('policies', 'create', await file('hosts.json', hosts), '-o', 'name')).toMatchObject({ out: 'hosts\n' })
    const changed = await file('changed.json', { policy: 'redirect-hosts', options: { hosts: ['b.example'] } })
    expect(await admin('policies', 'update', 'hosts', changed)).toMatchObject({ exitCode: 0 })
    expect(realm()?.policies[0]?.options).toMatchObject({ hosts: ['b.example'] })
    expect((await admin('policies', 'list', '-o', 'name')).out).toBe('hosts\n')
    expect(await admin('policies', 'delete', 'hosts')).toMatchObject({ exitCode: 0 })
    expect(realm()?.policies).toEqual([])
  })
})

describe('clients and approvals', () => {
  it('go through the same doors as the API', async () => {
    const { admin, file } = await server()
    const web = await file('client.json', { client_id: 'harbour', redirect_uris: ['https://app.example/cb'] })
    const created = await admin('clients', 'create', web, '-o', 'json')
    expect(JSON.parse(created.out)).toMatchObject({ client_id: 'harbour', client_secret: expect.any(String) })
    expect(await admin('approvals', 'list', '-o', 'json')).toMatchObject({ exitCode: 0 })
    expect(await admin('approvals', 'approve', 'harbour', '--revision', 'x')).toMatchObject({ exitCode: 2 })
    const unseen = await admin('approvals', 'approve', 'harbour', '--revision', '7')
    expect([unseen.exitCode, unseen.err]).toEqual([1, expect.stringContaining('its revision is 1 now')])
    expect(await admin('approvals', 'refuse', 'harbour', '--note', 'late')).toMatchObject({ exitCode: 5 })
    expect(await admin('approvals', 'refuse', 'harbour')).toMatchObject({ exitCode: 2 })
    expect(await admin('approvals', 'approve', 'harbour', '--revision', '0')).toMatchObject({ exitCode: 2 })
    const stale = await admin('approvals', 'approve', 'harbour', '--revision', '99')
    expect(stale).toMatchObject({ exitCode: 1, err: expect.stringContaining('/revision') })
  })
})

describe('trust', () => {
  it('is given to an authority, and taken back', async () => {
    const { admin, file, realm } = await server()
    const ca = issueCertificate({ subject: '/CN=Root', extensions: authority, days: 3650 })
    const pem = await file('ca.pem', ca.cert)
    expect(await admin('trust', 'add', pem, '--id', 'root', '-o', 'name')).toMatchObject({ exitCode: 0, out: 'root\n' })
    expect((await admin('trust', 'list')).out).toContain('CN=Root')
    expect(await admin('trust', 'add', pem, '--id', 'root')).toMatchObject({ exitCode: 5 })
    expect(await admin('trust', 'remove', 'root')).toMatchObject({ exitCode: 0 })
    expect(realm()?.trustedCas).toEqual([])
  })
})
