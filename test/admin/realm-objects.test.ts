import { describe, expect, it } from 'vitest'
import { authority, issueCertificate, revocationList } from '../support/certificates.ts'
import { admissionWorld, base } from './admission-world.ts'

const hosts = { id: 'hosts', policy: 'redirect-hosts', options: { hosts: ['app.example'] } }

describe('objects of a realm', () => {
  it.each([
    ['POST', 'scopes', { name: 'two words' }, 422, '/name'],
    ['POST', 'scopes', { name: 'x', exklusive: true }, 422, '/exklusive'],
    ['POST', 'scope-groups', { name: 'g', scopes: ['root'] }, 422, '/scopes/0'],
    ['POST', 'extended-properties', { name: 'client_id' }, 422, '/name'],
    ['POST', 'policies', { id: 'order', policy: 'pkce-required' }, 422, '/id'],
    ['POST', 'policies', { id: 'p', policy: 'nope' }, 422, '/policy'],
    ['POST', 'policies', { id: 'p', policy: 'redirect-hosts', options: {} }, 422, '/options/hosts'],
    ['POST', 'statement-issuers', { id: 's', issuer: 'x', keys: { kind: 'jwks', jwks: {} } }, 422, '/keys/jwks'],
    ['POST', 'webhooks', { id: 'w', url: 'https://a.example', secret: 'short' }, 422, '/secret'],
    ['POST', 'trusted-cas', { pem: 'no certificate' }, 422, '/pem'],
    ['PUT', 'policies/order', { ids: ['nope'] }, 422, '/ids'],
  ] as const)('%s %s with a bad member is refused, and the member is named', async (...[method, path, body, status, pointer]) => {
    const { call, events } = await admissionWorld()
    const answer = await call(method, path, body)
    expect([answer.statusCode, answer.json().errors[0]?.pointer]).toEqual([status, pointer])
    expect(events).toEqual([])
  })

  it('of the configuration file are read, and changed by nobody', async () => {
    const { call } = await admissionWorld()
    expect((await call('GET', 'scopes')).json().items[1]).toEqual({ name: 'read', provisioned: true })
    for (const answer of [await call('PUT', 'scopes/read', {}), await call('DELETE', 'scopes/read')])
      expect([answer.statusCode, answer.json().code]).toEqual([409, 'provisioned'])
  })

  it('stay while something else needs them', async () => {
    const { call } = await admissionWorld()
    await call('POST', 'scopes', { name: 'write' })
    await call('POST', 'scope-groups', { name: 'all', scopes: ['write'] })
    const answer = await call('DELETE', 'scopes/write')
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'in_use'])
    expect(answer.json().errors[0].message).toContain('scopeGroups/0/scopes/0')
    expect((await call('POST', 'scopes', { name: 'write' })).json().code).toBe('exists')
    expect((await call('GET', 'scopes/nope')).statusCode).toBe(404)
  })

  it('are added, read, replaced and removed, whatever characters their name has', async () => {
    const { call, realm, events } = await admissionWorld()
    const created = await call('POST', 'scopes', { name: 'urn:pay/*', dynamic: true })
    expect([created.statusCode, created.headers.location]).toEqual([201, `${base}/scopes/urn%3Apay%2F*`])
    const path = String(created.headers.location)
    expect((await call('GET', path)).json()).toEqual({ name: 'urn:pay/*', dynamic: true, exclusive: false, provisioned: false })
    expect((await call('PUT', path, { dynamic: true, exclusive: true })).json()).toMatchObject({ exclusive: true })
    expect(realm()?.scopes.at(-1)).toMatchObject({ name: 'urn:pay/*', exclusive: true })
    expect((await call('DELETE', path)).statusCode).toBe(204)
    expect(events.map(({ type, actor }) => [type, actor])).toEqual([
      ['scope.created', 'administrator'],
      ['scope.changed', 'administrator'],
      ['scope.removed', 'administrator'],
    ])
  })

  it('never show a shared secret', async () => {
    const { call } = await admissionWorld()
    const secret = 'correct-horse-battery'
    const issuer = { id: 's', issuer: 'x', keys: { kind: 'secret', secret }, algorithms: ['HS256'] }
    const answers = [
      await call('POST', 'statement-issuers', issuer),
      await call('GET', 'statement-issuers/s'),
      await call('POST', 'webhooks', { id: 'w', url: 'https://a.example/hook', secret }),
      await call('GET', 'webhooks'),
    ]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 200, 201, 200])
    for (const { body } of answers) expect(body).not.toMatch(/horse|sealed/)
  })
})

describe('policies', () => {
  it('are told with the form of their options', async () => {
    const { call } = await admissionWorld()
    const { items } = (await call('GET', 'policy-types')).json()
    const type = items.find(({ name }: { name: string }) => name === 'redirect-hosts')
    expect(type).toMatchObject({ concerns: 'metadata', guards: false, options: { type: 'object' } })
    expect(type.cites.length).toBeGreaterThan(0)
  })

  it('are put in order', async () => {
    const { call, realm } = await admissionWorld()
    await call('POST', 'policies', hosts)
    await call('POST', 'policies', { ...hosts, id: 'others' })
    expect((await call('PUT', 'policies/order', { ids: ['others', 'hosts'] })).statusCode).toBe(204)
    expect(realm()?.policies.map(({ id }) => id)).toEqual(['others', 'hosts'])
  })

  it('stay while an initial access token binds clients to them', async () => {
    const bound = {
      realm: 'default',
      id: 't1',
      digest: 'D',
      createdAt: 1,
      uses: 0,
      defaults: {},
      locked: {},
      policies: ['hosts'],
    }
    const { call, tokens } = await admissionWorld()
    await call('POST', 'policies', { ...hosts, onlyBound: true })
    tokens.set('t1', bound)
    const answer = await call('DELETE', 'policies/hosts')
    expect([answer.statusCode, answer.json().code, answer.body]).toEqual([
      409,
      'in_use',
      expect.stringContaining('initial-access-tokens/t1'),
    ])
    tokens.set('t1', { ...bound, revokedAt: 2 } as typeof bound)
    expect((await call('DELETE', 'policies/hosts')).statusCode).toBe(204)
  })
})

describe('trusted CAs', () => {
  const ca = issueCertificate({ subject: '/O=Directory/CN=Root', extensions: authority, days: 3650 })
  const leaf = issueCertificate({ subject: '/CN=client', issuer: ca })

  it('are imported as the PEM file that they are, and told with what stands in them', async () => {
    const { call, realm } = await admissionWorld()
    const answer = await call('POST', 'trusted-cas', ca.cert, 'application/x-pem-file')
    expect([answer.statusCode, answer.json()]).toMatchObject([
      201,
      { provisioned: false, certificate: { subject: 'CN=Root,O=Directory', status: 'VALID', keyAlgorithm: expect.any(String) } },
    ])
    expect(answer.json().id).toMatch(/^[0-9a-f]{16}$/)
    expect(realm()?.trustedCas).toHaveLength(1)
    expect((await call('POST', 'trusted-cas', ca.cert, 'application/pem-certificate-chain')).json().code).toBe('exists')
  })

  it('are refused when they cannot vouch for anybody, or come with a list of somebody else', async () => {
    const { call, realm } = await admissionWorld()
    expect((await call('POST', 'trusted-cas?id=leaf', leaf.cert, 'application/x-pem-file')).json().errors).toMatchObject([
      { pointer: '/pem' },
    ])
    expect((await call('POST', 'trusted-cas', { pem: ca.cert, crls: ['no list'] })).json().errors).toMatchObject([
      { pointer: '/crls/0' },
    ])
    expect((await call('POST', 'trusted-cas', ca.cert, 'text/plain')).statusCode).toBe(415)
    const line = { kind: 'trusted-ca', realm: 'default', definition: { id: 'leaf', pem: leaf.cert } }
    const imported = await call('POST', '/admin/v1/import', JSON.stringify(line), 'application/x-ndjson')
    expect(imported.json()).toMatchObject({ outcome: 'refused', errors: [{ pointer: '/pem' }] })
    expect(realm()?.trustedCas).toEqual([])
  })

  it('stay while the certificate issuer rule names them', async () => {
    const { call } = await admissionWorld()
    const crl = revocationList({ issuer: ca, revoked: [leaf] })
    expect((await call('POST', 'trusted-cas', { id: 'root', pem: ca.cert, crls: [crl] })).json()).toMatchObject({
      revocationLists: [{ revoked: 1 }],
    })
    const rule = { clientCertificateIssuer: { rule: 'one', trustedCa: 'root' } }
    expect((await call('PUT', 'registration-settings', rule)).statusCode).toBe(200)
    expect((await call('DELETE', 'trusted-cas/root')).json().code).toBe('in_use')
    expect(
      (await call('PUT', 'registration-settings', { clientCertificateIssuer: { rule: 'one', trustedCa: 'other' } })).json(),
    ).toMatchObject({
      status: 422,
      errors: [{ pointer: '/clientCertificateIssuer/trustedCa' }],
    })
  })
})

describe('registration settings', () => {
  it('name scopes and scope groups that there are (R0.05)', async () => {
    const { call } = await admissionWorld()
    const refused = await call('PUT', 'registration-settings', { initialAccessTokenScopes: ['doesNotExist'] })
    expect([refused.statusCode, refused.json().errors[0].pointer]).toEqual([422, '/initialAccessTokenScopes/0'])
    await call('POST', 'scope-groups', { name: 'registrars', scopes: ['read'] })
    expect((await call('PUT', 'registration-settings', { initialAccessTokenScopes: ['registrars'] })).statusCode).toBe(200)
  })

  it('leave an event that names the administrator and what changed', async () => {
    const { call, events } = await admissionWorld()
    await call('PUT', 'registration-settings', { enabled: true })
    expect(events).toMatchObject([
      { type: 'registration-settings.changed', actor: 'administrator', details: { changed: ['enabled'] } },
    ])
  })
})
