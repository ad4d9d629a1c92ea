import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { de } from '../../src/interaction/locales/de.ts'
import { en } from '../../src/interaction/locales/en.ts'

const room = new URL('../../src/interaction/', import.meta.url)
const sources = readdirSync(room, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('locales'))
  .map((file) => readFileSync(new URL(file, room), 'utf8'))
  .join('\n')

const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort()

describe('the texts', () => {
  it('have the same keys and placeholders in every language', () => {
    expect(Object.keys(de)).toEqual(Object.keys(en))
    for (const [key, text] of Object.entries(en))
      expect([key, placeholders(de[key as keyof typeof en])]).toEqual([key, placeholders(text)])
  })

  it('are all there that the templates ask for', () => {
    const wanted = [...sources.matchAll(/it\.texts\.(?:t|rich)\('([\w.-]+)'[,)]/g)].map(([, key]) => key)
    expect(wanted.length).toBeGreaterThan(30)
    expect(wanted.filter((key) => key === undefined || !Object.hasOwn(en, key))).toEqual([])
  })

  it('are all used', () => {
    const families = ['client.', 'standing.', 'origin.', 'scope.', 'refused.', 'device.', 'consent.']
    const unused = Object.keys(en).filter(
      (key) => !sources.includes(`'${key}'`) && !families.some((family) => key.startsWith(family)),
    )
    expect(unused).toEqual([])
  })
})
