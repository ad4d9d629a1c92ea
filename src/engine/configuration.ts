import type { Client, Configuration, JWK } from 'oidc-provider'
import type { Realm } from '../registration/index.ts'
import { acrValues } from './authorization/acr.ts'
import { cookies } from './authorization/cookies.ts'
import { promptPolicy } from './authorization/interaction-policy.ts'
import { hintParameters } from './authorization/interaction-request.ts'
import { showError } from './authorization/pages.ts'
import { claimsByScope, findAccount } from './claims/claims.ts'
import { createPairwiseSubject } from './claims/pairwise-subject.ts'
import { checkClientAssertion } from './clients/check-client-assertion.ts'
import { clientAdapter } from './clients/client-adapter.ts'
import type { ClientKeys } from './clients/client-keys.ts'
import { factsMember } from './clients/projection.ts'
import { features } from './features.ts'
import { defaultAlgorithm, enabledAlgorithms } from './keys/algorithms.ts'
import { objectAdapter } from './object-adapter.ts'
import type { EnginePorts } from './ports.ts'
import { routes } from './routes.ts'
import { listedScopes } from './scopes.ts'
import { factsAbout, tokenAlone } from './seam/seam.ts'
import { loadExistingGrant } from './tokens/grants.ts'
import { grantClaim } from './tokens/jwt-access-token.ts'
import { lifetimes, rotates } from './tokens/lifetimes.ts'
import { audiencesOf, clientSubjectOf, extraTokenClaims } from './tokens/token-claims.ts'

/** A realm in the engine's words: every setting of consequence stands here or in the files it names, none is left to a default. */
export function configurationOf(realm: Realm, ports: EnginePorts, jwks: readonly JWK[], clientKeys: ClientKeys): Configuration {
  const pairwiseSubject = createPairwiseSubject(realm, ports)
  return {
    ...issuance(realm),
    acceptQueryParamAccessTokens: false,
    acrValues: acrValues(realm),
    adapter: (model) => (model === 'Client' ? clientAdapter(realm, ports) : objectAdapter(model, realm, ports)),
    allowOmittingSingleRegisteredRedirectUri: true,
    assertJwtClientAuthClaimsAndHeader: checkClientAssertion,
    claims: claimsByScope(realm),
    // No request carries cookies across origins, and each brings its own credentials (SEC-BB-05).
    clientBasedCORS: () => true,
    clientAuthMethods: authMethods(realm),
    clientDefaults: {
      authorization_signed_response_alg: defaultAlgorithm(realm, 'authorization_signed_response_alg'),
      id_token_signed_response_alg: defaultAlgorithm(realm, 'id_token_signed_response_alg'),
      introspection_signed_response_alg: defaultAlgorithm(realm, 'introspection_signed_response_alg'),
    } as NonNullable<Configuration['clientDefaults']>,
    cookies: cookies(realm, ports.derivedKey),
    enabledJWA: enabledAlgorithms(realm),
    extraClientMetadata: { properties: [factsMember] },
    extraParams: realm.identityProviders.length > 0 ? hintParameters : [],
    features: features(realm, ports, clientKeys),
    fetch: (url, options) => outboundFetch(ports, String(url), options, clientKeys.takeFresh(String(url))),
    findAccount: (_ctx, accountId) => findAccount(realm, ports, accountId),
    interactions: { policy: promptPolicy(), url: (_ctx, { uid }) => `${realm.issuer}/interaction/${uid}` },
    jwks: { keys: jwks },
    loadExistingGrant,
    pairwiseIdentifier: (_ctx, accountId, client) => pairwiseSubject(String(client['sectorIdentifier']), accountId),
    renderError: (ctx, out) => showError(ctx, out as { error: string; error_description?: string }),
    responseTypes: realm.capabilities.responseTypes.filter((type) => type !== tokenAlone) as NonNullable<
      Configuration['responseTypes']
    >,
    routes,
    scopes: [...listedScopes(realm)],
    // Read once, at registration (OIDR-SEC-04).
    sectorIdentifierUriValidate: () => false,
    subjectTypes: [...(realm.capabilities.values['subject_type'] ?? ['public'])] as NonNullable<Configuration['subjectTypes']>,
    ttl: lifetimes(realm),
  }
}

/** Which tokens are issued, and how they are bound. */
function issuance(realm: Realm): Configuration {
  return {
    // A browser's refresh token ends with the session (SEC-BB-03); a program of its own outlives the browser that it used.
    expiresWithSession: (ctx, { scopes }) => ctx.oidc.client?.applicationType === 'web' && !scopes.has('offline_access'),
    formats: {
      bitsOfOpaqueRandomness: 256,
      customizers: {
        jwt(_ctx, token, { payload }) {
          if ('grantId' in token && token.grantId !== undefined) payload[grantClaim] = token.grantId
          // The engine knows persons as subjects, and the client itself.
          payload['sub'] = clientSubjectOf(token) ?? payload['sub']
          payload['aud'] = audiencesOf(token) ?? payload['aud']
        },
      },
    },
    extraTokenClaims,
    issueRefreshToken: (_ctx, client, { scopes }) =>
      client.grantTypeAllowed('refresh_token') && (realm.tokens.issueRefreshToken === 'always' || scopes.has('offline_access')),
    pkce: {
      required: (ctx, client) => demandsProofKey(realm, ctx.oidc.route, client),
    },
    rotateRefreshToken(ctx) {
      const { Client: client, RefreshToken: token } = ctx.oidc.entities
      return rotates(realm, client?.clientAuthMethod === 'none' && token?.isSenderConstrained() !== true)
    },
  }
}

/** FAPI 1.0 Part 2 §5.2.2-18 wants one with every pushed request. */
function demandsProofKey({ pkce, messageRules }: Realm, route: string, client: Client): boolean {
  if (pkce === 'required' || factsAbout(client).requiresProofKey) return true
  if (messageRules === 'fapi1' && route === 'pushed_authorization_request') return true
  return pkce === 'public' && (client.clientAuthMethod === 'none' || client.applicationType === 'native')
}

function authMethods({ capabilities }: Realm): NonNullable<Configuration['clientAuthMethods']> {
  return [...(capabilities.values['token_endpoint_auth_method'] ?? [])] as NonNullable<Configuration['clientAuthMethods']>
}

/** The engine brings a dispatcher of its own; ours resolves, checks and pins every address. */
async function outboundFetch(
  { fetch }: EnginePorts,
  url: string,
  options: RequestInit | undefined,
  isFresh: boolean,
): Promise<Response> {
  const { dispatcher: _own, ...rest } = { ...options } as RequestInit & { readonly dispatcher?: unknown }
  return fetch(url, isFresh ? { ...rest, cache: 'reload' } : rest)
}
