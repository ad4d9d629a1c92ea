import { Type } from 'typebox'
import { effectiveGrantTypes } from '../metadata/effective-metadata.ts'
import { changedMembers, wordsOf } from '../metadata/member-values.ts'
import { overlapsScope } from '../metadata/scope-overlap.ts'
import { definePolicy, hold } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'approval-required',
  summary: 'A new client, or one that changes where it matters, sleeps until an administrator approves it.',
  cites: ['RFC 7591 §5', 'SEC-RAT-02', 'SEC-RAT-03', 'SEC-LOGO-02'],
  concerns: 'requester',
  options: Type.Object(
    {
      sensitiveMembers: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Members whose change needs another approval, each with all its variants of other languages.',
        default: [
          'redirect_uris',
          'post_logout_redirect_uris',
          'client_name',
          'client_uri',
          'logo_uri',
          'tos_uri',
          'policy_uri',
          'scope',
          'grant_types',
          'response_types',
          'token_endpoint_auth_method',
          'jwks',
          'jwks_uri',
          'tls_client_auth_subject_dn',
          'tls_client_auth_san_dns',
          'tls_client_auth_san_uri',
          'tls_client_auth_san_ip',
          'tls_client_auth_san_email',
          'sector_identifier_uri',
          'software_id',
          'application_type',
        ],
      }),
      scopes: Type.Array(Type.String({ minLength: 1 }), {
        description:
          'Only clients that have one of these scopes; an asterisk stands for one character or more, and a scope group counts by its own name. None: all clients.',
        default: [],
      }),
      grantTypes: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Only clients that have one of these grant types. None: all clients.',
        default: [],
      }),
      channels: Type.Array(
        Type.Enum(['open', 'initial-access-token', 'software-statement', 'certificate', 'metadata-document']),
        { description: 'Only clients that were admitted by one of these channels. None: all clients.', default: [] },
      ),
    },
    { additionalProperties: false },
  ),

  judge({ operation, metadata, client, requester }, { sensitiveMembers, scopes, grantTypes, channels }) {
    const channel = client?.channel ?? requester.channel
    const isMeant =
      isAmong([channel], channels) &&
      (scopes.length === 0 || wordsOf(metadata.scope).some((word) => scopes.some((pattern) => overlapsScope(pattern, word)))) &&
      isAmong(effectiveGrantTypes(metadata), grantTypes)
    // Whatever a client leaves out while it waits, it goes on waiting.
    if (client?.state === 'pending') return [hold('an administrator has not approved the client yet')]
    if (!isMeant) return []
    if (operation === 'create' || client === undefined) return [hold('an administrator has to approve the client')]
    const changed = changedMembers(client.metadata, metadata, sensitiveMembers)
    return changed.length === 0 ? [] : [hold(`an administrator has to approve the change of ${changed.join(', ')}`)]
  },

  examples: {
    options: { sensitiveMembers: ['redirect_uris', 'client_name'], scopes: [], grantTypes: [], channels: [] },
    allows: [{}],
    refuses: [],
    cases: [
      { title: 'holds a new client', given: {}, yields: ['hold'] },
      {
        title: 'holds an approved client whose redirect URIs change',
        given: {
          operation: 'update',
          metadata: { redirect_uris: ['https://evil.example/cb'] },
          client: {
            client_id: 'c1',
            client_id_issued_at: 1,
            channel: 'open',
            state: 'active',
            metadata: { redirect_uris: ['https://app.example/cb'] },
          },
        },
        yields: ['hold'],
      },
      {
        title: 'holds one that gets a name in another language, and one that loses its name',
        given: {
          operation: 'update',
          metadata: { 'client_name#de': 'Bank' },
          client: { client_id: 'c1', client_id_issued_at: 1, channel: 'open', state: 'active', metadata: { client_name: 'App' } },
        },
        yields: ['hold'],
      },
      {
        title: 'lets an approved client change what does not matter',
        given: {
          operation: 'update',
          metadata: { client_name: 'App', contacts: ['dev@app.example'] },
          client: { client_id: 'c1', client_id_issued_at: 1, channel: 'open', state: 'active', metadata: { client_name: 'App' } },
        },
        yields: [],
      },
      {
        title: 'does not let a client that waits free itself',
        given: {
          operation: 'update',
          metadata: { client_name: 'App' },
          client: {
            client_id: 'c1',
            client_id_issued_at: 1,
            channel: 'open',
            state: 'pending',
            metadata: { client_name: 'App' },
          },
        },
        yields: ['hold'],
      },
      {
        title: 'can be about sensitive scopes alone',
        options: { sensitiveMembers: ['scope'], scopes: ['payments:*'], grantTypes: [], channels: ['open'] },
        given: { metadata: { scope: 'openid' } },
        yields: [],
      },
      {
        title: 'holds a client that registers a pattern for such a scope',
        options: { sensitiveMembers: ['scope'], scopes: ['payments:write'], grantTypes: [], channels: [] },
        given: { metadata: { scope: 'payments:*' } },
        yields: ['hold'],
      },
      {
        title: 'holds a client that gets such a scope later',
        options: { sensitiveMembers: ['scope'], scopes: ['payments:*'], grantTypes: [], channels: ['open'] },
        given: {
          operation: 'update',
          metadata: { scope: 'openid payments:write' },
          client: { client_id: 'c1', client_id_issued_at: 1, channel: 'open', state: 'active', metadata: { scope: 'openid' } },
        },
        yields: ['hold'],
      },
    ],
  },
})

/** An empty list means everything. */
function isAmong(values: readonly string[], listed: readonly string[]): boolean {
  return listed.length === 0 || values.some((value) => listed.includes(value))
}
