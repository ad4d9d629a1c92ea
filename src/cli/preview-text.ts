import { cell, type Item, table } from './output.ts'

/** What each step of a judgement did, and what it came to, for people. */
export function previewText(preview: Item): string {
  const steps = preview['steps'] as readonly Item[]
  const rows = steps.flatMap((step) => rowsOf(step))
  const judged = table(rows, {
    columns: { STEP: ({ step }) => step, OUTCOME: ({ outcome }) => outcome, WHAT: ({ what }) => what },
  })
  return `${judged}\n${endOf(preview)}`
}

/** Which rules were broken, in one line. */
export function violationsText(violations: unknown): string {
  return ((violations ?? []) as readonly Item[])
    .map(({ code, member, reason }) => `${String(code)}${member === undefined ? '' : ` (${String(member)})`}: ${String(reason)}`)
    .join('; ')
}

function rowsOf({ step, policy, outcome, amendments, violations, remarks }: Item): readonly Item[] {
  const told = [
    ...(amendments as readonly Item[]).map(amendmentText),
    ...(violations as readonly Item[]).map((violation) => violationsText([violation])),
    ...(remarks as readonly string[]),
  ]
  const name = policy === undefined ? step : `${String(step)} ${String(policy)}`
  const [first, ...rest] = told
  return [{ step: name, outcome, what: first }, ...rest.map((what) => ({ what }))]
}

function amendmentText({ member, from, to, reason }: Item): string {
  return `${String(member)}: ${shown(from)} → ${shown(to)}: ${String(reason)}`
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

function endOf({ outcome, metadata, violations }: Item): string {
  if (outcome === 'refused') return `refused: ${cell(violationsText(violations))}\n`
  const end = outcome === 'held' ? 'held: it would wait for an administrator, as' : 'registered as'
  const members = Object.entries((metadata ?? {}) as Item).map(
    ([name, value]) => `  ${cell(name)}: ${cell(JSON.stringify(value))}`,
  )
  return `${[end, ...members].join('\n')}\n`
}
