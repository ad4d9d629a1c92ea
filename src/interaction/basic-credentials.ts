/** User name and password of an `Authorization: Basic` header (RFC 7617, UTF-8), or nothing if it is not one. */
export function basicCredentials(authorization: string | undefined): { username: string; password: string } | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const clear = decodeUtf8(Buffer.from(encoded, 'base64'))
  const colon = clear?.indexOf(':') ?? -1
  if (clear === undefined || colon < 0) return undefined
  return { username: clear.slice(0, colon), password: clear.slice(colon + 1) }
}

/** RFC 7617 §2.1: `charset` tells clients to send UTF-8. The realm is quoted, so nothing but harmless characters goes in. */
export function basicChallenge(realm: string): string {
  return `Basic realm="${realm.replace(/[^A-Za-z0-9 ._:-]/g, '')}", charset="UTF-8"`
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // Not UTF-8: credentials that are nobody's, to be answered like wrong ones.
    return undefined
  }
}
