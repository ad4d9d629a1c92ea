import { readdirSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { Value } from 'typebox/value'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { outdatedPages, referencePages } from '../../scripts/reference.mjs'
import type { Schema } from '../../src/config/accepted.ts'
import { configurationSchema } from '../../src/config/schema.ts'

const load = (name: string): Promise<unknown> => import(pathToFileURL(`src/${name}.ts`).href)

/** Reading all rooms takes its time on a busy machine. */
const importMilliseconds = 60_000

describe('the reference', () => {
  let pages: ReadonlyMap<string, string>

  beforeAll(async () => {
    pages = await referencePages(load)
  }, importMilliseconds)

  it('says what the code says; otherwise: node scripts/reference.mjs', () => {
    expect(outdatedPages(pages)).toEqual([])
  })

  it('calls a page outdated that says something else, and one that is not there', () => {
    const others = new Map([...pages].map(([path, text]) => [path, text.concat(' ')] as const)).set(
      'docs/reference/nobody.md',
      '',
    )
    expect(outdatedPages(others)).toEqual([...pages.keys(), 'docs/reference/nobody.md'])
  })

  it('describes every key of the configuration', () => {
    expect(undescribed(configurationSchema as unknown as Schema, '')).toEqual([])
  })

  it('has a text for every link to a page or a heading of its own', () => {
    const missing = [...pages].flatMap(([path, text]) => brokenLinks(path, text, pages))
    expect(missing).toEqual([])
  })
})

describe('the JSON Schema of the configuration', () => {
  const schema = JSON.parse(readFileSync('docs/reference/configuration.schema.json', 'utf8')) as object
  const accepts = (file: unknown): boolean => Value.Check(schema, file)
  const examples = readdirSync('examples', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))

  it.each([
    ['an unknown key', { moed: 'production' }],
    ['a duration without its unit', { realms: { default: { registration: { clientSecretLifetime: 30 } } } }],
    ['a duration in the spelling of the API', { realms: { default: { tokens: { idTokenLifetimeSeconds: 30 } } } }],
    ['a secret in clear', { secret: 'hunter2' }],
    ['a realm whose name is none', { realms: { 'Not A Name': {} } }],
    ['a client without an id', { realms: { default: { clients: [{ client_name: 'Nobody' }] } } }],
  ])('refuses %s', (_what, file) => {
    expect(accepts(file)).toBe(false)
  })

  it('finds examples to judge', () => {
    expect(examples).toContain('quickstart.yaml')
  })

  it.each(examples)('accepts examples/%s', (name) => {
    expect(accepts(parse(readFileSync(`examples/${name}`, 'utf8')))).toBe(true)
  })
})

function undescribed(schema: Schema & { readonly description?: string }, path: string): readonly string[] {
  const parts = [...(schema.anyOf ?? []), ...(schema.items === undefined ? [] : [schema.items])]
  const named = Object.entries({ ...schema.properties, ...schema.patternProperties })
  return [
    ...parts.flatMap((part) => undescribed(part, path)),
    ...named.flatMap(([name, part]) => [
      ...('description' in part || name.startsWith('^') ? [] : [`${path}.${name}`]),
      ...undescribed(part, `${path}.${name}`),
    ]),
  ]
}

function brokenLinks(path: string, text: string, pages: ReadonlyMap<string, string>): readonly string[] {
  const links = [...text.matchAll(/\]\(([^)#:]*)(?:#([^)]*))?\)/g)].map(([, file = '', heading]) => ({ file, heading }))
  return links
    .filter(({ file, heading }) => {
      const target = file === '' ? text : pages.get(`docs/reference/${file}`)
      return target === undefined || (heading !== undefined && !headingsOf(target).includes(heading))
    })
    .map(({ file, heading }) => `${path}: ${file}#${heading ?? ''}`)
}

function headingsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase().replaceAll(' ', '-'))
}
