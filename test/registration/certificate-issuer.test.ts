import { describe, expect, it } from 'vitest'
import type { ClientCertificateIssuerRule } from '../../src/registration/index.ts'
import { createWorld } from '../support/world.ts'

const tls = {
  grant_types: ['client_credentials'],
  response_types: [],
  token_endpoint_auth_method: 'tls_client_auth',
  tls_client_auth_subject_dn: 'CN=client,O=Bank,C=DE',
}

function worldWith(rule: ClientCertificateIssuerRule) {
  const world = createWorld({ clientCertificateIssuer: rule })
  const { capabilities } = world.realm
  const methods = [...(capabilities.values['token_endpoint_auth_method'] ?? []), 'tls_client_auth']
  world.realm = {
    ...world.realm,
    trustedCas: [{ id: 'ours', pem: '', crls: [] }],
    capabilities: {
      ...capabilities,
      features: { ...capabilities.features, mTLS: true },
      values: { ...capabilities.values, token_endpoint_auth_method: methods },
    },
  }
  return world
}

describe('the rule about issuers of client certificates', () => {
  it.each<ClientCertificateIssuerRule>([{ rule: 'none' }, { rule: 'one', trustedCa: 'gone' }])(
    '%j refuses tls_client_auth to whoever registers, and to an update',
    async (rule) => {
      const world = worldWith(rule)
      const refusal = { code: 'invalid_client_metadata', violations: [{ member: 'token_endpoint_auth_method' }] }
      await expect(world.register(tls)).rejects.toMatchObject(refusal)
      const { client, registration_access_token: token = '' } = await world.register({ redirect_uris: ['https://a.example/cb'] })
      await expect(
        world.update({ client_id: client.client_id, token }, { client_id: client.client_id, ...tls }),
      ).rejects.toMatchObject(refusal)
    },
  )

  it.each<ClientCertificateIssuerRule>([{ rule: 'any' }, { rule: 'one', trustedCa: 'ours' }])('%j admits it', async (rule) => {
    const { client } = await worldWith(rule).register(tls)
    expect(client.metadata).toMatchObject(tls)
  })

  it('does not bind an administrator', async () => {
    const { registration, realm } = worldWith({ rule: 'none' })
    const order = { realm, actor: 'administrator', body: tls, firstParty: false }
    expect((await registration.createByAdministrator(order)).client.metadata).toMatchObject(tls)
  })
})
