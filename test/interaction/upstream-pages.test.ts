import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { identityProvider } from '../support/identity-providers.ts'
import { clientFixture, createWorld, type InteractionWorld, interactionFixture } from '../support/interaction-world.ts'
import { seriousFindings } from '../support/serious-findings.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const hostile = `"><script>parent.owned=1</script>${'W'.repeat(40)}\u202Eneppiks`

describe('the pages around identity providers, in a browser', () => {
  let browser: Browser
  let world: InteractionWorld
  let issuer: string

  beforeAll(async () => {
    browser = await launchChromium()
    world = createWorld()
    issuer = await world.app.listen({ port: 0, host: '127.0.0.1' })
    // Nobody listens there.
    const identityProviders = ['Company account', 'GitHub', hostile].map((displayName, index) =>
      identityProvider({
        ...{ id: `p${index}`, displayName, issuer: 'http://127.0.0.1:1', authMethod: 'none', passwordForm: 'beside' },
        emailDomains: index === 0 ? ['one.example'] : [],
      }),
    )
    world.realm = { ...world.realm, issuer, identityProviders }
  })
  afterAll(async () => {
    await browser?.close()
    await world?.app.close()
  })

  function arrange(): Readonly<Record<string, string>> {
    const uri = 'http://localhost:1/cb'
    const stranger = clientFixture({ client_name: 'Notebook', client_uri: 'https://app.example/' })
    const own = clientFixture({ client_name: 'Intranet' }, { firstParty: true, channel: 'provisioned' })
    const login = { prompt: 'login', redirectUri: uri, missingScopes: [] } as const
    const request = { digest: 'd', claims: ['birthdate'], asksAnew: false, isRepeated: false }
    for (const [uid, changes] of Object.entries({
      stranger: { client: stranger, request },
      chosen: { client: stranger, loginHint: 'x@one.example' },
      own: { client: own },
    })) {
      world.interactions.set(uid, interactionFixture({ uid, ...login, ...changes }))
    }
    return {
      stranger: '/start/stranger',
      chosen: '/start/chosen',
      own: '/start/own',
      password: '/interaction/stranger?ways=password',
    }
  }

  async function problemPage(page: Page): Promise<void> {
    await page.goto(`${issuer}/start/stranger`)
    await page.getByRole('button', { name: /with Company|mit Company/ }).click()
    await page.getByText(/cannot be reached|nicht erreichbar/).waitFor()
  }

  it.each(['light', 'dark'] as const)('have no serious finding of axe and fit 320 pixels, in %s', async (colorScheme) => {
    const context = await browser.newContext({ colorScheme, viewport: { width: 320, height: 568 }, bypassCSP: true })
    const page = await context.newPage()
    for (const path of Object.values(arrange())) {
      await page.goto(`${issuer}${path}`)
      expect({ path, findings: await seriousFindings(page) }).toEqual({ path, findings: [] })
      expect({ path, overflow: await page.evaluate('document.documentElement.scrollWidth > innerWidth') }).toEqual({
        path,
        overflow: false,
      })
      expect(await page.evaluate('window.owned')).toBeUndefined()
    }
    await problemPage(page)
    expect(await seriousFindings(page)).toEqual([])
    await context.close()
  })

  it('speak the language of the person, and say what the decision is about', async () => {
    arrange()
    const context = await browser.newContext({ locale: 'de-AT' })
    const page = await context.newPage()
    await page.goto(`${issuer}/start/chosen`)
    const text = await page.locator('main').innerText()
    expect(text).toContain('Sie entscheiden zuerst und melden sich dann mit Company account an.')
    expect(text).toContain('Erlauben und anmelden mit Company account')
    expect(text).toContain('Andere Wege, sich anzumelden')
    await page.goto(`${issuer}/start/stranger`)
    expect(await page.locator('main').innerText()).toContain('Diese Ihrer Angaben lesen: birthdate')
    await problemPage(page)
    expect(await page.locator('h1').innerText()).toBe('Die Anmeldung antwortet nicht')
    await context.close()
  })
})
