import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const pages = [
  ['docs/getting-started/quickstart.md', 'examples/quickstart.yaml'],
  ['docs/getting-started/simpleidserver.md', 'examples/simpleidserver.yaml'],
  ['docs/getting-started/pingfederate.md', 'examples/pingfederate.yaml'],
] as const

describe('a page that walks through an example', () => {
  it.each(pages)('%s works as printed, with only the host replaced', async (page, file) => {
    const server = await startTestServer({ file })
    try {
      const script = placed(commandsOf(await readFile(page, 'utf8')), server)
      const { stdout } = await promisify(execFile)('bash', ['-c', script])
      expect(stdout.length).toBeGreaterThan(100)
    } finally {
      await server.stop()
    }
  })
})

/** Hosts and the data folder are what a test has to have to itself. */
function placed(script: string, { url, adminUrl, mtlsUrl, configuration }: TestServer): string {
  return script
    .replaceAll(/http:\/\/localhost:(4400|9031)/g, url)
    .replaceAll(/http:\/\/localhost:(4401|9999)/g, adminUrl)
    .replaceAll('https://localhost:9032', mtlsUrl ?? '')
    .replaceAll(/\bdata\/(?=secrets\/|mtls-)/g, `${configuration.dataFolder}/`)
}

/** Any step that fails ends the session, and with it the test. */
function commandsOf(page: string): string {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
  return ['set -euo pipefail', ...blocks].join('\n')
}
