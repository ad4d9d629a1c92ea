import { createAdminListener } from './admin/index.ts'
import { type Configuration, createLiveRealms, type ListenerAddress, provisionRealms } from './config/index.ts'
import { createEngine, type Engine } from './engine/index.ts'
import { createPublicListener } from './http/index.ts'
import { createInteraction, hashPassword, verifyPassword } from './interaction/index.ts'
import { createOutbound } from './outbound/index.ts'
import { createRegistration } from './registration/index.ts'
import { openStore, purgeRegularly } from './stores/sql/index.ts'
import { createTelemetry, observeRegistration, version } from './telemetry/index.ts'
import { createEntropy, createKeyring } from './vault/index.ts'

export interface RunningServer {
  readonly publicUrl: string
  readonly adminUrl: string
  /** Takes the realms of another configuration in use, without refusing a request. */
  reload(configuration: Configuration): Promise<void>
  /** Drains what is under way, then closes. */
  stop(): Promise<void>
}

/** The composition root: every room, connected; listening when the promise resolves. */
export async function startServer(configuration: Configuration): Promise<RunningServer> {
  const opened: (() => unknown)[] = []
  const stop = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close()
  }
  try {
    return { ...(await start(configuration, (close) => opened.push(close))), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type OnStop = (close: () => unknown) => void

async function start(configuration: Configuration, onStop: OnStop): Promise<Omit<RunningServer, 'stop'>> {
  const rooms = await connect(configuration, onStop)
  const { realms, engine, registration, interaction, telemetry, store, keyring, health, takeOver } = rooms
  const { listen, publicUrl } = configuration
  let current = configuration
  const adminListener = createAdminListener(
    {
      ...{ realms, health, keys: engine.keys, settings: realms.settings, audit: store.audit, metrics: telemetry.metrics, now },
      log: telemetry.logger,
      isAdministrator: (token) => keyring.matches(token, keyring.digest(configuration.adminToken)),
      clients: {
        ...{ list: store.clients.list, find: store.clients.findClient },
        remove: (realm, client_id, actor) => registration.removeByAdministrator({ realm, client_id, actor }),
        setState: (realm, client_id, state, actor) => registration.setState({ realm, client_id, actor }, state),
      },
      initialAccessTokens: {
        ...{ list: store.initialAccessTokens.list, find: store.initialAccessTokens.find },
        ...{ create: registration.createInitialAccessToken, revoke: registration.revokeInitialAccessToken },
      },
    },
    configuration.admin,
  )
  onStop(() => adminListener.close())
  const openPublicListener = async ({ host, port }: ListenerAddress, options: Configuration['http']): Promise<void> => {
    const listener = createPublicListener(
      {
        ...{ realms, registration, engine, health, log: telemetry.logger, interactionPlugin: interaction.plugin },
        recordRequest: ({ durationSeconds: seconds, ...request }) => telemetry.httpRequestEnded({ ...request, seconds }),
      },
      options,
    )
    onStop(() => listener.close())
    await listener.listen({ host, port })
  }
  const adminUrl = await adminListener.listen({ host: listen.admin.host, port: listen.admin.port })
  for (const [address, options] of publicListeners(configuration)) await openPublicListener(address, options)
  return {
    ...{ publicUrl, adminUrl },
    async reload(next) {
      await realms.replace(next)
      // What cannot be taken over whole is not taken over: the realms go back to what they were.
      await takeOver(next).catch(async (error: unknown) => {
        await realms.replace(current)
        throw error
      })
      current = next
    },
  }
}

/** The one that asks for client certificates comes beside the other: browsers would show their users a dialogue there. */
function publicListeners({ listen, http }: Configuration): readonly (readonly [ListenerAddress, Configuration['http']])[] {
  const { tls } = http
  const first = [listen.public, http] as const
  if (listen.mtls === undefined || tls === undefined) return [first]
  return [first, [listen.mtls, { ...http, tls: { ...tls, requestClientCertificate: true } }]]
}

/** Every room but the listeners, in an order in which each finds what it needs. */
async function connect(configuration: Configuration, onStop: OnStop) {
  const { database, dataFolder, mode, listen, publicUrl } = configuration
  const keyring = createKeyring(configuration.rootSecrets.map((secret) => Buffer.from(secret)))
  const { derivedKey } = keyring
  const databaseRoundTrips = (): number => store.statistics().roundTrips
  const telemetry = createTelemetry(configuration.telemetry, { version, databaseRoundTrips })
  const { logger } = telemetry
  const reportFault = (error: unknown): void => logger.error({ err: error }, 'a change could not be taken over')
  const store = await openStore({ database, dataFolder, log: (line) => logger.info(line) })
  onStop(store.close)
  const realms = await createLiveRealms({ configuration, states: store.realmStates, reportFault })
  onStop(realms.stop)
  const outbound = createOutbound(configuration.outbound, {
    development: mode === 'development',
    record: telemetry.outboundRequestEnded,
  })
  onStop(outbound.stop)

  const { users, clients, objects, revokedTokens, accounts, consents, initialAccessTokens } = store
  const { interactions, backchannelRequests } = lateEngine(() => engine)
  const interaction = createInteraction(
    { realms, users, interactions, backchannelRequests, logos: outbound.logos, derivedKey, now },
    configuration.interaction,
  )
  const engine: Engine = createEngine(
    {
      ...{ objects, clients, revokedTokens, accounts, consents, derivedKey, now, keys: store.signingKeys, vault: keyring },
      pairwiseKeys: { keep: store.realmStates.keepPairwiseKey },
      tokenIssued: telemetry.tokenIssued,
      mtlsIssuer: ({ issuer }) => listen.mtls && issuer.replace(publicUrl, listen.mtls.publicUrl),
      ...{
        pages: interaction.pages,
        fetch: outbound.engineFetch,
        log: (event, details) => logger[details['err'] === undefined ? 'info' : 'error'](details, event),
      },
    },
    realms,
  )
  onStop(engine.stop)
  const entropy = createEntropy()
  const domain = createRegistration({
    ...{ store: store.registration, initialAccessTokens, vault: keyring, entropy, now },
    ...{ engine: engine.clientModel, accessTokens: engine.accessTokens, sectorDocuments: outbound.sectorDocuments },
  })

  const provisioning = { realms, users, hashPassword, verifyPassword, newId: entropy.id, provisionClient: domain.provision }
  const takeOver = async (next: Configuration): Promise<void> => {
    await provisionRealms(next, provisioning)
    await Promise.all(realms.all().map(({ name }) => engine.reload(name)))
  }
  await takeOver(configuration)
  realms.onChange((realm) => void engine.reload(realm).catch(reportFault))
  onStop(purgeRegularly({ purge: store.purge, realms: realms.all, now, log: (line) => logger.warn(line) }).stop)
  const registration = observeRegistration(domain, telemetry)
  const health = async () => [await checkDatabase(store.ping)]
  return { realms, engine, registration, interaction, telemetry, store, keyring, health, takeOver }
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}

/** Pages lead to the engine and the engine to pages: the engine is met late. */
function lateEngine(engine: () => Engine): Pick<Engine, 'interactions' | 'backchannelRequests'> {
  const late = <Part extends object>(part: () => Part): Part =>
    new Proxy<Part>({} as Part, { get: (_, name) => Reflect.get(part(), name) })
  return { interactions: late(() => engine().interactions), backchannelRequests: late(() => engine().backchannelRequests) }
}

async function checkDatabase(ping: () => Promise<void>): Promise<{ readonly name: string; readonly ok: boolean }> {
  return ping().then(
    () => ({ name: 'database', ok: true }),
    () => ({ name: 'database', ok: false }),
  )
}
