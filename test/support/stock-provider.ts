import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Page, WanderingBrowser } from './wandering-browser.ts'

/** An oidc-provider as its documentation sets it up, with the pages for development that it brings. */
export interface StockProvider {
  readonly issuer: string
  stop(): Promise<void>
}

/** `front`: the issuer whose clients it knows: `front`, `front-post`, `front-keys` and `front-public`. */
export async function startStockProvider(front: string): Promise<StockProvider> {
  const child = spawn(process.execPath, ['test/support/stock-provider-process.mjs', front], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the provider ended with ${code}`)))
  const [line] = await Promise.race([once(child.stdout, 'data'), ended])
  ended.catch(() => undefined)
  return {
    issuer: String(line).trim(),
    async stop() {
      if (child.exitCode === null && child.kill()) await once(child, 'exit')
    },
  }
}

/** Fills in its sign-in page, and allows what it asks. */
export async function signInAtStock(browser: WanderingBrowser, page: Page, login: string): Promise<Page> {
  const consent = await browser.submit(page, { login, password: 'any' })
  return browser.submit(consent)
}
