import { describe, expect, it } from 'vitest'
import { adminToken } from '../admin/admin-world.ts'
import { admissionWorld } from '../admin/admission-world.ts'
import { registrar } from './terminal.ts'

const env = { REGISTRAR_ADMIN_TOKEN: adminToken }
const company = {
  id: 'company',
  displayName: 'Company',
  issuer: 'https://id.company.example',
  clientId: 'front',
  secret: 'a-secret',
}

describe('identity providers', () => {
  it('are refused with the member that is wrong, created, listed, replaced and deleted, and never show their secret', async () => {
    const { app, realm } = await admissionWorld()
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const admin = (args: readonly string[], input: object = {}) =>
      registrar(['identity-providers', ...args, '--server', url], { env, input: JSON.stringify(input) })
    const bad = await admin(['create', '-'], { ...company, issuer: 'company' })
    expect(bad).toMatchObject({ exitCode: 1, err: expect.stringContaining('/issuer') })
    expect(await admin(['update', 'company', '-'], company)).toMatchObject({ exitCode: 3 })
    expect(await admin(['create', '-', '-o', 'name'], company)).toMatchObject({ exitCode: 0, out: 'company\n' })
    const { secret: _, id: __, ...rest } = company
    expect(await admin(['update', 'company', '-'], { ...rest, accounts: 'existing' })).toMatchObject({ exitCode: 0 })
    const { out } = await admin(['list'])
    expect(out).toMatch(/\ncompany +Company +https:\/\/id\.company\.example +true +existing +false/)
    expect((await admin(['list', '-o', 'json'])).out).not.toMatch(/a-secret|sealed/)
    expect(await admin(['delete', 'company'])).toMatchObject({ exitCode: 0 })
    expect(realm()?.identityProviders).toEqual([])
  })
})
