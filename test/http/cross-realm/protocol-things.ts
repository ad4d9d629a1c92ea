import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import type { JsonObject } from '../../../src/registration/index.ts'
import { authority, type Certificate, issueCertificate } from '../../support/certificates.ts'
import { clientKey } from '../../support/client-keys.ts'
import { authorizationUrl, codeVerifier, type Parameters, post, type TokenBody } from '../../support/flows.ts'
import { createDpopKey } from '../../support/proofs.ts'
import { type RegisteredClient, registered } from '../../support/registration-client.ts'
import type { TestServer } from '../../support/test-server.ts'
import { authorizeAsAlice } from './cookie-jar.ts'
import { call, issuerOf } from './furnish-realm.ts'
import { nonexistent } from './nonexistent.ts'

export const redirect_uri = 'https://rp.example/cb'
export const twin: Parameters = { client_id: 'twin', client_secret: 'the-secret-of-the-twin' }
const registrar: Parameters = { client_id: 'registrar', client_secret: 'the-secret-of-the-registrar' }
const twinClient = { client_id: 'twin', client_secret: twin['client_secret'], redirect_uris: [redirect_uri] }
export const codeGrant = { grant_type: 'authorization_code', redirect_uri, code_verifier: codeVerifier }

export type Signer = Awaited<ReturnType<typeof clientKey>>

/** Keys that clients and issuers have which both realms know. */
export interface Shared {
  readonly client: Signer
  readonly publisher: Signer
  readonly dpop: Awaited<ReturnType<typeof createDpopKey>>
}

/** What a realm has given out, or what somebody has made for it. */
export interface ProtocolThings {
  readonly issuer: string
  readonly client: RegisteredClient
  readonly initialAccessToken: string
  readonly registrationToken: string
  readonly tokens: TokenBody
  /** A JWT, for the API. */
  readonly apiToken: string
  readonly requestUri: string
  readonly userCode: string
  /** Assertions, statements and requests whose `aud` is the realm. */
  readonly assertion: string
  readonly softwareStatement: string
  readonly signedRequest: string
  readonly requestObject: string
  readonly resource: string
  /** Whose word counts in the realm alone, for whatever audience. */
  speak(audience: string): Promise<string>
  attest(): Promise<string>
  readonly certificate: Certificate
  /** Of one use each: new ones with every call. */
  code(): Promise<string>
  refreshToken(): Promise<string>
  deviceCode(): Promise<string>
  backchannelRequest(): Promise<string>
  /** With another client and other assertions, since some are used up. */
  renew(): Promise<ProtocolThings>
}

export async function createShared(): Promise<Shared> {
  return {
    client: await clientKey('ES256', 'client-1'),
    publisher: await clientKey('ES256', 'publisher-1'),
    dpop: await createDpopKey(),
  }
}

const inTenMinutes = (): number => Math.floor(Date.now() / 1000) + 500
const sign = ({ privateKey }: Signer, kid: string, claims: JsonObject): Promise<string> =>
  new SignJWT({ jti: randomUUID(), ...claims })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuedAt()
    .setExpirationTime(inTenMinutes())
    .sign(privateKey)

const statementClaims = ({ client }: Shared): JsonObject => ({
  client_name: 'Attested',
  redirect_uris: [redirect_uri],
  jwks: { keys: [client.jwk as JsonObject] },
})

/** As somebody makes them who wants something of the realm with this issuer. */
async function madeFor(issuer: string, shared: Shared) {
  const statement = (aud: string) =>
    sign(shared.publisher, 'publisher-1', { iss: 'https://publisher.example', aud, ...statementClaims(shared) })
  const keyed = { iss: 'keyed', aud: issuer }
  const asked = { client_id: 'keyed', redirect_uri, response_type: 'code', scope: 'openid' }
  return {
    assertion: await sign(shared.client, 'client-1', { ...keyed, sub: 'keyed' }),
    softwareStatement: await statement(issuer),
    requestObject: await sign(shared.client, 'client-1', { ...keyed, ...asked }),
    // For whichever realm the statement is, the request names one.
    signedRequest: await sign(shared.client, 'client-1', { ...keyed, software_statement: await attestedForAll(shared) }),
  }
}

function attestedForAll(shared: Shared): Promise<string> {
  return sign(shared.publisher, 'publisher-1', {
    iss: 'https://publisher.example',
    aud: 'https://both.example',
    ...statementClaims(shared),
  })
}

/** Both realms know these clients and issuers; each has an issuer, an authority and a resource of its own. */
export async function mintThings(server: TestServer, realm: string, shared: Shared): Promise<ProtocolThings> {
  const issuer = issuerOf(server, realm)
  const place = { url: issuer }
  const [speaker, attester] = [await clientKey('ES256', 'speaker'), await clientKey('ES256', 'attester')]
  const ca = issueCertificate({ subject: `/O=${realm}/CN=Authority`, extensions: authority })
  const administer = (method: string, path: string, body: object) => call(server, method, `/realms/${realm}/${path}`, body)

  await administer('PUT', 'registration-settings', settings)
  await administer('POST', 'trusted-cas', { id: `ca-of-${realm}`, pem: ca.cert })
  await administer('POST', 'statement-issuers', statementIssuer('publisher', shared.publisher, 'required'))
  await administer('POST', 'statement-issuers', statementIssuer(`attester-of-${realm}`, attester, 'optional'))
  await administer('POST', 'assertion-issuers', {
    ...{ id: 'speaker', issuer: `https://speaker-of-${realm}.example`, keys: { kind: 'jwks', jwks: { keys: [speaker.jwk] } } },
    ...{ uses: ['jwt-bearer', 'token-exchange'], clients: 'any', scopes: ['read'], audiences: ['https://both.example'] },
    subject: { kind: 'foreign' },
  })
  await administer('POST', 'resources', {
    ...{ id: `resource-of-${realm}`, identifier: `https://${realm}.example`, scopes: ['read'], publishMetadata: true },
  })
  await administer('POST', 'clients', keyedClient(shared))
  await administer('POST', 'clients', certifiedClient)
  const { value } = await administer('POST', 'initial-access-tokens', { usesMax: 1000 })
  const initialAccessToken = String(value)
  const asked = { redirect_uris: [redirect_uri], token_endpoint_auth_method: 'client_secret_post' }

  const byTwin = async (path: string, parameters: Parameters) => {
    const { status, body } = await post(place, path, { ...twin, ...parameters })
    if (status >= 300) throw new Error(`${realm} ${path}: ${status} ${JSON.stringify(body)}`)
    return body as Readonly<Record<string, unknown>>
  }
  const codeFor = async (parameters: Parameters) => {
    const back = await authorizeAsAlice(authorizationUrl(place, twinClient, parameters))
    return back.searchParams.get('code') ?? back.href
  }
  const code = () => codeFor({ scope: 'openid read' })
  const tokens = async () => {
    const asked = await codeFor({ scope: 'openid read offline_access', prompt: 'consent' })
    return (await byTwin('/token', { ...codeGrant, code: asked })) as TokenBody
  }
  const registrationTokens = await post(place, '/token', {
    ...registrar,
    grant_type: 'client_credentials',
    scope: 'dynamic_client_registration',
  })

  const newClient = () => registered({ url: issuer }, asked, { authorization: `Bearer ${initialAccessToken}` })
  const pushRequest = async () => String((await byTwin('/par', { ...pushed }))['request_uri'])
  const things: ProtocolThings = {
    issuer,
    initialAccessToken,
    client: await newClient(),
    registrationToken: registrationTokens.body.access_token,
    tokens: await tokens(),
    apiToken: String(
      (await byTwin('/token', { grant_type: 'client_credentials', scope: 'read', resource: 'https://api.example' }))[
        'access_token'
      ],
    ),
    requestUri: await pushRequest(),
    userCode: String((await byTwin('/device_authorization', { scope: 'openid' }))['user_code']),
    ...(await madeFor(issuer, shared)),
    resource: `resource-of-${realm}`,
    speak: (aud) => sign(speaker, 'speaker', { iss: `https://speaker-of-${realm}.example`, sub: 'somebody', aud }),
    attest: () => sign(attester, 'attester', { iss: `https://attester-of-${realm}.example`, ...statementClaims(shared) }),
    certificate: issueCertificate({ subject: '/CN=certified', issuer: ca }),
    code,
    refreshToken: async () => (await tokens()).refresh_token,
    deviceCode: async () => String((await byTwin('/device_authorization', { scope: 'openid' }))['device_code']),
    backchannelRequest: async () =>
      String((await byTwin('/backchannel', { scope: 'openid', login_hint: 'alice' }))['auth_req_id']),
    renew: async (): Promise<ProtocolThings> => ({
      ...things,
      client: await newClient(),
      requestUri: await pushRequest(),
      ...(await madeFor(issuer, shared)),
    }),
  }
  return things
}

const settings = {
  ...{ enabled: true, initialAccessTokenRequired: true, initialAccessTokenScopes: ['dynamic_client_registration'] },
  ...{ defaultScopes: ['openid'], agentsAllowed: true },
  signedRequests: { accepted: 'also', algorithms: ['ES256'], audiences: [], audienceRequired: true, jti: 'optional' },
}

const statementIssuer = (id: string, { jwk }: Signer, audience: string) => ({
  ...{ id, issuer: `https://${id}.example`, keys: { kind: 'jwks', jwks: { keys: [jwk] } }, algorithms: ['ES256'] },
  ...{ audience, audiences: ['https://both.example'] },
})

const keyedClient = ({ client }: Shared) => ({
  ...{ client_id: 'keyed', token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [client.jwk] }, scope: 'openid read' },
  ...{ grant_types: ['authorization_code', 'client_credentials'], redirect_uris: [redirect_uri], firstParty: true },
})

const certifiedClient = {
  ...{ client_id: 'certified', token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: 'CN=certified' },
  ...{ grant_types: ['client_credentials'], response_types: [], scope: 'read' },
}

const pushed = {
  redirect_uri,
  response_type: 'code',
  scope: 'openid',
  code_challenge: 'a'.repeat(43),
  code_challenge_method: 'S256',
}

/** Things of the same looks that no realm knows. */
export async function nowhereLike(things: ProtocolThings, shared: Shared): Promise<ProtocolThings> {
  const stranger = await clientKey('ES256', 'speaker')
  const other = async (mint: () => Promise<string>) => nonexistent(await mint())
  const { client, tokens } = things
  return {
    ...things,
    ...(await madeFor('https://nowhere.example', shared)),
    issuer: 'https://nowhere.example',
    client: {
      ...client,
      client_id: nonexistent(client.client_id),
      registration_access_token: nonexistent(client.registration_access_token),
    },
    initialAccessToken: nonexistent(things.initialAccessToken),
    registrationToken: nonexistent(things.registrationToken),
    tokens: Object.fromEntries(
      Object.entries(tokens).map(([name, value]) => [name, name.endsWith('_token') ? nonexistent(String(value)) : value]),
    ) as unknown as TokenBody,
    apiToken: nonexistent(things.apiToken),
    requestUri: nonexistent(things.requestUri),
    userCode: nonexistentUserCode(things.userCode),
    resource: nonexistent(things.resource),
    speak: (aud) => sign(stranger, 'speaker', { iss: 'https://speaker-of-nobody.example', sub: 'somebody', aud }),
    attest: () => sign(stranger, 'attester', { iss: 'https://attester-of-nobody.example', ...statementClaims(shared) }),
    certificate: issueCertificate({
      subject: '/CN=certified',
      issuer: issueCertificate({ subject: '/CN=Nobody', extensions: authority }),
    }),
    code: () => other(things.code),
    refreshToken: () => other(things.refreshToken),
    deviceCode: () => other(things.deviceCode),
    backchannelRequest: () => other(things.backchannelRequest),
  }
}

/** Of the same letters: others would be no code at all. */
function nonexistentUserCode(code: string): string {
  return code.replace(/.$/, (last) => (last === 'B' ? 'C' : 'B'))
}
