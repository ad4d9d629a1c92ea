import type { ProvisionedUser } from './configuration.ts'
import { complain, type Draft, isSound } from './draft.ts'
import type { RealmFile } from './realm-schema.ts'
import { resolveSecret } from './resolve-secret.ts'

export async function resolveUsers(draft: Draft, realm: string): Promise<readonly ProvisionedUser[]> {
  const users = draft.file.realms[realm]?.users ?? []
  if (users.length === 0) return []
  const isUsable = (index: number): boolean => isSound(draft, 'realms', realm, 'users', index)
  const found = await Promise.all(
    users.map(async (user, index) => (isUsable(index) ? resolveUser(draft, user, ['realms', realm, 'users', index]) : undefined)),
  )
  return found.filter((user) => user !== undefined)
}

async function resolveUser(
  draft: Draft,
  { username, password, passwordHash, claims }: RealmFile['users'][number],
  path: readonly (string | number)[],
): Promise<ProvisionedUser | undefined> {
  if ((password === undefined) === (passwordHash === undefined)) {
    return complain(draft, path, `user ${username} needs either a password or a passwordHash, and one of them only`)
  }
  const common = { username, claims: claims as ProvisionedUser['claims'] }
  if (passwordHash !== undefined) return { ...common, passwordHash, isPasswordGenerated: false }
  if (password === undefined) return undefined
  const clear = await resolveSecret(draft, password, [...path, 'password'])
  return clear === undefined ? undefined : { ...common, password: clear, isPasswordGenerated: 'generated' in password }
}
