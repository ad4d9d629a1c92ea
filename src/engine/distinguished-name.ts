/**
 * Compares a certificate's subject with a registered `tls_client_auth_subject_dn` (RFC 8705 §2.1.2): RFC 4514 writes the relative names
 * from last to first. Case and runs of blanks mean nothing (RFC 4517 §4.2.11).
 */
export function isSameSubject(certificateSubject: string, registered: string): boolean {
  const ofCertificate = certificateSubject
    .split('\n')
    .map((line) => relativeName(splitUnescaped(line.replaceAll(' + ', '+'), '+')))
  const expected = splitUnescaped(registered, ',')
    .map((name) => relativeName(splitUnescaped(name, '+')))
    .reverse()
  return ofCertificate.length === expected.length && ofCertificate.every((name, index) => name === expected[index])
}

/** A relative name may have several parts; their order means nothing. */
function relativeName(parts: readonly string[]): string {
  return parts.map(attribute).sort().join('+')
}

function attribute(part: string): string {
  const at = part.indexOf('=')
  const type = part.slice(0, at).trim().toUpperCase()
  return `${shortNames[type] ?? type}=${comparable(part.slice(at + 1))}`
}

/** Escaped again, so that no value can pretend to be two names. */
function comparable(value: string): string {
  const folded = unescaped(value.trim()).trim().replace(/\s+/g, ' ').toLowerCase()
  return JSON.stringify(folded)
}

/** RFC 4514 §2.4: a backslash and the character itself, or two hexadecimal digits per octet of UTF-8. */
function unescaped(value: string): string {
  const octets = value.replace(/(?:\\[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('\\', ''), 'hex').toString('utf8'))
  return octets.replace(/\\([^0-9a-fA-F])/g, '$1')
}

function splitUnescaped(value: string, separator: string): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at)
    if (character === separator) {
      parts.push(part)
      part = ''
      continue
    }
    part += character === '\\' ? value.slice(at, at + 2) : character
    if (character === '\\') at += 1
  }
  return [...parts, part]
}

/** RFC 4514 §3, and what certificates of banks carry besides, under both of their names. */
const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.15': 'BUSINESSCATEGORY',
  '2.5.4.97': 'ORGANIZATIONIDENTIFIER',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'EMAILADDRESS',
  '1.3.6.1.4.1.311.60.2.1.2': 'JURISDICTIONST',
  '1.3.6.1.4.1.311.60.2.1.3': 'JURISDICTIONC',
}
