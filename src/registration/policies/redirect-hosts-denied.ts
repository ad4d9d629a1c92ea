import { Type } from 'typebox'
import { echo } from '../metadata/echo.ts'
import { matchesHost } from '../metadata/host-pattern.ts'
import { textsOf } from '../metadata/member-values.ts'
import { isLoopbackRedirect } from '../metadata/redirect-uri.ts'
import { refusalCodeOf } from '../metadata/refusal-code-of.ts'
import { isWebUri, parseUri } from '../metadata/uri-syntax.ts'
import { definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'redirect-hosts-denied',
  summary: 'Nobody is redirected to bare addresses, unqualified names, or hosts that the operator distrusts.',
  cites: ['RFC 7591 §5', 'RFC 9700 §4.11', 'SEC-RU-06', 'SEC-RU-08'],
  concerns: 'metadata',
  options: Type.Object(
    {
      hosts: Type.Array(Type.String({ pattern: '^(?:\\*\\.)?[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*$' }), {
        description:
          'Hosts that are refused, such as link shorteners and shared hosting. *.pages.example stands for every host below pages.example.',
        default: [],
      }),
      ipAddresses: Type.Enum(['refuse', 'allow'], {
        description: 'Redirects to an IP address instead of a name; loopback redirects of native apps are not meant.',
        default: 'refuse',
      }),
      unqualifiedNames: Type.Enum(['refuse', 'allow'], {
        description: 'Redirects to a name without a domain, such as https://intranet/; loopback redirects are not meant.',
        default: 'refuse',
      }),
      members: Type.Array(Type.String(), {
        description: 'The members that are looked at.',
        minItems: 1,
        default: ['redirect_uris', 'post_logout_redirect_uris', 'initiate_login_uri', 'frontchannel_logout_uri'],
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata }, { hosts, ipAddresses, unqualifiedNames, members }) {
    const problemOf = (host: string) => {
      if (ipAddresses === 'refuse' && /^(?:\[.*\]|[0-9.]+)$/.test(host)) return 'must have a host name instead of an IP address'
      if (unqualifiedNames === 'refuse' && /^[^.[]+$/.test(host)) return 'must have a host name with its domain'
      return hosts.some((denied) => isBelow(host, denied)) ? 'must be on a host of the software itself' : undefined
    }
    return members.flatMap((member) =>
      textsOf(metadata[member]).flatMap((uri) => {
        const problem = isLoopbackRedirect(uri) ? undefined : problemOf(hostOf(uri))
        return problem === undefined ? [] : [refuse(refusalCodeOf(member), member, `${member} ${problem}: ${echo(uri)}`)]
      }),
    )
  },

  examples: {
    options: {
      hosts: ['short.example', '*.pages.example', '*.github.io'],
      ipAddresses: 'refuse',
      unqualifiedNames: 'refuse',
      members: ['redirect_uris'],
    },
    allows: [
      { redirect_uris: ['https://app.example/cb', 'http://127.0.0.1:8080/cb', 'com.example.app:/cb'] },
      { redirect_uris: ['https://pages.example/cb'] },
    ],
    refuses: [
      { redirect_uris: ['https://short.example/cb'] },
      { redirect_uris: ['https://SHORT.example/cb'] },
      { redirect_uris: ['https://me.github.io/cb'] },
      { redirect_uris: ['https://192.0.2.1/cb'] },
      { redirect_uris: ['https://[2001:db8::1]/cb'] },
      { redirect_uris: ['https://intranet/cb'] },
    ],
  },
})

/** What cannot be read is a name without a domain: refused. */
function hostOf(uri: string): string {
  const parsed = parseUri(uri)
  if (typeof parsed === 'string') return 'unreadable'
  return isWebUri(parsed) ? (parsed.host ?? '') : 'app.invalid'
}

/** To refuse below a public suffix is no risk, as it is to trust there. */
function isBelow(host: string, denied: string): boolean {
  return denied.startsWith('*.') ? host.endsWith(denied.slice(1).toLowerCase()) : matchesHost(host, denied)
}
