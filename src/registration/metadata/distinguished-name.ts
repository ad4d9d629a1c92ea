import { attributeTypeOf, standardNameOf } from './attribute-types.ts'
import { readDerValue } from './der-text.ts'
import { readWrittenName, type WrittenAttribute } from './read-written-name.ts'

/** One attribute of a distinguished name; at least one of `text` and `der` is there. */
export interface NameAttribute {
  /** Dotted. */
  readonly oid: string
  /** The value, where it is text in whichever of ASN.1's string types. */
  readonly text?: string
  /** The value with tag and length in lower-case hexadecimal digits, where it came so. */
  readonly der?: string
}

/** In the order of RFC 4514: what comes last in a certificate stands first. A relative name has one attribute or several. */
export type DistinguishedName = readonly (readonly NameAttribute[])[]

/** RFC 4514, types by name and by OID alike. The problem is the rest of a sentence that begins with what the name is for. */
export function parseDistinguishedName(text: string): DistinguishedName | { readonly problem: string } {
  const written = readWrittenName(text)
  if ('problem' in written) return written
  const attributes = written.map((relative) => relative.map(toAttribute))
  const problem = attributes.flat().find((attribute) => 'problem' in attribute)
  return problem ?? (attributes as DistinguishedName)
}

/** An attribute as a certificate holds it. `undefined` where the value is no DER. */
export function nameAttribute(oid: string, der: string): NameAttribute | undefined {
  const value = readDerValue(der)
  return value === undefined ? undefined : { oid, der, ...value }
}

/**
 * RFC 4517 §4.2.15 (distinguishedNameMatch) with caseIgnoreMatch for every text: relative names in order, the attributes within one
 * in any order, ASN.1's string type without meaning (OFBR-DN-04). Nothing is the same as an empty name.
 */
export function isSameName(one: DistinguishedName, other: DistinguishedName): boolean {
  return one.length > 0 && comparableName(one) === comparableName(other)
}

/** Equal for names that match, and for no others: to find names by. */
export function comparableName(name: DistinguishedName): string {
  return JSON.stringify(name.map(comparableRelativeName))
}

export function comparableRelativeName(attributes: DistinguishedName[number]): string {
  return JSON.stringify(
    attributes.map(({ oid, text, der }) => [oid, text === undefined ? `#${der}` : `=${prepared(text)}`].join(' ')).sort(),
  )
}

/** RFC 4514 §2: readable where the type has a standard name, else `#` and DER, which loses nothing (OFBR-DN-01 to 04). */
export function writeDistinguishedName(name: DistinguishedName): string {
  return name.map((relative) => relative.map(writeAttribute).join('+')).join(',')
}

function toAttribute({ type, value, isHex }: WrittenAttribute): NameAttribute | { readonly problem: string } {
  const oid = attributeTypeOf(type)
  if (oid === undefined) return { problem: `has the attribute type ${type}, which is not known by name: write its dotted OID` }
  if (!isHex) return { oid, text: value }
  return (
    nameAttribute(oid, value) ?? { problem: `has a value of ${type} with # that is not a DER value with tag, length and content` }
  )
}

/**
 * RFC 4518: blanks of any kind fold into one, and case means nothing. Against its §2.2 control characters, soft hyphens and the like
 * stay: no certificate may match a name by leaving out what nobody sees.
 */
function prepared(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .replaceAll('ς', 'σ')
    .replaceAll('ß', 'ss')
    .replace(/[\s\u0085]+/g, ' ')
    .trim()
}

function writeAttribute({ oid, text, der }: NameAttribute): string {
  const name = standardNameOf(oid)
  if (der !== undefined && (name === undefined || text === undefined)) return `${name ?? oid}=#${der}`
  return `${name ?? oid}=${escaped(text ?? '')}`
}

/** RFC 4514 §2.4. */
function escaped(text: string): string {
  return text
    .replace(/[\\"+,;<>]/g, '\\$&')
    .replaceAll('\0', '\\00')
    .replace(/(?!^) $/, '\\ ')
    .replace(/^[ #]/, '\\$&')
}
