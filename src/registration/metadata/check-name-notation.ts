import { attributeTypeOf, standardNameOf } from './attribute-types.ts'
import { parseDistinguishedName } from './distinguished-name.ts'
import { readWrittenName, type WrittenAttribute } from './read-written-name.ts'

/**
 * The one notation that Open Finance Brasil accepts (DCR §7.1.2, OFBR-DN-02, 03, 05): the nine types of RFC 4514 §3 by short
 * name with a readable value, every other type as dotted OID with `#` and DER. The problem goes on from the member's name.
 */
export function checkNameNotation(text: string): string | undefined {
  const name = parseDistinguishedName(text)
  if ('problem' in name) return name.problem
  const written = readWrittenName(text)
  if ('problem' in written) return written.problem
  return written
    .flat()
    .map(checkAttribute)
    .find((problem) => problem !== undefined)
}

function checkAttribute({ type, isHex }: WrittenAttribute): string | undefined {
  const oid = attributeTypeOf(type) ?? type
  const name = standardNameOf(oid)
  if (name !== undefined) {
    return type.toUpperCase() === name && !isHex
      ? undefined
      : `must write the attribute type ${oid} as ${name}= with a readable value`
  }
  return type === oid && isHex
    ? undefined
    : `must write the attribute type ${type} as ${oid}=# with its DER value in hexadecimal digits`
}
