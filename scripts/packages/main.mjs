import { readFileSync } from 'node:fs'
import { checkPackages } from './check-packages.mjs'

const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
const problems = checkPackages(read('package.json'), read('package-lock.json'))
for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1
