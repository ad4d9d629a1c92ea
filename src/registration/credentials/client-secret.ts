import type { Client, ClientMetadata, StoredSecret } from '../client.ts'
import type { EpochSeconds } from '../epoch-seconds.ts'
import { needsClearSecret, needsSecret } from '../metadata/index.ts'
import type { Entropy, Vault } from '../ports.ts'
import type { RegistrationSettings } from '../registration-settings.ts'

/** The secrets of a client after a step, and the clear value if one is new: the only time it can be told. */
export interface ClientSecrets {
  readonly stored: readonly StoredSecret[]
  readonly value?: string
}

interface Issuing {
  readonly settings: Pick<RegistrationSettings, 'clientSecretLifetimeSeconds' | 'clientSecretGraceSeconds'>
  readonly vault: Vault
  readonly entropy: Entropy
  readonly now: EpochSeconds
}

/** A secret if what the client registered needs one, and none otherwise (DCR-RSP-11). */
export function issueClientSecret(metadata: ClientMetadata, issuing: Issuing): ClientSecrets {
  if (!needsSecret(metadata)) return { stored: [] }
  const value = newSecret(metadata, issuing.entropy)
  return { stored: [keep(value, metadata, issuing)], value }
}

/**
 * What an update, or a read under rotation, makes of the secrets: gone when nothing needs one any more; new when there was
 * none, when all have expired, when the stored form does not serve the new metadata, or when it is time to rotate.
 */
export function reviseClientSecrets(client: Client, metadata: ClientMetadata, rotate: boolean, issuing: Issuing): ClientSecrets {
  if (!needsSecret(metadata)) return { stored: [] }
  const current = client.secrets.filter((secret) => isValid(secret, issuing.now))
  const reformed = current.map((secret) => reform(secret, metadata, issuing.vault))
  const serves = reformed.length > 0 && reformed.every((secret) => secret !== undefined)
  if (serves && !rotate) return { stored: reformed }
  const fresh = issueClientSecret(metadata, issuing)
  const end = issuing.now + issuing.settings.clientSecretGraceSeconds
  const outgoing = reformed
    .filter((secret) => secret !== undefined)
    .map((secret) => ({ ...secret, expiresAt: secret.expiresAt === 0 ? end : Math.min(secret.expiresAt, end) }))
    .filter((secret) => isValid(secret, issuing.now))
  return { ...fresh, stored: [...fresh.stored, ...outgoing].slice(0, secretsMax) }
}

/** Whether `value` is a secret of this client that still counts (RFC 7592 §2.2: a sent secret equals the current one). */
export function isCurrentSecret(client: Client, value: string, { vault, now }: Pick<Issuing, 'vault' | 'now'>): boolean {
  return client.secrets.some((secret) => isValid(secret, now) && matches(secret, value, vault))
}

/** `client_secret_expires_at` of the newest secret; absent without one (DCR-RSP-05). */
export function secretExpiry(secrets: readonly StoredSecret[]): EpochSeconds | undefined {
  return secrets[0]?.expiresAt
}

// Each read under rotation on read adds one for the length of the grace period; the row must not grow with it.
const secretsMax = 8

/** OIDC Core §16.19 and RFC 7518 §3.2: the key of HS512 has at least 64 octets, and `client_secret` is that key. */
function newSecret(metadata: ClientMetadata, entropy: Entropy): string {
  return needsClearSecret(metadata) ? entropy.secret() + entropy.secret() : entropy.secret()
}

/** A secret that the client has from elsewhere, in the form that its use needs. */
export function keepClientSecret(
  value: string,
  metadata: ClientMetadata,
  { vault, now }: Pick<Issuing, 'vault' | 'now'>,
): StoredSecret {
  const form = needsClearSecret(metadata) ? { sealed: vault.seal(value) } : { digest: vault.digest(value) }
  return { ...form, issuedAt: now, expiresAt: 0 }
}

function keep(value: string, metadata: ClientMetadata, { settings, vault, now }: Issuing): StoredSecret {
  const lifetime = settings.clientSecretLifetimeSeconds
  return { ...keepClientSecret(value, metadata, { vault, now }), expiresAt: lifetime === 0 ? 0 : now + lifetime }
}

/** A sealed secret becomes a digest where a digest is enough; the way back does not exist. */
function reform(secret: StoredSecret, metadata: ClientMetadata, vault: Vault): StoredSecret | undefined {
  if (needsClearSecret(metadata)) return secret.sealed === undefined ? undefined : secret
  if (secret.sealed === undefined) return secret
  const { sealed, ...rest } = secret
  return { ...rest, digest: vault.digest(vault.open(sealed)) }
}

function matches(secret: StoredSecret, value: string, vault: Vault): boolean {
  if (secret.digest !== undefined) return vault.matches(value, secret.digest)
  return secret.sealed !== undefined && vault.matches(value, vault.digest(vault.open(secret.sealed)))
}

function isValid(secret: StoredSecret, now: EpochSeconds): boolean {
  return secret.expiresAt === 0 || secret.expiresAt > now
}
