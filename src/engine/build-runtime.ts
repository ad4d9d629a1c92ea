import { createLocalJWKSet, type JSONWebKeySet } from 'jose'
import type { JWK, Provider } from 'oidc-provider'
import type { Realm } from '../registration/index.ts'
import { createClientKeys } from './clients/client-keys.ts'
import { configurationOf } from './configuration.ts'
import { metadataOf, mtlsIssuerOf } from './discovery.ts'
import { encryptionFamilies, inSigningOrder, keyAlgorithms } from './keys/signing-keys.ts'
import { surround, tellUnavailable } from './layers.ts'
import type { EnginePorts, SigningKey } from './ports.ts'
import { type Context, factsOf, type Runtime, registerRuntime } from './runtime.ts'
import { hasScope, isDynamic } from './scopes.ts'
import { createProvider, tokenAlone } from './seam/seam.ts'
import { installSteps } from './steps.ts'
import { serveJwtBearerGrant } from './token-exchange/jwt-bearer-grant.ts'
import { serveTokenExchange } from './token-exchange/token-exchange.ts'
import { spendIdentifier } from './tokens/spent-identifiers.ts'

installSteps()

export function buildRuntime(realm: Realm, ports: EnginePorts, keys: readonly SigningKey[]): Runtime {
  const needed = keyAlgorithms(realm)
  const isOfUse = ({ alg }: SigningKey) => needed.includes(alg) || !encryptionFamilies.includes(alg)
  const ordered = inSigningOrder(keys.filter(isOfUse), ports.now())
  const jwks = ordered.map(({ sealedPrivateJwk }): JWK => JSON.parse(ports.vault.open(sealedPrivateJwk)))
  const verificationKeys = createLocalJWKSet({ keys: ordered.map(({ publicJwk }) => publicJwk) } as unknown as JSONWebKeySet)
  return registerRuntime({ realm, ports, provider: buildProvider(realm, ports, jwks), verificationKeys })
}

export function buildProvider(realm: Realm, ports: EnginePorts, jwks: readonly JWK[]): Provider {
  const mtlsIssuer = mtlsIssuerOf(realm)
  const clientKeys = createClientKeys(ports)
  const provider = createProvider(realm.issuer, configurationOf(realm, ports, jwks, clientKeys), {
    expectAssertion: clientKeys.expect,
    vault: ports.vault,
    now: ports.now,
    mtlsIssuer,
    issuesTokenAlone: realm.capabilities.responseTypes.includes(tokenAlone),
    isDynamicScope: (scope) => isDynamic(realm, scope),
    isRegisteredFor: ({ scopes }, scope) => hasScope(realm, scopes, scope),
    spendOnce: (client_id, id, expiresAt) => spendIdentifier(ports, realm, { client_id, id, expiresAt }),
    onUnusableClient: (client_id, reason) => ports.log?.('client_not_servable', { realm: realm.name, client_id, reason }),
  })
  serveTokenExchange({ provider, realm, ports })
  serveJwtBearerGrant({ provider, realm })
  surround(provider, realm, ports, metadataOf(realm, provider, mtlsIssuer))
  report(provider, realm, ports)
  return provider
}

/** The engine leaves `iss` to the ID token where there is one; discovery promises it in every answer (RFC 9207 §2). A signed one has it. */
function nameIssuer({ oidc }: Context, answer: object = {}): void {
  if (!oidc.responseMode?.includes('jwt')) Object.assign(answer, { iss: oidc.issuer })
}

/** What only events tell: faults, notifications that failed, and that a client was used. */
function report(provider: Provider, realm: Realm, { clients, log, now, tokenIssued }: EnginePorts): void {
  const used = (client_id: string | undefined) => {
    if (client_id !== undefined) clients.recordUse(realm.name, client_id, now())
  }
  provider.on('server_error', (ctx, error) => {
    log?.('server_error', { realm: realm.name, requestId: factsOf(ctx.req).requestId, path: ctx.path, err: error })
    tellUnavailable(ctx, error)
  })
  // Koa's own event, which the engine's types hide.
  ;(provider as NodeJS.EventEmitter).on('error', (error: unknown) => log?.('server_error', { realm: realm.name, err: error }))
  provider.on('grant.success', (ctx) => {
    used(ctx.oidc.client?.clientId)
    tokenIssued?.(String(ctx.oidc.params?.['grant_type']))
  })
  provider.on('authorization.success', (ctx, answer) => {
    nameIssuer(ctx, answer)
    used(ctx.oidc.client?.clientId)
    if (ctx.oidc.entities.AccessToken !== undefined) tokenIssued?.('implicit')
  })
  provider.on('backchannel.error', (_ctx, error, client) =>
    log?.('backchannel_logout_failed', { realm: realm.name, client_id: client.clientId, reason: error.message }),
  )
}
