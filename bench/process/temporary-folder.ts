import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Open for passing through: started by root, PostgreSQL runs under another account and must reach its files below. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'registrar-bench-'))
  await chmod(folder, 0o711)
  return folder
}
