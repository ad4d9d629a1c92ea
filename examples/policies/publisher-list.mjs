import { readFile } from 'node:fs/promises'
import { definePolicy, expire, hold, refuse, Type } from 'oauth-registrar'

const secondsPerDay = 86_400

/**
 * A list of software that somebody else keeps, by `software_id`. It is read for every judgement, so that a change of it is in force
 * at once; the time that it takes counts toward the time limit.
 */
export default definePolicy({
  name: 'publisher-list',
  summary: 'Software is admitted as the list of publishers says: at once, for a trial, or not at all; unknown software waits.',
  cites: ['RFC 7591 §2'],
  options: Type.Object(
    {
      list: Type.String({
        default: 'shared/publishers.json',
        description:
          'The list, relative to this policy: { SOFTWARE_ID: { standing: approved, trial or blocked, days: NUMBER } }.',
      }),
    },
    { additionalProperties: false },
  ),
  concerns: 'requester',

  async judge({ metadata, client }, { list }) {
    const publishers = JSON.parse(await readFile(new URL(list, import.meta.url), 'utf8'))
    const software = metadata.software_id ?? ''
    const entry = Object.hasOwn(publishers, software) ? publishers[software] : undefined
    if (entry?.standing === 'blocked') return [refuse('access_denied', 'software_id', 'this software cannot be registered here')]
    if (entry?.standing === 'trial') return [expire(entry.days * secondsPerDay, `a trial of ${entry.days} days`)]
    if (entry?.standing === 'approved') return []
    // An update of what was woken once does not fall asleep again, unless it becomes other software.
    if (client?.state === 'active' && client.metadata.software_id === metadata.software_id) return []
    return [hold('software that is not on the list of publishers')]
  },

  examples: {
    options: { list: 'shared/publishers.json' },
    allows: [{ software_id: 'calendar-suite' }, { software_id: 'unheard-of' }],
    refuses: [{ software_id: 'scraper' }],
    cases: [
      { title: 'unknown software waits', given: { metadata: { software_id: 'unheard-of' } }, yields: ['hold'] },
      { title: 'software without an id waits', given: { metadata: {} }, yields: ['hold'] },
      {
        title: 'a name that every object has is on no list',
        given: { metadata: { software_id: 'constructor' } },
        yields: ['hold'],
      },
      { title: 'a trial ends', given: { metadata: { software_id: 'travel-agent' } }, yields: ['expire'] },
      {
        title: 'what an administrator has woken stays awake',
        given: {
          operation: 'update',
          metadata: { software_id: 'unheard-of', client_name: 'Renamed' },
          client: {
            client_id: 'c1',
            client_id_issued_at: 1_700_000_000,
            channel: 'open',
            state: 'active',
            metadata: { software_id: 'unheard-of' },
          },
        },
        yields: [],
      },
    ],
  },
})
