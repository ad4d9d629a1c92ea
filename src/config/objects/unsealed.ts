import type { Directory, IdentityProvider, StatementIssuer, StatementIssuerKeys } from '../../registration/index.ts'
import type { Webhook } from '../ports.ts'

/** As it comes in from the file or the admin API: a shared secret still in clear, to be sealed before it is kept. */
export interface UnsealedStatementIssuer extends Omit<StatementIssuer, 'keys'> {
  readonly keys: Exclude<StatementIssuerKeys, { readonly kind: 'secret' }> | { readonly kind: 'secret'; readonly secret: string }
}

export interface UnsealedWebhook extends Omit<Webhook, 'sealedSecret'> {
  readonly secret: string
}

export interface UnsealedIdentityProvider extends Omit<IdentityProvider, 'sealedSecret'> {
  readonly secret?: string
}

export interface UnsealedDirectory extends Omit<Directory, 'sealedBindPassword'> {
  readonly bindPassword?: string
}

export type Seal = (clear: string) => string

export function sealStatementIssuer(issuer: UnsealedStatementIssuer, seal: Seal): StatementIssuer {
  const { keys } = issuer
  return { ...issuer, keys: keys.kind === 'secret' ? { kind: 'secret', sealed: seal(keys.secret) } : keys }
}

export function sealWebhook({ secret, ...webhook }: UnsealedWebhook, seal: Seal): Webhook {
  return { ...webhook, sealedSecret: seal(secret) }
}

export function sealIdentityProvider({ secret, ...provider }: UnsealedIdentityProvider, seal: Seal): IdentityProvider {
  return secret === undefined ? provider : { ...provider, sealedSecret: seal(secret) }
}

export function sealDirectory({ bindPassword, ...directory }: UnsealedDirectory, seal: Seal): Directory {
  return { ...directory, ...(bindPassword === undefined ? {} : { sealedBindPassword: seal(bindPassword) }) }
}
