import { existsSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'

/** Every file below a folder, in order and with forward slashes; nothing of what is installed or built. */
export function listFiles(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'dist')
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? listFiles(path) : [path.split(sep).join('/')]
    })
    .sort()
}
