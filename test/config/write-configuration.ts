import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder of the test's own with a configuration in it. */
export async function writeConfiguration(
  text: string,
): Promise<{ readonly folder: string; readonly file: string; readonly data: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'registrar-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'registrar.yaml')
  await writeFile(file, text)
  return { folder, file, data: join(folder, 'data') }
}
