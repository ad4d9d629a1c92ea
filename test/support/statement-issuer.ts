import { type CompactJWSHeaderParameters, CompactSign, type CryptoKey, type JWK } from 'jose'
import type { JsonObject, JsonValue, Ports, Realm, StatementIssuer } from '../../src/registration/index.ts'
import { createKeyring } from '../../src/vault/index.ts'
import { clientKey } from './client-keys.ts'
import { quickstartRealm } from './realm.ts'

/** The clock of tests about statements. */
export const issuedAt = 1_800_000_000

/** An entry among the statement issuers of a realm that asks for nothing in particular. */
export function issuerEntry(changes: Partial<StatementIssuer> = {}): StatementIssuer {
  return {
    id: 'directory',
    issuer: 'https://directory.example',
    keys: { kind: 'jwks', jwks: { keys: [] } },
    algorithms: ['ES256', 'PS256'],
    allowUnsigned: false,
    audience: 'optional',
    audiences: [],
    requireExpiry: false,
    clockSkewSeconds: 30,
    replay: 'allowed',
    requiredClaims: {},
    claimMap: {},
    statusChecks: [],
    precedence: 'statement-wins',
    memberPrecedence: {},
    echo: 'mapped',
    ...changes,
  }
}

export interface Signer {
  readonly jwk: JWK
  readonly privateKey: CryptoKey | Uint8Array
}

/** Statement issuers with a key of their own; the realm that trusts them; the ports, with what was fetched. */
export async function createDirectory(alg = 'ES256', kid = 'key-1') {
  const signer = await clientKey(alg, kid)
  const entry = (changes: Partial<StatementIssuer> = {}) =>
    issuerEntry({ keys: { kind: 'jwks', jwks: { keys: [signer.jwk as JsonObject] } }, ...changes })
  const claims = { iss: 'https://directory.example', iat: issuedAt - 10, client_name: 'Attested' }
  return {
    signer,
    entry,
    realm: (changes: Partial<StatementIssuer> = {}): Realm => quickstartRealm({ statementIssuers: [entry(changes)] }),
    claims,
    sign: (more: JsonObject = {}, header: JsonObject = {}, by: Signer = signer) =>
      signJwt({ ...claims, ...more }, { alg, kid, ...header }, by),
  }
}

/** Members that are `undefined` are left out. */
export async function signJwt(
  payload: JsonObject | string,
  header: Readonly<Record<string, JsonValue | undefined>>,
  { privateKey }: Pick<Signer, 'privateKey'>,
): Promise<string> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader(JSON.parse(JSON.stringify(header)) as CompactJWSHeaderParameters)
    .sign(privateKey)
}

export function unsignedJwt(payload: JsonObject, header: JsonObject = { alg: 'none' }, signature = ''): string {
  const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode(header)}.${encode(payload)}.${signature}`
}

type StatementPorts = Pick<Ports, 'statementKeys' | 'certificates' | 'vault' | 'now'>

/** `sets`: what URLs give. Every request is noted; what is not among the sets cannot be fetched. */
export function statementPorts(sets: Readonly<Record<string, JsonObject>> = {}, changes: Partial<StatementPorts> = {}) {
  const fetched: string[] = []
  const ports: StatementPorts = {
    statementKeys: {
      fetch: async (_realm, uri, kid) => {
        fetched.push(kid === undefined ? uri : `${uri} ${kid}`)
        const found = sets[uri]
        if (found === undefined) throw new Error(`nothing at ${uri}`)
        return found
      },
    },
    certificates: { verifySigner: async () => ({ problem: 'nobody vouches for it' }) },
    vault: createKeyring([new Uint8Array(32).fill(9)]),
    now: () => issuedAt,
    ...changes,
  }
  return { ports, fetched }
}
