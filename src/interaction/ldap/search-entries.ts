import type { Client, Entry, Filter } from 'ldapts'
import type { Directory } from '../../registration/index.ts'

export interface EntrySearch {
  readonly base: string
  readonly scope: 'base' | 'sub'
  readonly filter?: Filter
  readonly attributes: string[]
  readonly sizeLimit?: number
}

/** References to other servers are not followed: the password would go wherever a directory says. */
export async function entriesOf(client: Client, directory: Directory, search: EntrySearch): Promise<readonly Entry[]> {
  const { base, scope, filter, attributes, sizeLimit } = search
  const { searchEntries } = await client.search(base, {
    scope,
    attributes,
    derefAliases: 'never',
    timeLimit: directory.timeoutSeconds,
    explicitBufferAttributes: [directory.idAttribute],
    ...(filter === undefined ? {} : { filter }),
    ...(sizeLimit === undefined ? {} : { sizeLimit }),
  })
  return searchEntries
}
