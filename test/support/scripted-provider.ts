import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

type Claims = Readonly<Record<string, unknown>>

/** What it does next; whatever is not told is as it should be. */
export interface Script {
  /** Members of the discovery document; `undefined` leaves one out. */
  readonly discovery?: Claims
  readonly idToken?: Claims
  /** Whatever it is. */
  readonly keySet?: unknown
  /** The whole token, instead of one that it signs. */
  readonly rawIdToken?: (claims: Claims) => Promise<string> | string
  readonly userinfo?: Claims
  /** Of the token endpoint: instead of tokens. */
  readonly tokenAnswer?: { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
}

/** An identity provider that does as it is told: it asks nobody for anything, and the test is the browser that comes back. */
export interface ScriptedProvider {
  readonly issuer: string
  script: Script
  /** The token requests that came, in order. */
  readonly requests: { readonly body: URLSearchParams; readonly authorization: string | undefined }[]
  /** As it signs its ID tokens. */
  sign(claims: Claims): Promise<string>
  /** The parameters that were pushed last. */
  readonly pushed: URLSearchParams
  /** Signs with the next key from now on, which its key set has. */
  rotate(): Promise<void>
  stop(): Promise<void>
}

export async function startScriptedProvider(): Promise<ScriptedProvider> {
  let keys = await newKeys('first')
  const nonces = new Map<string, { nonce: string; client: string; challenge: string }>()
  let pushed = new URLSearchParams()
  const server = createServer((request, response) => {
    void handle(request).then(({ status = 200, headers = {}, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider: ScriptedProvider = {
    issuer,
    script: {},
    requests: [],
    get pushed() {
      return pushed
    },
    sign: (claims) => sign(claims, keys),
    async rotate() {
      keys = await newKeys(`key-${Date.now()}`)
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  interface Answer {
    readonly status?: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: unknown
  }

  async function handle(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', issuer)
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return { body: { ...discovery(issuer), ...provider.script.discovery } }
      case '/jwks':
        return { body: provider.script.keySet ?? { keys: [keys.publicJwk] } }
      case '/par':
        pushed = new URLSearchParams(await textOf(request))
        return { status: 201, body: { request_uri: 'urn:pushed', expires_in: 60 } }
      case '/authorize':
        return authorize(url.searchParams.has('request_uri') ? pushed : url.searchParams)
      case '/token':
        return token(request)
      case '/userinfo':
        return { body: { sub: 'somebody', ...person, ...provider.script.userinfo } }
      default:
        return { status: 404 }
    }
  }

  /** A code for each request, as if somebody had signed in at once; the test carries it back, or another one. */
  function authorize(parameters: URLSearchParams): Answer {
    const code = `code-of-${parameters.get('state')}`
    nonces.set(code, {
      nonce: parameters.get('nonce') ?? '',
      client: parameters.get('client_id') ?? '',
      challenge: parameters.get('code_challenge') ?? '',
    })
    return { headers: { 'content-type': 'text/html' }, body: `<main>signed in at the provider</main>` }
  }

  async function token(request: IncomingMessage): Promise<Answer> {
    const body = new URLSearchParams(await textOf(request))
    provider.requests.push({ body, authorization: request.headers.authorization })
    const { script } = provider
    if (script.tokenAnswer !== undefined) return script.tokenAnswer
    const known = nonces.get(body.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url')
    if (known === undefined || known.challenge !== challenge) return { status: 400, body: { error: 'invalid_grant' } }
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: issuer,
      sub: 'somebody',
      aud: known.client,
      nonce: known.nonce,
      iat: now,
      exp: now + 300,
      ...script.idToken,
    }
    const id_token = (await script.rawIdToken?.(claims)) ?? (await sign(claims, keys))
    return { body: { access_token: 'an-access-token-of-the-provider', token_type: 'Bearer', expires_in: 60, id_token } }
  }

  return provider
}

const person = { preferred_username: 'somebody', name: 'Some Body', email: 'somebody@company.example', email_verified: true }

interface Keys {
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

async function newKeys(kid: string): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } }
}

function sign(claims: Claims, { privateKey, publicJwk }: Keys): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: publicJwk.kid ?? '' }).sign(privateKey)
}

function discovery(issuer: string): Claims {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256', 'RS256', 'HS256', 'none'],
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
