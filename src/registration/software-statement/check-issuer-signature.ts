import type { JsonObject } from '../client.ts'
import { isSameName, parseDistinguishedName } from '../metadata/distinguished-name.ts'
import type { Ports } from '../ports.ts'
import type { Realm, StatementIssuer, StatementIssuerKeys } from '../realm.ts'
import { Refusal } from '../refusal.ts'
import type { CompactJws } from './compact-jws.ts'
import { isRevoked } from './is-revoked.ts'
import { jwtRefusal, statementSubject } from './jwt-subject.ts'
import { statementProblems } from './statement-problems.ts'
import { findSigner, isSignedWithSecret } from './verify-signature.ts'

type KeyPorts = Pick<Ports, 'statementKeys' | 'certificates' | 'vault' | 'now'>

/**
 * Only what the issuer's entry says decides which key and which algorithm verifies; nothing in the header can add to it
 * (DCR-SS-03, DCR-SS-11), and a public key never becomes a secret (DCR-SS-15).
 * @throws Refusal
 */
export async function checkIssuerSignature(
  jws: CompactJws,
  issuer: StatementIssuer,
  realm: Realm,
  ports: KeyPorts,
): Promise<void> {
  if (jws.alg === 'none') return checkUnsigned(jws, issuer)
  const isMac = macAlgorithms.includes(jws.alg)
  if (!issuer.algorithms.includes(jws.alg) || isMac !== (issuer.keys.kind === 'secret')) {
    throw wrongSignature(`alg ${jws.alg} is not one of ${issuer.algorithms.join(', ')} with keys of kind ${issuer.keys.kind}`)
  }
  await verify(jws, issuer.keys, realm, ports)
}

function checkUnsigned({ hasSignature }: CompactJws, { allowUnsigned, algorithms }: StatementIssuer): void {
  if (!allowUnsigned) {
    throw jwtRefusal(statementSubject, `must be signed, with one of ${algorithms.join(', ')}`)
  }
  if (hasSignature) throw wrongSignature('a signature with alg none')
}

async function verify(jws: CompactJws, keys: StatementIssuerKeys, realm: Realm, ports: KeyPorts): Promise<void> {
  switch (keys.kind) {
    case 'secret': {
      const isRight = await isSignedWithSecret(jws, new TextEncoder().encode(ports.vault.open(keys.sealed)))
      if (!isRight) throw wrongSignature('the MAC is not made with the issuer’s secret')
      return
    }
    case 'certificates':
      return checkSignedBy(jws, { keys: [await certifiedKey(jws, keys, realm, ports)] })
    case 'jwks':
      return checkSignedBy(jws, keys.jwks)
    case 'jwks-uri': {
      const revoked = keys.revokedJwksUri === undefined ? {} : await ports.statementKeys.fetch(realm, keys.revokedJwksUri)
      return checkSignedBy(jws, await ports.statementKeys.fetch(realm, keys.jwksUri, jws.kid), revoked)
    }
  }
}

async function checkSignedBy(jws: CompactJws, jwks: JsonObject, revoked: JsonObject = {}): Promise<void> {
  const signer = await findSigner(jws, jwks)
  if (signer === undefined) throw wrongSignature(`no key of the issuer fits and verifies; kid=${jws.kid}`)
  if (await isRevoked(signer, revoked)) throw wrongSignature(`the key is among the revoked ones; kid=${jws.kid}`)
}

const chainMax = 10

async function certifiedKey(
  { header }: CompactJws,
  { trustedCas: ids, subject }: Extract<StatementIssuerKeys, { kind: 'certificates' }>,
  { trustedCas }: Realm,
  { certificates, now }: KeyPorts,
): Promise<JsonObject> {
  const chain = header['x5c']
  const isChain = Array.isArray(chain) && chain.length > 0 && chain.length <= chainMax
  if (!isChain || !chain.every((certificate) => typeof certificate === 'string')) {
    throw jwtRefusal(statementSubject, `must have an x5c with 1 to ${chainMax} certificates in its header, the signer's first`)
  }
  const trusted = ids.length === 0 ? trustedCas : trustedCas.filter(({ id }) => ids.includes(id))
  if (trusted.length === 0) throw wrongSignature('there is no trusted CA for the issuer')
  const signer = await certificates.verifySigner(chain, trusted, now())
  if ('problem' in signer) throw wrongSignature(signer.problem)
  if (subject !== undefined && !isCalled(signer.subject, subject)) {
    throw wrongSignature(`the signer is ${signer.subject} and not ${subject}`)
  }
  return signer.jwk
}

function isCalled(subject: string, expected: string): boolean {
  const [one, other] = [parseDistinguishedName(subject), parseDistinguishedName(expected)]
  return !('problem' in one) && !('problem' in other) && isSameName(one, other)
}

const macAlgorithms = ['HS256', 'HS384', 'HS512']

/** One text, whatever is wrong: a forger learns nothing from it, and an honest issuer looks into the log with us. */
function wrongSignature(internal: string) {
  return new Refusal('invalid_software_statement', statementProblems.wrongSignature, { member: 'software_statement', internal })
}
