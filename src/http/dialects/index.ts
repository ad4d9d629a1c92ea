import type { Client, DialectRules, Realm } from '../../registration/index.ts'
import type { dialectNames } from '../options.ts'
import type { Dialect } from './dialect.ts'
import { pingam } from './pingam.ts'
import { pingfederate } from './pingfederate.ts'
import { simpleidserver } from './simpleidserver.ts'
import { standard } from './standard.ts'

/** Every dialect there is. */
const dialects: Readonly<Record<(typeof dialectNames)[number], Dialect>> = { standard, pingfederate, pingam, simpleidserver }

/** What a realm speaks, in its order, since the first wins where two share a path; the standard stands behind them all. */
export function dialectsOf(realm: Realm): readonly Dialect[] {
  const vendors = realm.dialects.filter((name) => isDialectName(name)).map((name) => dialects[name])
  return [...vendors.filter((dialect) => dialect !== standard), standard]
}

function isDialectName(name: string): name is (typeof dialectNames)[number] {
  return Object.hasOwn(dialects, name)
}

/** The dialect that registered a client decides where the client finds itself, as long as the realm still speaks it. */
export function dialectOfClient(client: Client, realm: Realm): Dialect {
  return dialectsOf(realm).find(({ rules }) => rules.name === client.provenance.dialect) ?? standard
}

/** What the domain has to know of a dialect, by the name that a client or a kept request has of it; of an unknown one, the standard's. */
export function dialectRulesOf(name: string): DialectRules {
  return (isDialectName(name) ? dialects[name] : standard).rules
}
