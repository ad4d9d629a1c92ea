import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../../..')

/** This room compiled, as it is published, so that a process of its own can run it. */
export interface CompiledStores {
  readonly folder: string
  /** A program that starts the embedded PostgreSQL on the folder that its argument names, says so, and stays. */
  readonly program: string
  remove(): Promise<void>
}

export async function compileStores(): Promise<CompiledStores> {
  const folder = await mkdtemp(join(tmpdir(), 'registrar-compiled-'))
  await chmod(folder, 0o755)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(configuration))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder])
  await writeFile(join(folder, 'start.js'), program)
  return { folder, program: join(folder, 'start.js'), remove: () => rm(folder, { recursive: true }) }
}

const configuration = {
  extends: join(root, 'tsconfig.json'),
  compilerOptions: { noEmit: false, outDir: 'dist', rootDir: join(root, 'src'), typeRoots: [join(root, 'node_modules/@types')] },
  include: [],
  files: [join(root, 'src/stores/sql/index.ts')],
}

const program = `
import { startEmbeddedPostgres } from './dist/stores/sql/index.js'
const server = await startEmbeddedPostgres({ folder: process.argv[2], log: (line) => console.error(line) })
process.on('SIGTERM', () => server.stop())
process.on('SIGUSR2', () => process.exit(3))
console.log(JSON.stringify(server.connection))
`
