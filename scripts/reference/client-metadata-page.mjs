import { code, codes, page, table } from './markdown.mjs'

/** Every member of client metadata that the server knows, by what it does with it. */
export async function clientMetadataPage(load) {
  const { memberNames, findMember } = await load('registration/metadata/members')
  const all = memberNames().map((name) => ({ name, ...findMember(name) }))
  const served = all.filter(({ kind, needs }) => kind !== 'choices' && needs !== 'unserved')
  requireKnown(Object.keys(defaults), served)
  return page(
    'Client metadata',
    introduction,
    table(['Member', 'Type', 'Needs', 'Left out'], served.map(rowOf)),
    '## Choices',
    'Lists of OpenID Connect Relying Party Metadata Choices 1.0, each an array of strings: the first value that the realm serves becomes the member.',
    table(
      ['List', 'Member'],
      served.filter(({ choices }) => choices !== undefined).map(({ name, choices }) => [code(choices), code(name)]),
    ),
    '## Known and not served',
    `${codes(all.filter(({ needs }) => needs === 'unserved').map(({ name }) => name))} are of standards that this server does not implement, and are ignored.`,
  )
}

const introduction = [
  'What can stand in a registration (RFC 7591 §2, OpenID Connect Dynamic Client Registration 1.0 §2 and the standards that add to',
  'them). A member that is not listed here is ignored, and so is what only the server issues: `client_id`, `client_secret`,',
  '`client_id_issued_at`, `client_secret_expires_at`, `registration_access_token`, `registration_client_uri`. `null` and `""` mean',
  'that a member is left out. The answer has what will be honoured.',
  '',
  '- **Type**: a value of another type is refused. *choice* is a string of those that the realm serves. *language* means that',
  '  `name#tag` is accepted besides, such as `client_name#de` (RFC 7591 §2.2).',
  '- **Needs**: features of the realm (`features`; `deviceFlow` and `ciba` are the grants `device` and `ciba`). Without them the member',
  '  is ignored; *or refused* where ignoring it would leave the client with less protection than it asked for.',
  '- **Left out**: first the defaults of the initial access token, of the dialect and of `registration.clientDefaults` are',
  '  taken; then what stands here. A member without a default stays away.',
].join('\n')

const types = {
  string: 'string',
  scope: 'string of scopes with spaces between them',
  statement: 'JWT in compact form',
  uri: 'URI',
  'string-array': 'array of strings',
  'uri-array': 'array of URIs',
  boolean: 'true or false',
  integer: 'whole number',
  object: 'JSON object',
}

const firstServed = (name) => `${code(name)} if the realm serves it, else the first that it serves`

/** What fill-flows.ts and fill-standard-defaults.ts fill in. */
const defaults = {
  token_endpoint_auth_method:
    'the first that the realm serves of `client_secret_basic`, `client_secret_post`, `none` (not for grants that need authentication), `client_secret_jwt`',
  grant_types: 'what `response_types` needs; without either, `authorization_code`',
  response_types: 'what `grant_types` needs',
  scope: '`registration.defaultScopes` of the realm; never every scope',
  application_type:
    '`native` with a redirect URI on loopback or of a private-use scheme (`redirectUris.inferNative`), else `web`',
  subject_type: `for clients that get ID tokens: ${firstServed('public')}`,
  id_token_signed_response_alg: `for clients that get ID tokens: ${firstServed('RS256')}`,
  userinfo_signed_response_alg: `where userinfo is encrypted: ${firstServed('RS256')}`,
  ...Object.fromEntries(
    ['id_token', 'userinfo', 'introspection', 'authorization']
      .map((subject) => `${subject}_encrypted_response_enc`)
      .concat('request_object_encryption_enc')
      .map((member) => [member, `with its \`…_alg\`: ${firstServed('A128CBC-HS256')}`]),
  ),
}

function rowOf({ name, type, kind, needs, localisable, enumerated }) {
  const shown = enumerated ? 'choice' : types[type]
  const refused = kind === 'switch' ? ', or refused' : ''
  return [
    code(name),
    `${shown}${localisable ? ', language' : ''}`,
    needs.length === 0 ? '' : `${codes(needs)}${refused}`,
    name === 'software_statement' ? 'has to be left out: no statement is accepted in this release' : (defaults[name] ?? ''),
  ]
}

function requireKnown(names, members) {
  const known = new Set(members.map(({ name }) => name))
  for (const name of names) if (!known.has(name)) throw new Error(`${name} has a default in the reference and is no member`)
}
