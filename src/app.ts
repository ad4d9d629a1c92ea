import { createAdminListener } from './admin/index.ts'
import { provideSelfSignedCertificate, readRevocationList, readTrustedCa } from './certificates/index.ts'
import type { CertificateChecks, Configuration, ListenerAddress } from './config/index.ts'
import { connectRooms, now, type OnStop } from './connect-rooms.ts'
import { createPublicListener, dialectRulesOf } from './http/index.ts'

export interface RunningServer {
  readonly publicUrl: string
  readonly adminUrl: string
  /** Takes the realms of another configuration in use, without refusing a request. */
  reload(configuration: Configuration): Promise<void>
  /** Drains what is under way, then closes. */
  stop(): Promise<void>
}

/** What a configuration file has is judged like what administrators post. */
export const certificateChecks: CertificateChecks = {
  ofAuthority: (pem) => problemOf(readTrustedCa(pem, now())),
  ofList: (pem, ca) => problemOf(readRevocationList(pem, ca, now())),
}

function problemOf(read: object | { readonly problem: string }): string | undefined {
  return 'problem' in read ? read.problem : undefined
}

/** Every room, connected (`connect-rooms.ts`); listening when the promise resolves. */
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

async function start(configuration: Configuration, onStop: OnStop): Promise<Omit<RunningServer, 'stop'>> {
  const rooms = await connectRooms(configuration, onStop)
  const { realms, policyTypes, engine, certificates, registration, interaction, telemetry, store, keyring, health } = rooms
  const { listen, publicUrl } = configuration
  let current = configuration
  const adminListener = createAdminListener(
    {
      ...{ realms, health, metrics: telemetry.metrics, policyTypes, registration, dialectRulesOf, now, agents: rooms.agents },
      ...{ keys: engine.keys, settings: realms.settings, objects: realms.objects, readPolicies: realms.readPolicies },
      ...{ audit: store.audit, nodes: store.nodes, deliveries: store.webhookDeliveries, runTimeRealms: realms.runTime },
      trustedCas: { describe: readTrustedCa, describeList: readRevocationList },
      ...{ log: telemetry.logger, users: rooms.userAdministration },
      softwareStatements: { issue: registration.issueSoftwareStatement },
      isAdministrator: (token) => keyring.matches(token, keyring.digest(configuration.adminToken)),
      clients: {
        ...{ list: store.clients.list, find: store.clients.findClient, history: store.clients.history },
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
  const openPublicListener = async ({ host, port }: ListenerAddress, options: Configuration['http'], isMtls: boolean) => {
    const listener = createPublicListener(
      {
        ...{ realms, registration, engine, health, log: telemetry.logger, interactionPlugin: interaction.plugin },
        baseUrlOf: ({ issuer, mtlsIssuer = issuer }) => (isMtls ? mtlsIssuer : issuer),
        describeCertificate: ({ trustedCas }, certificate) => certificates.describe(certificate, trustedCas, now()),
        recordRequest: ({ durationSeconds: seconds, ...request }) => telemetry.httpRequestEnded({ ...request, seconds }),
      },
      options,
    )
    onStop(() => listener.close())
    await listener.listen({ host, port })
  }
  const adminUrl = await adminListener.listen({ host: listen.admin.host, port: listen.admin.port })
  await provideCertificate(listen)
  for (const [address, options, isMtls] of publicListeners(configuration)) await openPublicListener(address, options, isMtls)
  return {
    ...{ publicUrl, adminUrl },
    async reload(next) {
      await policyTypes.replace(next.policies)
      const replaceRealms = realms.replace(next).then(() => rooms.takeOver(next))
      // What cannot be taken over whole is not taken over: policies and realms go back to what they were.
      await replaceRealms.catch(async (error: unknown) => {
        await policyTypes.replace(current.policies)
        await realms.replace(current)
        throw error
      })
      current = next
    },
  }
}

async function provideCertificate({ mtls }: Configuration['listen']): Promise<void> {
  if (mtls?.tls.isGenerated === true) await provideSelfSignedCertificate(mtls.tls, new URL(mtls.publicUrl).hostname)
}

type PublicListener = readonly [ListenerAddress, Configuration['http'], isMtls: boolean]

/** The one that asks for client certificates comes beside the other: browsers would show their users a dialogue there. */
function publicListeners({ listen, http }: Configuration): readonly PublicListener[] {
  const first: PublicListener = [listen.public, http, false]
  if (listen.mtls === undefined) return [first]
  const { keyFile, certificateFile } = listen.mtls.tls
  return [first, [listen.mtls, { ...http, tls: { keyFile, certificateFile, requestClientCertificate: true } }, true]]
}
