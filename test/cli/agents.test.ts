import { describe, expect, it } from 'vitest'
import { adminToken } from '../admin/admin-world.ts'
import { admissionWorld } from '../admin/admission-world.ts'
import { registrar } from './terminal.ts'

const env = { REGISTRAR_ADMIN_TOKEN: adminToken }
const client = { client_id: 'bot', grant_types: ['client_credentials'], response_types: [], scope: 'read' }

describe('agents and privileges', () => {
  it('are refused with the member that is wrong, made, listed and taken away', async () => {
    const { app, domain } = await admissionWorld()
    domain.people.push({ id: 'u-ann', username: 'ann' })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const admin = (args: readonly string[], input: object = {}) =>
      registrar([...args, '--server', url], { env, input: JSON.stringify(input) })
    const create = ['agents', 'create', '--metadata', '-', '--name', 'Concierge', '--owner']
    expect(await admin([...create, 'eve'], client)).toMatchObject({ exitCode: 1, err: expect.stringContaining('/owners/0') })
    expect(await admin(['agents', 'create', '--client', 'nobody'])).toMatchObject({ exitCode: 3 })
    const made = await admin([...create, 'ann', '-o', 'json'], client)
    const { id, client_secret } = JSON.parse(made.out) as { id: string; client_secret: string }
    expect(client_secret).toBeTruthy()
    expect((await admin(['agents', 'list', '--owner', 'u-ann'])).out).toMatch(/Concierge +bot +active +u-ann/)

    const grant = ['privileges', 'grant', '--agent', id, '--resource', 'bot', '--subject', 'ann', '--group', 'staff', '--scope']
    expect(await admin([...grant, 'fly'])).toMatchObject({ exitCode: 1, err: expect.stringContaining('/scopes/0') })
    const granted = (await admin([...grant, 'read', '-o', 'name'])).out.trim()
    expect((await admin(['privileges', 'list', '--agent', id])).out).toMatch(/bot +bot +u-ann +staff +read/)
    expect(await admin(['privileges', 'revoke', granted])).toMatchObject({ exitCode: 0 })
    expect(await admin(['privileges', 'revoke', granted])).toMatchObject({ exitCode: 3 })
    expect(await admin(['agents', 'delete', id])).toMatchObject({ exitCode: 0 })
    expect((await admin(['agents', 'list'])).out).not.toContain('Concierge')
  })
})
