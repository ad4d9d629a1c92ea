import { afterEach, describe, expect, it } from 'vitest'
import type { Interaction } from '../../src/interaction/index.ts'
import type { Channel, ClientMetadata, StatementIssuer } from '../../src/registration/index.ts'
import { arriveAt } from '../support/inject-browser.ts'
import {
  clientFixture,
  createWorld,
  type InteractionWorld,
  interactionFixture,
  NOW,
  type WorldSettings,
} from '../support/interaction-world.ts'

const worlds: InteractionWorld[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.app.close()
})

function worldWith(changes: Partial<Interaction>, settings: WorldSettings = {}): InteractionWorld {
  const world = createWorld(settings)
  worlds.push(world)
  world.interactions.set('i1', interactionFixture(changes))
  return world
}

async function consentPage(
  changes: Partial<Interaction>,
  headers: Record<string, string> = {},
  settings: WorldSettings = {},
): Promise<string> {
  const { page } = await arriveAt(worldWith(changes, settings), 'i1', headers)
  return page.payload
}

const attestation = { digest: 'd', verifiedAt: NOW, claims: {}, metadata: {}, echoed: {} }
const withMetadata = (metadata: ClientMetadata) => ({ client: clientFixture(metadata) })

describe('the consent page on who asks', () => {
  it.each<[Channel, string, string]>([
    ['open', 'Not verified', 'It registered itself <bdi>2 minutes ago</bdi>.'],
    ['initial-access-token', 'Not verified', 'with an invitation token'],
    ['certificate', 'Not verified', 'with its own certificate'],
    ['metadata-document', 'Not verified', 'It describes itself at <bdi>client.example</bdi>.'],
    ['administrator', 'Set up by this service', 'An administrator registered it'],
    ['provisioned', 'Set up by this service', 'part of the configuration'],
  ])('says how a client of channel %s came to be (SEC-IMP-02, SEC-IMP-03)', async (channel, badge, origin) => {
    const html = await consentPage({ client: clientFixture({}, { channel, client_id: 'https://client.example/meta' }) })
    expect(html).toContain(`>${badge}<`)
    expect(html).toContain(origin)
  })

  it('says that a statement attests a client, while its issuer is believed and signs (SEC-IMP-03)', async () => {
    const issuer = { id: 'directory', issuer: 'https://directory.example', allowUnsigned: false }
    const attested = (issuers: readonly object[]) => {
      const statement = { ...attestation, issuerId: issuer.id, issuer: issuer.issuer }
      const client = clientFixture({}, { channel: 'software-statement', statement })
      return consentPage({ client }, {}, { realm: { statementIssuers: issuers as readonly StatementIssuer[] } })
    }
    for (const issuers of [[], [{ ...issuer, allowUnsigned: true }], [{ ...issuer, issuer: 'https://other.example' }]]) {
      const html = await attested(issuers)
      expect(html).toContain('>Not verified<')
      expect(html).toContain('It registered itself')
      expect(html).not.toContain('software statement')
    }
    const html = await attested([issuer])
    expect(html).toContain('>Attested<')
    expect(html).toContain('signed software statement')
  })

  it('marks a self-registered client as new for a day, and no other one (DCR-SEC-05)', async () => {
    const aged = (ageSeconds: number, channel: Channel = 'open') => ({
      client: clientFixture({}, { channel, client_id_issued_at: NOW - ageSeconds }),
    })
    expect(await consentPage(aged(60))).toContain('>New<')
    expect(await consentPage(aged(90_000))).not.toContain('>New<')
    expect(await consentPage(aged(60, 'administrator'))).not.toContain('>New<')
  })

  it('isolates the name, without a language unless the client gave one (DCR-I18N-03)', async () => {
    const metadata = { client_name: 'Notebook', 'client_name#de': 'Notizbuch' }
    expect(await consentPage(withMetadata(metadata))).toContain('“<bdi>Notebook</bdi>” wants to use your account')
    expect(await consentPage(withMetadata(metadata), { 'accept-language': 'de-AT' })).toContain(
      '„<bdi lang="de">Notizbuch</bdi>“',
    )
  })

  it('calls a client without a usable name by its identifier', async () => {
    expect(await consentPage({ client: clientFixture({ client_name: '\u202E\u200B' }) })).toContain('“<bdi>0197a3c0-')
  })

  it('does not make a link of a name that looks like one (SEC-INJ-06)', async () => {
    const html = await consentPage(withMetadata({ client_name: 'https://evil.example/' }))
    expect(html).not.toMatch(/href="[^"]*evil\.example/)
  })

  it('keeps the contacts to itself (DCR-SEC-10)', async () => {
    expect(await consentPage(withMetadata({ contacts: ['dev@app.example'] }))).not.toContain('dev@app.example')
  })

  it('shows who is signed in', async () => {
    expect(await consentPage({})).toContain('Signed in as <bdi>alice</bdi>')
  })
})

describe('the consent page on where it goes', () => {
  it('shows the host of the redirect URI (MCP-CON-02)', async () => {
    expect(await consentPage({})).toContain('<p class="address"><bdi>app.example</bdi></p>')
  })

  it.each([
    ['http://localhost:3000/cb', 'Any program on this device could pretend'],
    ['cursor://callback', 'Any app on this device could claim'],
    ['http://app.example/cb', 'is not encrypted'],
    ['https://gооgle.example/cb', 'international letters'],
  ])('warns about %s (MCP-CON-06)', async (redirectUri, warning) => {
    expect(await consentPage({ redirectUri })).toContain(warning)
  })

  it('lets the form end at the redirect origin, since Chromium would stop it there (SEC-INJ-07)', async () => {
    const { page } = await arriveAt(worldWith({}), 'i1')
    expect(page.headers['content-security-policy']).toContain("form-action 'self' https://app.example")
  })

  it('says that a device gets the access where there is no redirect URI', async () => {
    const world = worldWith({})
    const { redirectUri: _, ...rest } = interactionFixture()
    world.interactions.set('i1', rest)
    const { page } = await arriveAt(world, 'i1')
    expect(page.payload).toContain('Access goes to the device')
    expect(page.headers['content-security-policy']).toMatch(/form-action 'self'$/)
  })
})

describe('the consent page on what is asked', () => {
  it('names every scope, in words where there are words', async () => {
    const html = await consentPage({ scopes: ['openid', 'mcp:tools', 'other'], missingScopes: ['openid', 'mcp:tools', 'other'] })
    expect(html).toContain('Recognise you when you come back')
    expect(html).toContain('Use the tools of the notebook server')
    expect(html).toContain('<bdi>other</bdi>')
    expect(html).not.toContain('>new<')
  })

  it('describes values of dynamic scopes by their pattern and shows them whole, and groups by their own words', async () => {
    const scopes = [{ name: 'read_txn:*', dynamic: true, description: 'Read one transaction' }]
    const scopeGroups = [{ name: 'banking', description: 'All of your accounts', scopes: [] }]
    const value = `read_txn:${'7'.repeat(300)}`
    const world = worldWith({ scopes: [value, 'banking', 'read_txn:'] }, { realm: { scopes, scopeGroups } })
    const { payload } = (await arriveAt(world, 'i1')).page
    expect(payload).toContain(`Read one transaction <code><bdi>${value}</bdi></code>`)
    expect(payload).toContain('All of your accounts <code><bdi>banking</bdi></code>')
    expect(payload).toContain('<code class="alone"><bdi>read_txn:</bdi></code>')
  })

  it('marks what is new since the last consent, and nothing else', async () => {
    const html = await consentPage({ scopes: ['openid', 'email'], missingScopes: ['email'] })
    expect(html.match(/>new</g)).toHaveLength(1)
    expect(html).toMatch(/email<\/bdi><\/code>\s*<span class="badge badge-new">new/)
  })

  it('lists claims, resources with their scopes, and authorization details to the last member (RFC 9396)', async () => {
    const html = await consentPage({
      missingClaims: ['birthdate'],
      resources: ['https://api.example/'],
      missingResourceScopes: { 'https://api.example/': ['accounts:read'] },
      authorizationDetails: [{ type: 'payment', amount: { value: '99.50', currency: 'EUR' }, to: ['A', 'B'] }],
    })
    for (const text of [
      'birthdate',
      'The bank’s API',
      'https://api.example/',
      'accounts:read',
      'payment',
      'amount › value',
      '99.50',
      'A, B',
    ]) {
      expect(html).toContain(text)
    }
  })
})

describe('the links of a consent page', () => {
  const links = { client_uri: 'https://app.example/', policy_uri: 'https://app.example/p', tos_uri: 'https://other.example/t' }

  it('lead to a page of ours, with the host as text (SEC-RD-10, DCR-SEC-04)', async () => {
    const html = await consentPage(withMetadata(links))
    expect(html).toContain('href="/interaction/i1/leave?to=policy_uri" rel="noopener noreferrer nofollow ugc"')
    expect(html).toContain('<bdi>other.example</bdi>')
    expect(html).not.toMatch(/(href|src)="(https?:)?\/\//)
  })

  it('are marked where they lead to another host than the redirect (DCR-SEC-02, OIDR-L10N-04)', async () => {
    const html = await consentPage(withMetadata(links))
    expect(html.match(/another host than/g)).toHaveLength(1)
  })

  it('go on from that page only, without a referrer', async () => {
    const { browser } = await arriveAt(worldWith(withMetadata(links)), 'i1')
    const { payload, statusCode } = await browser.get('/interaction/i1/leave?to=tos_uri')
    expect(statusCode).toBe(200)
    expect(payload).toContain('href="https://other.example/t" target="_blank" rel="noopener noreferrer nofollow ugc external"')
  })

  it.each(['logo_uri', 'redirect_uris', 'constructor', '', 'tos_uri&to=tos_uri'])('lead nowhere with to=%s', async (to) => {
    const { browser } = await arriveAt(worldWith(withMetadata(links)), 'i1')
    expect((await browser.get(`/interaction/i1/leave?to=${to}`)).statusCode).toBe(404)
  })

  it('are left out when they are no links (SEC-INJ-02)', async () => {
    const world = worldWith(withMetadata({ client_uri: 'javascript:alert(1)', tos_uri: 'http://app.example/', policy_uri: 'x' }))
    const { browser, page } = await arriveAt(world, 'i1')
    expect(page.payload).not.toContain('leave?to=')
    expect((await browser.get('/interaction/i1/leave?to=client_uri')).statusCode).toBe(404)
  })

  it('carry the path of a realm that has one', async () => {
    const world = worldWith(withMetadata(links), { realm: { name: 'bank', issuer: 'https://id.example/realms/bank' } })
    const { page } = await arriveAt(world, 'i1')
    expect(page.payload).toContain('formaction="/realms/bank/interaction/i1/deny"')
    expect(page.payload).toContain('href="/realms/bank/assets/styles-')
    expect(page.payload).toContain('bank · id.example')
  })
})

describe('the logo', () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47])
  const withLogo = { client: clientFixture({ logo_uri: 'https://app.example/logo.svg' }) }

  it('comes from us, as an image and nothing else (SEC-LOGO-01)', async () => {
    const world = worldWith(withLogo)
    world.logos.set('https://app.example/logo.svg', png)
    const { browser, page } = await arriveAt(world, 'i1')
    expect(page.payload).toContain('<img src="/interaction/i1/logo" alt=""')
    const logo = await browser.get('/interaction/i1/logo')
    expect(logo.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' })
    expect(logo.headers['content-security-policy']).toContain('sandbox')
    expect(logo.rawPayload).toEqual(Buffer.from(png))
  })

  it('is absent without a logo_uri, and 404 when it could not be made', async () => {
    const { page } = await arriveAt(worldWith({}), 'i1')
    expect(page.payload).not.toContain('<img')
    const { browser } = await arriveAt(worldWith(withLogo), 'i1')
    expect((await browser.get('/interaction/i1/logo')).statusCode).toBe(404)
  })
})

describe('an asset', () => {
  it('may be kept forever under its name, and exists under no other', async () => {
    const world = worldWith({})
    const { page } = await arriveAt(world, 'i1')
    const path = /href="(\/assets\/styles-[0-9a-f]{12}\.css)"/.exec(page.payload)?.[1] ?? ''
    const { headers, statusCode } = await world.app.inject(path)
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    })
    expect((await world.app.inject('/assets/..%2foptions.ts')).statusCode).toBe(404)
  })
})

describe('German', () => {
  it('is spoken to whoever asks for it, by ui_locales before Accept-Language (OIDR-L10N-03)', async () => {
    const html = await consentPage({ uiLocales: 'de' }, { 'accept-language': 'en' })
    expect(html).toContain('<html lang="de">')
    expect(html).toContain('Die Anwendung hat sich <bdi>vor 2 Minuten</bdi> selbst registriert.')
    expect(html).toContain('>Ablehnen</button>')
  })

  it('gives way to English for a language that nobody translated', async () => {
    expect(await consentPage({}, { 'accept-language': 'pt-BR' })).toContain('<html lang="en">')
  })
})
