import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { startTestServer } from '../support/test-server.ts'

const pages = [
  ['docs/getting-started/quickstart.md', 'examples/quickstart.yaml'],
  ['docs/getting-started/simpleidserver.md', 'examples/simpleidserver.yaml'],
] as const

describe('a page that walks through an example', () => {
  it.each(pages)('%s works as printed, with only the host replaced', async (page, file) => {
    const server = await startTestServer({ file })
    try {
      const script = commandsOf(await readFile(page, 'utf8')).replaceAll('http://localhost:4400', server.url)
      const { stdout } = await promisify(execFile)('bash', ['-c', script])
      expect(stdout.length).toBeGreaterThan(100)
    } finally {
      await server.stop()
    }
  })
})

/** Any step that fails ends the session, and with it the test. */
function commandsOf(page: string): string {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
  return ['set -euo pipefail', ...blocks].join('\n')
}
