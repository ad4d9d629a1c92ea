import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runQuietly, runStep } from '../../scripts/run-process.mjs'

const runner = pathToFileURL('scripts/run-process.mjs').href

// Stands for the server: it ends by itself, with 7, once it has drained after a SIGTERM.
const draining = `process.on('SIGTERM', () => { process.exitCode = 7; clearInterval(t) }); const t = setInterval(() => {}, 1000); console.log('up')`

describe('a script that runs a program in its place', () => {
  it('hands SIGTERM down, waits for the program to drain, and ends with its exit code', async () => {
    const script = start(draining)
    await once(script.stdout ?? script, 'data')
    script.kill('SIGTERM')
    expect(await once(script, 'exit')).toEqual([7, null])
  })

  // Otherwise the shell that npm runs a script in takes the signal, ends, and leaves the server behind.
  it('is what every npm script becomes', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: Readonly<Record<string, string>> }
    for (const [name, script] of Object.entries(scripts)) expect(script).toBe(`exec node scripts/run.mjs ${name}`)
  })

  it('ends with 128 and the signal where a signal ended the program', async () => {
    expect(await once(start(`process.kill(process.pid, 'SIGKILL')`), 'exit')).toEqual([137, null])
  })

  it('says what a failed step printed', async () => {
    await expect(runStep(process.execPath, ['-e', `console.log('because'); process.exit(3)`])).rejects.toThrow('because')
  })

  it('collects what a program prints on both channels', async () => {
    const { code, output } = await runQuietly(process.execPath, ['-e', `console.log('a'); console.error('b')`])
    expect({ code, lines: output.trim().split('\n').sort() }).toEqual({ code: 0, lines: ['a', 'b'] })
  })
})

function start(program: string): ChildProcess {
  const text = `import { runForeground } from '${runner}'
    process.exitCode = await runForeground(process.execPath, ['-e', ${JSON.stringify(program)}])`
  return spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: ['ignore', 'pipe', 'inherit'] })
}
