import { isIP, isIPv4 } from 'node:net'
import { isSameName, parseDistinguishedName } from '../registration/index.ts'
import type { GeneralName } from './general-name.ts'
import type { ParsedCertificate } from './parse-certificate.ts'

/** RFC 8705 §2.1.2: whether the certificate has the name that a client registered under one of the five members. */
export function hasSubject(certificate: ParsedCertificate, member: string, expected: string): boolean {
  if (member === 'tls_client_auth_subject_dn') {
    const name = parseDistinguishedName(expected)
    return !('problem' in name) && isSameName(certificate.subject, name)
  }
  const matches = alternatives[member]
  return matches !== undefined && certificate.alternativeNames.some((name) => matches(name, expected))
}

/** Names are compared whole: a pattern such as `*.example.org` is a name of its own. */
const alternatives: Readonly<Record<string, (name: GeneralName, expected: string) => boolean>> = {
  tls_client_auth_san_dns: (name, expected) => name.kind === 'dns' && name.text.toLowerCase() === expected.toLowerCase(),
  tls_client_auth_san_uri: (name, expected) => name.kind === 'uri' && name.text === expected,
  tls_client_auth_san_ip: (name, expected) => name.kind === 'ip' && octetsOf(expected)?.equals(name.octets) === true,
  tls_client_auth_san_email: (name, expected) => name.kind === 'email' && mailbox(name.text) === mailbox(expected),
}

/** RFC 5280 §7.5: the host has no case, what stands before it has. */
function mailbox(text: string): string {
  const at = text.lastIndexOf('@') + 1
  return text.slice(0, at) + text.slice(at).toLowerCase()
}

/** Compared in binary, since IPv6 has many spellings (RFC 8705 §2.1.2). */
function octetsOf(address: string): Buffer | undefined {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  if (isIP(address) === 0 || address.includes('%')) return undefined
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [before = [], after = []] = groups.split('::').map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = Array.from({ length: groups.includes('::') ? 8 - before.length - after.length : 0 }, () => '0')
  const numbers = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16))
  return Buffer.from(numbers.flatMap((number) => [number >> 8, number & 0xff]))
}
