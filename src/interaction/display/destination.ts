/** Where a person is sent after the decision, as far as the redirect URI tells. */
export type Destination =
  | { readonly kind: 'web'; readonly host: string; readonly isEncrypted: boolean; readonly isInternational: boolean }
  | { readonly kind: 'loopback'; readonly host: string }
  | { readonly kind: 'app'; readonly scheme: string }

/** A host name comes in its ASCII form (`xn--…`): what looks like another name cannot pass for it. */
export function destinationOf(redirectUri: string | undefined): Destination | undefined {
  if (redirectUri === undefined || !URL.canParse(redirectUri)) return undefined
  const { protocol, hostname, host } = new URL(redirectUri)
  if (protocol !== 'https:' && protocol !== 'http:') return { kind: 'app', scheme: protocol.slice(0, -1) }
  if (isLoopback(hostname)) return { kind: 'loopback', host }
  return { kind: 'web', host, isEncrypted: protocol === 'https:', isInternational: /(^|\.)xn--/.test(hostname) }
}

/** RFC 8252 §7.3 and §8.3; a browser takes every name under `localhost` for this machine (RFC 6761 §6.3). */
function isLoopback(hostname: string): boolean {
  return hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname) || /(^|\.)localhost\.?$/.test(hostname)
}
