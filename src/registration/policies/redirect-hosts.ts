import { Type } from 'typebox'
import { echo, oneOf } from '../metadata/echo.ts'
import { isHostPattern, matchesHost } from '../metadata/host-pattern.ts'
import { textsOf } from '../metadata/member-values.ts'
import { isLoopbackRedirect } from '../metadata/redirect-uri.ts'
import { refusalCodeOf } from '../metadata/refusal-code-of.ts'
import { isWebUri, parseUri } from '../metadata/uri-syntax.ts'
import { definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'redirect-hosts',
  summary: 'Every web address that people are redirected to is on a host that the operator trusts.',
  cites: ['RFC 7591 §5', 'RFC 8252 §7.3', 'SEC-RU-02', 'SEC-RU-08'],
  concerns: 'metadata',
  options: Type.Object(
    {
      hosts: Type.Array(
        Type.Refine(
          Type.String(),
          isHostPattern,
          () => 'must be a host name, in punycode where it is not ASCII, or *. before a domain that is no public suffix',
        ),
        {
          description:
            'Trusted hosts, in punycode where they are not ASCII. *.app.example stands for every host below app.example, and not for itself; a wildcard for a public suffix such as com or github.io is refused.',
          minItems: 1,
        },
      ),
      members: Type.Array(Type.String(), {
        description: 'The members that are looked at.',
        minItems: 1,
        default: ['redirect_uris', 'post_logout_redirect_uris', 'initiate_login_uri', 'frontchannel_logout_uri'],
      }),
    },
    { additionalProperties: false },
  ),

  // A native app picks its loopback port at run time (RFC 8252 §7.3), and a private scheme has no host: a list cannot speak about them.
  judge({ metadata }, { hosts, members }) {
    return members.flatMap((member) =>
      textsOf(metadata[member])
        .filter((uri) => !isTrusted(uri, hosts))
        .map((uri) =>
          refuse(refusalCodeOf(member), member, `${member} must be on a trusted host, ${oneOf(hosts)}: ${echo(uri)} is not`),
        ),
    )
  },

  examples: {
    options: {
      hosts: ['app.example', '*.apps.example'],
      members: ['redirect_uris', 'post_logout_redirect_uris'],
    },
    allows: [
      { redirect_uris: ['https://app.example/cb'] },
      { redirect_uris: ['https://one.apps.example/cb', 'https://a.b.apps.example/cb'] },
      { redirect_uris: ['http://127.0.0.1:49152/cb', 'http://[::1]/cb', 'http://localhost:3000/cb'] },
      { redirect_uris: ['com.example.app:/cb'] },
    ],
    refuses: [
      { redirect_uris: ['https://app.example.evil.example/cb'] },
      { redirect_uris: ['https://evilapp.example/cb'] },
      { redirect_uris: ['https://apps.example/cb'] },
      { redirect_uris: ['https://evilapps.example/cb'] },
      { redirect_uris: ['https://app.example./cb'] },
      { redirect_uris: ['https://app.example@evil.example/cb'] },
      { redirect_uris: ['https://xn--pp-hia.example/cb'] },
      { redirect_uris: ['https://127.0.0.1/cb'] },
      { redirect_uris: ['http://localhost.evil.example/cb'] },
      { redirect_uris: ['https://app.example/cb', 'https://evil.example/cb'] },
      { redirect_uris: ['https://app.example/cb'], post_logout_redirect_uris: ['https://evil.example/bye'] },
    ],
  },
})

function isTrusted(uri: string, hosts: readonly string[]): boolean {
  const parsed = parseUri(uri)
  if (typeof parsed === 'string') return false
  if (!isWebUri(parsed) || isLoopbackRedirect(uri)) return true
  return hosts.some((pattern) => matchesHost(parsed.host ?? '', pattern))
}
