/** An OpenID Connect provider that people of the realm sign in at: the server is a client of it, one that was registered there by hand. */
export interface IdentityProvider {
  readonly id: string
  /** What people read on the button. */
  readonly displayName: string
  readonly enabled: boolean
  /** Exactly what its discovery document and its ID tokens say. */
  readonly issuer: string
  readonly clientId: string
  /** `private_key_jwt`: with the signing keys of the realm. */
  readonly authMethod: 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'
  /** Of the methods with a secret. */
  readonly sealedSecret?: string
  readonly scopes: readonly string[]
  /** Their claim (dotted where nested) to ours. */
  readonly claimMap: Readonly<Record<string, string>>
  /** Claims that are taken over under the names that they have. */
  readonly keptClaims: readonly string[]
  /** Their claims without which nobody is let in. */
  readonly requiredClaims: readonly string[]
  /** Their claim (dotted where nested) that becomes the user name; absent: `preferred_username`, else `email`, else `sub`. */
  readonly usernameClaim?: string
  readonly emailDomains: readonly string[]
  /** `create`: whoever comes for the first time gets an account. `existing`: only whoever has one is let in. */
  readonly accounts: 'create' | 'existing'
  /** Somebody new is taken for the account with the same verified e-mail address: the provider's word is believed about every account. */
  readonly linkByVerifiedEmail: boolean
  readonly prompt?: string
  /** Asked for, and one of them has to be in the ID token. */
  readonly acrValues: readonly string[]
  /** Since the person last proved who they are. */
  readonly maxAgeSeconds?: number
  readonly forwardLoginHint: boolean
  /** `hidden`: nobody signs in with a password of ours any more. */
  readonly passwordForm: 'beside' | 'hidden'
  readonly clockSkewSeconds: number
}

/** Claims of our own tokens that no other issuer decides: who somebody is here, and what a token is for. */
export const ownClaims: readonly string[] = [
  ...[
    'iss',
    'sub',
    'aud',
    'exp',
    'nbf',
    'iat',
    'jti',
    'azp',
    'nonce',
    'auth_time',
    'acr',
    'amr',
    'sid',
    'at_hash',
    'c_hash',
    's_hash',
  ],
  ...[
    'client_id',
    'scope',
    'cnf',
    'act',
    'may_act',
    'authorization_details',
    'events',
    'sub_jwk',
    '_claim_names',
    '_claim_sources',
  ],
]
