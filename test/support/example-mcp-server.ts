import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface ExampleMcpServer {
  /** Where it is, and the resource that its tokens are made for. */
  readonly url: URL
  stop(): Promise<void>
}

export interface ExampleOptions {
  readonly issuer: string
  /** Any free one, if nothing else is said. */
  readonly port?: number
  readonly env?: Readonly<Record<string, string>>
}

/** `examples/mcp-server/`, as its page starts it. */
export async function startExampleMcpServer({ issuer, port = 0, env = {} }: ExampleOptions): Promise<ExampleMcpServer> {
  const example = spawn(process.execPath, ['examples/mcp-server/server.mjs'], {
    env: { ...process.env, ISSUER: issuer, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(example, 'exit').then(([code]) => Promise.reject(new Error(`the example ended with ${code}`)))
  const [line] = await Promise.race([once(example.stdout, 'data'), ended])
  ended.catch(() => undefined)
  const [address] = /http\S+(?=,)/.exec(String(line)) ?? []
  if (address === undefined) throw new Error(`the example does not say where it is: ${line}`)
  return {
    url: new URL(address),
    async stop() {
      if (example.exitCode === null && example.kill()) await once(example, 'exit')
    },
  }
}
