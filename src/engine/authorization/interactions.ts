import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Interaction as EngineInteraction, errors, type Grant, type InteractionResults } from 'oidc-provider'
import type { Client, EpochSeconds, Realm } from '../../registration/index.ts'
import { faceDigest } from '../clients/client-face.ts'
import { isServed } from '../clients/projection.ts'
import type { Consent } from '../ports.ts'
import { type Runtime, words } from '../runtime.ts'
import { acrOf } from './acr.ts'
import { describeRequest, type InteractionRequest, wasShown } from './interaction-request.ts'

/** A pending authorization request: who asks for what, and what is still missing. */
export interface PendingInteraction {
  readonly uid: string
  readonly prompt: 'login' | 'consent'
  readonly reasons: readonly string[]
  readonly client: Client
  readonly redirectUri?: string
  readonly accountId?: string
  readonly loginHint?: string
  readonly uiLocales?: string
  readonly scopes: readonly string[]
  readonly missingScopes: readonly string[]
  readonly missingClaims: readonly string[]
  readonly resources: readonly string[]
  readonly missingResourceScopes: Readonly<Record<string, readonly string[]>>
  readonly authorizationDetails: readonly Readonly<Record<string, unknown>>[]
  readonly request: InteractionRequest
  /** The person agreed to exactly this before signing in, in this browser and on the way of this very request. */
  readonly isConsentGiven: boolean
}

export interface SignInResult {
  readonly accountId: string
  readonly amr: readonly string[]
  readonly remember: boolean
  /** When the person proved who they are, if that was not just now. */
  readonly authenticatedAt?: EpochSeconds
  /** What the person agreed to before signing in: the `digest` of the request. */
  readonly consentTo?: string
}

export interface EngineInteractions {
  find(realm: Realm, request: IncomingMessage, response: ServerResponse): Promise<PendingInteraction | undefined>
  signedIn(realm: Realm, request: IncomingMessage, response: ServerResponse, login: SignInResult): Promise<void>
  consented(realm: Realm, request: IncomingMessage, response: ServerResponse): Promise<void>
  denied(realm: Realm, request: IncomingMessage, response: ServerResponse): Promise<void>
}

export function createInteractions(currentRuntime: (realm: Realm) => Promise<Runtime>): EngineInteractions {
  return {
    async find(realm, request, response) {
      const runtime = await currentRuntime(realm)
      const details = await findDetails({ runtime, request, response })
      return details === undefined ? undefined : describe(runtime, details)
    },
    async signedIn(realm, request, response, { accountId, amr, remember, authenticatedAt: ts, consentTo }) {
      const asked = { runtime: await currentRuntime(realm), request, response }
      const login = { accountId, amr: [...amr], ...acrOf(realm, amr), remember, ...(ts === undefined ? {} : { ts }) }
      await finish(asked, { login, ...(consentTo === undefined ? {} : { consentTo }) }, false)
    },
    async consented(realm, request, response) {
      const asked = { runtime: await currentRuntime(realm), request, response }
      const details = await findDetails(asked)
      const grant = details === undefined ? undefined : await grantFor(asked.runtime, details)
      if (grant === undefined) return answerGone(asked)
      await rememberConsent(asked.runtime, grant)
      await finish(asked, { consent: { grantId: grant.jti } }, true)
    },
    async denied(realm, request, response) {
      const asked = { runtime: await currentRuntime(realm), request, response }
      await finish(asked, { error: 'access_denied', error_description: 'the request was denied' }, false)
    },
  }
}

interface Asked {
  readonly runtime: Runtime
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** The cookie binds the interaction to the browser that began it (SEC-CON-03). */
async function findDetails({ runtime, request, response }: Asked): Promise<EngineInteraction | undefined> {
  try {
    return await runtime.provider.interactionDetails(request, response)
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined
    throw error
  }
}

async function finish({ runtime, request, response }: Asked, result: InteractionResults, isContinued: boolean): Promise<void> {
  if ((await findDetails({ runtime, request, response })) === undefined) return answerGone({ runtime, request, response })
  await runtime.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: isContinued })
}

function answerGone({ runtime: { ports, realm }, request, response }: Asked): void {
  const locales = request.headers['accept-language'] ?? ''
  const page = ports.pages.error({
    realm,
    locales,
    error: 'invalid_request',
    description: 'the request has expired, or was answered already',
  })
  response.writeHead(page.status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...page.headers })
  response.end(page.html)
}

async function describe({ ports, realm }: Runtime, details: EngineInteraction): Promise<PendingInteraction | undefined> {
  const { lastSubmission, params, prompt, session, uid } = details
  const client = await ports.clients.findClient(realm.name, String(params['client_id']))
  if (client === undefined || !isServed(client, ports.now())) return undefined
  const about = describeRequest(params, lastSubmission, client)
  const missing = missingOf(details)
  const shown = { scopes: words(params['scope']), resources: [params['resource'] ?? []].flat().map(String) }
  return {
    uid,
    request: about,
    // The engine keeps it on this side, and its cookie says whose it is.
    isConsentGiven:
      prompt.name === 'consent' && lastSubmission?.['consentTo'] === about.digest && wasShown(missing, { ...shown, ...about }),
    prompt: prompt.name === 'login' ? 'login' : 'consent',
    reasons: prompt.reasons,
    client,
    ...optional('redirectUri', params['redirect_uri']),
    ...optional('accountId', session?.accountId),
    ...optional('loginHint', params['login_hint']),
    ...optional('uiLocales', params['ui_locales']),
    ...shown,
    authorizationDetails: typeof params['authorization_details'] === 'string' ? JSON.parse(params['authorization_details']) : [],
    ...missing,
  }
}

function optional<K extends string>(name: K, value: unknown): { readonly [member in K]?: string } {
  return (typeof value === 'string' ? { [name]: value } : {}) as { readonly [member in K]?: string }
}

type Missing = Pick<PendingInteraction, 'missingScopes' | 'missingClaims' | 'missingResourceScopes'>

function missingOf({ prompt: { details } }: EngineInteraction): Missing {
  return {
    missingScopes: (details['missingOIDCScope'] ?? []) as string[],
    missingClaims: (details['missingOIDCClaims'] ?? []) as string[],
    missingResourceScopes: (details['missingResourceScopes'] ?? {}) as Record<string, string[]>,
  }
}

/** What was granted before stays; a larger request adds to it (MCP-AUTH-16). */
async function grantFor({ provider }: Runtime, details: EngineInteraction): Promise<Grant | undefined> {
  const { grantId, params, prompt, session } = details
  if (prompt.name !== 'consent' || session === undefined) return undefined
  const earlier = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const grant = earlier ?? new provider.Grant({ accountId: session.accountId, clientId: String(params['client_id']) })
  const { missingScopes, missingClaims, missingResourceScopes } = missingOf(details)
  if (missingScopes.length > 0) grant.addOIDCScope([...missingScopes])
  if (missingClaims.length > 0) grant.addOIDCClaims([...missingClaims])
  for (const [identifier, scopes] of Object.entries(missingResourceScopes)) grant.addResourceScope(identifier, [...scopes])
  for (const detail of (prompt.details['rar'] ?? []) as { type: string }[]) grant.addRar(detail)
  await grant.save()
  return grant
}

async function rememberConsent({ ports, realm }: Runtime, grant: Grant): Promise<void> {
  const { accountId = '', clientId = '' } = grant
  const client = await ports.clients.findClient(realm.name, clientId)
  if (client === undefined) return
  const face = faceDigest(client.metadata)
  const earlier = await ports.consents.find(realm.name, accountId, clientId)
  const given = { scopes: words(grant.getOIDCScope()), claims: grant.getOIDCClaims(), resourceScopes: resourceScopesOf(grant) }
  const merged = earlier?.faceDigest === face ? union(earlier, given) : given
  await ports.consents.save({
    realm: realm.name,
    accountId,
    client_id: clientId,
    faceDigest: face,
    givenAt: ports.now(),
    ...merged,
  })
}

type Given = Pick<Consent, 'scopes' | 'claims' | 'resourceScopes'>

function resourceScopesOf(grant: Grant): Given['resourceScopes'] {
  return Object.fromEntries(Object.keys(grant.resources ?? {}).map((id) => [id, words(grant.getResourceScope(id))]))
}

function union(a: Given, b: Given): Given {
  const both = <T>(x: readonly T[] = [], y: readonly T[] = []) => [...new Set([...x, ...y])]
  const identifiers = both(Object.keys(a.resourceScopes), Object.keys(b.resourceScopes))
  return {
    scopes: both(a.scopes, b.scopes),
    claims: both(a.claims, b.claims),
    resourceScopes: Object.fromEntries(identifiers.map((id) => [id, both(a.resourceScopes[id], b.resourceScopes[id])])),
  }
}
