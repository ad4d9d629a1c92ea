import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const branches = 'if (a) { for (const b of a) { if (b) { while (b) { if (b) { if (b) console.log(b) } } } } }'

/** A file in which one rule of the house is broken, by the rule that must find it. */
const violations: readonly { readonly rule: string; readonly path: string; readonly text: string }[] = [
  { rule: 'noExplicitAny', path: 'src/http/any.ts', text: 'export const f = (x: any) => x' },
  { rule: 'noNonNullAssertion', path: 'src/http/bang.ts', text: 'export const f = (x?: string) => x!.length' },
  { rule: 'noDefaultExport', path: 'src/http/default.ts', text: 'export default 1' },
  { rule: 'noEnum', path: 'src/http/enum.ts', text: 'export enum Kind { A }' },
  { rule: 'noParameterProperties', path: 'src/http/property.ts', text: 'export class A { constructor(readonly a: string) {} }' },
  { rule: 'useFilenamingConvention', path: 'src/http/camelCase.ts', text: 'export const a = 1' },
  { rule: 'useImportExtensions', path: 'src/http/extension.ts', text: `import { a } from './any'\nexport const b = a` },
  {
    rule: 'useMaxParams',
    path: 'src/http/params.ts',
    text: 'export const f = (a: 1, b: 1, c: 1, d: 1, e: 1) => [a, b, c, d, e]',
  },
  {
    rule: 'noExcessiveCognitiveComplexity',
    path: 'src/http/maze.ts',
    text: `export const f = (a?: string[]) => { ${branches} }`,
  },
  {
    rule: 'noExcessiveLinesPerFunction',
    path: 'src/http/long-function.ts',
    text: `export const f = () => {\n${'  console.log(1)\n'.repeat(61)}}`,
  },
  { rule: 'noExcessiveLinesPerFile', path: 'src/http/long-file.ts', text: 'console.log(1)\n'.repeat(251) },
  { rule: 'noExcessiveLinesPerFile', path: 'test/http/long.test.ts', text: 'console.log(1)\n'.repeat(401) },
  { rule: 'noFloatingPromises', path: 'src/http/floating.ts', text: 'const f = async () => 1\nexport const g = () => { f() }' },
  {
    rule: 'noEmptyBlockStatements',
    path: 'src/http/swallow.ts',
    text: 'export const f = () => { try { console.log(1) } catch {} }',
  },
  {
    rule: 'useErrorCause',
    path: 'src/http/cause.ts',
    text: `export const f = () => { try { console.log(1) } catch (error) { throw new Error('no') } }`,
  },
  { rule: 'noRestrictedGlobals', path: 'src/registration/clock.ts', text: 'export const f = () => Date.now()' },
  { rule: 'noRestrictedGlobals', path: 'src/registration/metadata/now.ts', text: 'export const f = () => new Date()' },
  { rule: 'noRestrictedGlobals', path: 'src/registration/net.ts', text: `export const f = () => fetch('https://a.example')` },
  { rule: 'noRestrictedGlobals', path: 'src/registration/env.ts', text: `export const f = () => process.env['A']` },
  { rule: 'noRestrictedGlobals', path: 'src/engine/net.ts', text: `export const f = () => fetch('https://a.example')` },
]

const accepted: Readonly<Record<string, string>> = {
  'src/registration/policies/redirect-hosts.ts': 'export default 1\n',
  'src/outbound/guarded-fetch.ts': `export const f = () => fetch('https://a.example')\n`,
  'src/http/clock.ts': 'export const f = () => Date.now()\n',
  'src/engine/ports.ts': 'export const f = (ports: { fetch: (url: string) => string }) => ports.fetch("https://a.example")\n',
}

interface Diagnostic {
  readonly category: string
  readonly location?: { readonly path?: string }
}

let root: string
let diagnostics: readonly Diagnostic[]

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lint-rules-'))
  await cp('biome.json', join(root, 'biome.json'))
  const files = [...violations.map(({ path, text }) => [path, text] as const), ...Object.entries(accepted)]
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  diagnostics = await lint(root)
})

afterAll(() => rm(root, { recursive: true, force: true }))

describe('the lint rules', () => {
  it.each(violations)('refuse $path: $rule', ({ rule, path }) => {
    expect(rulesBrokenIn(path)).toContain(rule)
  })

  it.each(Object.keys(accepted))('accept %s', (path) => {
    expect(rulesBrokenIn(path)).toEqual([])
  })
})

function rulesBrokenIn(path: string): readonly string[] {
  return diagnostics.filter(({ location }) => location?.path === path).map(({ category }) => category.split('/').at(-1) ?? '')
}

/** The exit code says that something was found, which is what we hope for; what was found is on the standard output. */
function lint(folder: string): Promise<readonly Diagnostic[]> {
  const args = ['lint', '--reporter=json', '--max-diagnostics=none']
  return new Promise((done, fail) => {
    execFile(resolve('node_modules/.bin/biome'), args, { cwd: folder, maxBuffer: 1e8 }, (_error, output, problems) => {
      if (!output.startsWith('{')) fail(new Error(problems))
      else done((JSON.parse(output) as { readonly diagnostics: readonly Diagnostic[] }).diagnostics)
    })
  })
}
