import { describe, expect, it } from 'vitest'
import { serveSuite } from '../support/serve-suite.ts'

const metadata = {
  redirect_uris: ['https://app.example/cb'],
  contacts: ['ada@example.com'],
  software_id: 'calendar-suite',
}

describe('examples/own-policies.yaml', () => {
  const server = serveSuite({ file: 'examples/own-policies.yaml' })

  async function register(
    changes: object,
  ): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
    const response = await fetch(`${server.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...metadata, ...changes }),
    })
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> }
  }

  async function stateOf(client_id: unknown): Promise<unknown> {
    const answer = await server.admin('GET', `/realms/default/clients/${String(client_id)}`)
    return ((await answer.json()) as { readonly state: unknown }).state
  }

  it('refuses with the reasons of every policy, the operator’s and those that come with the server', async () => {
    const { status, body } = await register({
      contacts: ['eve@evil.example'],
      redirect_uris: [`https://app.example/${'x'.repeat(300)}`],
    })
    expect([status, body['error']]).toEqual([400, 'invalid_client_metadata'])
    expect(body['error_description']).toContain('eve@evil.example is no address of ours')
    expect(JSON.stringify(body)).toContain('redirect_uris')
  })

  it('refuses software that the list of publishers blocks', async () => {
    expect((await register({ software_id: 'scraper' })).body).toMatchObject({ error: 'access_denied' })
  })

  it('lets software sleep that the list does not have', async () => {
    const { status, body } = await register({ software_id: 'unheard-of' })
    expect(status).toBe(201)
    expect(await stateOf(body['client_id'])).toBe('pending')
  })

  it('registers what both policies accept', async () => {
    const { status, body } = await register({})
    expect(status).toBe(201)
    expect(await stateOf(body['client_id'])).toBe('active')
  })

  it('lists the operator’s policies among the others, with the form of their options', async () => {
    const answer = await server.admin('GET', '/realms/default/policy-types')
    const { items } = (await answer.json()) as { readonly items: readonly { readonly name: string }[] }
    expect(items.find(({ name }) => name === 'publisher-list')).toMatchObject({
      concerns: 'requester',
      options: { type: 'object', properties: { list: { type: 'string', default: 'shared/publishers.json' } } },
    })
  })

  it('previews what a trial will be', async () => {
    const answer = await server.admin('POST', '/realms/default/registrations/preview', {
      request: { ...metadata, software_id: 'travel-agent' },
    })
    expect(await answer.json()).toMatchObject({
      outcome: 'registered',
      steps: expect.arrayContaining([
        expect.objectContaining({ policy: 'publishers', remarks: ['ends after 2592000 seconds: a trial of 30 days'] }),
      ]),
    })
  })
})
