import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPolicyTypes, type LivePolicyTypes } from '../../src/config/policies/create-policy-types.ts'
import { readPolicyCode } from '../../src/config/policies/policy-code.ts'
import type { ClientMetadata, PolicyContext, PolicyType, Verdict } from '../../src/registration/index.ts'

let folder: string
let types: LivePolicyTypes | undefined
let faults: string[]
let lines: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policies-'))
  faults = []
  lines = []
})

afterEach(async () => {
  await types?.stop()
  types = undefined
  await rm(folder, { recursive: true, force: true })
})

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true })
  await writeFile(join(folder, file), text)
}

async function readFolder(timeLimitMilliseconds: number) {
  const read = await readPolicyCode(folder)
  if ('problems' in read) throw new Error(read.problems.map(({ file, message }) => `${file}: ${message}`).join('\n'))
  return { folder, ...read, limits: { timeLimitMilliseconds, memoryMegabytes: 32 } }
}

async function start(timeLimitMilliseconds = 2000): Promise<LivePolicyTypes> {
  types = await createPolicyTypes(await readFolder(timeLimitMilliseconds), {
    fault: (message) => faults.push(message),
    printed: (line) => lines.push(line),
  })
  return types
}

/** A policy whose judge is `body`, of the JavaScript kind. */
function policy(name: string, body: string, head = ''): string {
  return `
    import { amend, definePolicy, refuse, Type } from 'oauth-registrar'
    ${head}
    export default definePolicy({
      name: '${name}', summary: 'A test.', cites: [], concerns: 'metadata',
      options: Type.Object({ word: Type.String({ default: 'acme' }) }, { additionalProperties: false }),
      async judge({ metadata, requester }, options) { ${body} },
      examples: { options: {}, allows: [{}], refuses: [] },
    })`
}

const refuseAcme = `return metadata.client_name === options.word ? [refuse('invalid_client_metadata', 'client_name', 'no ' + options.word)] : []`

async function judge(name: string, metadata: ClientMetadata = {}): Promise<readonly Verdict[]> {
  return found(name).judge(contextOf(metadata), { word: 'acme' })
}

function contextOf(metadata: ClientMetadata): PolicyContext {
  return {
    ...{ operation: 'create', metadata, now: 1_800_000_000 },
    realm: { name: 'default', issuer: 'https://as.example', scopes: [] },
    requester: { channel: 'open', isSigned: false, isAdministrator: false },
  }
}

function found(name: string): PolicyType {
  const type = types?.find(name)
  if (type === undefined) throw new Error(`no policy is called ${name}`)
  return type
}

/** On a machine that is busy enough, the thread has not even begun. */
const overdue = /a\.mjs judged for more than 150 ms|nothing was heard from it for 150 ms/

const unavailable = [expect.objectContaining({ kind: 'refuse', code: 'temporarily_unavailable' })]
const refused = [{ kind: 'refuse', code: 'invalid_client_metadata', member: 'client_name', reason: 'no acme' }]

describe('a folder of policies that cannot be used', () => {
  it.each<[string, string, string, string]>([
    ['TypeScript that is broken', 'a.ts', 'export const a: number = 1\nexport default { a b }', 'a.ts:2:20: Unexpected token'],
    [
      'TypeScript that has to be compiled',
      'a.ts',
      'enum A { B }\nexport default A',
      'a.ts:1:1: TypeScript enum is not supported',
    ],
    ['JavaScript that is broken', 'a.mjs', 'export const a = 1\n\nexport default { a b }', 'a.mjs:3:20: Unexpected token'],
    ['no policy', 'a.mjs', 'export const a = 1', 'a.mjs: has no policy as its default export'],
    ['a policy of another name', 'a.mjs', policy('b', 'return []'), 'a.mjs: is called b inside; call it a'],
    ['a policy without a function', 'a.mjs', policy('a', '').replace(/async judge.*/, ''), 'a.mjs: judge is missing'],
    [
      'a name that is taken',
      'redirect-hosts.mjs',
      policy('redirect-hosts', ''),
      'has the name of a policy that comes with the server',
    ],
    [
      'an unknown package',
      'a.mjs',
      `import 'left-pad'`,
      "a.mjs: cannot be loaded: Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'left-pad'",
    ],
    ['an unknown word of ours', 'a.mjs', `import { deny } from 'oauth-registrar'`, "does not provide an export named 'deny'"],
    [
      'code that throws',
      'a.ts',
      'const a: string = "x"\n\nthrow new TypeError(a)',
      /a\.ts: cannot be loaded: TypeError: x \(.*a\.ts:3:7\)/.source,
    ],
    ['code that ends the process', 'a.mjs', 'process.exit(0)', 'a.mjs: cannot be loaded: ended by itself with exit code 0'],
    [
      'code that waits without end',
      'a.mjs',
      'await new Promise(() => {})',
      'a.mjs: cannot be loaded: ended by itself with exit code 13',
    ],
    [
      'options that are no data',
      'a.mjs',
      policy('a', '').replace('cites: []', 'cites: [() => 1]'),
      'a.mjs: cannot be loaded: DataCloneError',
    ],
  ])('is refused for %s', async (_, file, text, problem) => {
    await write(file, text)
    await expect(start()).rejects.toThrow(problem.includes('.*') ? new RegExp(problem) : problem)
  })

  it('tells what is wrong with every file', async () => {
    await write('a.mjs', 'export default 1')
    await write('b.ts', 'export default {')
    await write('c.js', policy('c', 'return []'))
    await expect(start()).rejects.toThrow(/a\.mjs: has no policy.*\nb\.ts: cannot be loaded.*$/)
  })

  it('is refused where two files would have one name', async () => {
    await write('a.mjs', policy('a', 'return []'))
    await write('a.ts', policy('a', 'return []'))
    await expect(start()).rejects.toThrow('a.ts: has the name of a.mjs; give each policy a name of its own')
  })

  it('is refused where there is none', async () => {
    await rm(folder, { recursive: true })
    await expect(start()).rejects.toThrow(`${folder}: cannot be read (ENOENT)`)
  })
})

describe('a policy of an operator', () => {
  it('is one new file in the folder and nothing else, and judges', async () => {
    await write('no-acme.ts', policy('no-acme', refuseAcme, 'type Word = string; export const word: Word = "acme"'))
    await start()
    expect(types?.all().map(({ name }) => name)).toContain('no-acme')
    expect(await judge('no-acme', { client_name: 'acme' })).toEqual(refused)
    expect(await judge('no-acme', { client_name: 'other' })).toEqual([])
  })

  it('imports files of the folder, packages beside it and typebox, and sees no test or declaration as a policy', async () => {
    const head = `import { word } from './shared/word.js'\nimport please from 'please'\nimport { Value } from 'typebox/value'`
    await write(
      'a.ts',
      policy('a', `return [refuse('access_denied', undefined, word + please + Value.Check(Type.String(), word))]`, head),
    )
    await write('shared/word.ts', `export const word: string = 'not now,'`)
    await write('node_modules/please/package.json', '{ "exports": "./index.mjs" }')
    await write('node_modules/please/index.mjs', `export default ' please '`)
    await write('a.test.ts', 'throw new Error()')
    await write('a.d.ts', 'export {}')
    await start()
    expect(await judge('a')).toEqual([{ kind: 'refuse', code: 'access_denied', reason: 'not now, please true' }])
  })

  it('is what the pipeline hears when many are judged at once', async () => {
    await write('a.mjs', policy('a', `await null; return [refuse('access_denied', undefined, metadata.client_name)]`))
    await start()
    const names = Array.from({ length: 100 }, (_, index) => `n${index}`)
    const verdicts = await Promise.all(names.map((client_name) => judge('a', { client_name })))
    expect(verdicts.flat().map((verdict) => (verdict.kind === 'refuse' ? verdict.reason : ''))).toEqual(names)
    expect(faults).toEqual([])
  })

  it('has its time for itself while others are judged before it', async () => {
    await write('a.mjs', policy('a', 'const until = Date.now() + 40; while (Date.now() < until); return []'))
    await start(1500)
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => judge('a')))
    expect(verdicts.flat()).toEqual([])
  })

  it('cannot change what is judged', async () => {
    await write(
      'a.mjs',
      policy('a', `metadata.client_name = 'x'; options.word = 'y'; requester.isAdministrator = true; return []`),
    )
    await start()
    const metadata = { client_name: 'acme' }
    expect(await judge('a', metadata)).toEqual([])
    expect(metadata).toEqual({ client_name: 'acme' })
  })

  it('takes a member away with undefined, across the threads', async () => {
    await write('a.mjs', policy('a', `return [amend({ logo_uri: undefined }, 'no pictures')]`))
    await start()
    expect(await judge('a')).toEqual([{ kind: 'amend', members: { logo_uri: undefined }, reason: 'no pictures' }])
  })

  it('sees nothing of the environment, and what it prints is handed on', async () => {
    await write('a.mjs', policy('a', `console.log(JSON.stringify(process.env)); return []`))
    await start()
    await judge('a')
    await expect.poll(() => lines).toEqual(['{}'])
  })
})

describe('a policy that fails refuses, and the next registration is judged again', () => {
  it.each<[string, string, string | RegExp]>([
    ['loops without end', 'while (true);', overdue],
    ['never resolves', 'await new Promise(() => {})', overdue],
    ['throws', `throw new Error('oops')`, 'Error: oops'],
    ['throws what is no error', `throw 'oops'`, 'it threw oops'],
    [
      'throws when nobody listens any more',
      `setTimeout(() => { throw new Error('late') }); await new Promise(() => {})`,
      'Error: late',
    ],
    ['ends the process', 'process.exit(1)', 'ended by itself with exit code 1'],
    ['answers nothing', 'return undefined', 'no list of verdicts'],
    ['answers garbage', `return [{ kind: 'allow' }]`, 'verdict 1 has the kind "allow"'],
    ['answers a code that there is not', `return [refuse('nope', undefined, 'x')]`, 'code must be equal'],
    ['answers what cannot be sent', 'return [() => 1]', 'could not be cloned'],
    ['amends with what is no JSON', `return [amend({ contacts: new Map() }, 'x')]`, 'the value of "contacts" is no JSON'],
  ])('when it %s', async (_, body, fault) => {
    await write('a.mjs', policy('a', `if (metadata.client_name === 'bad') { ${body} }\n${refuseAcme}`))
    await start(fault === overdue ? 150 : 5000)
    expect(await judge('a', { client_name: 'bad' })).toEqual(unavailable)
    expect(faults.join('\n')).toMatch(fault)
    await expect.poll(() => judge('a', { client_name: 'acme' }), { timeout: 10_000 }).toEqual(refused)
  })

  it('when it allocates without end', async () => {
    await write(
      'a.mjs',
      policy(
        'a',
        `if (metadata.client_name === 'bad') { const all = []; for (;;) all.push(new Array(1000).fill({})) }\n${refuseAcme}`,
      ),
    )
    await start(20_000)
    expect(await judge('a', { client_name: 'bad' })).toEqual(unavailable)
    expect(faults.join('\n')).toMatch(/memory|heap/i)
    await expect.poll(() => judge('a', { client_name: 'acme' }), { timeout: 10_000 }).toEqual(refused)
  })

  it('and who only waited behind it is judged all the same', async () => {
    await write('a.mjs', policy('a', `if (metadata.client_name === 'bad') while (true);\n${refuseAcme}`))
    // Long enough for a thread to start anew within it, on a machine with other work too.
    await start(4000)
    const [bad, ...others] = await Promise.all([
      judge('a', { client_name: 'bad' }),
      ...Array.from({ length: 20 }, () => judge('a', { client_name: 'acme' })),
    ])
    expect(bad).toEqual(unavailable)
    expect(others).toEqual(Array.from({ length: 20 }, () => refused))
  })

  it('and the thread is not started over and over without a pause', async () => {
    await write('a.mjs', policy('a', 'process.exit(1)'))
    await start(100)
    const until = performance.now() + 1500
    while (performance.now() < until) expect(await judge('a')).toEqual(unavailable)
    expect(faults.filter((fault) => fault.startsWith('the thread of the policies ended')).length).toBeLessThan(8)
  })
})

describe('a folder that is read anew', () => {
  it('is taken in use whole, and a broken one not at all', async () => {
    await write('a.mjs', policy('a', refuseAcme))
    const live = await start()
    const before = live.all()
    const old = found('a')
    await write('b.mjs', 'export default 1')
    await expect(readFolder(2000).then(live.replace)).rejects.toThrow('b.mjs: has no policy')
    expect(live.all()).toBe(before)
    await write('b.mjs', policy('b', 'return []'))
    await write('a.mjs', policy('a', 'return []'))
    // Until then, what is on the disk does not matter.
    expect(await judge('a', { client_name: 'acme' })).toEqual(refused)
    await live.replace(await readFolder(2000))
    expect(live.all()).not.toBe(before)
    expect(await judge('a', { client_name: 'acme' })).toEqual([])
    expect(await judge('b')).toEqual([])
    // Whoever was being judged meanwhile is judged to the end by the policies before.
    expect(await old.judge(contextOf({ client_name: 'acme' }), { word: 'acme' })).toEqual(refused)
    await live.replace(undefined)
    expect(live.find('a')).toBeUndefined()
  })
})
