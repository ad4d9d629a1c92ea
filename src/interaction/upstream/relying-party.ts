import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildAuthorizationUrlWithPAR,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  clockTolerance,
  customFetch,
  discovery,
  fetchUserInfo,
  None,
} from 'openid-client'
import type { IdentityProvider, Realm } from '../../registration/index.ts'
import type { Attempt } from './attempts.ts'
import { asUpstreamFailure } from './explain-failure.ts'
import type { UpstreamPorts } from './ports.ts'
import { UpstreamFailure } from './upstream-failure.ts'
import { verifyIdTokenSignature } from './verify-id-token.ts'

/** Who a provider says has signed in there. */
export interface UpstreamIdentity {
  readonly issuer: string
  readonly subject: string
  /** Of ID token and userinfo. */
  readonly claims: Readonly<Record<string, unknown>>
  readonly amr: readonly string[]
  readonly authenticatedAt?: number
}

export interface AuthorizationWishes {
  readonly state: string
  readonly loginHint?: string
  readonly uiLocales?: string
}

/** The server as a client of an identity provider (OIDC Core §3.1). */
export interface RelyingParty {
  /** @throws UpstreamFailure */
  authorizationUrl(realm: Realm, provider: IdentityProvider, attempt: Attempt, wishes: AuthorizationWishes): Promise<URL>
  /** `answer`: the parameters that came to the redirect URI. @throws UpstreamFailure */
  redeem(realm: Realm, provider: IdentityProvider, attempt: Attempt, answer: URLSearchParams): Promise<UpstreamIdentity>
}

export function createRelyingParty(ports: UpstreamPorts): RelyingParty {
  return {
    authorizationUrl: (realm, provider, attempt, wishes) =>
      asUpstreamFailure(async () => {
        const config = await configure(ports, realm, provider)
        const parameters = await parametersOf(realm, provider, attempt, wishes)
        const build = config.serverMetadata().require_pushed_authorization_requests
          ? buildAuthorizationUrlWithPAR
          : buildAuthorizationUrl
        return judgeAddress(await build(config, parameters), provider)
      }),
    redeem: (realm, provider, attempt, answer) =>
      asUpstreamFailure(async () => {
        const config = await configure(ports, realm, provider)
        const state = answer.get('state') ?? ''
        const tokens = await authorizationCodeGrant(config, new URL(`${redirectUri(realm, provider)}?${answer}`), {
          expectedState: state,
          expectedNonce: attempt.nonce,
          pkceCodeVerifier: attempt.codeVerifier,
          idTokenExpected: true,
        })
        const idToken = tokens.claims()
        if (idToken === undefined || tokens.id_token === undefined) throw new UpstreamFailure('failed', 'there is no ID token')
        await verifyIdTokenSignature(tokens.id_token, config.serverMetadata().jwks_uri ?? '', ports.fetch)
        const userinfo = await userinfoOf(config, tokens.access_token, idToken.sub)
        return checkIdentity(provider, attempt, { ...idToken, ...userinfo, ...protocolClaimsOf(idToken) })
      }),
  }
}

/** One for each provider: an answer of one cannot be taken for another's (RFC 9700 §4.4.2.2). */
function redirectUri({ issuer }: Realm, { id }: IdentityProvider): string {
  return `${issuer}/upstream/${encodeURIComponent(id)}/callback`
}

/** What it says of itself is remembered by the way out, and the configuration is made anew for each sign-in. */
async function configure(ports: UpstreamPorts, realm: Realm, provider: IdentityProvider): Promise<Configuration> {
  const config = await discovery(
    new URL(provider.issuer),
    provider.clientId,
    { [clockTolerance]: provider.clockSkewSeconds },
    clientAuthentication(ports, realm, provider),
    {
      [customFetch]: (url, options) => ports.fetch(url, options as RequestInit),
      // Whether plain http may be spoken, and with whom, the way out decides.
      execute: [allowInsecureRequests],
    },
  )
  if (config.serverMetadata().issuer.replace(/\/$/, '') !== provider.issuer.replace(/\/$/, ''))
    throw new UpstreamFailure('failed', 'the discovery document is of another issuer')
  return config
}

function clientAuthentication(ports: UpstreamPorts, realm: Realm, { authMethod, sealedSecret }: IdentityProvider): ClientAuth {
  const secret = (): string => ports.vault.open(sealedSecret ?? '')
  switch (authMethod) {
    case 'none':
      return None()
    case 'client_secret_basic':
      return ClientSecretBasic(secret())
    case 'client_secret_post':
      return ClientSecretPost(secret())
    case 'private_key_jwt':
      return privateKeyJwt(ports, realm)
  }
}

const ASSERTION_LIFETIME_SECONDS = 60

/** RFC 7523 §3. The library takes keys, and ours do not leave the engine. */
function privateKeyJwt({ clientAssertions, newId }: UpstreamPorts, realm: Realm): ClientAuth {
  return async (as, { client_id }, body) => {
    const iat = Math.floor(Date.now() / 1000)
    const claims = { iss: client_id, sub: client_id, aud: as.issuer, jti: newId(), iat, exp: iat + ASSERTION_LIFETIME_SECONDS }
    const taken = as.token_endpoint_auth_signing_alg_values_supported
    body.set('client_id', client_id)
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    body.set('client_assertion', await clientAssertions.sign(realm, claims, Array.isArray(taken) ? taken : undefined))
  }
}

async function parametersOf(realm: Realm, provider: IdentityProvider, attempt: Attempt, wishes: AuthorizationWishes) {
  const prompt = attempt.asksAnew ? 'login' : provider.prompt
  const all = {
    redirect_uri: redirectUri(realm, provider),
    response_type: 'code',
    scope: provider.scopes.join(' '),
    state: wishes.state,
    nonce: attempt.nonce,
    code_challenge: await calculatePKCECodeChallenge(attempt.codeVerifier),
    code_challenge_method: 'S256',
    prompt,
    acr_values: provider.acrValues.join(' ') || undefined,
    max_age: attempt.maxAgeSeconds === undefined ? undefined : String(attempt.maxAgeSeconds),
    login_hint: provider.forwardLoginHint ? wishes.loginHint : undefined,
    ui_locales: wishes.uiLocales,
  }
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** People are sent there by us: over https, or as plainly as the operator wrote the issuer. */
function judgeAddress(url: URL, { issuer }: IdentityProvider): URL {
  const isWeb = url.protocol === 'https:' || (url.protocol === 'http:' && issuer.startsWith('http:'))
  if (!isWeb || url.username !== '' || url.password !== '')
    throw new UpstreamFailure('failed', 'the authorization endpoint is no https URL')
  return url
}

async function userinfoOf(config: Configuration, accessToken: string, subject: string): Promise<object> {
  return config.serverMetadata().userinfo_endpoint === undefined ? {} : fetchUserInfo(config, accessToken, subject)
}

/** Signed, and about this very sign-in: userinfo has no say in them. */
function protocolClaimsOf(idToken: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const names = ['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'acr', 'amr', 'azp']
  return Object.fromEntries(names.map((name) => [name, idToken[name]]))
}

const SUBJECT_LENGTH_MAX = 255

function checkIdentity(
  provider: IdentityProvider,
  attempt: Attempt,
  claims: Readonly<Record<string, unknown>>,
): UpstreamIdentity {
  const { iss, sub, acr, amr, auth_time: authTime } = claims
  const subject = String(sub)
  if (subject === '' || subject.length > SUBJECT_LENGTH_MAX || !/^[\x20-\x7E]+$/.test(subject))
    throw new UpstreamFailure('failed', 'the subject is no text of up to 255 ASCII characters')
  if (provider.acrValues.length > 0 && !provider.acrValues.includes(String(acr)))
    throw new UpstreamFailure('notStrongEnough', 'acr is not among those that were asked for')
  checkAuthenticationTime(provider, attempt, authTime)
  return {
    issuer: String(iss),
    subject,
    claims,
    amr: Array.isArray(amr) ? amr.filter((value): value is string => typeof value === 'string') : [],
    ...(typeof authTime === 'number' ? { authenticatedAt: Math.floor(authTime) } : {}),
  }
}

/** Judged by when the request was made, not by how long the person then took (OIDC Core §3.1.2.1, `max_age`). */
function checkAuthenticationTime({ clockSkewSeconds }: IdentityProvider, attempt: Attempt, authTime: unknown): void {
  const { maxAgeSeconds, asksAnew, startedAt } = attempt
  if (typeof authTime !== 'number') {
    if (maxAgeSeconds !== undefined) throw new UpstreamFailure('notStrongEnough', 'auth_time is missing, which max_age asks for')
    return
  }
  const ageAtStart = startedAt - authTime - clockSkewSeconds
  if (ageAtStart > (asksAnew ? 0 : (maxAgeSeconds ?? Number.POSITIVE_INFINITY)))
    throw new UpstreamFailure('notStrongEnough', 'the person signed in there too long ago')
}
