import { AndFilter, type Client, type Entry, EqualityFilter, OrFilter } from 'ldapts'
import type { Directory } from '../../registration/index.ts'
import { escapeDnValue } from './escape-dn-value.ts'
import { entriesOf } from './search-entries.ts'

/** The entry of whoever goes by that name. `ambiguous`: there are several, and nobody knows which one is meant. */
export async function findEntry(
  client: Client,
  directory: Directory,
  username: string,
): Promise<Entry | 'ambiguous' | undefined> {
  const { baseDn = '', usernameAttributes, objectClass } = directory
  // Filters are built of parts: what somebody types is a value, and never becomes syntax (RFC 4515).
  const named = usernameAttributes.map((attribute) => new EqualityFilter({ attribute, value: username }))
  const byName = new OrFilter({ filters: named })
  const classes = objectClass === undefined ? [] : [new EqualityFilter({ attribute: 'objectClass', value: objectClass })]
  const [entry, another] = await entriesOf(client, directory, {
    base: baseDn,
    scope: 'sub',
    filter: new AndFilter({ filters: [byName, ...classes] }),
    attributes: wantedAttributes(directory),
    sizeLimit: 2,
  })
  return another === undefined ? entry : 'ambiguous'
}

/** Of the person whose entry has a name that follows from the user name; asked as that person. */
export async function readOwnEntry(client: Client, directory: Directory, dn: string): Promise<Entry | undefined> {
  const [entry] = await entriesOf(client, directory, { base: dn, scope: 'base', attributes: wantedAttributes(directory) })
  return entry
}

export function dnOf({ userDn = '' }: Directory, username: string): string {
  return userDn.replaceAll('{username}', () => escapeDnValue(username))
}

function wantedAttributes({ usernameAttributes, idAttribute, claims, groups }: Directory): string[] {
  const ofGroups = groups?.attribute === undefined ? [] : [groups.attribute]
  return [...new Set([...usernameAttributes, idAttribute, ...Object.values(claims), ...ofGroups])]
}
