import { readdir, readFile, stat } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { pathToFileURL } from 'node:url'

/** An operator's policies as they were when their folder was read. */
export interface PolicyCode {
  /** Each file is one policy, under its name without the extension. */
  readonly entries: readonly PolicyFile[]
  /** URL of the folder, with a slash at its end. */
  readonly folder: string
  /** Those and what they import of the folder, by URL. */
  readonly sources: ReadonlyMap<string, string>
}

export interface PolicyFile {
  readonly file: string
  readonly url: string
}

/** What is wrong with the folder or a file of it. */
export interface PolicyProblem {
  readonly file: string
  readonly message: string
}

export interface Problems {
  readonly problems: readonly PolicyProblem[]
}

const code = /(?<!\.d)\.m?[jt]s$/
const tests = /\.(test|spec)\.m?[jt]s$/
const sourceBytesMax = 1_000_000
const filesMax = 1000

/**
 * Reads the folder of an operator's policies. The files that stand directly in it are policies; what they share stands in
 * folders below. Links are followed, since a mounted ConfigMap has nothing else. With `only`, that file alone is read, and what
 * it imports when it is imported.
 */
export async function readPolicyCode(folder: string, only?: string): Promise<{ readonly code: PolicyCode } | Problems> {
  try {
    const files = only === undefined ? await listCode(folder) : [only]
    const entries = only === undefined ? files.filter((file) => parse(file).dir === '' && !tests.test(file)) : files
    const problems = problemsOf(files, entries)
    if (problems.length > 0) return { problems }
    const sources = await Promise.all(files.map(async (file) => [urlOf(folder, file), await readSource(folder, file)] as const))
    return {
      code: {
        entries: entries.map((file) => ({ file, url: urlOf(folder, file) })),
        sources: new Map(sources),
        folder: urlOf(folder, ''),
      },
    }
  } catch (error) {
    const { code: reason = String(error), path } = error as NodeJS.ErrnoException
    const message = `cannot be read (${reason}); give a ${only === undefined ? 'folder of policy files' : 'file'} that the server can read`
    return { problems: [{ file: path ?? join(folder, only ?? ''), message }] }
  }
}

async function listCode(folder: string, below = ''): Promise<readonly string[]> {
  const names = (await readdir(join(folder, below))).filter((name) => !name.startsWith('.') && name !== 'node_modules').sort()
  const found = await Promise.all(
    names.map(async (name) => {
      const file = below === '' ? name : `${below}/${name}`
      const isFolder = (await stat(join(folder, file))).isDirectory()
      if (isFolder) return listCode(folder, file)
      return code.test(name) ? [file] : []
    }),
  )
  return found.flat()
}

function problemsOf(files: readonly string[], entries: readonly string[]): readonly PolicyProblem[] {
  if (files.length > filesMax)
    return [{ file: '.', message: `holds more than ${filesMax} files; give a folder of policies alone` }]
  return entries.flatMap((file, index) => {
    const twin = entries.slice(0, index).find((other) => parse(other).name === parse(file).name)
    return twin === undefined ? [] : [{ file, message: `has the name of ${twin}; give each policy a name of its own` }]
  })
}

async function readSource(folder: string, file: string): Promise<string> {
  const source = await readFile(join(folder, file), 'utf8')
  if (source.length <= sourceBytesMax) return source
  throw Object.assign(new Error(), { path: file, code: `larger than ${sourceBytesMax} bytes` })
}

function urlOf(folder: string, file: string): string {
  return pathToFileURL(join(folder, '/', file)).href
}
