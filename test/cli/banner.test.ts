import { describe, expect, it } from 'vitest'
import { banner } from '../../src/cli/banner.ts'
import { checkConfiguration } from '../../src/config/index.ts'

const place = { publicUrl: 'http://localhost:4400', adminUrl: 'http://localhost:4401' }

async function shown(example: string): Promise<string> {
  const configuration = await checkConfiguration(`examples/${example}.yaml`, {}, {})
  return banner(configuration, { ...place, reload: async () => undefined, stop: async () => undefined }, false)
}

describe('what is printed at the start', () => {
  it('shows a registration that would succeed where anyone may register', async () => {
    expect(await shown('quickstart')).toContain('Register a client:')
  })

  it('names no issuer that is none where no realm stands at the public URL', async () => {
    const text = await shown('pingone-aic')
    const root = 'http://localhost:4400/am/oauth2/realms/root/realms'
    expect(text).toMatch(new RegExp(`Issuer +${root}/alpha\n`))
    expect(text).toMatch(new RegExp(`Realm bravo +${root}/bravo\n`))
    expect(text).toContain('/admin/v1/realms/alpha/registration-settings')
  })

  it('names the statement issuers and the listener for certificates where nobody registers without them', async () => {
    const text = await shown('open-banking-uk')
    expect(text).not.toContain('Register a client:')
    expect(text).toContain('Clients register with a software statement of: OpenBanking Ltd')
    expect(text).toMatch(/Mutual TLS +https:\/\/localhost:4443/)
  })
})
