import { stringify } from 'yaml'
import type { Io } from './io.ts'

export const outputFormats = ['table', 'json', 'yaml', 'ndjson', 'name'] as const
export type OutputFormat = (typeof outputFormats)[number]

export interface OutputOptions {
  readonly output: OutputFormat
  readonly quiet?: boolean
}

/** How a kind of thing is shown to people: its columns, and what it goes by. */
export interface View {
  readonly columns: Readonly<Record<string, (item: Item) => unknown>>
  readonly name: (item: Item) => unknown
}

export type Item = Readonly<Record<string, unknown>>

export function printList(io: Io, items: readonly Item[], view: View, { output, quiet }: OutputOptions): void {
  if (!quiet) io.write(listWriters[output](items, view))
}

export function printItem(io: Io, item: Item, view: Pick<View, 'name'>, { output, quiet }: OutputOptions): void {
  if (!quiet) io.write(itemWriters[output](item, view))
}

const listWriters: Readonly<Record<OutputFormat, (items: readonly Item[], view: View) => string>> = {
  json: (items) => `${JSON.stringify(items, undefined, 2)}\n`,
  yaml: (items) => stringify(items),
  ndjson: (items) => items.map((item) => `${JSON.stringify(item)}\n`).join(''),
  name: (items, { name }) => items.map((item) => `${cell(name(item))}\n`).join(''),
  table: (items, view) => table(items, view),
}

const itemWriters: Readonly<Record<OutputFormat, (item: Item, view: Pick<View, 'name'>) => string>> = {
  json: (item) => `${JSON.stringify(item, undefined, 2)}\n`,
  yaml: (item) => stringify(item),
  ndjson: (item) => `${JSON.stringify(item)}\n`,
  name: (item, { name }) => `${cell(name(item))}\n`,
  table: (item) => pairs(Object.entries(item)),
}

/** Two columns, the left one as wide as its longest word. */
function pairs(entries: readonly (readonly [string, unknown])[]): string {
  const width = Math.max(0, ...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}\n`).join('')
}

/** Seconds since 1970 as people read them. */
export function time(seconds: unknown): string {
  return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString().replace('.000Z', 'Z') : ''
}

export function table(items: readonly Item[], { columns }: Pick<View, 'columns'>): string {
  const rows = [Object.keys(columns), ...items.map((item) => Object.values(columns).map((value) => cell(value(item))))]
  const widths = Object.keys(columns).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)))
  return rows
    .map(
      (row) =>
        `${row
          .map((text, index) => text.padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** What clients call themselves comes from strangers: a terminal must not obey it. */
export function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
}
