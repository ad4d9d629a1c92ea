import { comparableRelativeName, type DistinguishedName, writeDistinguishedName } from '../registration/index.ts'
import type { GeneralName } from './general-name.ts'
import type { ParsedCertificate } from './parse-certificate.ts'
import type { NameConstraints } from './parse-extensions.ts'

/** More than any authority names, and few enough to compare each with each. */
const comparisonsMax = 250_000

/** RFC 5280 §6.1.3 (b), (c): whether every name of a certificate is one that an authority above it may vouch for. */
export function checkNameConstraints(
  certificate: ParsedCertificate,
  { permitted, excluded }: NameConstraints,
): string | undefined {
  const names = namesOf(certificate)
  if (names.length * (permitted.length + excluded.length) > comparisonsMax)
    return 'has name constraints that too many names would have to be compared with'
  const outside = names.find(
    (name) => !isPermitted(name, permitted) || excluded.some((base) => isSameKind(name, base) && isWithin(name, base) !== false),
  )
  return outside && `has name constraints that do not allow the name ${print(outside)}`
}

function isPermitted(name: GeneralName, permitted: readonly GeneralName[]): boolean {
  const bases = permitted.filter((base) => isSameKind(name, base))
  return bases.length === 0 || bases.some((base) => isWithin(name, base) === true)
}

const emailAddress = '1.2.840.113549.1.9.1'

/** RFC 5280 §4.2.1.10: the subject counts too, and its addresses where no other are there. */
function namesOf({ subject, alternativeNames }: ParsedCertificate): readonly GeneralName[] {
  const hasEmail = alternativeNames.some(({ kind }) => kind === 'email')
  const addresses = hasEmail ? [] : subject.flat().filter(({ oid }) => oid === emailAddress)
  return [
    ...alternativeNames,
    ...(subject.length === 0 ? [] : [{ kind: 'directory', name: subject } as const]),
    ...addresses.map(({ text }) => ({ kind: 'email', text: text ?? '' }) as const),
  ]
}

function isSameKind(name: GeneralName, base: GeneralName): boolean {
  return name.kind === base.kind && (name.kind !== 'other' || base.kind !== 'other' || name.tag === base.tag)
}

/** `undefined`: it cannot be told, so that the name is neither permitted nor free of exclusion. */
function isWithin(name: GeneralName, base: GeneralName): boolean | undefined {
  if (name.kind === 'dns' && base.kind === 'dns') return isDomainWithin(name.text, base.text)
  if (name.kind === 'email' && base.kind === 'email') return isMailboxWithin(name.text, base.text)
  if (name.kind === 'uri' && base.kind === 'uri') return isUriWithin(name.text, base.text)
  if (name.kind === 'ip' && base.kind === 'ip') return isAddressWithin(name.octets, base.octets)
  if (name.kind === 'directory' && base.kind === 'directory') return isNameWithin(name.name, base.name)
  return undefined
}

function isDomainWithin(domain: string, base: string): boolean {
  const name = `.${domain.toLowerCase().replace(/\.$/, '')}`
  return base === '' || name.endsWith(base.startsWith('.') ? base.toLowerCase() : `.${base.toLowerCase()}`)
}

/** A mailbox, a host, or with a period in front every host of a domain. */
function isMailboxWithin(mailbox: string, base: string): boolean {
  const at = mailbox.lastIndexOf('@')
  if (!base.includes('@')) return isHostWithin(mailbox.slice(at + 1), base)
  const baseAt = base.lastIndexOf('@')
  return mailbox.slice(0, at) === base.slice(0, baseAt) && isHostWithin(mailbox.slice(at + 1), base.slice(baseAt + 1))
}

/** A URI without a host name can be judged by no constraint. */
function isUriWithin(uri: string, base: string): boolean | undefined {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#:@[\]]+)(?::\d*)?(?:[/?#]|$)/i.exec(uri)?.[1]
  return host === undefined || /^[\d.]+$/.test(host) ? undefined : isHostWithin(host, base)
}

function isHostWithin(host: string, base: string): boolean {
  const [name, constraint] = [host.toLowerCase().replace(/\.$/, ''), base.toLowerCase()]
  return constraint === '' || (constraint.startsWith('.') ? name.endsWith(constraint) : name === constraint)
}

/** The base is an address and a mask of the same length. */
function isAddressWithin(address: Buffer, base: Buffer): boolean {
  const { length } = address
  if (base.length !== 2 * length) return false
  return address.every((octet, at) => (octet & (base[length + at] ?? 0)) === ((base[at] ?? 0) & (base[length + at] ?? 0)))
}

/** In the order of a certificate the base comes first; RFC 4514 turns that around. */
function isNameWithin(name: DistinguishedName, base: DistinguishedName): boolean {
  if (base.length > name.length) return false
  const ending = name.slice(name.length - base.length)
  return ending.every((relative, at) => comparableRelativeName(relative) === comparableRelativeName(base[at] ?? []))
}

/** Printable ASCII alone: it becomes part of an error description (RFC 6749 §5.2). */
function print(name: GeneralName): string {
  if (name.kind === 'ip') return name.octets.toString('hex')
  if (name.kind === 'other') return `of kind ${name.tag}`
  const text = name.kind === 'directory' ? writeDistinguishedName(name.name) : name.text
  return text.replace(/[^\x20-\x7e]|["\\]/g, '?')
}
