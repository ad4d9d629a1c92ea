import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, issueCertificate } from '../../support/certificates.ts'
import { brazilCases } from './brazil-cases.ts'
import { byTitle, type Case, expectRefusal, membersOf } from './cases.ts'
import { type Answer, type Call, type Changes, type Ecosystem, startEcosystem } from './ecosystem.ts'
import { refresh, signIn, tokens } from './tokens.ts'

const softwareId = '6d2a6f7e-6c4b-4b1a-9a0e-2f2f6a7f1b11'
const organisation = 'OFBBR-a1b2c3d4-0000-4000-8000-00000000cafe'
const redirectUri = 'https://app.acme.example/callback'
const webhook = 'https://app.acme.example/webhook'

/** OFBR-DN-03: the value with its DER, as a UTF8String (0C) or a PrintableString (13). */
const der = (text: string, tag = '0c') => `#${tag}${text.length.toString(16)}${Buffer.from(text).toString('hex')}`
const subject = `UID=${softwareId},CN=app.acme.example,2.5.4.97=${der(organisation)},O=Acme Accounts,C=BR`

const good = {
  redirect_uris: [redirectUri],
  token_endpoint_auth_method: 'tls_client_auth',
  tls_client_auth_subject_dn: subject,
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  response_types: ['code'],
  webhook_uris: [webhook],
}

describe('Open Finance Brasil (examples/open-banking-brazil.yaml)', () => {
  let brazil: Ecosystem
  let registered: Answer
  let client_id: string
  let token: string
  /** Another software of another organisation. */
  let other: Certificate
  beforeAll(async () => {
    brazil = await startEcosystem('brazil')
    other = brazil.certify('/C=BR/O=Other/organizationIdentifier=OFBBR-o2/CN=other.example/UID=s2')
    registered = await submit('POST', await bodyOf({}))
    client_id = String(registered.body['client_id'])
    token = String(registered.body['registration_access_token'])
  })
  afterAll(() => brazil?.stop())

  it('advertises mutual TLS for registration, token, userinfo and pushed requests in discovery (OFBR-01)', async () => {
    const discovery = await (await fetch(`${brazil.bank.url}/.well-known/openid-configuration`)).json()
    const { mtlsUrl } = brazil
    expect(discovery).toMatchObject({
      mtls_endpoint_aliases: {
        registration_endpoint: `${mtlsUrl}/register`,
        token_endpoint: `${mtlsUrl}/token`,
        userinfo_endpoint: `${mtlsUrl}/userinfo`,
        pushed_authorization_request_endpoint: `${mtlsUrl}/par`,
      },
      id_token_signing_alg_values_supported: ['PS256'],
    })
  })

  describe.each(['POST', 'PUT'] as const)('%s refuses, and stores nothing:', (method) => {
    it.each(byTitle(brazilCases))('%s', async (_title, one) => {
      await expectRefusal(brazil, async () => submit(method, await bodyOf(one)), one)
    })

    it('no certificate, and one that nobody vouches for (OFBR-03, OFBR-09)', async () => {
      const selfMade = issueCertificate({ subject: `/C=BR/organizationIdentifier=${organisation}/UID=${softwareId}` })
      for (const certificate of [null, selfMade]) await refusesCertificate(certificate)
    })

    it('the certificate of another software (OFBR-14), or organisation (OFBR-15, OFBR-23)', async () => {
      await refusesCertificate(brazil.certify(`/C=BR/organizationIdentifier=${organisation}/CN=app/UID=s2`))
      await refusesCertificate(brazil.certify(`/C=BR/organizationIdentifier=OFBBR-o2/CN=app/UID=${softwareId}`))
      await refusesCertificate(brazil.certify(`/C=BR/organizationIdentifier=${organisation.slice(6)}/CN=app/UID=${softwareId}`))
    })

    it.each([
      ['/jwks', 'the key set behind jwks_uri must hold a key with use enc'],
      ['/nothing', 'jwks_uri must lead to a JWK Set'],
    ])('keys at %s of the directory (OFBR-21): %s', async (path, reason) => {
      const { software_jwks_uri: good } = decodeJwt<{ software_jwks_uri: string }>(await brazil.statement())
      const statement = { software_jwks_uri: new URL(path, good).href }
      const before = await brazil.stored()
      const { status, body } = await submit(method, await bodyOf({ statement }))
      expect([status, body['error']]).toEqual([400, 'invalid_client_metadata'])
      expect(body['error_description']).toContain(reason)
      expect(await brazil.stored()).toBe(before)
    })

    async function refusesCertificate(certificate: Certificate | null): Promise<void> {
      const refused = method === 'POST' ? { error: 'invalid_client_metadata' } : { status: 401, error: 'invalid_token' }
      await expectRefusal(brazil, async () => submit(method, await bodyOf({}), { certificate }), refused)
    }
  })

  it('refuses a second registration of the same software (OFBR-22)', async () => {
    await expectRefusal(brazil, async () => submit('POST', await bodyOf({})), { error: 'invalid_client_metadata' })
  })

  it('wants the registration access token and the certificate for management (OFBR-09)', async () => {
    for (const method of ['GET', 'DELETE']) {
      const refused = { status: 401, error: 'invalid_token' }
      await expectRefusal(brazil, () => brazil.call(place(), { method }), refused)
      await expectRefusal(brazil, () => manage(method, { headers: { authorization: 'Bearer wrong' } }), refused)
      await expectRefusal(brazil, () => manage(method, { certificate: null }), refused)
      await expectRefusal(brazil, () => manage(method, { certificate: other }), refused)
    }
    const put = { headers: { 'content-type': 'application/json' }, body: await bodyOf({}) }
    await expectRefusal(brazil, () => brazil.call(place(), { method: 'PUT', ...put }), { status: 401, error: 'invalid_token' })
  })

  it('registers what the statement says, all scopes of the active roles, and PS256 (OFBR-11, OFBR-D-01 to OFBR-D-03)', () => {
    expect(registered.status).toBe(201)
    expect(registered.body).toMatchObject({
      ...good,
      client_name: 'Acme Contas',
      logo_uri: 'https://app.acme.example/logo.png',
      jwks_uri: registered.body['software_jwks_uri'],
      software_statement: expect.stringMatching(/^ey/),
      org_name: 'Acme Contas S.A.',
      id_token_signed_response_alg: 'PS256',
      request_object_signing_alg: 'PS256',
      tls_client_certificate_bound_access_tokens: true,
      // OFBR-24
      registration_access_token: expect.stringMatching(/.+/),
      registration_client_uri: `${brazil.mtlsUrl}/register/${client_id}`,
    })
    const scopes = String(registered.body['scope']).split(' ')
    expect(scopes).toEqual(expect.arrayContaining(['openid', 'accounts', 'consents', 'resources', 'funds']))
    expect(scopes).not.toContain('payments')
  })

  it('lets the statement win over what the request says of itself (OFBR-11), and leaves inactive roles out (OFBR-10)', async () => {
    const request = { client_name: 'Banco Central', tos_uri: 'https://evil.example/', scope: 'payments accounts openid' }
    const { status, body } = await submit('PUT', await bodyOf({ request }))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      client_name: 'Acme Contas',
      tos_uri: 'https://app.acme.example/terms',
      scope: 'accounts openid',
    })
  })

  it('encrypts with RSA-OAEP and A256GCM where a client wants ID tokens encrypted (OFBR-D-01)', async () => {
    const encrypted = { id_token_encrypted_response_alg: 'RSA-OAEP' }
    const { status, body } = await submit('PUT', await bodyOf({ request: encrypted }))
    expect(status).toBe(200)
    expect(body).toMatchObject({ ...encrypted, id_token_encrypted_response_enc: 'A256GCM' })
  })

  it('does without webhooks where a request names none (OFBR-20)', async () => {
    expect((await submit('PUT', await bodyOf({ request: { webhook_uris: undefined } }))).body).not.toHaveProperty('webhook_uris')
  })

  it('takes back what it has answered, and keeps the registration access token (OFBR-19)', async () => {
    let answer = (await manage('GET')).body
    for (let round = 0; round < 3; round += 1) {
      const updated = await submit('PUT', JSON.stringify(answer))
      expect(updated.status).toBe(200)
      expect(updated.body).toEqual(answer)
      answer = updated.body
    }
    expect(answer['registration_access_token']).toBe(token)
  })

  it.each([
    ['as it was registered', subject],
    ['in other case, with blanks', subject.replace('Acme Accounts', 'ACME   accounts').replace('2.5.4.97=#0c', '2.5.4.97=#0C')],
    ['with a PrintableString (OFBR-DN-04)', subject.replace(der(organisation), der(organisation, '13'))],
  ])('gives a token to a certificate whose subject is the registered one, %s (OFBR-16)', async (_how, text) => {
    expect((await submit('PUT', await bodyOf({ request: { tls_client_auth_subject_dn: text } }))).status).toBe(200)
    const { status, body } = await tokens(brazil, ownToken)
    expect(status).toBe(200)
    expect(body).toMatchObject({ token_type: 'Bearer', scope: 'accounts' })
    expect((await tokens(brazil, ownToken, other)).status).toBe(401)
  })

  it.each([
    ['in another order', `C=BR,O=Acme Accounts,2.5.4.97=${der(organisation)},CN=app.acme.example,UID=${softwareId}`],
    ['in part', 'CN=app.acme.example,O=Acme Accounts,C=BR'],
  ])('gives no token to a certificate whose subject is the registered one %s (OFBR-16)', async (_how, text) => {
    expect((await submit('PUT', await bodyOf({ request: { tls_client_auth_subject_dn: text } }))).status).toBe(200)
    expect((await tokens(brazil, ownToken)).status).toBe(401)
  })

  it('keeps what people have consented to at an update (OFBR-17)', async () => {
    expect((await submit('PUT', await bodyOf({}))).status).toBe(200)
    const flow = { response_type: 'code', scope: 'openid accounts', redirect_uri: redirectUri }
    const first = await signIn(brazil, client_id, flow)
    expect(first.status).toBe(200)
    expect((await submit('PUT', await bodyOf({}))).status).toBe(200)
    expect((await refresh(brazil, client_id, first)).status).toBe(200)
  })

  it('registers another software, deletes it, and registers it again (OFBR-25)', async () => {
    const theirs = {
      request: { token_endpoint_auth_method: 'private_key_jwt', tls_client_auth_subject_dn: undefined },
      statement: { software_id: 's2', org_id: 'o2' },
    }
    const { status, body } = await submit('POST', await bodyOf(theirs), { certificate: other })
    expect(status).toBe(201)
    expect(body).toMatchObject({ token_endpoint_auth_signing_alg: 'PS256' })
    const id = String(body['client_id'])
    const form = { client_id: id, grant_type: 'client_credentials', scope: 'accounts' }
    expect((await tokens(brazil, form, other)).status).toBe(200)
    const own = { headers: { authorization: `Bearer ${body['registration_access_token']}` }, certificate: other }
    expect((await brazil.call(place(id), { method: 'DELETE', ...own })).status).toBe(204)
    expect((await brazil.call(place(id), own)).status).toBe(401)
    expect(await tokens(brazil, form, other)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect((await submit('POST', await bodyOf(theirs), { certificate: other })).status).toBe(201)
  })

  const ownToken = {
    get client_id() {
      return client_id
    },
    grant_type: 'client_credentials',
    scope: 'accounts',
  }

  /** An update names its client (RFC 7592 §2.2); a registration that names one is not listened to. */
  async function bodyOf(one: Omit<Case, 'title' | 'error'>): Promise<string> {
    const named: Changes = client_id === undefined ? {} : { client_id }
    return JSON.stringify({ ...named, ...(await membersOf(brazil, good, one)) })
  }

  function place(id = client_id): string {
    return `/register/${id}`
  }

  function submit(method: 'POST' | 'PUT', body: string, rest: Call = {}): Promise<Answer> {
    const headers = { 'content-type': 'application/json' }
    const call = { method, body, ...rest }
    if (method === 'POST') return brazil.call('/register', { ...call, headers })
    return brazil.call(place(), { ...call, headers: { ...headers, authorization: `Bearer ${token}` } })
  }

  function manage(method: string, call: Call = {}): Promise<Answer> {
    return brazil.call(place(), { method, headers: { authorization: `Bearer ${token}` }, ...call })
  }
})
