import { readFile } from 'node:fs/promises'

/** Of the PostgreSQL whose `postmaster.pid` this is: the postmaster's process id, then those of its children. */
export async function processTree(postmasterFile: string): Promise<readonly number[]> {
  const postmaster = Number((await readFile(postmasterFile, 'utf8').catch(() => '')).split('\n')[0])
  if (!Number.isInteger(postmaster) || postmaster <= 0) return []
  // After a crash the id may belong to somebody else by now.
  const commandLine = await readFile(`/proc/${postmaster}/cmdline`, 'utf8').catch(() => '')
  if (!commandLine.includes('postgres')) return []
  const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').catch(() => '')
  return [
    postmaster,
    ...children
      .split(' ')
      .filter((pid) => pid !== '')
      .map(Number),
  ]
}
