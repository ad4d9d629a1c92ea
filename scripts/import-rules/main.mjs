import { readFileSync } from 'node:fs'
import { listFiles } from '../list-files.mjs'
import { checkImports } from './check-imports.mjs'

const paths = ['src', 'console'].flatMap((folder) => listFiles(folder)).filter((path) => /\.(ts|tsx|mts|js|mjs)$/.test(path))
const broken = checkImports(Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'utf8')])))
for (const { rule, path, problem, says } of broken) console.error(`${path} ${problem}\n  ${rule}: ${says}`)
console.log(`import rules: ${paths.length} files, ${broken.length} violations`)
process.exitCode = broken.length === 0 ? 0 : 1
