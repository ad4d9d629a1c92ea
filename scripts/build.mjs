import { createHash } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listFiles } from './list-files.mjs'
import { runStep } from './run-process.mjs'

const stamp = 'dist/.built-from'
const settings = ['tsconfig.json', 'tsconfig.build.json', 'package.json', 'scripts/build.mjs']

/** Compiles `src` into `dist` when `dist` was made from something else. */
export async function build() {
  const sources = digestOf([...listFiles('src'), ...settings])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return
  console.log('Building …')
  // Beside the old one and then in its place: what runs from `dist` meanwhile never sees half of it.
  const fresh = `dist.${process.pid}.new`
  const stale = `dist.${process.pid}.old`
  try {
    await runStep('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', fresh])
    copyAssets(fresh)
    if (existsSync(join(fresh, 'cli/main.js'))) chmodSync(join(fresh, 'cli/main.js'), 0o755)
    writeFileSync(join(fresh, '.built-from'), sources)
    if (existsSync('dist')) renameSync('dist', stale)
    renameSync(fresh, 'dist')
  } finally {
    for (const folder of [fresh, stale]) rmSync(folder, { recursive: true, force: true })
  }
}

/** Pages, texts and styles travel as they are; what explains the source stays with the source. */
function copyAssets(target) {
  for (const path of listFiles('src').filter((file) => !/\.(ts|md)$/.test(file))) {
    const copy = join(target, path.slice('src/'.length))
    mkdirSync(dirname(copy), { recursive: true })
    cpSync(path, copy)
  }
}

// By content and not by time: a checkout, a copy or a touch changes times and nothing else.
function digestOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(`${path} ${statSync(path).size}\n`).update(readFileSync(path))
  return hash.digest('hex')
}
