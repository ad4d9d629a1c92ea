import { describe, expect, it } from 'vitest'
import { authorizationUrl } from '../support/flows.ts'
import { redirectUri, register, registered } from '../support/registration-client.ts'
import { createBrowser, isConsent, isSignIn } from '../support/scripted-browser.ts'
import { serveSuite } from '../support/serve-suite.ts'
import type { TestServer } from '../support/test-server.ts'

const redirect_uris = [redirectUri]

async function consentPage(server: TestServer, metadata: object, language: string): Promise<string> {
  const client = await registered(server, { redirect_uris, ...metadata })
  const browser = createBrowser(server)
  const first = await browser.visit(authorizationUrl(server, client, { ui_locales: language }))
  const page = isSignIn(first) ? await browser.signIn(first) : first
  expect(isConsent(page)).toBe(true)
  return page.body
}

describe('RFC 7591 §2.2, human-readable client metadata', () => {
  const server = serveSuite()

  it('keeps and answers with every language variant under its own name (DCR-I18N-01)', async () => {
    const names = {
      client_name: 'My Client',
      'client_name#ja-Jpan-JP': '\u30AF\u30E9\u30A4\u30A2\u30F3\u30C8\u540D',
      'tos_uri#fr': 'https://app.example/fr/tos',
    }
    expect(await register(server, { redirect_uris, ...names })).toMatchObject({ status: 201, body: names })
  })

  it('refuses a variant of an address that it would refuse untagged (DCR-I18N-06)', async () => {
    const answer = await register(server, { redirect_uris, 'logo_uri#fr': 'javascript:alert(1)' })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_client_metadata' } })
  })

  it.each(['client_name#', 'client_name#<script>', 'redirect_uris#fr'])('ignores %s (DCR-I18N-07)', async (name) => {
    const { status, body } = await register(server, { redirect_uris, [name]: 'x' })
    expect(status).toBe(201)
    expect(body).not.toHaveProperty([name])
  })

  it('shows the untagged value as it is, in no particular language (DCR-I18N-03, OIDR-L10N-02)', async () => {
    const page = await consentPage(server, { client_name: 'Nom sans langue' }, 'de')
    expect(page).toContain('Nom sans langue')
    expect(page).not.toMatch(/lang="[^"]*"[^>]*>\s*Nom sans langue/)
  })

  it('shows the variant of the language that the request asks for (DCR-I18N-05, OIDR-L10N-03)', async () => {
    const page = await consentPage(server, { client_name: 'Plain', 'client_name#de': 'Auf Deutsch' }, 'de-AT en')
    expect(page).toContain('Auf Deutsch')
    expect(page).not.toContain('>Plain<')
  })

  it('copes with a client that has variants only (DCR-I18N-04)', async () => {
    const page = await consentPage(server, { 'client_name#fr': 'Le client' }, 'en')
    expect(page).toMatch(/Le client|[0-9a-f]{8}-[0-9a-f]{4}/)
  })
})
