import { type DistinguishedName, nameAttribute } from '../registration/index.ts'
import { type DerElement, DerError, readInside, tags } from './der.ts'
import { readOid } from './der-values.ts'

/** RFC 5280 §4.1.2.4, turned into the order of RFC 4514: the last relative name first. @throws DerError */
export function parseName(element: DerElement | undefined): DistinguishedName {
  return readInside(element, tags.sequence)
    .map((relative) => readInside(relative, tags.set).map(parseAttribute))
    .reverse()
}

function parseAttribute(element: DerElement): DistinguishedName[number][number] {
  const [type, value] = readInside(element, tags.sequence)
  const attribute = value && nameAttribute(readOid(type), value.whole.toString('hex'))
  if (attribute === undefined) throw new DerError('an attribute of a name is no text')
  return attribute
}
