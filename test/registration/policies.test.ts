import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { TSchema } from 'typebox'
import { describe, expect, it } from 'vitest'
import type { ClientMetadata, JsonObject } from '../../src/registration/index.ts'
import type { PartialContext, PolicyCase, PolicyType, Verdict } from '../../src/registration/policy-authority/define-policy.ts'
import { contextOf, judgeSync, optionsOf } from './policy-context.ts'

const folder = new URL('../../src/registration/policies/', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))
const refusalCodes = [
  ...readFileSync(new URL('../../src/registration/refusal.ts', import.meta.url), 'utf8').matchAll(/^ {2}\| '([a-z_]+)'$/gm),
].map(([, code]) => code)

/** Every file of the folder is a policy: it is found, described and tested by being there. */
describe.each(files)('%s', async (file) => {
  const module = (await import(new URL(file, folder).href)) as { readonly default: PolicyType }
  const type = module.default

  it('is called like its file, and exports nothing else', () => {
    expect(type.name).toBe(basename(file, '.ts'))
    expect(Object.keys(module)).toEqual(['default'])
  })

  it('says what it is for in one sentence, and cites who wants it', () => {
    expect(type.summary).toMatch(/^[A-Z].*\.$/)
    expect(type.cites.length).toBeGreaterThan(0)
  })

  it('closes its options and describes each', () => {
    for (const { path, schema } of schemasIn(type.options)) {
      if (isFixedObject(schema)) expect(schema, path).toMatchObject({ additionalProperties: false })
      if (path.includes('.') && !path.endsWith(']')) expect(describedBy(schema), `${path} has a description`).not.toBe('')
    }
  })

  it('refuses unknown options', () => {
    expect(() => optionsOf(type, { ...type.examples.options, anotherOption: true })).toThrow()
  })

  const { options, allows, refuses, cases = [] } = type.examples

  it('has examples of both kinds, or cases', () => {
    expect(allows.length + cases.filter(({ yields }) => yields.length === 0).length).toBeGreaterThan(0)
    expect(refuses.length + cases.filter(({ yields }) => yields.length > 0).length).toBeGreaterThan(0)
  })

  it.each(allows.map((metadata) => [JSON.stringify(metadata), metadata] as const))('allows %s', (_title, metadata) => {
    expect(refusalsIn(judged(type, { title: '', given: { metadata }, yields: [] }, options))).toEqual([])
  })

  it.each(refuses.map((metadata) => [JSON.stringify(metadata), metadata] as const))('refuses %s', (_title, metadata) => {
    expect(refusalsIn(judged(type, { title: '', given: { metadata }, yields: [] }, options))).not.toEqual([])
  })

  // The resulting client is judged: what is refused on create is refused on every update that leads to it.
  it
    .skipIf(!(type.operations ?? ['update']).includes('update'))
    .each(refuses.map((metadata) => [JSON.stringify(metadata), metadata] as const))(
    'refuses an update to %s',
    (_title, metadata) => {
      const given = { operation: 'update', metadata, client: clientWith(allows[0] ?? {}) } as const
      expect(refusalsIn(judged(type, { title: '', given, yields: [] }, options))).not.toEqual([])
    },
  )

  it.each(cases.map((one) => [one.title, one] as const))('%s, and what it made of a client satisfies it', (_title, one) => {
    const amended = amendedContext(one.given, judged(type, one, options))
    expect(judged(type, { ...one, given: amended }, options).filter(({ kind }) => kind === 'amend')).toEqual([])
  })

  it.each(cases.map((one) => [one.title, one] as const))('%s', (_title, one) => {
    const verdicts = judged(type, one, options)
    expect(verdicts.map((verdict) => (verdict.kind === 'amend' ? { amend: verdict.members } : verdict.kind))).toEqual(one.yields)
  })
})

it('finds policies', () => {
  expect(files.length).toBeGreaterThan(0)
})

function judged(type: PolicyType, { given, options }: PolicyCase<JsonObject>, usual: JsonObject): readonly Verdict[] {
  const context = contextOf(given)
  const complete = optionsOf(type, options ?? usual)
  const verdicts = judgeSync(type, context, complete)
  expect(judgeSync(type, context, complete), 'the same answer to the same question').toEqual(verdicts)
  for (const verdict of verdicts) expectSound(verdict)
  return verdicts
}

function expectSound(verdict: Verdict): void {
  if (verdict.kind === 'refuse' || verdict.kind === 'limit') {
    expect(refusalCodes).toContain(verdict.code)
    expect(verdict.reason, 'an error_description (RFC 6749 §5.2)').toMatch(/^[ !#-[\]-~]+$/)
  }
  if (verdict.kind === 'refuse' && verdict.member !== undefined && /^[ -~]*$/.test(verdict.member)) {
    expect(verdict.reason, 'names the member').toContain(verdict.member)
  }
  expect(verdict.reason).not.toBe('')
}

/** The client as the next policy, or the next update, sees it. */
function amendedContext(given: PartialContext, verdicts: readonly Verdict[]): PartialContext {
  const changes = verdicts.map((verdict) => (verdict.kind === 'amend' ? verdict.members : {}))
  const members = Object.entries(Object.assign({ ...given.metadata }, ...changes) as ClientMetadata)
  return { ...given, metadata: Object.fromEntries(members.filter(([, value]) => value !== undefined)) }
}

function refusalsIn(verdicts: readonly Verdict[]) {
  return verdicts.filter(({ kind }) => kind === 'refuse')
}

function clientWith(metadata: ClientMetadata) {
  return { client_id: 'c1', client_id_issued_at: 1_700_000_000, channel: 'open', state: 'active', metadata } as const
}

function describedBy(schema: TSchema): string {
  const { description = '', title = '' } = schema as { readonly description?: string; readonly title?: string }
  return `${description}${title}`
}

function isFixedObject(schema: TSchema): boolean {
  return 'properties' in schema
}

interface Placed {
  readonly path: string
  readonly schema: TSchema
}

function schemasIn(schema: TSchema, path = 'options'): readonly Placed[] {
  const {
    properties = {},
    items,
    patternProperties = {},
    anyOf = [],
  } = schema as {
    readonly properties?: Readonly<Record<string, TSchema>>
    readonly patternProperties?: Readonly<Record<string, TSchema>>
    readonly items?: TSchema
    readonly anyOf?: readonly TSchema[]
  }
  return [
    { path, schema },
    ...Object.entries(properties).flatMap(([name, inner]) => schemasIn(inner, `${path}.${name}`)),
    ...[...(items === undefined ? [] : [items]), ...Object.values(patternProperties), ...anyOf].flatMap((inner) =>
      schemasIn(inner, `${path}[]`),
    ),
  ]
}
