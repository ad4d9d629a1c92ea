/**
 * RFC 4514 §2.4: any byte of a value may be written as a backslash and two digits. All but the plainest are, so that what somebody
 * types never becomes another component of the name.
 */
export function escapeDnValue(value: string): string {
  return [...Buffer.from(value, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      return /[A-Za-z0-9@._-]/.test(character) ? character : `\\${byte.toString(16).padStart(2, '0')}`
    })
    .join('')
}
