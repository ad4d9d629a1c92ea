import type { Line } from './line.ts'

const header = ['', 'per second', 'of limit', '× peer', 'p50/p99 ms', 'at half load', 'CPU µs', 'trips']

export function printTable(lines: readonly Line[]): void {
  const rows = lines.map(cellsOf)
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => lengthIn(row, column))))
  let group = ''
  console.log(aligned(header, widths))
  for (const [index, line] of lines.entries()) {
    if (line.group !== group) console.log(`\n${line.group}`)
    group = line.group
    console.log(aligned(rows[index] ?? [], widths))
    if (line.compared !== undefined) console.log(comparison(line.compared))
  }
}

function comparison({ with: other, cost, rate }: NonNullable<Line['compared']>): string {
  return `    costs ${rate.toFixed(2)} times one of "${other}" by the rate, ${cost.toFixed(2)} times by CPU time`
}

// A remark may run as far as it likes; it makes no column wider.
function lengthIn(row: readonly string[], column: number): number {
  return row.length === header.length ? (row[column]?.length ?? 0) : column === 0 ? (row[0]?.length ?? 0) : 0
}

function cellsOf({ what, load, figure, ofLimit, ofPeer, notRun }: Line): readonly string[] {
  const name = `  ${what}`
  if (notRun !== undefined) return [name, `not run: ${notRun.split('\n')[0]}`]
  if (load === undefined) return [name, figure === undefined ? '' : `${rounded(figure.value)} ${figure.unit}`]
  const { full, half, cpuMicrosecondsPerRequest, roundTripsPerRequest } = load
  return [
    name,
    rounded(full.perSecond),
    ofLimit === undefined ? '' : `${rounded(ofLimit * 100)} %`,
    ofPeer === undefined ? '' : ofPeer.toFixed(2),
    `${full.p50Milliseconds.toFixed(1)} / ${full.p99Milliseconds.toFixed(1)}`,
    `${half.p50Milliseconds.toFixed(1)} / ${half.p99Milliseconds.toFixed(1)}`,
    rounded(cpuMicrosecondsPerRequest),
    roundTripsPerRequest === undefined ? '' : roundTripsPerRequest.toFixed(2),
  ]
}

function aligned(cells: readonly string[], widths: readonly number[]): string {
  if (cells.length < widths.length) return `${(cells[0] ?? '').padEnd(widths[0] ?? 0)}  ${cells[1] ?? ''}`
  return cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')
}

function rounded(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(value >= 10 ? 1 : 2)
}
