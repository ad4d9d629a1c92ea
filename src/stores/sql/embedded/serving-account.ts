import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The uid that the server runs under. */
export interface ServingAccount {
  readonly uid: number
  readonly gid: number
}

/**
 * PostgreSQL refuses to run as root. As root we hand it to the account that owns the database already, or to `nobody`;
 * as anybody else it runs as we do (`undefined`).
 */
export async function servingAccount(cluster: string): Promise<ServingAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await ownerOf(join(cluster, 'PG_VERSION'))
  return owner === undefined || owner.uid === 0 ? nobody() : owner
}

async function ownerOf(path: string): Promise<ServingAccount | undefined> {
  try {
    const { uid, gid } = await stat(path)
    return { uid, gid }
  } catch {
    return undefined
  }
}

async function nobody(): Promise<ServingAccount> {
  const passwd = await readFile('/etc/passwd', 'utf8')
  const entry = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd)
  if (entry === null) {
    throw new Error(
      'PostgreSQL does not run as root, and /etc/passwd has no account "nobody" to run it under: ' +
        'start Registrar as another user, or configure a PostgreSQL server',
    )
  }
  return { uid: Number(entry[1]), gid: Number(entry[2]) }
}
