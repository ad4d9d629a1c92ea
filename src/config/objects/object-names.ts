import { Type } from 'typebox'

/** Of scopes and scope groups (RFC 6749 §3.3). */
export const scopeName = Type.String({
  pattern: '^[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,255}$',
  accepts: 'a scope without spaces (RFC 6749 §3.3)',
})

/** Of what an operator names by himself. */
export const objectId = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$',
  accepts: 'an id of letters, digits, periods, hyphens and underscores',
})

export const describedFor = (readers: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 1024, description: `For ${readers}.` }))
