import { describe, expect, it, onTestFinished } from 'vitest'
import { createAdminListener } from '../../src/admin/index.ts'
import { adminToken, adminWorld, now } from './admin-world.ts'

describe('the nodes', () => {
  function world() {
    const { ports } = adminWorld()
    const app = createAdminListener(ports, { bodyBytesMax: 65_536, metricsWithoutToken: false })
    onTestFinished(() => app.close())
    return (url: string, authorization = `Bearer ${adminToken}`) => app.inject({ url, headers: { authorization } })
  }

  it('are kept from strangers', async () => {
    expect((await world()('/admin/v1/nodes', 'Bearer wrong')).statusCode).toBe(401)
  })

  it('are not compared in a realm that there is not, nor by anything else than a realm', async () => {
    const get = world()
    const unknown = await get('/admin/v1/nodes?realm=nowhere')
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'realm_not_found'])
    const other = await get('/admin/v1/nodes?state=lost')
    expect(other.statusCode).toBe(400)
    expect(JSON.stringify(other.json())).toContain('state')
    for (const bad of ['realm=', 'realm=a&realm=b', 'realm=%00', `realm=${'x'.repeat(300)}`]) {
      expect((await get(`/admin/v1/nodes?${bad}`)).statusCode).toBe(400)
    }
  })

  it('are listed with what they run, and where they lag behind', async () => {
    const get = world()
    const expected = {
      items: [
        {
          ...{ id: 'n1', version: '1.2.3', address: 'here:4400', publicUrl: 'https://auth.example' },
          ...{ startedAt: now - 100, seenAt: now - 2, state: 'behind', revisions: { default: 6 } },
          behind: [{ realm: 'default', runs: 6, current: 7, reason: 'revision' }],
        },
      ],
    }
    for (const url of ['/admin/v1/nodes', '/admin/v1/nodes?realm=default']) {
      const answer = await get(url)
      expect([answer.statusCode, answer.json()]).toEqual([200, expected])
    }
    const document = (await get('/admin/v1/openapi.json')).json()
    expect(document.paths['/admin/v1/nodes'].get.parameters).toMatchObject([{ name: 'realm', in: 'query', required: false }])
  })
})
