import { Type } from 'typebox'
import { effectiveAuthMethod, effectiveGrantTypes } from '../metadata/effective-metadata.ts'
import { isLoopbackRedirect, isPrivateSchemeRedirect } from '../metadata/redirect-uri.ts'
import { amend, definePolicy, refuse, type Verdict } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'public-clients',
  summary: 'Software on people’s own devices has no secret to keep, and software with a secret is not on their devices.',
  cites: ['RFC 8252 §8.4', 'RFC 9700 §2.5', 'RFC 6749 §2.1', 'SEC-RD-14', 'SEC-BB-04', 'SEC-CA-06'],
  concerns: 'metadata',
  options: Type.Object(
    {
      nativeClients: Type.Enum(['public', 'public-or-keys', 'any'], {
        description:
          'How clients with a loopback or private-scheme redirect authenticate. public: not at all (none). public-or-keys: or with a key of their own installation, but by no shared secret. any: as they like.',
        default: 'public-or-keys',
      }),
      webClients: Type.Enum(['any', 'confidential'], {
        description: 'confidential: clients whose redirects are all web addresses have to authenticate; apps in browsers cannot.',
        default: 'any',
      }),
      otherwise: Type.Enum(['refuse', 'make-public'], {
        description: 'make-public: a native client that wants a secret becomes a public client instead of being refused.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata }, { nativeClients, webClients, otherwise }): readonly Verdict[] {
    const method = effectiveAuthMethod(metadata)
    const { redirect_uris: uris = [] } = metadata
    const isNative =
      metadata.application_type === 'native' || uris.some((uri) => isLoopbackRedirect(uri) || isPrivateSchemeRedirect(uri))
    if (!isNative) {
      const isLacking = webClients === 'confidential' && method === 'none'
      const reason = `${member} must be a method that authenticates, other than none, for a web client`
      return isLacking ? [refuse('invalid_client_metadata', member, reason)] : []
    }
    const isFine = nativeClients === 'any' || method === 'none' || (nativeClients === 'public-or-keys' && usesKeys(method))
    if (isFine) return []
    const needsAuthentication = effectiveGrantTypes(metadata).some((grant) => confidentialGrants.includes(grant))
    if (otherwise === 'make-public' && !needsAuthentication)
      return [amend({ [member]: 'none' }, 'a native client keeps no secret')]
    const accepted = nativeClients === 'public' ? 'none' : 'none or one that uses a key of the client'
    return [
      refuse(
        'invalid_client_metadata',
        member,
        `${member} must be ${accepted} for a native client; left out it is client_secret_basic`,
      ),
    ]
  },

  examples: {
    options: { nativeClients: 'public-or-keys', webClients: 'confidential', otherwise: 'refuse' },
    allows: [
      { redirect_uris: ['http://127.0.0.1:3000/cb'], token_endpoint_auth_method: 'none' },
      { redirect_uris: ['com.example.app:/cb'], token_endpoint_auth_method: 'private_key_jwt' },
      { redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: 'client_secret_basic' },
      { redirect_uris: ['https://app.example/cb'] },
    ],
    refuses: [
      { redirect_uris: ['http://127.0.0.1:3000/cb'] },
      { redirect_uris: ['https://app.example/cb', 'http://[::1]/cb'], token_endpoint_auth_method: 'client_secret_post' },
      { redirect_uris: ['https://app.example/cb'], application_type: 'native', token_endpoint_auth_method: 'client_secret_jwt' },
      { redirect_uris: ['https://app.example/cb'], token_endpoint_auth_method: 'none' },
    ],
    cases: [
      {
        title: 'makes a native client public',
        options: { nativeClients: 'public', webClients: 'any', otherwise: 'make-public' },
        given: { operation: 'update', metadata: { redirect_uris: ['http://localhost:1/cb'] } },
        yields: [{ amend: { token_endpoint_auth_method: 'none' } }],
      },
      {
        title: 'refuses where a grant needs authentication',
        options: { nativeClients: 'public', webClients: 'any', otherwise: 'make-public' },
        given: { metadata: { application_type: 'native', grant_types: ['authorization_code', 'client_credentials'] } },
        yields: ['refuse'],
      },
    ],
  },
})

const member = 'token_endpoint_auth_method'
const confidentialGrants = ['client_credentials', 'urn:openid:params:grant-type:ciba']

function usesKeys(method: string): boolean {
  return ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'].includes(method)
}
