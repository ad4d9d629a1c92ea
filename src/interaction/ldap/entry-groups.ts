import { type Client, type Entry, EqualityFilter } from 'ldapts'
import type { Directory } from '../../registration/index.ts'
import { valuesOf } from './entry-claims.ts'
import { entriesOf } from './search-entries.ts'

const GROUPS_MAX = 500

/** The groups of a person as a claim; nothing where the directory is not asked for them. */
export async function entryGroups(
  client: Client,
  entry: Entry,
  directory: Directory,
): Promise<Readonly<Record<string, unknown>>> {
  const { groups } = directory
  if (groups === undefined) return {}
  const { claim, attribute, baseDn, memberAttribute, names } = groups
  const own = attribute === undefined ? [] : valuesOf(entry, attribute)
  const searched = baseDn === undefined ? [] : await groupsBelow(client, directory, { baseDn, memberAttribute, dn: entry.dn })
  const all = [...own, ...searched].map((name) => (names === 'dn' ? name : leadingComponent(name)))
  return { [claim]: [...new Set(all)].sort().slice(0, GROUPS_MAX) }
}

interface Membership {
  readonly baseDn: string
  readonly memberAttribute: string
  readonly dn: string
}

async function groupsBelow(client: Client, directory: Directory, { baseDn, memberAttribute, dn }: Membership) {
  const filter = new EqualityFilter({ attribute: memberAttribute, value: dn })
  const found = await entriesOf(client, directory, { base: baseDn, scope: 'sub', filter, attributes: ['1.1'] })
  return found.map((group) => group.dn)
}

/** `cn=Staff\, Berlin,ou=groups` is `Staff, Berlin`; what is no name of an entry stays as it is (RFC 4514). */
function leadingComponent(name: string): string {
  const [, value] = /^[A-Za-z][A-Za-z0-9.-]*=((?:\\.|[^\\,+])*)/.exec(name) ?? []
  return value === undefined ? name : unescapeDnValue(value)
}

function unescapeDnValue(value: string): string {
  const bytes = value.replace(/(?:\\[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll('\\', ''), 'hex').toString('utf8'))
  return bytes.replace(/\\(.)/g, '$1')
}
