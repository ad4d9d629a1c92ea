import { Type } from 'typebox'
import { claimValues } from '../metadata/claim-path.ts'
import { echo } from '../metadata/echo.ts'
import { isHostPattern, matchesHost } from '../metadata/host-pattern.ts'
import { textsOf, variantsOf } from '../metadata/member-values.ts'
import { redirectHosts } from '../metadata/redirect-uri.ts'
import { registrableDomain } from '../metadata/registrable-domain.ts'
import { isLoopbackHost, isWebUri, parseUri } from '../metadata/uri-syntax.ts'
import { amend, definePolicy, type PolicyContext, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'same-host-uris',
  summary:
    'Addresses that people are shown belong to the domain that they are redirected to, so that nobody borrows a good name.',
  cites: ['RFC 7591 §5', 'SEC-IMP-04', 'RFC 7591 §2.2'],
  concerns: 'metadata',
  options: Type.Object(
    {
      members: Type.Array(Type.String(), {
        description: 'The members that are looked at, each with all its variants of other languages.',
        minItems: 1,
        default: ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri', 'information_uri', 'organization_uri'],
      }),
      compare: Type.Enum(['registrable-domain', 'host'], {
        description:
          'registrable-domain: www.app.example and login.app.example are the same, one.github.io and two.github.io are not. host: exactly the same host.',
        default: 'registrable-domain',
      }),
      redirects: Type.Enum(['every', 'any'], {
        description:
          'every: it has to share the domain of each web redirect URI. any: of one of them, which who registers foreign ones too gets around.',
        default: 'every',
      }),
      claims: Type.Array(Type.String(), {
        description: 'Claims of the software statement whose addresses, or domains, do as well.',
        default: [],
      }),
      trustedHosts: Type.Array(
        Type.Refine(Type.String(), isHostPattern, () => 'must be a host name, or *. before a domain that is no public suffix'),
        { description: 'Hosts that everybody may name, such as one where logos are kept; *.cdn.example works.', default: [] },
      ),
      withoutWebRedirect: Type.Enum(['refuse', 'allow'], {
        description: 'What holds for clients without any web redirect URI, such as native apps, whose domain nothing shows.',
        default: 'refuse',
      }),
      otherwise: Type.Enum(['refuse', 'remove'], {
        description: 'refuse: the client is refused. remove: it is registered without the address.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge(context, options) {
    const hosts = redirectHosts(context.metadata).filter((host) => !isLoopbackHost(host))
    const attested = attestedHosts(context, options.claims)
    const isSame = (one: string, other: string) => {
      const domain = options.compare === 'host' ? one : (registrableDomain(one) ?? one)
      return domain === (options.compare === 'host' ? other : (registrableDomain(other) ?? other))
    }
    const isShared = (host: string) => {
      if (options.trustedHosts.some((pattern) => matchesHost(host, pattern))) return true
      if (attested.some((one) => isSame(one, host))) return true
      if (hosts.length === 0) return options.withoutWebRedirect === 'allow'
      return options.redirects === 'any' ? hosts.some((one) => isSame(one, host)) : hosts.every((one) => isSame(one, host))
    }
    const foreign = variantsOf(context.metadata, ...options.members).filter(([, value]) =>
      textsOf(value).some((uri) => !isShared(hostOf(uri))),
    )
    if (options.otherwise === 'remove') {
      const members = Object.fromEntries(foreign.map(([name]) => [name, undefined]))
      return foreign.length === 0 ? [] : [amend(members, 'addresses of another domain than the redirect URIs are left out')]
    }
    return foreign.map(([name, value]) =>
      refuse(
        'invalid_client_metadata',
        name,
        `${name} must be on the same domain as redirect_uris: ${echo(String(value))} is not`,
      ),
    )
  },

  examples: {
    options: {
      members: ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri'],
      compare: 'registrable-domain',
      redirects: 'every',
      claims: ['software_client_uri'],
      trustedHosts: ['logos.example'],
      withoutWebRedirect: 'refuse',
      otherwise: 'refuse',
    },
    allows: [
      { redirect_uris: ['https://login.app.example/cb'], client_uri: 'https://www.app.example/' },
      { redirect_uris: ['https://app.example/cb', 'http://127.0.0.1/cb'], logo_uri: 'https://logos.example/app.png' },
      { redirect_uris: ['https://me.github.io/cb'], client_uri: 'https://me.github.io/' },
      { redirect_uris: ['com.example.app:/cb'] },
    ],
    refuses: [
      { redirect_uris: ['https://app.example/cb'], client_uri: 'https://other.example/' },
      { redirect_uris: ['https://app.example/cb'], 'tos_uri#de': 'https://other.example/' },
      { redirect_uris: ['https://you.github.io/cb'], client_uri: 'https://me.github.io/' },
      { redirect_uris: ['https://evil.co.uk/cb'], client_uri: 'https://bank.co.uk/' },
      { redirect_uris: ['https://evil.example/cb', 'https://bank.example/cb'], client_uri: 'https://bank.example/' },
      { redirect_uris: ['http://127.0.0.1/cb'], client_uri: 'https://bank.example/' },
      { redirect_uris: ['http://localhost/cb'], client_uri: 'http://localhost/' },
    ],
    cases: [
      {
        title: 'takes the word of the software statement',
        given: {
          metadata: { redirect_uris: ['https://app.example/cb'], client_uri: 'https://www.bank.example/' },
          statement: {
            issuer: 'https://directory.example',
            claims: { software_client_uri: 'https://bank.example' },
            isNew: true,
          },
        },
        yields: [],
      },
      {
        title: 'leaves the address out where the operator wants that',
        options: {
          members: ['client_uri'],
          compare: 'host',
          redirects: 'any',
          claims: [],
          trustedHosts: [],
          withoutWebRedirect: 'allow',
          otherwise: 'remove',
        },
        given: {
          metadata: {
            redirect_uris: ['https://app.example/cb'],
            client_uri: 'https://www.app.example/',
            'client_uri#fr': 'https://app.example/fr',
          },
        },
        yields: [{ amend: { client_uri: undefined } }],
      },
    ],
  },
})

function attestedHosts({ statement }: PolicyContext, claims: readonly string[]): readonly string[] {
  const values = claims.flatMap((claim) => (statement === undefined ? [] : claimValues(statement.claims, claim)))
  return values
    .filter((value) => typeof value === 'string')
    .map((value) => (value.includes('://') ? hostOf(value) : value.toLowerCase()))
}

/** What is no web address shares its domain with nothing. */
function hostOf(uri: string): string {
  const parsed = parseUri(uri)
  return typeof parsed === 'string' || !isWebUri(parsed) ? `unreadable ${uri}` : (parsed.host ?? '')
}
