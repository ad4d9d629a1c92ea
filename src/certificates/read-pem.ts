/** The blocks of a PEM text (RFC 7468), as DER; `undefined` where something else stands between them, or a block is no base64. */
export function readPem(text: string, label: string): readonly Buffer[] | undefined {
  const blocks: Buffer[] = []
  const rest = text.replace(
    /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g,
    (whole, found: string, body: string) => {
      if (found !== label) return whole
      blocks.push(Buffer.from(body.replace(/\s/g, ''), 'base64'))
      return ''
    },
  )
  return rest.includes('-----') ? undefined : blocks
}
