import type { Client, StoredRegistrationAccessToken } from '../client.ts'
import type { EpochSeconds } from '../epoch-seconds.ts'
import type { Entropy, Vault } from '../ports.ts'
import type { RegistrationSettings } from '../registration-settings.ts'
import { newRegistrationAccessToken } from './token-values.ts'

/** The registration access tokens of a client after a step, and the value to tell if one is new or was just presented. */
export interface RegistrationAccessTokens {
  readonly stored: readonly StoredRegistrationAccessToken[]
  readonly value: string
}

type Issuing = { readonly vault: Vault; readonly entropy: Entropy; readonly now: EpochSeconds }

export function issueRegistrationAccessToken({ vault, entropy, now }: Issuing): RegistrationAccessTokens {
  const value = newRegistrationAccessToken(entropy)
  return { value, stored: [{ digest: vault.digest(value), issuedAt: now }] }
}

/** The token of this client that `value` is, unless it was replaced and its grace period is over. */
export function findRegistrationAccessToken(
  client: Pick<Client, 'registrationAccessTokens'>,
  value: string,
  { vault, now }: Pick<Issuing, 'vault' | 'now'>,
): StoredRegistrationAccessToken | undefined {
  return client.registrationAccessTokens.find((token) => isAlive(token, now) && vault.matches(value, token.digest))
}

/**
 * RFC 7592 §5: a new token in the answer of a read or an update. The one that was presented stays good for the grace
 * period, since the answer may be lost on its way and the client would be locked out (DCM-CR-06, DCM-CR-07).
 */
export function rotateRegistrationAccessToken(
  client: Pick<Client, 'registrationAccessTokens'>,
  settings: Pick<RegistrationSettings, 'registrationAccessTokenGraceSeconds'>,
  issuing: Issuing,
): RegistrationAccessTokens {
  const fresh = issueRegistrationAccessToken(issuing)
  const end = issuing.now + settings.registrationAccessTokenGraceSeconds
  const outgoing = client.registrationAccessTokens
    .map((token) => ({ ...token, expiresAt: Math.min(token.expiresAt ?? end, end) }))
    .filter((token) => isAlive(token, issuing.now))
  return { value: fresh.value, stored: [...fresh.stored, ...outgoing].slice(0, tokensMax) }
}

/** Once the newest is in use, its answer was not lost: the others go (DCM-CR-07). */
export function withoutReplacedTokens(
  client: Pick<Client, 'registrationAccessTokens'>,
  used: StoredRegistrationAccessToken,
): readonly StoredRegistrationAccessToken[] {
  const [newest, ...replaced] = client.registrationAccessTokens
  return used === newest && replaced.length > 0 ? [used] : client.registrationAccessTokens
}

// A client that reads in a tight loop under rotation on read must not make its row grow.
const tokensMax = 8

function isAlive(token: StoredRegistrationAccessToken, now: EpochSeconds): boolean {
  return token.expiresAt === undefined || token.expiresAt > now
}
