import { randomBytes } from 'node:crypto'
import { link, readFile, unlink, writeFile } from 'node:fs/promises'

/**
 * Writes the file unless it is there, and gives what stands in it then. Several starts at once agree on one content,
 * and none of them sees a file that is half written.
 */
export async function writeOnce(path: string, text: string): Promise<string> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(aside, text, { flag: 'wx', mode: 0o600 })
  try {
    await link(aside, path)
    return text
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return await readFile(path, 'utf8')
  } finally {
    await unlink(aside)
  }
}
