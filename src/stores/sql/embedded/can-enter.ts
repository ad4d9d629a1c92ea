import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ServingAccount } from './serving-account.ts'

const run = promisify(execFile)

/** Whether the account can reach `folder`; the system is asked, since modes alone do not tell (ACLs, mounts). */
export async function canEnter(folder: string, account: ServingAccount | undefined): Promise<boolean> {
  if (account === undefined) return true
  try {
    await run('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...account, cwd: '/', env: {} })
    return true
  } catch {
    return false
  }
}
