import { Type } from 'typebox'
import { echo } from '../metadata/echo.ts'
import { textsOf } from '../metadata/member-values.ts'
import { refusalCodeOf } from '../metadata/refusal-code-of.ts'
import { isLoopbackHost, parseUri } from '../metadata/uri-syntax.ts'
import { definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'redirect-uris-https-only',
  summary: 'Redirect URIs use https, name no loopback host, and are short, whatever the type of application.',
  cites: ['OBUK-RQ-07', 'OBUK-RQ-14', 'RFC 8252 §7.2', 'OFBR-08'],
  concerns: 'metadata',
  options: Type.Object(
    {
      charactersMax: Type.Integer({ description: 'How long a redirect URI may be.', minimum: 16, maximum: 2048, default: 256 }),
      required: Type.Boolean({ description: 'Every client has to have one, whatever its grants.', default: true }),
      members: Type.Array(Type.String(), {
        description: 'The members that are looked at.',
        minItems: 1,
        default: ['redirect_uris', 'post_logout_redirect_uris'],
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata }, { charactersMax, required, members }) {
    const isMissing = required && (metadata.redirect_uris ?? []).length === 0
    const missing = isMissing
      ? [refuse('invalid_redirect_uri', 'redirect_uris', 'redirect_uris must hold at least one https URI')]
      : []
    const accepted = `must be an https URI of at most ${charactersMax} characters on a host other than localhost`
    return [
      ...missing,
      ...members.flatMap((member) =>
        textsOf(metadata[member])
          .filter((uri) => uri.length > charactersMax || !isHttpsElsewhere(uri))
          .map((uri) => refuse(refusalCodeOf(member), member, `${member} ${accepted}: ${echo(uri)}`)),
      ),
    ]
  },

  examples: {
    options: { charactersMax: 64, required: true, members: ['redirect_uris'] },
    allows: [{ redirect_uris: ['https://app.example/cb'] }],
    refuses: [
      {},
      { redirect_uris: [] },
      { redirect_uris: ['http://app.example/cb'] },
      { redirect_uris: ['https://localhost/cb'] },
      { redirect_uris: ['https://app.localhost/cb'] },
      { redirect_uris: ['https://127.0.0.1/cb'] },
      { redirect_uris: ['https://127.1.2.3/cb'] },
      { redirect_uris: ['http://127.0.0.1:80/cb'] },
      { redirect_uris: ['com.example.app:/cb'] },
      { redirect_uris: [`https://app.example/${'a'.repeat(64)}`] },
    ],
  },
})

function isHttpsElsewhere(uri: string): boolean {
  const parsed = parseUri(uri)
  if (typeof parsed === 'string' || parsed.scheme !== 'https' || parsed.host === undefined) return false
  return !(isLoopbackHost(parsed.host) || parsed.host.endsWith('.localhost') || /^127(?:\.[0-9]+){3}$/.test(parsed.host))
}
