import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { listFiles } from '../../scripts/list-files.mjs'

const rooms = readdirSync('src', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && listFiles(`src/${entry.name}`).length > 0)
  .map(({ name }) => `src/${name}`)

const homeless = /\/(utils?|helpers?|common|lib|shared|misc)(\/|\.[a-z]+$)/

describe('a room of src/', () => {
  it.each(rooms)('%s explains itself in a README of at most 15 lines', (room) => {
    expect(existsSync(`${room}/README.md`)).toBe(true)
    expect(linesOf(`${room}/README.md`)).toBeLessThanOrEqual(15)
  })

  // stores/ is a corridor: each of its stores has a front door of its own, and cli/ is entered by its commands.
  it.each(rooms.filter((room) => !['src/stores', 'src/cli'].includes(room)))('%s has a front door', (room) => {
    expect(existsSync(`${room}/index.ts`)).toBe(true)
  })
})

describe('the tree', () => {
  it.each(['src/app.ts', 'src/connect-rooms.ts'])('keeps %s, half of the composition root, at 170 lines or fewer', (path) => {
    expect(linesOf(path)).toBeLessThanOrEqual(170)
  })

  it('has no folder or file for homeless functions', () => {
    expect(['src', 'scripts', 'bench'].flatMap(listFiles).filter((path: string) => homeless.test(path))).toEqual([])
  })

  it('numbers migrations without a gap and names them after what they do', () => {
    const migrations = listFiles('migrations').filter((path: string) => path.endsWith('.sql'))
    expect(migrations.filter((path: string) => !/^migrations\/\d{4}-[a-z0-9-]+\.sql$/.test(path))).toEqual([])
    expect(migrations.map((path: string) => Number(path.slice('migrations/'.length, 'migrations/0000'.length)))).toEqual(
      migrations.map((_: string, index: number) => index + 1),
    )
  })

  it('gives every decision a number of its own, a context, a choice and a cost, in 40 lines', () => {
    const decisions: readonly string[] = listFiles('docs/decisions').filter((file: string) => file.endsWith('.md'))
    const numbers = decisions.map((path) => /\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1])
    expect(numbers).toEqual([...new Set(numbers)].filter((number) => number !== undefined))
    for (const path of decisions) {
      expect(readFileSync(path, 'utf8'), path).toMatch(/Context.+Choice.+Cost/s)
      expect(linesOf(path), path).toBeLessThanOrEqual(40)
    }
  })
})

function linesOf(path: string): number {
  return readFileSync(path, 'utf8').trimEnd().split('\n').length
}
