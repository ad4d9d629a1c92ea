import { readFile } from 'node:fs/promises'
import { type Document, isMap, isNode, isPair, LineCounter, parseDocument } from 'yaml'
import type { Path, Problem } from './problem.ts'

export interface ParsedFile {
  readonly content: unknown
  readonly problems: readonly Problem[]
  /** The line of the key or item at `path`, or of the nearest one above it that exists. */
  readonly lineOf: (path: Path) => number | undefined
}

export async function parseFile(path: string): Promise<ParsedFile> {
  try {
    return parseText(await readFile(path, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? message})`
    return { content: undefined, problems: [{ path: [], message: reason }], lineOf: () => undefined }
  }
}

function parseText(text: string): ParsedFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const problems = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    path: [],
    message: `is not YAML as it should be: ${message}`,
    line: lines.linePos(pos[0]).line,
  }))
  const lineOf = (path: Path): number | undefined => lineIn(document, path, lines)
  return problems.length > 0 ? { content: undefined, problems, lineOf } : withContent(document, lineOf)
}

/** Aliases can be nested until the document is larger than any memory; the parser stops that, and it is told like any problem. */
function withContent(document: Document, lineOf: ParsedFile['lineOf']): ParsedFile {
  try {
    return { content: document.toJS() ?? {}, problems: [], lineOf }
  } catch (error) {
    return { content: undefined, problems: [{ path: [], message: (error as Error).message }], lineOf }
  }
}

function lineIn(document: Document, path: Path, lines: LineCounter): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const offset = offsetOf(document, path.slice(0, length))
    if (offset !== undefined) return lines.linePos(offset).line
  }
  return undefined
}

function offsetOf(document: Document, path: Path): number | undefined {
  const key = path.at(-1)
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isPair(item) && isNode(item.key) && String(item.key) === key)
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined
  }
  const item = document.getIn(path, true)
  return isNode(item) ? item.range?.[0] : undefined
}
