import { describe, expect, it } from 'vitest'
import { admissionWorld, base } from './admission-world.ts'

const mcp = { identifier: 'https://mcp.example/mcp', scopes: ['read'] }

describe('protected resources', () => {
  it.each([
    [{}, '/identifier'],
    [{ ...mcp, identifier: 'mcp.example' }, '/identifier'],
    [{ ...mcp, identifier: 'https://mcp.example/#x' }, '/identifier'],
    [{ ...mcp, scopes: ['nope'] }, '/scopes/0'],
    [{ ...mcp, scopes: ['offline_access'] }, '/scopes/0'],
    [{ ...mcp, aliases: ['https://MCP.example:443/mcp'] }, '/aliases/0'],
    [{ ...mcp, identifier: 'urn:mcp', publishMetadata: true }, '/publishMetadata'],
    [{ ...mcp, boundTokens: 'certificate' }, '/boundTokens'],
    [{ ...mcp, boundTokens: 'dpop', bearerMethods: ['query'] }, '/bearerMethods'],
    [{ ...mcp, accessTokenSigningAlgorithm: 'HS256' }, '/accessTokenSigningAlgorithm'],
    [{ ...mcp, documentation: 'javascript:alert(1)' }, '/documentation'],
    [{ ...mcp, id: '../mcp' }, '/id'],
    [{ ...mcp, audience: 'x' }, '/audience'],
  ])('are refused with a bad member, which is named: %j', async (written, pointer) => {
    const { call, events } = await admissionWorld()
    const answer = await call('POST', 'resources', written)
    expect([answer.statusCode, answer.json().errors[0]?.pointer]).toEqual([422, pointer])
    expect(events).toEqual([])
  })

  it('are added without an id, read, replaced and removed; every change is recorded', async () => {
    const { call, realm, events } = await admissionWorld()
    const created = await call('POST', 'resources', mcp)
    expect([created.statusCode, created.headers.location]).toEqual([201, `${base}/resources/mcp.example-mcp`])
    const path = String(created.headers.location)
    expect((await call('GET', path)).json()).toEqual({
      ...{ id: 'mcp.example-mcp', ...mcp, accessTokenFormat: 'jwt', provisioned: false },
    })
    expect((await call('PUT', path, { ...mcp, name: 'Tools', publishMetadata: true })).json()).toMatchObject({ name: 'Tools' })
    expect(realm()?.resources).toMatchObject([{ id: 'mcp.example-mcp', publishMetadata: true }])
    expect((await call('DELETE', path)).statusCode).toBe(204)
    expect(events.map(({ type }) => type)).toEqual(['resource.created', 'resource.changed', 'resource.removed'])
  })

  it('share no name, however it is spelled', async () => {
    const { call } = await admissionWorld()
    await call('POST', 'resources', mcp)
    const twin = await call('POST', 'resources', { ...mcp, id: 'twin', identifier: 'HTTPS://mcp.EXAMPLE/mcp' })
    expect([twin.statusCode, twin.json().errors[0]?.pointer]).toEqual([422, '/identifier'])
    expect((await call('POST', 'resources', mcp)).json().code).toBe('exists')
  })

  it('keep the scopes that they name', async () => {
    const { call } = await admissionWorld()
    await call('POST', 'scopes', { name: 'write' })
    await call('POST', 'resources', { ...mcp, scopes: ['write'] })
    const answer = await call('DELETE', 'scopes/write')
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'in_use'])
  })
})
