import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { copyExample } from './open-banking/copy-example.ts'

const pages = [
  ['docs/getting-started/quickstart.md', 'examples/quickstart.yaml'],
  ['docs/getting-started/simpleidserver.md', 'examples/simpleidserver.yaml'],
  ['docs/getting-started/pingfederate.md', 'examples/pingfederate.yaml'],
  ['docs/getting-started/mcp-server.md', 'examples/mcp-server.yaml'],
  ['docs/getting-started/pingone-aic.md', 'examples/pingone-aic.yaml'],
  ['docs/getting-started/open-banking-uk.md', 'examples/open-banking-uk.yaml'],
  ['docs/getting-started/open-banking-brazil.md', 'examples/open-banking-brazil.yaml'],
  ['docs/getting-started/open-banking-cdr.md', 'examples/open-banking-cdr.yaml'],
] as const

describe('a page that walks through an example', () => {
  it.each(pages)('%s works as printed, with only the host replaced', async (page, file) => {
    const folder = await mkdtemp(join(tmpdir(), 'page-'))
    const [directoryPort, mcpPort] = [await freePort(), await freePort()]
    const copy = await copyExample(file, `http://localhost:${directoryPort}`, folder)
    await writeFile(copy, (await readFile(copy, 'utf8')).replaceAll('localhost:4500', `localhost:${mcpPort}`))
    const server = await startTestServer({ file: copy })
    try {
      const commands = commandsOf(await readFile(page, 'utf8'))
      const ports = { 4480: directoryPort, 4500: mcpPort }
      const script = placed(
        commands.replaceAll(/4480|4500/g, (port) => String(ports[port as '4500'])),
        server,
      )
      const { stdout } = await promisify(execFile)('bash', ['-c', script.replaceAll('data/open-banking', folder)])
      expect(stdout.length).toBeGreaterThan(100)
    } finally {
      await server.stop()
      await rm(folder, { recursive: true })
    }
  })
})

/** Hosts and the data folder are what a test has to have to itself. */
function placed(script: string, { url, adminUrl, mtlsUrl, configuration }: TestServer): string {
  return script
    .replaceAll(/http:\/\/localhost:(4400|9031)/g, url)
    .replaceAll(/http:\/\/localhost:(4401|9999)/g, adminUrl)
    .replaceAll(/https:\/\/localhost:(4443|9032)/g, mtlsUrl ?? '')
    .replaceAll(/\bdata\/(?=secrets\/|mtls-)/g, `${configuration.dataFolder}/`)
}

/** Any step that fails ends the session, and with it the test. */
function commandsOf(page: string): string {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
  return ['set -euo pipefail', ...blocks].join('\n')
}
