import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { importPKCS8 } from 'jose'
import type { JsonObject, RegistrationSettings } from '../../src/registration/index.ts'
import { authority, type Certificate, issueCertificate } from '../support/certificates.ts'
import { withSettings } from '../support/change-realm.ts'
import { clientKey } from '../support/client-keys.ts'
import { type DocumentServer, startDocumentServer } from '../support/document-server.ts'
import { type Signer, signJwt } from '../support/statement-issuer.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** Where nobody has a reason to go: a private address, which counts who comes. */
export interface Canary {
  readonly origin: string
  visits(): number
  stop(): Promise<void>
}

/** A whole server whose realm believes three statement issuers, and a public server that an attacker publishes on. */
export interface AttackedRealm {
  readonly server: TestServer
  readonly documents: DocumentServer
  readonly canary: Canary
  readonly directory: Signer
  readonly software: Awaited<ReturnType<typeof clientKey>>
  readonly attacker: Signer
  /** Claims of the directory about a software, good for one client. */
  claims(more?: JsonObject): JsonObject
  sign(claims?: JsonObject, header?: JsonObject, by?: Signer): Promise<string>
  /** What an administrator sees of clients and initial access tokens: all that an attack could have changed. */
  stored(): Promise<string>
  initialAccessToken(usesMax?: number): Promise<{ readonly authorization: string }>
  stop(): Promise<void>
}

const directoryIssuer = 'https://directory.example'

export async function startAttackedRealm(settings: Partial<RegistrationSettings> = {}): Promise<AttackedRealm> {
  const [documents, canary] = [await startDocumentServer(), await startCanary()]
  const change = withSettings(settings)
  const server = await startTestServer({ change: (configuration) => change(documents.trusted(configuration)) })
  const directory = await clientKey('ES256', 'key-1')
  const rsa = await clientKey('PS256', 'rsa-1')
  const software = await clientKey('PS256', 'software-1')
  const attacker = await clientKey('ES256', 'key-1')
  const sign: AttackedRealm['sign'] = (claims = newClaims(server), header = {}, by = directory) =>
    signJwt(claims, { alg: 'ES256', kid: 'key-1', ...header }, by)
  const realm: AttackedRealm = {
    ...{ server, documents, canary, directory, software, attacker, sign },
    claims: (more = {}) => newClaims(server, { jwks: { keys: [software.jwk as JsonObject] }, ...more }),
    async stored() {
      const paths = ['clients?limit=200', 'initial-access-tokens?limit=200']
      const answers = await Promise.all(paths.map((path) => server.admin('GET', `/realms/default/${path}`)))
      return (await Promise.all(answers.map((answer) => answer.text()))).join('\n')
    },
    async initialAccessToken(usesMax = 1) {
      const answer = await administered(server, 'POST', 'initial-access-tokens', { usesMax })
      return { authorization: `Bearer ${answer['value']}` }
    },
    stop: async () => void (await Promise.all([server.stop(), documents.stop(), canary.stop()])),
  }
  const strict = { algorithms: ['ES256', 'PS256'], audience: 'required', requireExpiry: true, maxAgeSeconds: 600 }
  await administered(server, 'POST', 'statement-issuers', {
    ...{ id: 'directory', issuer: directoryIssuer, keys: { kind: 'jwks', jwks: { keys: [directory.jwk, rsa.jwk] } } },
    ...{ ...strict, replay: 'refused', precedence: 'statement-wins', memberPrecedence: { redirect_uris: 'subset' } },
  })
  const location = `${canary.origin}/keys`
  const jwksUri = documents.publish('/moved', { status: 302, headers: { location }, body: { keys: [attacker.jwk] } })
  await administered(server, 'POST', 'statement-issuers', {
    ...{ id: 'moved', issuer: 'https://moved.example', keys: { kind: 'jwks-uri', jwksUri }, ...strict },
  })
  return realm
}

/** Another issuer, by certificates: how one is made that its CA vouches for, and how one of another CA. */
export async function trustCertificates(server: TestServer) {
  const ca = issueCertificate({ subject: '/O=Scheme/CN=Root', extensions: authority })
  const other = issueCertificate({ subject: '/O=Scheme/CN=Root', extensions: authority })
  await administered(server, 'POST', 'trusted-cas', { id: 'scheme', pem: ca.cert })
  await administered(server, 'POST', 'statement-issuers', {
    ...{ id: 'scheme', issuer: 'https://scheme.example', keys: { kind: 'certificates', trustedCas: ['scheme'] } },
    ...{ algorithms: ['ES256'], audience: 'required', requireExpiry: true },
  })
  const signerOf = async (certificate: Certificate): Promise<Signer & { readonly x5c: readonly string[] }> => ({
    jwk: {},
    privateKey: await importPKCS8(certificate.key, 'ES256'),
    x5c: [certificate.cert.replace(/-----[A-Z ]+-----|\s/g, '')],
  })
  return {
    genuine: await signerOf(issueCertificate({ subject: '/O=Scheme/CN=signer', issuer: ca })),
    forged: await signerOf(issueCertificate({ subject: '/O=Scheme/CN=signer', issuer: other })),
  }
}

/** As an administrator of realm `default`; whatever is not a success is a fault of the test. */
async function administered(server: TestServer, method: string, path: string, body?: object): Promise<JsonObject> {
  const answer = await server.admin(method, `/realms/default/${path}`, body)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text === '' ? {} : (JSON.parse(text) as JsonObject)
}

export const seconds = (): number => Math.floor(Date.now() / 1000)

function newClaims({ url }: TestServer, more: JsonObject = {}): JsonObject {
  const now = seconds()
  return {
    ...{ iss: directoryIssuer, aud: url, iat: now - 5, exp: now + 300, jti: crypto.randomUUID() },
    ...{ client_name: 'Attested', software_id: 'one', redirect_uris: ['https://app.example/cb'], ...more },
  }
}

async function startCanary(): Promise<Canary> {
  let visits = 0
  const server = createServer((_request, response) => response.end('{"keys":[]}'))
  server.on('connection', () => {
    visits += 1
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    visits: () => visits,
    stop: async () => void (await new Promise((closed) => server.close(closed))),
  }
}
