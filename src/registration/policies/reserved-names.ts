import { Type } from 'typebox'
import { hasInvisible } from '../metadata/confusable-skeleton.ts'
import { echo } from '../metadata/echo.ts'
import { changedMembers, textsOf, variantsOf } from '../metadata/member-values.ts'
import { reservedWordsIn } from '../metadata/reserved-words.ts'
import { mixesScripts } from '../metadata/script-mix.ts'
import { definePolicy, hold, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'reserved-names',
  summary: 'No client calls itself, in any language, what the operator reserves, what looks like it, or what cannot be read.',
  cites: ['RFC 7591 §5', 'UTS 39 §4', 'UTS 39 §5', 'SEC-IMP-01', 'SEC-IMP-09', 'SEC-INJ-03', 'SEC-INJ-06'],
  concerns: 'metadata',
  options: Type.Object(
    {
      names: Type.Array(Type.String({ minLength: 2 }), {
        description: 'Reserved words and brands. Case, accents, blanks and look-alike letters of any script make no difference.',
        default: [],
      }),
      match: Type.Enum(['word', 'anywhere', 'whole'], {
        description:
          'word: as a word, or spelled out with blanks. anywhere: inside of a longer word as well. whole: as the whole name only.',
        default: 'word',
      }),
      exceptSoftware: Type.Array(Type.String({ minLength: 1 }), {
        description: 'Values of software_id that a verified software statement attests, whose clients may have reserved names.',
        default: [],
      }),
      mixedScripts: Type.Enum(['refuse', 'allow'], {
        description: 'Words with letters of several scripts, such as Latin and Cyrillic, that no language mixes.',
        default: 'refuse',
      }),
      addresses: Type.Enum(['refuse', 'allow'], {
        description: 'Names that hold a web address, which mails and pages would turn into a link.',
        default: 'refuse',
      }),
      members: Type.Array(Type.String(), {
        description: 'The members that are looked at, each with all its variants of other languages.',
        minItems: 1,
        default: ['client_name', 'organization_name'],
      }),
      otherwise: Type.Enum(['refuse', 'hold'], {
        description:
          'refuse: the client is refused. hold: it is registered and waits for an administrator, and so does a change of its name.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ operation, metadata, client, statement, requester }, options) {
    const attested = statement?.claims['software_id']
    const mayHaveReserved = typeof attested === 'string' && options.exceptSoftware.includes(attested)
    const names = variantsOf(metadata, ...options.members)
    const problems = names.flatMap(([member, value]) =>
      textsOf(value).flatMap((name) => {
        const problem = problemOf(name, mayHaveReserved ? { ...options, names: [] } : options)
        return problem === undefined ? [] : [{ member, reason: `${member} ${problem}: ${echo(name)}` }]
      }),
    )
    if (options.otherwise === 'refuse')
      return problems.map(({ member, reason }) => refuse('invalid_client_metadata', member, reason))
    if (requester.isAdministrator) return []
    // What an administrator has approved is not held again, until the name changes.
    const changed =
      client === undefined || client.state === 'pending' ? undefined : changedMembers(client.metadata, metadata, options.members)
    const isNew = operation === 'create' || changed === undefined
    return problems.filter(({ member }) => isNew || changed.includes(member)).map(({ reason }) => hold(reason))
  },

  examples: {
    options: {
      names: ['Google', 'Acme Bank', 'PayPal'],
      match: 'word',
      exceptSoftware: ['4NRB1-0XZABZI9E6-5SM3R'],
      mixedScripts: 'refuse',
      addresses: 'refuse',
      members: ['client_name'],
      otherwise: 'refuse',
    },
    allows: [
      { client_name: 'My App' },
      { client_name: 'Приложение' },
      { client_name: '日本語アプリ App' },
      { client_name: 'Acme Tools' },
      { client_name: 'v1.2 of it' },
      {},
    ],
    refuses: [
      { client_name: 'Google' },
      { client_name: 'gOOgle Drive' },
      { client_name: 'GoogleDrive2' },
      { client_name: 'G00gle' },
      { client_name: 'G o o g l e' },
      { client_name: 'Gооgle' },
      { client_name: 'Ｇｏｏｇｌｅ' },
      { client_name: '𝐆𝐨𝐨𝐠𝐥𝐞' },
      { client_name: 'Góógle' },
      { client_name: 'PayPaI' },
      { client_name: 'acme-bank' },
      { client_name: 'My App', 'client_name#de': 'Google' },
      { client_name: 'Good Арp' },
      { client_name: 'App\u202Eelgoog' },
      { client_name: 'My\u200BApp' },
      { client_name: 'Sign in at https://evil.example' },
      { client_name: 'www.evil.example' },
    ],
    cases: [
      {
        title: 'lets the software have its own name that a statement attests',
        given: {
          metadata: { client_name: 'Google', software_id: '4NRB1-0XZABZI9E6-5SM3R' },
          statement: { issuer: 'https://directory.example', claims: { software_id: '4NRB1-0XZABZI9E6-5SM3R' }, isNew: true },
        },
        yields: [],
      },
      {
        title: 'does not believe software_id without a statement',
        given: { metadata: { client_name: 'Google', software_id: '4NRB1-0XZABZI9E6-5SM3R' } },
        yields: ['refuse'],
      },
      {
        title: 'holds a new name of an approved client, and not the one that was approved',
        options: {
          names: ['Google'],
          match: 'anywhere',
          exceptSoftware: [],
          mixedScripts: 'allow',
          addresses: 'allow',
          members: ['client_name'],
          otherwise: 'hold',
        },
        given: {
          operation: 'update',
          metadata: { client_name: 'MyGoogler', 'client_name#fr': 'Le Google' },
          client: {
            client_id: 'c1',
            client_id_issued_at: 1,
            channel: 'open',
            state: 'active',
            metadata: { client_name: 'MyGoogler' },
          },
        },
        yields: ['hold'],
      },
    ],
  },
})

interface Rules {
  readonly names: readonly string[]
  readonly match: 'word' | 'anywhere' | 'whole'
  readonly mixedScripts: 'refuse' | 'allow'
  readonly addresses: 'refuse' | 'allow'
}

function problemOf(name: string, { names, match, mixedScripts, addresses }: Rules): string | undefined {
  if (hasInvisible(name)) return 'must consist of characters that can be seen, in the order in which they are written'
  if (mixedScripts === 'refuse' && mixesScripts(name)) return 'must have the letters of one script in each word'
  if (addresses === 'refuse' && /:\/\/|\bwww\./i.test(name.normalize('NFKC'))) return 'must be a name without a web address'
  const [reserved] = reservedWordsIn(name, names, match)
  return reserved === undefined
    ? undefined
    : `must be another name than ${echo(reserved)}, which is reserved, and look different from it`
}
