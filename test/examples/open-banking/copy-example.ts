import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** The example as it stands, but for where the directory is. */
export async function copyExample(file: string, directory: string, folder: string): Promise<string> {
  const text = await readFile(file, 'utf8')
  const copy = join(folder, basename(file))
  await writeFile(copy, text.replaceAll('http://localhost:4480', directory))
  return copy
}
