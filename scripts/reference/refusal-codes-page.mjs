import { readFileSync } from 'node:fs'
import { listFiles } from '../list-files.mjs'
import { code, page, table } from './markdown.mjs'
import { problems, refusals } from './refusal-texts.mjs'

/** Codes and statuses as the code has them, with a text for each; a code without a text is an error, and so is the reverse. */
export async function refusalCodesPage(load) {
  const { toErrorAnswer } = await load('http/refusal-response')
  const { Refusal } = await load('registration/refusal')
  const rows = refusalCodes().map((name) => {
    const answer = toErrorAnswer(new Refusal(name, ''), { requestId: '' })
    return [code(name), shownAs(name, answer), ...textOf(refusals, name)]
  })
  requireNoOthers(refusals, refusalCodes())
  const columns = ['Code', 'Answer', 'When', 'What to do']
  return page(
    'Refusal codes',
    introduction,
    table(columns, rows),
    '## Before any rule is asked',
    table(columns.slice(1), problemRows()),
    notes,
  )
}

const introduction = [
  'What the registration endpoint and the client configuration endpoint answer where they refuse: JSON with `error`,',
  '`error_description` and `request_id`. Where several things are wrong, `violations` has each with its `member`, `code` and',
  '`reason`. The log has the `request_id` too. The codes are those of RFC 7591 §3.2.2 and RFC 6750 §3.1; they also stand in',
  'metrics and in the `errors` of the admin API.',
].join('\n')

const notes = [
  'A dialect can word the refusals of these two endpoints otherwise. The engine’s endpoints (`/token`, `/authorize` and the',
  'others) answer with the codes of RFC 6749 §5.2 and of the standards that add to it.',
].join('\n')

function refusalCodes() {
  const union = /export type RefusalCode =\n((?: {2}\| '[a-z_]+'\n)+)/.exec(
    readFileSync('src/registration/refusal.ts', 'utf8'),
  )?.[1]
  return [...(union ?? '').matchAll(/'([a-z_]+)'/g)].map(([, name]) => name)
}

function shownAs(name, { status, body, headers }) {
  const word = body.error === name ? '' : ` with \`error\` ${code(body.error)}`
  const challenge = headers['www-authenticate'] === undefined ? '' : ', `WWW-Authenticate`'
  const wait = headers['retry-after'] === undefined ? '' : ', `Retry-After`'
  return `${status}${word}${challenge}${wait}`
}

function problemRows() {
  const written = problemsWritten()
  requireNoOthers(problems, written)
  return written.map((name) => [name, ...textOf(problems, name)])
}

/** Status and error of every HttpProblem in the room that speaks HTTP. */
function problemsWritten() {
  const sources = listFiles('src/http').map((path) => readFileSync(path, 'utf8'))
  const found = sources.flatMap((text) => [...text.matchAll(/new HttpProblem\((\d{3}), '([a-z_]+)'/g)])
  return [...new Set([...found.map(([, status, error]) => `${status} \`${error}\``), '500 `server_error`'])].sort()
}

function textOf(texts, name) {
  const { when, todo } = texts[name] ?? {}
  if (when === undefined) throw new Error(`scripts/reference/refusal-texts.mjs says nothing about ${name}`)
  return [when, todo]
}

function requireNoOthers(texts, names) {
  for (const name of Object.keys(texts)) {
    if (!names.includes(name)) throw new Error(`scripts/reference/refusal-texts.mjs has ${name}, which the server never answers`)
  }
}
