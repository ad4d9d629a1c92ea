import type { DistinguishedName } from '../registration/index.ts'
import { contextTag, type DerElement, DerError, readElement } from './der.ts'
import { parseName } from './parse-name.ts'

/** RFC 5280 §4.2.1.6: a name of a subject, or in name constraints a part of the name space. */
export type GeneralName =
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly text: string }
  | { readonly kind: 'ip'; readonly octets: Buffer }
  | { readonly kind: 'directory'; readonly name: DistinguishedName }
  /** Of a kind that is not read; `tag` tells kinds apart. */
  | { readonly kind: 'other'; readonly tag: number }

/** @throws DerError */
export function parseGeneralName(element: DerElement): GeneralName {
  switch (element.tag) {
    case 0x81:
      return { kind: 'email', text: asciiText(element) }
    case 0x82:
      return { kind: 'dns', text: asciiText(element) }
    case 0x86:
      return { kind: 'uri', text: asciiText(element) }
    case 0x87:
      return { kind: 'ip', octets: element.content }
    case 0xa4:
      return { kind: 'directory', name: parseName(readElement(element.content)) }
    default:
      return { kind: 'other', tag: contextTag(element.tag) }
  }
}

/** Control characters in a name have served to make one name look like another, and nothing else. */
function asciiText({ content }: DerElement): string {
  const text = content.toString('latin1')
  if (!/^[\x20-\x7e]*$/.test(text)) throw new DerError('a name holds characters that it must not')
  return text
}
