import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AccessTokens, ClientModel, JsonObject, Realm, Realms, StatementSigner } from '../registration/index.ts'
import { createBackchannelRequests, type EngineBackchannelRequests } from './authorization/backchannel-requests.ts'
import { createInteractions, type EngineInteractions } from './authorization/interactions.ts'
import { createClientModel } from './clients/client-model.ts'
import { metadataOf, mtlsIssuerOf } from './discovery.ts'
import { type ClientAssertions, createClientAssertions } from './keys/client-assertions.ts'
import { createKeyAdministration, type EngineKeys, ensureKeys } from './keys/key-administration.ts'
import { createStatementSigner } from './keys/statement-signer.ts'
import { introduceNeighbours } from './neighbours.ts'
import type { EnginePorts } from './ports.ts'
import { type RequestFacts, rememberRequest } from './runtime.ts'
import { createRuntimes } from './runtimes.ts'
import { createAccessTokens } from './tokens/access-tokens.ts'
import { createTokenInfo, type TokenInfo } from './tokens/token-info.ts'

/** The protocol engine: everything of OAuth and OpenID Connect but registration. */
export interface Engine {
  /** Answers a request below the issuer; `request.url` has lost the realm's prefix by then. */
  handle(realm: Realm, request: IncomingMessage, response: ServerResponse, about?: RequestFacts): Promise<void>
  readonly clientModel: ClientModel
  readonly accessTokens: AccessTokens
  readonly interactions: EngineInteractions
  readonly backchannelRequests: EngineBackchannelRequests
  readonly keys: EngineKeys
  readonly statementSigner: StatementSigner
  readonly tokenInfo: TokenInfo
  readonly clientAssertions: ClientAssertions
  /** Creates the signing keys that the realm's algorithms need and it does not have. */
  ensureKeys(realm: Realm): Promise<void>
  /** Takes up a changed realm; no request fails over it. */
  reload(realm: string): Promise<void>
  /** Which revision of the realm is served; absent: nobody has asked for it, and the next request gets the current one. */
  servedRevision(realm: string): number | undefined
  discovery(realm: Realm): Promise<JsonObject>
  stop(): void
}

export function createEngine(ports: EnginePorts, realms: Realms): Engine {
  const runtimes = createRuntimes(ports, realms)
  const currentRuntime = async (realm: Realm) => (await runtimes.current(realm)).runtime
  introduceNeighbours(ports, async (name) => {
    const realm = realms.find(name)
    return realm === undefined ? undefined : currentRuntime(realm)
  })
  return {
    async handle(realm, request, response, about = {}) {
      const { answer } = await runtimes.current(realm)
      rememberRequest(request, about)
      await answer(request, response)
    },
    clientModel: createClientModel(ports, runtimes),
    accessTokens: createAccessTokens(currentRuntime),
    interactions: createInteractions(currentRuntime),
    backchannelRequests: createBackchannelRequests(currentRuntime),
    keys: createKeyAdministration(ports, realms, runtimes.reload),
    statementSigner: createStatementSigner(ports),
    tokenInfo: createTokenInfo(currentRuntime),
    clientAssertions: createClientAssertions(ports),
    async ensureKeys(realm) {
      await ensureKeys(realm, ports)
    },
    reload: runtimes.reload,
    servedRevision: (realm) => runtimes.peek(realm)?.realm.revision,
    async discovery(realm) {
      const { provider } = await currentRuntime(realm)
      return metadataOf(realm, provider, mtlsIssuerOf(realm))
    },
    stop: runtimes.stop,
  }
}

export { lateEngine } from './late-engine.ts'
export type * from './ports.ts'
export type { EngineBackchannelRequests, EngineInteractions, EngineKeys, RequestFacts }
