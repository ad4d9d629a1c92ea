import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { registrar } from './terminal.ts'

const commands = leaves(createProgram({} as Parameters<typeof createProgram>[0]), [])

function leaves(command: Command, path: readonly string[]): readonly (readonly string[])[] {
  return command.commands.length === 0 ? [path] : command.commands.flatMap((child) => leaves(child, [...path, child.name()]))
}

describe('help', () => {
  it.each(commands.map((path) => path.join(' ')))('of `%s` shows an example of it', async (path) => {
    const { exitCode, out } = await registrar([...path.split(' '), '--help'])
    expect([exitCode, out]).toEqual([0, expect.stringContaining(`Example:\n  registrar ${path}`)])
  })

  it('and version are no failures', async () => {
    expect((await registrar(['--help'])).exitCode).toBe(0)
    expect(await registrar(['--version'])).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+/) })
  })
})

describe('what cannot be understood exits with 2 and says what was meant', () => {
  it.each([
    [[], 'Usage: registrar'],
    [['clinets'], "unknown command 'clinets'\n(Did you mean clients?)"],
    [['clients', 'list', '--limt', '3'], '(Did you mean --limit?)'],
    [['clients', 'list', '--limit', '0'], 'Give a whole number from 1 to 1000000.'],
    [['clients', 'list', '-o', 'xml'], 'Allowed choices are table, json, yaml, ndjson, name.'],
    [['clients', 'list', '--timeout', '10'], 'Give a whole number with its unit, such as 30s'],
    [['clients', 'get'], "missing required argument 'client_id'"],
    [['serve', '--port', 'http'], 'Give a whole number from 0 to 65535.'],
    [['serve'], 'Give --config FILE, such as examples/quickstart.yaml'],
    [['register', 'read'], 'Give --credentials FILE or --uri URL.'],
    [['register', 'read', '--credentials', '/nowhere/c.json'], 'registrar register create --credentials FILE'],
    [['register', 'create', '--metadata', '/nowhere/m.json'], 'cannot read /nowhere/m.json (ENOENT)'],
  ])('%j', async (args, message) => {
    const { exitCode, out, err } = await registrar(args)
    expect([exitCode, out]).toEqual([2, ''])
    expect(err).toContain(message)
  })
})
