import { createAdminListener } from './admin/index.ts'
import { type Configuration, createLiveRealms, provisionRealms } from './config/index.ts'
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

async function start(configuration: Configuration, onStop: (close: () => unknown) => void): Promise<Omit<RunningServer, 'stop'>> {
  const now = (): number => Math.floor(Date.now() / 1000)
  const development = configuration.mode === 'development'
  const keyring = createKeyring(configuration.rootSecrets.map((secret) => Buffer.from(secret)))
  const { derivedKey } = keyring
  const entropy = createEntropy()
  const telemetry = createTelemetry(configuration.telemetry, { version, databaseRoundTrips: () => store.statistics().roundTrips })
  const { logger } = telemetry

  const { database, dataFolder } = configuration
  const store = await openStore({ database, dataFolder, log: (line) => logger.info(line) })
  onStop(store.close)
  const reportFault = (error: unknown): void => logger.error({ err: error }, 'a change could not be taken over')
  const realms = await createLiveRealms({ configuration, states: store.realmStates, reportFault })
  onStop(realms.stop)
  const outbound = createOutbound(configuration.outbound, { development, record: telemetry.outboundRequestEnded })
  onStop(outbound.stop)

  const { users, clients, objects, revokedTokens, accounts, consents } = store
  const interaction = createInteraction(
    {
      ...{ realms, users, logos: outbound.logos, derivedKey, now },
      // Pages lead to the engine and the engine to pages: one of the two has to be met late.
      interactions: late(() => engine.interactions),
      backchannelRequests: late(() => engine.backchannelRequests),
    },
    configuration.interaction,
  )
  const engine: Engine = createEngine(
    {
      ...{ objects, clients, revokedTokens, accounts, consents, derivedKey, now },
      ...{ keys: store.signingKeys, vault: keyring, pages: interaction.pages, fetch: outbound.engineFetch },
      log: (event, details) => logger.info(details, event),
    },
    realms,
  )
  onStop(engine.stop)
  const { accessTokens, clientModel } = engine
  const { initialAccessTokens, registration: registrations } = store
  const registration = createRegistration({
    ...{ store: registrations, initialAccessTokens, engine: clientModel, accessTokens, vault: keyring, entropy, now },
    sectorDocuments: outbound.sectorDocuments,
  })

  const provisioning = { realms, users, hashPassword, verifyPassword, newId: entropy.id, provisionClient: registration.provision }
  const takeOver = async (next: Configuration): Promise<void> => {
    await provisionRealms(next, provisioning)
    await Promise.all(realms.all().map(({ name }) => engine.reload(name)))
  }
  await takeOver(configuration)
  realms.onChange((realm) => void engine.reload(realm).catch(reportFault))
  const purging = purgeRegularly({ purge: store.purge, realms: realms.all, now, log: (line) => logger.warn(line) })
  onStop(() => purging.stop())

  const health = async () => [await checkDatabase(store.ping)]
  const publicListener = createPublicListener(
    {
      ...{ realms, engine, health, log: logger, interactionPlugin: interaction.plugin },
      registration: observeRegistration(registration, telemetry),
      recordRequest: ({ durationSeconds: seconds, ...request }) => telemetry.httpRequestEnded({ ...request, seconds }),
    },
    configuration.http,
  )
  const adminListener = createAdminListener(
    {
      ...{ realms, keys: engine.keys, settings: realms.settings, audit: store.audit, metrics: telemetry.metrics, health, now },
      log: logger,
      isAdministrator: (token) => keyring.matches(token, keyring.digest(configuration.adminToken)),
      clients: {
        list: clients.list,
        find: clients.findClient,
        remove: (realm, client_id, actor) => registration.removeByAdministrator({ realm, client_id, actor }),
        setState: (realm, client_id, state, actor) => registration.setState({ realm, client_id, actor }, state),
      },
      initialAccessTokens: { ...initialAccessTokens, create: registration.createInitialAccessToken, revoke: registration.revokeInitialAccessToken },
    },
    configuration.admin,
  )
  for (const listener of [adminListener, publicListener]) onStop(() => listener.close())
  const { listen, publicUrl } = configuration
  const adminUrl = await adminListener.listen({ host: listen.admin.host, port: listen.admin.port })
  await publicListener.listen({ host: listen.public.host, port: listen.public.port })
  return {
    ...{ publicUrl, adminUrl },
    async reload(next) {
      await realms.replace(next)
      await takeOver(next)
    },
  }
}

function late<Room extends object>(room: () => Room): Room {
  return new Proxy<Room>({} as Room, { get: (_, name) => Reflect.get(room(), name) })
}

async function checkDatabase(ping: () => Promise<void>): Promise<{ readonly name: string; readonly ok: boolean }> {
  return ping().then(
    () => ({ name: 'database', ok: true }),
    () => ({ name: 'database', ok: false }),
  )
}
