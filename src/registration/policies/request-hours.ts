import { Type } from 'typebox'
import { definePolicy, refuse } from '../policy-authority/define-policy.ts'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const time = '^(?:[01][0-9]|2[0-3]):[0-5][0-9]$'

export default definePolicy({
  name: 'request-hours',
  summary: 'Registrations are taken only at certain hours, such as when somebody is there to look at them.',
  cites: ['RFC 7591 §5', 'SEC-DOS-01'],
  concerns: 'requester',
  operations: ['create', 'update', 'read', 'delete'],
  options: Type.Object(
    {
      windows: Type.Array(
        Type.Object(
          {
            days: Type.Array(Type.Enum(days), {
              description: 'Days of the week on which the window opens.',
              minItems: 1,
              default: ['mon', 'tue', 'wed', 'thu', 'fri'],
            }),
            from: Type.String({ pattern: time, description: 'When it opens, as 08:00, in UTC.', default: '08:00' }),
            to: Type.String({
              pattern: time,
              description: 'When it closes, in UTC. Not later than it opens: on the next day.',
              default: '18:00',
            }),
          },
          { additionalProperties: false },
        ),
        { description: 'Windows in which requests are taken, in Coordinated Universal Time.', minItems: 1 },
      ),
      operations: Type.Array(Type.Enum(['create', 'update', 'read', 'delete']), {
        description: 'What it is about.',
        minItems: 1,
        default: ['create', 'update'],
      }),
    },
    { additionalProperties: false },
  ),

  judge({ operation, now }, { windows, operations }) {
    if (!operations.includes(operation) || windows.some((window) => isOpen(window, now))) return []
    const shown = windows.map(({ days: open, from, to }) => `${open.join(' ')} ${from}-${to}`).join(', ')
    return [refuse('access_denied', undefined, `requests of this kind are taken at these hours in UTC: ${shown}`)]
  },

  examples: {
    options: { windows: [{ days: ['mon', 'fri'], from: '22:00', to: '02:00' }], operations: ['create', 'update', 'delete'] },
    allows: [],
    // Examples happen on Friday, 15 January 2027, at 08:00 UTC.
    refuses: [{}],
    cases: [
      { title: 'is open in the window', given: { now: 1_800_050_400 }, yields: [] },
      { title: 'is open after midnight, on the day after', given: { now: 1_800_064_800 - 1 }, yields: [] },
      { title: 'is closed when the window has closed', given: { now: 1_800_064_800 }, yields: ['refuse'] },
      { title: 'is closed just before the window opens', given: { now: 1_800_050_399 }, yields: ['refuse'] },
      {
        title: 'knows the days of the week',
        options: { windows: [{ days: ['thu'], from: '00:00', to: '00:00' }], operations: ['create'] },
        given: { now: 0 },
        yields: [],
      },
      { title: 'leaves other operations alone', given: { operation: 'read' }, yields: [] },
    ],
  },
})

interface Window {
  readonly days: readonly (typeof days)[number][]
  readonly from: string
  readonly to: string
}

const dayMinutes = 24 * 60

function isOpen({ days: opening, from, to }: Window, now: number): boolean {
  const minutes = Math.floor(now / 60)
  const day = Math.floor(minutes / dayMinutes)
  const length = minutesOf(to) - minutesOf(from)
  // A window that closes when it opens is open for a whole day.
  const lasting = length > 0 ? length : length + dayMinutes
  return [day - 1, day].some((opened) => {
    const since = minutes - opened * dayMinutes - minutesOf(from)
    return opening.includes(nameOf(opened)) && since >= 0 && since < lasting
  })
}

/** The first day of 1970 was a Thursday. */
function nameOf(day: number): (typeof days)[number] {
  return days[(((day + 3) % 7) + 7) % 7] ?? 'mon'
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
}
