/**
 * Whether a URL's protocol is a private-use one that the browser hands to an application (RFC 8252 §7.1), rather than
 * one that it would run or show itself.
 */
export function isPrivateUse(protocol: string): boolean {
  return /^[a-z][a-z0-9+.-]*:$/.test(protocol) && !BROWSER_SCHEMES.has(protocol)
}

const BROWSER_SCHEMES = new Set([
  'http:',
  'https:',
  'ws:',
  'wss:',
  'ftp:',
  'about:',
  'blob:',
  'data:',
  'file:',
  'filesystem:',
  'javascript:',
  'vbscript:',
  'view-source:',
  'chrome:',
  'resource:',
  'intent:',
  'content:',
])
