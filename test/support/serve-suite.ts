import { afterAll, beforeAll } from 'vitest'
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.ts'

/** One server for all tests of a file or block; the promise of options is kept when it starts. */
export function serveSuite(options: TestServerOptions | (() => Promise<TestServerOptions>) = {}): TestServer {
  let running: TestServer | undefined
  beforeAll(async () => {
    running = await startTestServer(typeof options === 'function' ? await options() : options)
  })
  afterAll(() => running?.stop())
  return new Proxy({} as TestServer, { get: (_, name) => Reflect.get(running ?? {}, name) })
}
