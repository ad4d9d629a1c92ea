import { describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../src/config/index.ts'
import { authorizationUrl } from '../support/flows.ts'
import { redirectUri, registered } from '../support/registration-client.ts'
import { createBrowser, isConsent, textOf } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'

describe('RFC 7591 §5, security considerations', () => {
  const server = serveSuite()

  it('shows people that a client is unverified, and where it sends them, whatever name it bears (DCR-SEC-01, DCR-REQ-06)', async () => {
    const client = await registered(server, {
      redirect_uris: [redirectUri],
      client_name: 'Famous Bank',
      logo_uri: 'https://famous-bank.example/logo.png',
      software_id: 'famous-bank',
    })
    const browser = createBrowser(server)
    const signIn = await browser.visit(authorizationUrl(server, client))
    expect(textOf(signIn)).toMatch(/unverified|not verified|nobody has checked/i)
    const consent = await browser.signIn(signIn)
    expect(isConsent(consent)).toBe(true)
    const text = textOf(consent)
    expect(text).toContain('app.example')
    expect(text).toMatch(/unverified|not verified|nobody has checked|registered itself/i)
    // A logo is shown by its bytes, or not at all: the page asks no stranger's host for anything.
    expect(consent.body).not.toMatch(/<img[^>]*src="https:\/\/famous-bank/)
  })

  it('shows links of a client with their host, and opens them on no page of ours (DCR-SEC-04, DCR-SEC-02)', async () => {
    const client = await registered(server, { redirect_uris: [redirectUri], tos_uri: 'https://elsewhere.example/tos' })
    const browser = createBrowser(server)
    const consent = await browser.signIn(await browser.visit(authorizationUrl(server, client)))
    expect(textOf(consent)).toContain('elsewhere.example')
    expect(consent.body).toMatch(/rel="noopener noreferrer/)
  })

  it.each(['http://as.example', 'http://192.0.2.1'])(
    'does not start in production under %s, where others could listen (DCR-EP-04)',
    async (publicUrl) => {
      const loading = loadConfiguration('examples/production.yaml', {}, { REGISTRAR_PUBLIC_URL: publicUrl })
      await expect(loading).rejects.toThrow(/https/)
    },
  )
})
