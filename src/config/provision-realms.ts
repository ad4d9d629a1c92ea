import type { ProvisionedClient, Realm, Realms, Vault } from '../registration/index.ts'
import type { Configuration, ProvisionedUser, RealmDefinition } from './configuration.ts'
import type { RealmStates } from './ports.ts'

/** Where the objects of the file go; `app.ts` connects it. */
export interface ProvisioningPorts {
  readonly realms: Realms
  readonly provisionClient: (realm: Realm, client: ProvisionedClient) => Promise<void>
  readonly users: ProvisionedUsers
  readonly hashPassword: (clear: string) => Promise<string>
  readonly verifyPassword: (clear: string, passwordHash: string) => Promise<boolean>
  readonly newId: () => string
  readonly states: Pick<RealmStates, 'read' | 'saveProvisionedDigests'>
  readonly vault: Pick<Vault, 'digest' | 'matches'>
  /** A realm that is in use is served as it is now. */
  readonly reload: (realm: string) => Promise<void>
}

export interface ProvisionedUsers {
  findByUsername(realm: string, username: string): Promise<{ readonly id: string; readonly passwordHash: string } | undefined>
  provision(realm: string, users: readonly UserToStore[]): Promise<void>
}

export interface UserToStore {
  readonly id: string
  readonly username: string
  readonly passwordHash: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly active: boolean
}

/**
 * Idempotent: what is already as the file says is left alone, and a realm that was provisioned from the same words before costs
 * nothing. @throws Refusal for a client that could not be registered.
 */
export async function provisionRealms(configuration: Configuration, ports: ProvisioningPorts): Promise<void> {
  await provisionChanged(configuration, ports)
  await Promise.all(ports.realms.all().map(({ name }) => ports.reload(name)))
}

async function provisionChanged({ realms }: Configuration, ports: ProvisioningPorts): Promise<void> {
  const states = new Map((await ports.states.read()).map((state) => [state.name, state.provisionedDigest]))
  const changed = realms.filter((definition) => {
    const digest = states.get(definition.name)
    return digest === undefined || !ports.vault.matches(wordsOf(definition), digest)
  })
  for (const definition of changed) await provisionRealm(definition, ports)
  if (changed.length === 0) return
  const digests = changed.map((definition) => ({ name: definition.name, digest: ports.vault.digest(wordsOf(definition)) }))
  await ports.states.saveProvisionedDigests(digests)
}

/** All that matters to users and clients: they are judged by the rest of the realm, too. */
function wordsOf({ digest, users, clients }: RealmDefinition): string {
  return JSON.stringify({ digest, users, clients })
}

async function provisionRealm({ name, users, clients }: RealmDefinition, ports: ProvisioningPorts): Promise<void> {
  const realm = ports.realms.find(name)
  if (realm === undefined) throw new Error(`realm ${name} is configured and yet not there`)
  await ports.users.provision(name, await Promise.all(users.map((user) => userToStore(name, user, ports))))
  for (const client of clients) await ports.provisionClient(realm, client)
}

async function userToStore(realm: string, user: ProvisionedUser, ports: ProvisioningPorts): Promise<UserToStore> {
  const known = await ports.users.findByUsername(realm, user.username)
  return {
    // Whoever came from an identity provider under that name stays who that is; nobody is given the account.
    id: known === undefined || known.passwordHash === '' ? ports.newId() : known.id,
    username: user.username,
    passwordHash: await passwordHashOf(user, known?.passwordHash, ports),
    claims: user.claims,
    active: true,
  }
}

/** A salt makes every hash differ: the stored one stays as long as it is of the configured password. */
async function passwordHashOf(
  { password, passwordHash }: ProvisionedUser,
  stored: string | undefined,
  { hashPassword, verifyPassword }: ProvisioningPorts,
): Promise<string> {
  if (passwordHash !== undefined) return passwordHash
  if (password === undefined) throw new Error('a provisioned user has a password or the hash of one')
  if (stored !== undefined && (await verifyPassword(password, stored))) return stored
  return hashPassword(password)
}
