import { Type } from 'typebox'
import { echo, oneOf } from '../metadata/echo.ts'
import { textsOf } from '../metadata/member-values.ts'
import { isLoopbackRedirect } from '../metadata/redirect-uri.ts'
import { refusalCodeOf } from '../metadata/refusal-code-of.ts'
import { parseUri } from '../metadata/uri-syntax.ts'
import { matchesWildcard } from '../metadata/wildcard.ts'
import { definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'redirect-schemes',
  summary: 'People are redirected only by the URI schemes that the operator lists.',
  cites: ['RFC 8252 §7', 'RFC 9700 §2.6', 'SEC-RD-06', 'SEC-RU-01'],
  concerns: 'metadata',
  options: Type.Object(
    {
      schemes: Type.Array(Type.String({ pattern: '^[a-z*][a-z0-9+.*-]*$' }), {
        description:
          'Schemes in lower case; an asterisk stands for one character or more, as in com.example.*. http here means any host.',
        default: ['https'],
      }),
      loopback: Type.Enum(['allow', 'refuse'], {
        description: 'http on localhost, 127.0.0.1 and [::1], as native apps use it (RFC 8252 §7.3).',
        default: 'allow',
      }),
      members: Type.Array(Type.String(), {
        description: 'The members that are looked at.',
        minItems: 1,
        default: ['redirect_uris', 'post_logout_redirect_uris'],
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata }, { schemes, loopback, members }) {
    const isAllowed = (uri: string) => {
      if (isLoopbackRedirect(uri)) return loopback === 'allow'
      const parsed = parseUri(uri)
      return typeof parsed !== 'string' && schemes.some((scheme) => matchesWildcard(parsed.scheme, scheme))
    }
    const accepted = () => `${oneOf(schemes)}${loopback === 'allow' ? ', or http on loopback' : ', and not on loopback'}`
    return members.flatMap((member) =>
      textsOf(metadata[member])
        .filter((uri) => !isAllowed(uri))
        .map((uri) => refuse(refusalCodeOf(member), member, `${member} must have the scheme ${accepted()}: ${echo(uri)}`)),
    )
  },

  examples: {
    options: { schemes: ['https', 'com.example.*'], loopback: 'allow', members: ['redirect_uris', 'post_logout_redirect_uris'] },
    allows: [
      { redirect_uris: ['https://app.example/cb', 'http://127.0.0.1:8000/cb'] },
      { redirect_uris: ['com.example.app:/cb', 'COM.EXAMPLE.app:/cb'] },
    ],
    refuses: [
      { redirect_uris: ['http://app.example/cb'] },
      { redirect_uris: ['com.evil.app:/cb'] },
      { redirect_uris: ['com.example.:/cb'] },
      { redirect_uris: ['https://app.example/cb'], post_logout_redirect_uris: ['myapp:/bye'] },
    ],
    cases: [
      {
        title: 'refuses loopback where the operator wants none',
        options: { schemes: ['https', 'http'], loopback: 'refuse', members: ['redirect_uris'] },
        given: { metadata: { redirect_uris: ['http://[::1]:5000/cb'] } },
        yields: ['refuse'],
      },
    ],
  },
})
