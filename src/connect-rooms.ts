import { hostname } from 'node:os'
import { createCertificates } from './certificates/index.ts'
import { type Configuration, createLiveRealms, createPolicyTypes, provisionRealms } from './config/index.ts'
import { createEngine, type Engine, lateEngine } from './engine/index.ts'
import { createInteraction, createUserAdministration, hashPassword, verifyPassword } from './interaction/index.ts'
import { createOutbound, type Outbound } from './outbound/index.ts'
import { createAgents, createRegistration } from './registration/index.ts'
import { lateStatistics, openStore, purgeRegularly, reportNode } from './stores/sql/index.ts'
import { createTelemetry, observeRegistration, version } from './telemetry/index.ts'
import { createEntropy, createKeyring } from './vault/index.ts'
import { deliverWebhooks } from './webhooks/index.ts'

export type OnStop = (close: () => unknown) => void

/** Every room but the listeners, in an order in which each finds what it needs. */
export async function connectRooms(configuration: Configuration, onStop: OnStop) {
  const { database, dataFolder } = configuration
  const keyring = createKeyring(configuration.rootSecrets.map((secret) => Buffer.from(secret)))
  const { derivedKey } = keyring
  const telemetry = createTelemetry(configuration.telemetry, { version, ...lateStatistics(() => store) })
  const { logger } = telemetry
  const reportFault = (error: unknown): void => logger.error({ err: error }, 'a change could not be taken over')
  const store = await openStore({ database, dataFolder, log: (line) => logger.info(line) })
  onStop(store.close)
  const durability = await store.durability()
  if (durability.reason !== undefined) logger.warn(`registration is inactive: ${durability.reason}`)
  const policyTypes = await createPolicyTypes(configuration.policies, {
    fault: (message) => logger.error(message),
    printed: (line) => logger.info({ line }, 'a policy of the operator printed a line'),
  })
  onStop(policyTypes.stop)
  const entropy = createEntropy()
  const realms = await connectRealms(configuration, {
    ...{ store, keyring, logger, policyTypes, reportFault, newId: entropy.id, isDurable: () => durability.durable },
  })
  onStop(realms.stop)
  const outbound = connectOutbound(configuration, { telemetry, store, realms, keyring }, onStop)

  const { users, clients, objects, revokedTokens, accounts, consents, initialAccessTokens } = store
  const { interactions, backchannelRequests, clientAssertions } = lateEngine(() => engine)
  const providers = { vault: keyring, newId: entropy.id, fetch: outbound.providerFetch, clientAssertions }
  const upstream = { accounts: store.upstreamAccounts, attempts: objects, ...providers }
  const warn = (message: string, details: object): void => logger.warn(details, message)
  const interaction = createInteraction(
    { realms, users, interactions, backchannelRequests, logos: outbound.logos, upstream, derivedKey, now, warn },
    configuration.interaction,
  )
  const certificates = createCertificates()
  const engine: Engine = createEngine(
    {
      ...{ objects, clients, revokedTokens, accounts, accountLinks: store.upstreamAccounts, consents, certificates },
      ...{ derivedKey, now, keys: store.signingKeys, vault: keyring },
      ...{ agentPrivileges: store.agents, recordEvent: store.audit.record, tokenIssued: telemetry.tokenIssued },
      pairwiseKeys: { keep: store.realmStates.keepPairwiseKey },
      ...{
        ...{ pages: interaction.pages, basicSignIn: interaction.basicSignIn },
        ...{ fetch: outbound.engineFetch, issuerKeys: outbound.statementKeys },
        log: (event, details) => logger[details['err'] === undefined ? 'info' : 'error'](details, event),
      },
    },
    realms,
  )
  onStop(engine.stop)
  const ports = {
    ...{ store: store.registration, initialAccessTokens, vault: keyring, entropy, certificates, now, policies: policyTypes },
    ...{ statementKeys: outbound.statementKeys, statementSigner: engine.statementSigner, attempts: store.attempts },
    ...{ engine: engine.clientModel, accessTokens: engine.accessTokens, sectorDocuments: outbound.sectorDocuments },
  }
  const domain = createRegistration(ports)

  const provisioning = {
    ...{ realms, users, hashPassword, verifyPassword, newId: entropy.id, provisionClient: domain.provision },
    ...{ states: store.realmStates, vault: keyring, reload: engine.reload },
  }
  await provisionRealms(configuration, provisioning)
  const node = connectNode(configuration, { store, realms, engine, telemetry }, onStop)
  realms.onChange((realm) => void engine.reload(realm).then(node.changed).catch(reportFault))
  onStop(purgeRegularly({ purge: store.purge, realms: realms.all, now, log: (line) => logger.warn(line) }).stop)
  const registration = observeRegistration(domain, telemetry)
  const health = async () => [await store.check()]
  return {
    ...{ realms, policyTypes, engine, certificates, registration, interaction, telemetry, store, keyring, health },
    agents: createAgents({ ...ports, agents: store.agents, people: store.people }),
    userAdministration: createUserAdministration({ users, administration: store.userAdministration, newId: entropy.id, now }),
    takeOver: (next: Configuration): Promise<void> => provisionRealms(next, provisioning).then(node.changed),
  }
}

export function now(): number {
  return Math.floor(Date.now() / 1000)
}

type RealmNeighbours = Pick<NodeNeighbours, 'store'> &
  Pick<OutboundNeighbours, 'keyring'> &
  Pick<Telemetry, 'logger'> &
  Pick<Parameters<typeof createLiveRealms>[0], 'policyTypes' | 'newId' | 'isDurable' | 'reportFault'>

function connectRealms(
  configuration: Configuration,
  { store, keyring, logger, ...parts }: RealmNeighbours,
): ReturnType<typeof createLiveRealms> {
  return createLiveRealms({
    ...{ configuration, states: store.realmStates, realmDefinitions: store.realmDefinitions, objects: store.realmObjects },
    ...{ ...parts, vault: keyring, now, warn: (line) => logger.warn(line) },
  })
}

type Telemetry = ReturnType<typeof createTelemetry>
type Store = Awaited<ReturnType<typeof openStore>>

interface OutboundNeighbours {
  readonly telemetry: Telemetry
  readonly store: Store
  readonly realms: Parameters<typeof deliverWebhooks>[0]['realms']
  readonly keyring: ReturnType<typeof createKeyring>
}

/** The way out, and what goes out by itself. */
function connectOutbound(
  { outbound: options, webhooks, mode }: Configuration,
  { telemetry, store, realms, keyring }: OutboundNeighbours,
  onStop: OnStop,
): Outbound {
  const outbound = createOutbound(options, {
    development: mode === 'development',
    record: telemetry.outboundRequestEnded,
    webhookTimeoutSeconds: webhooks.timeoutSeconds,
  })
  onStop(outbound.stop)
  const ports = { deliveries: store.webhookDeliveries, post: outbound.postToWebhook, record: telemetry.webhookDeliveryEnded }
  onStop(deliverWebhooks({ ...ports, realms, vault: keyring, log: telemetry.logger, now }, webhooks).stop)
  return outbound
}

interface NodeNeighbours {
  readonly telemetry: Telemetry
  readonly store: Store
  readonly realms: Awaited<ReturnType<typeof createLiveRealms>>
  readonly engine: Engine
}

/** The others hear of this node, and of the revisions that both registration and the engine have taken up. */
function connectNode(
  { listen, publicUrl }: Configuration,
  { telemetry, store, realms, engine }: NodeNeighbours,
  onStop: OnStop,
): ReturnType<typeof reportNode> {
  const address = `${hostname()}:${listen.public.port}`
  const node = reportNode({
    nodes: store.nodes,
    node: { version, address, publicUrl, startedAt: now() },
    realms: () =>
      realms.all().map(({ name, revision, definitionDigest }) => {
        return { name, definitionDigest, revision: Math.min(revision, engine.servedRevision(name) ?? revision) }
      }),
    log: (line) => telemetry.logger.warn(line),
  })
  onStop(node.stop)
  return node
}
