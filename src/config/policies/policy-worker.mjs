// The program of the thread in which an operator's policies live. What it says is data: `loading` a file, what was `loaded`,
// that a call has `started`, and its `answer`.
import * as modules from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'

const { entries, sources, folder, kit } = workerData
const policies = new Map()

// Every policy needs it, and its many files need not be looked up by the hooks.
await import('typebox')
await registerHooks({ sources, folder, kit })
const loaded = []
for (const { file, url } of entries) {
  parentPort.postMessage({ kind: 'loading', file })
  loaded.push(await load(file, url))
}
parentPort.on('message', answer)
parentPort.postMessage({ kind: 'loaded', loaded })

async function registerHooks(data) {
  if (modules.registerHooks === undefined) {
    modules.register('./policy-hooks.mjs', { parentURL: import.meta.url, data })
    return
  }
  const { initialize, resolve, load: read } = await import('./policy-hooks.mjs')
  initialize(data)
  modules.registerHooks({ resolve, load: read })
}

async function load(file, url) {
  try {
    const { default: policy } = await import(url)
    policies.set(file, policy)
    return { file, described: describe(policy) }
  } catch (error) {
    return { file, problem: told(error), isSyntax: error instanceof SyntaxError }
  }
}

/** The policy without its function, which cannot leave; what is said in its place is for the server to check. */
function describe(policy) {
  if (typeof policy !== 'object' || policy === null) return { judges: false }
  const { judge, options, ...rest } = policy
  // A schema is JSON; the examples are not quite: a member that an amendment takes away is `undefined` there.
  const schema = options === undefined ? {} : { options: JSON.parse(JSON.stringify(options)) }
  return { judges: typeof judge === 'function', members: { ...structuredClone(rest), ...schema } }
}

async function answer({ id, file, context, options }) {
  parentPort.postMessage({ kind: 'started', id })
  try {
    const verdicts = await policies.get(file).judge(context, options)
    parentPort.postMessage({ kind: 'answer', id, answer: { verdicts } })
  } catch (error) {
    parentPort.postMessage({ kind: 'answer', id, answer: { fault: told(error) } })
  }
}

function told(error) {
  return error instanceof Error ? (error.stack ?? error.message) : `it threw ${String(error)}`
}
