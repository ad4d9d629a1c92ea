import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { startTestServer } from '../support/test-server.ts'

const page = 'docs/operations/approvals.md'

it(`${page} works as printed, with only the hosts and the command replaced`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'page-'))
  const server = await startTestServer()
  try {
    const blocks = [...(await readFile(page, 'utf8')).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
    const command = `registrar() { '${process.execPath}' '${resolve('dist/cli/main.js')}' "$@"; }`
    const script = ['set -euo pipefail', command, ...blocks].join('\n').replaceAll('http://localhost:4400', server.url)
    const env = { ...process.env, REGISTRAR_SERVER: server.adminUrl, REGISTRAR_ADMIN_TOKEN: server.adminToken }
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: folder, env })
    expect(stdout).toContain('an administrator has to approve the change of redirect_uris')
    expect(stdout).toContain('\nrefused: invalid_redirect_uri')
    expect(stdout).toMatch(/\n2 of 2 answers would differ\n$/)
  } finally {
    await server.stop()
    await rm(folder, { recursive: true })
  }
})
