import { parseArgs } from 'node:util'
import { efforts } from './effort.ts'
import { measureEverything } from './measure-everything.ts'
import { printTable } from './report/print-table.ts'
import { writeResults } from './report/write-results.ts'

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const effort = values.quick ? efforts.quick : efforts.whole
const lines = await measureEverything(effort)
printTable(lines)
console.log(`\nwritten to ${await writeResults(lines, effort.name)}`)
