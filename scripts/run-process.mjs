import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * Runs a program in our place: its output, its exit code, and the signals that are sent to us. On a terminal, Ctrl-C
 * reaches the whole group by itself; passing it on would be a second one, which means "now" instead of "drain".
 */
export function runForeground(program, args) {
  const child = spawn(program, args, { stdio: 'inherit' })
  const pass = (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  })
}

/** Runs a step that nobody wants to read about unless it fails; then its whole output is told. */
export async function runStep(program, args, options = {}) {
  const { code, output } = await runQuietly(program, args, options)
  if (code !== 0) throw new Error(`${[program, ...args].join(' ')} failed:\n${output}`)
}

export function runQuietly(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  child.stderr.on('data', (chunk) => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }))
  })
}
