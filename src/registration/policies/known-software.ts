import { Type } from 'typebox'
import { echo, oneOf } from '../metadata/echo.ts'
import { isHostPattern, matchesHost } from '../metadata/host-pattern.ts'
import { changedMembers, textsOf, variantsOf } from '../metadata/member-values.ts'
import { isLoopbackRedirect } from '../metadata/redirect-uri.ts'
import { reservedWordsIn } from '../metadata/reserved-words.ts'
import { isWebUri, parseUri } from '../metadata/uri-syntax.ts'
import { definePolicy, hold, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'known-software',
  summary: 'Who says that it is a well-known software, by software_id or name, is redirected to where that software lives.',
  cites: ['RFC 7591 §5', 'SEC-IMP-05', 'SEC-IMP-01', 'UTS 39 §4'],
  concerns: 'metadata',
  options: Type.Object(
    {
      software: Type.Array(
        Type.Object(
          {
            softwareIds: Type.Array(Type.String({ minLength: 1 }), { description: 'Its values of software_id.', default: [] }),
            names: Type.Array(Type.String({ minLength: 2 }), {
              description: 'Its names; look-alike letters, case and blanks make no difference.',
              default: [],
            }),
            hosts: Type.Array(
              Type.Refine(
                Type.String(),
                isHostPattern,
                () => 'must be a host name, or *. before a domain that is no public suffix',
              ),
              { description: 'Hosts of its redirect URIs; *.app.example stands for every host below.', default: [] },
            ),
            schemes: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9+.-]*$' }), {
              description: 'Private URI schemes of its redirect URIs, such as cursor.',
              default: [],
            }),
            loopback: Type.Boolean({ description: 'It runs on people’s devices and uses http on loopback.', default: false }),
          },
          { additionalProperties: false },
        ),
        { description: 'The software that is known.', minItems: 1 },
      ),
      otherwise: Type.Enum(['refuse', 'hold'], {
        description: 'refuse: an impostor is refused. hold: it waits for an administrator.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata, client, requester }, { software, otherwise }) {
    const names = variantsOf(metadata, 'client_name', 'software_id').flatMap(([, value]) => textsOf(value))
    const claimed = software.filter(
      ({ softwareIds, names: own }) =>
        softwareIds.includes(metadata.software_id ?? '') || names.some((name) => reservedWordsIn(name, own, 'word').length > 0),
    )
    const foreign = (metadata.redirect_uris ?? []).filter((uri) => claimed.length > 0 && !claimed.some((one) => isOf(uri, one)))
    const places = claimed.flatMap(({ hosts, schemes, loopback }) => [...hosts, ...schemes, ...(loopback ? ['loopback'] : [])])
    // An administrator who acts, or has approved what is still the same, has looked at it.
    const isSeen =
      requester.isAdministrator ||
      (client?.state === 'active' &&
        changedMembers(client.metadata, metadata, ['client_name', 'software_id', 'redirect_uris']).length === 0)
    if (otherwise === 'hold' && isSeen) return []
    return foreign.map((uri) => {
      const reason = `redirect_uris must be where the software that the client says to be lives, ${oneOf(places)}: ${echo(uri)} is not`
      return otherwise === 'hold' ? hold(reason) : refuse('invalid_redirect_uri', 'redirect_uris', reason)
    })
  },

  examples: {
    options: {
      software: [
        {
          softwareIds: ['code-editor'],
          names: ['Code Editor'],
          hosts: ['editor.example'],
          schemes: ['code-editor'],
          loopback: true,
        },
      ],
      otherwise: 'refuse',
    },
    allows: [
      { client_name: 'Code Editor', redirect_uris: ['https://editor.example/cb', 'http://127.0.0.1:1234/cb'] },
      { software_id: 'code-editor', redirect_uris: ['code-editor://auth/cb'] },
      { client_name: 'Other', redirect_uris: ['https://evil.example/cb'] },
    ],
    refuses: [
      { client_name: 'Code Editor', redirect_uris: ['https://evil.example/cb'] },
      { client_name: 'My app', 'client_name#ru': 'Соde Еditоr', redirect_uris: ['https://evil.example/cb'] },
      { software_id: 'code-editor', redirect_uris: ['https://editor.example/cb', 'https://editor.example.evil.example/cb'] },
      { client_name: 'Code Editor', redirect_uris: ['other-editor://auth/cb'] },
    ],
  },
})

interface Software {
  readonly hosts: readonly string[]
  readonly schemes: readonly string[]
  readonly loopback: boolean
}

function isOf(uri: string, { hosts, schemes, loopback }: Software): boolean {
  if (isLoopbackRedirect(uri)) return loopback
  const parsed = parseUri(uri)
  if (typeof parsed === 'string') return false
  return isWebUri(parsed) ? hosts.some((host) => matchesHost(parsed.host ?? '', host)) : schemes.includes(parsed.scheme)
}
