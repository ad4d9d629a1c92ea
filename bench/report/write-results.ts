import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import type { Line } from './line.ts'

const path = 'bench/results/latest.json'

export async function writeResults(lines: readonly Line[], effort: string): Promise<string> {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, platform: process.platform }
  await mkdir('bench/results', { recursive: true })
  await writeFile(path, `${JSON.stringify({ at: new Date().toISOString(), effort, machine, lines }, null, 2)}\n`)
  return path
}
