import type { KeyObject } from 'node:crypto'

const rsaBitsMin = 2048
/** Beyond this verifying becomes a burden that the requester chooses (SEC-DOS-07). */
const rsaBitsMax = 8192
const curves = ['prime256v1', 'secp384r1', 'secp521r1']

/** Why a key is good for nothing: too weak, too costly, or of a kind that nobody signs with. */
export function findKeyFlaw({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string | undefined {
  if (type === 'ed25519' || type === 'ed448') return undefined
  if (type === 'ec')
    return curves.includes(details?.namedCurve ?? '') ? undefined : 'has a key that is on none of P-256, P-384, P-521'
  if (type !== 'rsa' && type !== 'rsa-pss') return `has a key of the kind ${type ?? 'unknown'}; accepted are RSA, EC and EdDSA`
  const bits = details?.modulusLength ?? 0
  const isGood = bits >= rsaBitsMin && bits <= rsaBitsMax
  return isGood ? undefined : `has an RSA key of ${bits} bits; accepted are ${rsaBitsMin} to ${rsaBitsMax}`
}
