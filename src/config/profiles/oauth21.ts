import type { Profile } from './profile.ts'

/** What every realm is that says nothing else: the defaults of the settings themselves. */
export const oauth21: Profile = {
  name: 'oauth21',
  summary: 'OAuth 2.1 and RFC 9700: PKCE for everybody, codes only, nothing in the front channel.',
  cites: ['draft-ietf-oauth-v2-1', 'RFC 9700'],
  settings: {},
  limits: [],
}
