import { describe, expect, it } from 'vitest'
import { identityProvider, withProviders } from '../support/identity-providers.ts'
import { serveSuite } from '../support/serve-suite.ts'
import { runPage } from './run-page.ts'

describe('the page about an identity provider', () => {
  const provider = serveSuite({ file: 'examples/upstream-provider.yaml' })
  const server = serveSuite(async () => ({
    file: 'examples/upstream.yaml',
    change: withProviders([
      identityProvider({
        issuer: `${provider.url}/realms/company`,
        displayName: 'Company account',
        secret: 'a-secret-of-two-examples',
      }),
    ]),
  }))

  it('works as printed, from a client that registers itself to the claims of somebody who signed in there', async () => {
    const stdout = await runPage('docs/getting-started/upstream.md', server)
    expect(stdout).toMatch(/code_challenge_method=S256/)
    expect(stdout.trim()).toMatch(/true$/)
  })
})
