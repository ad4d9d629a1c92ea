import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { TestServer } from '../support/test-server.ts'

/** Ports of what a page starts besides the server, by the port that is printed. */
export type PagePorts = Readonly<Record<'4480' | '4500', number>>

/** Runs what a page prints, block by block, with only hosts and folders replaced; gives all that was written. */
export async function runPage(page: string, server: TestServer, ports?: PagePorts, folder?: string): Promise<string> {
  const commands = commandsOf(await readFile(page, 'utf8'))
  const elsewhere = commands.replaceAll(/4480|4500/g, (port) => String(ports?.[port as '4500'] ?? port))
  const script = placed(elsewhere, server).replaceAll('data/open-banking', folder ?? 'data/open-banking')
  const { stdout } = await promisify(execFile)('bash', ['-c', script])
  return stdout
}

/** Hosts, the realm and the data folder are what a test has to have to itself. */
function placed(script: string, { realmName, url, adminUrl, mtlsUrl, configuration }: TestServer): string {
  return script
    .replaceAll(/http:\/\/localhost:(4400|9031)/g, url)
    .replaceAll(/http:\/\/localhost:(4401|9999)/g, adminUrl)
    .replaceAll(/https:\/\/localhost:(4443|9032)/g, mtlsUrl ?? '')
    .replaceAll(/(\/realms\/|\?realm=|managed\/|\$openidm\/)(?:default|alpha)(?![a-z-])/g, (_, before) => `${before}${realmName}`)
    .replaceAll(/\bdata\/(?=secrets\/|mtls-)/g, `${configuration.dataFolder}/`)
}

/** Any step that fails ends the session, and with it the test. */
function commandsOf(page: string): string {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
  return ['set -euo pipefail', ...blocks].join('\n')
}
