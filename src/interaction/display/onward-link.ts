import { isPrivateUse } from './private-scheme.ts'

/** A link out of a finished page, to an address that the client registered; with what to call it. */
export function onwardLink(uri: string | undefined): { readonly href: string; readonly host: string } | undefined {
  if (uri === undefined || !URL.canParse(uri)) return undefined
  const { protocol, href, host } = new URL(uri)
  if (protocol === 'https:' || protocol === 'http:') return { href, host }
  return isPrivateUse(protocol) ? { href, host: protocol } : undefined
}
