import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { standardDialect } from '../../src/registration/index.ts'
import { adminToken } from '../admin/admin-world.ts'
import { admissionWorld } from '../admin/admission-world.ts'
import { registrar, temporaryFolder } from './terminal.ts'

const env = { REGISTRAR_ADMIN_TOKEN: adminToken }
const request = JSON.stringify({ client_name: 'Harbour', redirect_uris: ['https://app.example/cb'] })
const elsewhere = `policies:
  - id: hosts
    policy: redirect-hosts
    options: { hosts: [other.example] }
`

async function server() {
  const world = await admissionWorld()
  const url = await world.app.listen({ port: 0, host: '127.0.0.1' })
  const folder = await temporaryFolder()
  const chain = async (content: string) => {
    const path = join(folder, 'chain.yaml')
    await writeFile(path, content)
    return path
  }
  const admin = (args: readonly string[], input = request) => registrar([...args, '--server', url], { env, input })
  return { ...world, admin, chain }
}

describe('policies preview', () => {
  it('says what is wrong with the request, the chain or a policy in it', async () => {
    const { admin, chain } = await server()
    expect(await admin(['policies', 'preview'], 'nonsense')).toMatchObject({ exitCode: 2 })
    const noChain = await admin(['policies', 'preview', '--policies', await chain('a: 1')])
    expect(noChain).toMatchObject({ exitCode: 2, err: expect.stringMatching(/holds no list of policies\nGive a list/) })
    const unknown = await admin(['policies', 'preview', '--policies', await chain('[{ id: x, policy: none }]')])
    expect(unknown).toMatchObject({ exitCode: 1, err: expect.stringContaining('/policies/0/policy') })
    const nobody = await admin(['policies', 'preview', '--client-id', 'nobody'])
    expect(nobody).toMatchObject({ exitCode: 1, err: expect.stringContaining('/client_id') })
  })

  it('tells each step, the policies of a chain by their ids, and what is refused why', async () => {
    const { admin, chain } = await server()
    const { exitCode, out } = await admin(['policies', 'preview', '-', '--policies', await chain(elsewhere)])
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/^STEP +OUTCOME +WHAT\nformat +passed\n/)])
    expect(out).toMatch(/\npolicy hosts +refused +invalid_redirect_uri \(redirect_uris\): .*\n/)
    expect(out).toMatch(/\nrefused: invalid_redirect_uri \(redirect_uris\): .*\n$/)
  })

  it('tells what would be registered, as JSON too', async () => {
    const { admin } = await server()
    const { out } = await admin(['policies', 'preview'])
    expect(out).toMatch(/\nregistered as\n(?: {2}.*\n)* {2}redirect_uris: \["https:\/\/app\.example\/cb"\]\n/)
    expect(JSON.parse((await admin(['policies', 'preview', '-o', 'json'])).out)).toMatchObject({ outcome: 'registered' })
  })
})

describe('policies replay', () => {
  it('says which answers would differ', async () => {
    const { admin, chain, call, domain, realm } = await server()
    const none = await admin(['policies', 'replay', await chain('[]')])
    expect(none).toMatchObject({ exitCode: 0, out: '0 of 0 answers would differ\n' })
    await call('PUT', 'registration-settings', { enabled: true, initialAccessTokenRequired: false })
    const opened = realm()
    if (opened === undefined) throw new Error('no realm')
    const { body, source, dialect } = { body: JSON.parse(request), source: {}, dialect: standardDialect }
    await domain.registration.register({ realm: opened, body, source, dialect })
    expect((await admin(['policies', 'replay', await chain('[]')])).out).toBe('0 of 1 answers would differ\n')
    const { out } = await admin(['policies', 'replay', await chain(elsewhere)])
    expect(out).toMatch(/^AT .*\n\S+ +\S+ +registered +refused +invalid_redirect_uri .*\n\n1 of 1 answers would differ\n$/)
    expect((await admin(['policies', 'replay', await chain(elsewhere), '-o', 'name'])).out).toBe('1\n')
  })
})

describe('policies order', () => {
  it('wants each id once, and says which there are', async () => {
    const { admin, call, realm } = await server()
    for (const id of ['one', 'two'])
      await call('POST', 'policies', { id, policy: 'redirect-hosts', options: { hosts: ['app.example'] } })
    const refused = await admin(['policies', 'order', 'two'])
    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('must be each of one, two once') })
    expect(await admin(['policies', 'order', 'two', 'one', '-o', 'name'])).toMatchObject({ out: 'two\none\n' })
    expect(realm()?.policies.map(({ id }) => id)).toEqual(['two', 'one'])
  })
})
