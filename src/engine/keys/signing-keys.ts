import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { EpochSeconds, Realm } from '../../registration/index.ts'
import type { EnginePorts, KeyChange, SigningKey } from '../ports.ts'
import { longestSignedLifetimeSeconds } from '../tokens/lifetimes.ts'

/** How long others may keep our JWKS: `Cache-Control` says so. */
export const jwksCacheSeconds = 300
/** Clocks differ, and nodes learn of a new key within seconds. */
const marginSeconds = 60
const rsaBits = 2048

/** As a key stands now, of all keys of its realm and algorithm. */
export type KeyState = 'next' | 'signing' | 'retired'

export function publishedKeys(keys: readonly SigningKey[], now: EpochSeconds): readonly SigningKey[] {
  return keys.filter(
    ({ createdAt, publishedUntil }) => createdAt <= now && (publishedUntil === undefined || publishedUntil > now),
  )
}

export function stateOf(key: SigningKey, keys: readonly SigningKey[], now: EpochSeconds): KeyState {
  if (key.signsFrom > now) return 'next'
  return signerOf(key.alg, keys, now)?.kid === key.kid ? 'signing' : 'retired'
}

function signerOf(alg: string, keys: readonly SigningKey[], now: EpochSeconds): SigningKey | undefined {
  const ready = publishedKeys(keys, now).filter((key) => key.alg === alg && key.signsFrom <= now)
  const later = ready.toSorted((a, b) => b.signsFrom - a.signsFrom || b.createdAt - a.createdAt)
  const [newest] = later
  // Of those made in one second, the one that no rotation has sent away yet.
  const twins = later.filter((key) => key.signsFrom === newest?.signsFrom && key.createdAt === newest.createdAt)
  return twins.find(({ publishedUntil }) => publishedUntil === undefined) ?? newest
}

/** The engine signs with the first key that fits: those that sign stand in front of those that are only published. */
export function inSigningOrder(keys: readonly SigningKey[], now: EpochSeconds): readonly SigningKey[] {
  const published = publishedKeys(keys, now)
  const signs = (key: SigningKey) => stateOf(key, published, now) === 'signing'
  return [...published.filter(signs), ...published.filter((key) => !signs(key))]
}

/** When the set of published or signing keys changes next, by time alone. */
export function nextKeyChange(keys: readonly SigningKey[], now: EpochSeconds): EpochSeconds {
  const times = keys.flatMap(({ createdAt, signsFrom, publishedUntil }) => [createdAt, signsFrom, publishedUntil ?? signsFrom])
  return Math.min(...times.filter((time) => time > now), Number.POSITIVE_INFINITY)
}

/** What the realm needs keys for: its signatures, and, by one key per family, request objects that are encrypted for it. */
export function keyAlgorithms({ capabilities, tokens }: Realm): readonly string[] {
  const encrypted = capabilities.features.encryption ? (capabilities.values['request_object_encryption_alg'] ?? []) : []
  return [...tokens.signingAlgorithms, ...encryptionFamilies.filter((family) => encrypted.some((alg) => alg.startsWith(family)))]
}

export const encryptionFamilies = ['RSA-OAEP', 'ECDH-ES']

export function missingAlgorithms(realm: Realm, keys: readonly SigningKey[], now: EpochSeconds): readonly string[] {
  const published = publishedKeys(keys, now)
  return keyAlgorithms(realm).filter((alg) => !published.some((key) => key.alg === alg && key.signsFrom <= now))
}

export async function generateSigningKey(
  realm: Realm,
  alg: string,
  times: KeyTimes,
  vault: EnginePorts['vault'],
): Promise<SigningKey> {
  const isRsa = alg.startsWith('RS') || alg.startsWith('PS')
  const isForEncryption = encryptionFamilies.includes(alg)
  const pair = await generateKeyPair(alg, { extractable: true, ...(isRsa ? { modulusLength: rsaBits } : {}) })
  const [publicJwk, privateJwk] = await Promise.all([exportJWK(pair.publicKey), exportJWK(pair.privateKey)])
  const kid = await calculateJwkThumbprint(publicJwk)
  // A key for encryption serves every algorithm of its family.
  const about = isForEncryption ? { kid, use: 'enc' } : { kid, alg, use: 'sig' }
  const sealedPrivateJwk = vault.seal(JSON.stringify({ ...privateJwk, ...about }))
  return { realm: realm.name, kid, alg, publicJwk: { ...publicJwk, ...about }, sealedPrivateJwk, ...times }
}

interface KeyTimes {
  readonly createdAt: EpochSeconds
  readonly signsFrom: EpochSeconds
}

/** A new key signs once every cached JWKS knows it; an old one stays published until the last token that it signed has expired. */
export async function rotation(
  realm: Realm,
  keys: readonly SigningKey[],
  ask: { readonly algs: readonly string[]; readonly immediately: boolean; readonly now: EpochSeconds },
  vault: EnginePorts['vault'],
): Promise<KeyChange> {
  const { algs, immediately, now } = ask
  const signsFrom = immediately ? now : now + jwksCacheSeconds + marginSeconds
  const retired = signsFrom + longestSignedLifetimeSeconds(realm) + jwksCacheSeconds + marginSeconds
  const old = keys.filter((key) => algs.includes(key.alg) && key.publishedUntil === undefined)
  return {
    insert: await Promise.all(algs.map((alg) => generateSigningKey(realm, alg, { createdAt: now, signsFrom }, vault))),
    publishUntil: Object.fromEntries(old.map(({ kid }) => [kid, retired])),
  }
}
