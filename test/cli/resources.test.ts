import { describe, expect, it } from 'vitest'
import { adminToken } from '../admin/admin-world.ts'
import { admissionWorld } from '../admin/admission-world.ts'
import { registrar } from './terminal.ts'

const env = { REGISTRAR_ADMIN_TOKEN: adminToken }
const tools = { id: 'tools', identifier: 'https://mcp.example/mcp', scopes: ['read'] }

describe('protected resources', () => {
  it('are refused with the member that is wrong, created, listed, replaced and deleted', async () => {
    const { app, realm } = await admissionWorld()
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const admin = (args: readonly string[], input: object = {}) =>
      registrar(['resources', ...args, '--server', url], { env, input: JSON.stringify(input) })
    const bad = await admin(['create', '-'], { ...tools, scopes: ['nope'] })
    expect(bad).toMatchObject({ exitCode: 1, err: expect.stringContaining('/scopes/0') })
    expect(await admin(['update', 'tools', '-'], tools)).toMatchObject({ exitCode: 3 })
    expect(await admin(['create', '-', '-o', 'name'], tools)).toMatchObject({ exitCode: 0, out: 'tools\n' })
    expect(await admin(['update', 'tools', '-'], { ...tools, publishMetadata: true })).toMatchObject({ exitCode: 0 })
    expect((await admin(['list'])).out).toMatch(/\ntools +https:\/\/mcp\.example\/mcp +read +jwt +true +false/)
    expect(await admin(['delete', 'tools'])).toMatchObject({ exitCode: 0 })
    expect(realm()?.resources).toEqual([])
  })
})
