import { readdirSync, readFileSync } from 'node:fs'

// USER_HZ, which Linux fixes at 100 for everything that it shows in /proc.
const ticksPerSecond = 100

/** User and system time of the process itself, all threads, without its children. */
export function cpuSecondsOf(pid: number): number {
  const fields = statFieldsOf(pid)
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** Memory of a process and of everything below it, shared pages divided among those that share them. */
export function memoryMegabytesOf(pid: number): number {
  return [pid, ...descendantsOf(pid)].reduce((sum, one) => sum + ownMegabytesOf(one), 0)
}

export function ownMegabytesOf(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024
}

function descendantsOf(pid: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: parentOf(Number(name)) }))
  const below = (parent: number): readonly number[] =>
    parents.filter((one) => one.parent === parent).flatMap((one) => [one.pid, ...below(one.pid)])
  return below(pid)
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(statFieldsOf(pid)[1])
  } catch (error) {
    // It ended between being listed and being read.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** From `state` on: the command before it stands in parentheses and may hold spaces and parentheses itself (proc(5)). */
function statFieldsOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
