import { describe, expect, it } from 'vitest'
import { admissionWorld } from './admission-world.ts'

const type = 'application/x-ndjson'
const lines = (...entries: readonly object[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
const parsed = (body: string) =>
  body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const web = { redirect_uris: ['https://app.example/cb'], client_name: 'Harbour' }
const client = (definition: object) => ({ kind: 'client', realm: 'default', definition })
const hosts = { id: 'hosts', policy: 'redirect-hosts', options: { hosts: ['app.example'] } }

describe('an import', () => {
  it('refuses each line by itself, and goes on', async () => {
    const { call } = await admissionWorld()
    const body = [
      'no JSON\n',
      lines(
        { kind: 'scope', realm: 'nowhere', definition: { name: 'x' } },
        { kind: 'spaceship', realm: 'default', definition: {} },
        { kind: 'scope', realm: 'default', definition: { name: 'two words' } },
        client({ client_id: 'c', metadata: { redirect_uris: ['ftp://x'] } }),
        client({ metadata: web }),
        client({ client_id: 'harbour', metadata: web, client_secret: 'known-to-the-client-alone' }),
      ),
    ].join('')
    const answer = await call('POST', '/admin/v1/import', body, type)
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, type])
    expect(parsed(answer.body).map(({ line, outcome }) => [line, outcome])).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((line) => [line, 'refused']),
      [7, 'imported'],
    ])
    expect(answer.body).not.toContain('known-to-the-client-alone')
    expect((await call('GET', 'clients')).json().items.map(({ client_id }: { client_id: string }) => client_id)).toEqual([
      'harbour',
    ])
  })

  it('does not let in by the window what a policy refuses at the door', async () => {
    const { call } = await admissionWorld()
    const refused = { ...web, redirect_uris: ['https://elsewhere.example/cb'] }
    const body = lines(
      { kind: 'policy', realm: 'default', definition: hosts },
      client({ client_id: 'self', channel: 'open', metadata: refused }),
      client({ client_id: 'own', metadata: refused }),
    )
    expect(parsed((await call('POST', '/admin/v1/import', body, type)).body).map(({ outcome }) => outcome)).toEqual([
      'imported',
      'refused',
      'refused',
    ])
  })

  it('is lines of JSON, and nothing else', async () => {
    const { call } = await admissionWorld()
    expect((await call('POST', '/admin/v1/import', { kind: 'scope' })).statusCode).toBe(415)
    expect((await call('PUT', 'registration-settings', '{}\n', type)).statusCode).toBe(415)
  })
})

describe('an export', () => {
  it('holds no secret, and brings everything else into another server', async () => {
    const one = await admissionWorld()
    await one.call('POST', 'policies', hosts)
    await one.call('POST', 'scopes', { name: 'pay' })
    await one.call('PUT', 'registration-settings', { allowedScopes: ['pay'] })
    const secret = (await one.call('POST', 'clients', { ...web, client_id: 'harbour' })).json().client_secret
    const answer = await one.call('GET', '/admin/v1/export?realm=default')
    expect(answer.body).not.toContain(secret)
    expect(answer.body).not.toMatch(/digest|sealed/)

    const other = await admissionWorld()
    const results = parsed((await other.call('POST', '/admin/v1/import', answer.body, type)).body)
    expect(results.filter(({ outcome }) => outcome === 'refused')).toEqual([])
    expect(other.realm()).toMatchObject({ policies: [hosts], registration: { allowedScopes: ['pay'] } })
    expect((await other.call('GET', 'clients/harbour')).json().metadata).toEqual(
      (await one.call('GET', 'clients/harbour')).json().metadata,
    )
    const again = parsed((await other.call('POST', '/admin/v1/import', answer.body, type)).body)
    expect(new Set(again.filter(({ kind }) => kind !== 'registration-settings').map(({ outcome }) => outcome))).toEqual(
      new Set(['exists']),
    )
  })
})

describe('agents', () => {
  it('stay agents on another server, with their privileges, if their people are there', async () => {
    const [one, two] = [await admissionWorld(), await admissionWorld()]
    one.domain.people.push({ id: 'u-ann', username: 'ann' })
    const machine = { grant_types: ['client_credentials'], response_types: [] }
    const { id: agent } = (await one.call('POST', 'agents', { client: { ...machine, client_id: 'bot' } })).json()
    const privilege = (
      await one.call('POST', 'agent-privileges', { agent, resource: 'bot', subjects: ['ann'], scopes: ['read'] })
    ).json()
    const text = (await one.call('GET', '/admin/v1/export?realm=default')).body
    const moved = async () =>
      parsed((await two.call('POST', '/admin/v1/import', text, type)).body).filter(({ id }) => ['bot', privilege.id].includes(id))
    expect(await moved()).toMatchObject([
      { kind: 'client', outcome: 'imported' },
      { kind: 'agent-privilege', outcome: 'refused', errors: [{ pointer: '/subjects/0' }] },
    ])
    two.domain.people.push({ id: 'u-ann', username: 'anna' })
    expect(await moved()).toMatchObject([{ outcome: 'exists' }, { outcome: 'imported' }])
    expect(await moved()).toMatchObject([{ outcome: 'exists' }, { outcome: 'exists' }])
    expect((await two.call('GET', `agents/${agent}`)).json()).toMatchObject({ id: agent, client_id: 'bot', name: 'bot' })
    const { subjects } = (await two.call('GET', `agent-privileges/${privilege.id}`)).json()
    expect(subjects).toEqual(['u-ann'])
    const twin = lines(
      client({ ...JSON.parse(text.split('\n').find((line) => line.includes('"bot"')) ?? '').definition, client_id: 'twin' }),
    )
    expect(parsed((await two.call('POST', '/admin/v1/import', twin, type)).body)).toMatchObject([{ outcome: 'refused' }])
  })
})
