import { type DerElement, readInside, tags } from './der.ts'
import { readOid } from './der-values.ts'

export interface SignatureAlgorithm {
  /** As Java and administrators' consoles spell it. */
  readonly name: string
  /** For `node:crypto`; `undefined` where the algorithm has its own. */
  readonly hash: string | undefined
  readonly isPss: boolean
  /** At least SHA-256, or no separate digest at all. */
  readonly isStrong: boolean
}

/** Of an AlgorithmIdentifier (RFC 5280 §4.1.1.2). @throws DerError */
export function readSignatureAlgorithm(element: DerElement | undefined): SignatureAlgorithm {
  const [type, parameters] = readInside(element, tags.sequence)
  const oid = readOid(type)
  if (oid === '1.2.840.113549.1.1.10') return pss(parameters)
  return algorithms[oid] ?? { name: oid, hash: undefined, isPss: false, isStrong: false }
}

function digested(name: string, hash: string): SignatureAlgorithm {
  return { name, hash, isPss: false, isStrong: /^sha(256|384|512)$/.test(hash) }
}

const algorithms: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.113549.1.1.4': digested('MD5withRSA', 'md5'),
  '1.2.840.113549.1.1.5': digested('SHA1withRSA', 'sha1'),
  '1.2.840.113549.1.1.14': digested('SHA224withRSA', 'sha224'),
  '1.2.840.113549.1.1.11': digested('SHA256withRSA', 'sha256'),
  '1.2.840.113549.1.1.12': digested('SHA384withRSA', 'sha384'),
  '1.2.840.113549.1.1.13': digested('SHA512withRSA', 'sha512'),
  '1.2.840.10045.4.1': digested('SHA1withECDSA', 'sha1'),
  '1.2.840.10045.4.3.1': digested('SHA224withECDSA', 'sha224'),
  '1.2.840.10045.4.3.2': digested('SHA256withECDSA', 'sha256'),
  '1.2.840.10045.4.3.3': digested('SHA384withECDSA', 'sha384'),
  '1.2.840.10045.4.3.4': digested('SHA512withECDSA', 'sha512'),
  '1.3.101.112': { name: 'Ed25519', hash: undefined, isPss: false, isStrong: true },
  '1.3.101.113': { name: 'Ed448', hash: undefined, isPss: false, isStrong: true },
}

const hashes: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

/** RFC 4055 §3.1: the digest stands in the parameters, and is SHA-1 where it does not. */
function pss(parameters: DerElement | undefined): SignatureAlgorithm {
  const fields = parameters === undefined ? [] : readInside(parameters, tags.sequence)
  const field = fields.find(({ tag }) => tag === 0xa0)
  const identifier = field && readInside(field, 0xa0)[0]
  const hash = identifier && hashes[readOid(readInside(identifier, tags.sequence)[0])]
  return { name: `${(hash ?? 'sha1').toUpperCase()}withRSAandMGF1`, hash, isPss: true, isStrong: hash !== undefined }
}
