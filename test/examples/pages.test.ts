import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { sharedExamples } from '../support/shared-server.ts'
import { startTestServer } from '../support/test-server.ts'
import { copyExample } from './open-banking/copy-example.ts'
import { runPage } from './run-page.ts'

const pages = [
  ['docs/getting-started/quickstart.md', 'examples/quickstart.yaml'],
  ['docs/getting-started/simpleidserver.md', 'examples/simpleidserver.yaml'],
  ['docs/getting-started/pingfederate.md', 'examples/pingfederate.yaml'],
  ['docs/getting-started/mcp-server.md', 'examples/mcp-server.yaml'],
  ['docs/operations/protected-resources.md', 'examples/mcp-server.yaml'],
  ['docs/getting-started/pingone-aic.md', 'examples/pingone-aic.yaml'],
  ['docs/getting-started/identity-assertions.md', 'examples/identity-assertions.yaml'],
  ['docs/getting-started/fapi2.md', 'examples/fapi2.yaml'],
  ['docs/getting-started/open-banking-uk.md', 'examples/open-banking-uk.yaml'],
  ['docs/getting-started/open-banking-brazil.md', 'examples/open-banking-brazil.yaml'],
  ['docs/getting-started/open-banking-cdr.md', 'examples/open-banking-cdr.yaml'],
] as const

/** On a server that others share, only what it serves. */
const shared = await sharedExamples()
const walked = pages.filter(([, file]) => shared?.includes(basename(file)) ?? true)

describe('a page that walks through an example', () => {
  it.each(walked)('%s works as printed, with only the host replaced', async (page, file) => {
    const folder = await mkdtemp(join(tmpdir(), 'page-'))
    const [directoryPort, mcpPort] = [await freePort(), await freePort()]
    const copy = await copyExample(file, `http://localhost:${directoryPort}`, folder)
    await writeFile(copy, (await readFile(copy, 'utf8')).replaceAll('localhost:4500', `localhost:${mcpPort}`))
    const server = await startTestServer({ file: copy })
    try {
      const stdout = await runPage(page, server, { 4480: directoryPort, 4500: mcpPort }, folder)
      expect(stdout.length).toBeGreaterThan(100)
    } finally {
      await server.stop()
      await rm(folder, { recursive: true })
    }
  })
})
