import type { Effort } from './effort.ts'
import { measureRawInsert } from './limits/raw-insert.ts'
import { measureRawSigning } from './limits/raw-signing.ts'
import { measureRealms } from './measure-realms.ts'
import { measureServer } from './measure-server.ts'
import { startBetterAuth } from './peers/start-better-auth.ts'
import { startOidcProvider } from './peers/start-oidc-provider.ts'
import { startDatabase } from './process/start-database.ts'
import { startRegistrar } from './process/start-registrar.ts'
import type { Line } from './report/line.ts'

/** Limits, then peers, then our own server: everything in one run, so that the ratios mean something. */
export async function measureEverything(effort: Effort): Promise<readonly Line[]> {
  const database = await startDatabase()
  try {
    const limits = {
      'durable inserts': (await measureRawInsert(database.connection, effort.load.connections, effort.limitSeconds)).perSecond,
      'ES256 signatures': measureRawSigning(effort.limitSeconds).perSecond,
    }
    const limitLines = Object.entries(limits).map(([what, perSecond]) => ({
      group: 'Limits of this machine',
      what,
      figure: { value: perSecond, unit: '/s' },
    }))
    const peer = await measureServer('oidc-provider, stock, PostgreSQL', () => startOidcProvider(database.connection), {
      effort,
      limits,
    })
    const other = await measureServer(
      'better-auth, OAuth provider plugin, PostgreSQL',
      () => startBetterAuth(database.connection),
      {
        effort,
        limits,
      },
    )
    const peers = new Map(peer.flatMap(({ what, load }) => (load === undefined ? [] : [[what, load.full.perSecond] as const])))
    const own = await measureServer('Registrar', startRegistrar, { effort, limits, peers })
    return [...limitLines, ...peer, ...other, ...own, ...(await measureRealms())]
  } finally {
    await database.stop()
  }
}
