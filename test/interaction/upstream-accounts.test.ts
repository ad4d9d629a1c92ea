import { describe, expect, it } from 'vitest'
import { authorizationUrl, codeVerifier, decode, requestToken } from '../support/flows.ts'
import { redirectUri, registeredPublic } from '../support/registration-client.ts'
import { signedIn, upstreamSuite } from '../support/upstream-world.ts'
import { openWanderingBrowser, type Page, textOf } from '../support/wandering-browser.ts'

describe('who somebody from an identity provider is here', () => {
  const world = upstreamSuite()
  const { server, renewProvider, begin, comeBack, refusal } = world

  async function tokensAfter({ url }: Page) {
    expect(url.href).toMatch(signedIn)
    const code = url.searchParams.get('code') ?? ''
    const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: codeVerifier }
    return (await requestToken(server, world.client, grant)).body
  }

  async function userinfoAfter(page: Page): Promise<Readonly<Record<string, unknown>>> {
    const { access_token } = await tokensAfter(page)
    const response = await fetch(`${server.url}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })
    return (await response.json()) as Readonly<Record<string, unknown>>
  }

  const full = { scope: 'openid profile email' }
  const signInAs = async (userinfo: object, parameters = full) => {
    world.provider.script = { idToken: { sub: (userinfo as { sub?: string }).sub ?? 'somebody' }, userinfo: { ...userinfo } }
    return comeBack(await begin('with Company', parameters))
  }

  it('is not let in without a claim that is required, and not without an account where none is made', async () => {
    await renewProvider({ requiredClaims: ['department'] })
    expect(await refusal(await begin())).toMatch(/403 Something is missing from your account/)
    await renewProvider({ accounts: 'existing' })
    expect(await refusal(await begin())).toMatch(/403 You have no account here You signed in with Company/)
  })

  it('is not let in with a weaker sign-in, an older one, or one without its time, than was asked for', async () => {
    await renewProvider({ acrValues: ['high'], maxAgeSeconds: 60 })
    const now = Math.floor(Date.now() / 1000)
    for (const idToken of [{ acr: 'low', auth_time: now }, { acr: 'high' }, { acr: 'high', auth_time: now - 120 }]) {
      const attempt = await begin()
      expect(Object.fromEntries(attempt.asked)).toMatchObject({ acr_values: 'high', max_age: '60' })
      world.provider.script = { idToken }
      expect(await refusal(attempt)).toMatch(/403 You have to sign in again/)
    }
    world.provider.script = { idToken: { acr: 'high', auth_time: now - 30 } }
    const { id_token } = await tokensAfter(await comeBack(await begin('with Company', { max_age: '1000' })))
    expect(decode(id_token).claims['auth_time']).toBe(now - 30)
  })

  it('has to sign in there anew when the client asks for it', async () => {
    await renewProvider()
    const attempt = await begin('with Company', { prompt: 'login' })
    expect(attempt.asked.get('prompt')).toBe('login')
    world.provider.script = { idToken: { auth_time: Math.floor(Date.now() / 1000) - 3600 } }
    expect(await refusal(attempt)).toMatch(/403 You have to sign in again/)
    world.provider.script = { idToken: { auth_time: Math.floor(Date.now() / 1000) } }
    expect((await comeBack(await begin('with Company', { prompt: 'login' }))).url.href).toMatch(signedIn)
  })

  it('is the person of ours with the same verified address where the operator wants it so, and keeps those claims', async () => {
    await renewProvider({ linkByVerifiedEmail: true, accounts: 'existing' })
    const page = await signInAs({ sub: 'the-countess', email: 'ADA@example.com', email_verified: true, name: 'Somebody else' })
    expect(await userinfoAfter(page)).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.com' })
    const events = (await (await server.admin('GET', '/realms/default/audit-events?type=account.linked')).json()) as {
      items: { actor: string }[]
    }
    expect(events.items).toMatchObject([{ actor: 'identity-provider:company' }])
  })

  it('is never taken for a person of ours by a name or an address that nobody verified', async () => {
    await renewProvider({ linkByVerifiedEmail: true })
    const ada = { email: 'ada@example.com', preferred_username: 'ada' }
    const unverified = await userinfoAfter(await signInAs({ sub: 'mallory', ...ada, email_verified: false }))
    await renewProvider()
    const notLinked = await userinfoAfter(await signInAs({ sub: 'mallory-2', ...ada, email_verified: true }))
    const subjects = [unverified['sub'], notLinked['sub']]
    expect(new Set(subjects).size).toBe(2)
    // Two accounts have the address now: neither is picked.
    await renewProvider({ linkByVerifiedEmail: true })
    const attempt = await begin()
    world.provider.script = { idToken: { sub: 'third' }, userinfo: { sub: 'third', ...ada, email_verified: true } }
    expect(await refusal(attempt)).toMatch(/403 You have no account here/)
  })

  it('stays one account, which follows what the provider says, whoever comes first', async () => {
    await renewProvider({ claimMap: { 'org.unit': 'nickname' }, keptClaims: ['name', 'email', 'email_verified'] })
    const firstTime = [1, 2, 3].map(() => signInAs({ sub: 'grace', name: 'Grace', org: { unit: 'Navy' } }))
    const subjects = (await Promise.all((await Promise.all(firstTime)).map(userinfoAfter))).map(({ sub }) => sub)
    expect(new Set(subjects).size).toBe(1)
    const later = await userinfoAfter(await signInAs({ sub: 'grace', name: 'Grace Hopper', org: { unit: 'Yale' } }))
    expect(later).toMatchObject({ sub: subjects[0], name: 'Grace Hopper', nickname: 'Yale' })
  })

  it('has no claim that the protocol or the database could not bear, and no say about who our subject is', async () => {
    await renewProvider({ keptClaims: ['name', 'nickname', 'email'], claimMap: { preferred_username: 'given_name' } })
    const odd = { sub: 'odd', name: 'a\0b', nickname: '\ud800', preferred_username: '\u202E\0 ', email: 'odd@company.example' }
    const claims = await userinfoAfter(await signInAs(odd))
    expect(claims['sub']).not.toBe('odd')
    expect(claims).not.toHaveProperty('name')
    expect(claims).not.toHaveProperty('nickname')
    expect(claims['email']).toBe('odd@company.example')
    const large = await begin()
    world.provider.script = { idToken: { sub: 'large' }, userinfo: { sub: 'large', name: 'x'.repeat(20_000) } }
    expect(await refusal(large)).toMatch(/403 Something is missing from your account/)
  })

  it('is a client of its own to nobody: no token of the provider reaches the application', async () => {
    await renewProvider()
    const tokens = await tokensAfter(await comeBack(await begin()))
    expect(JSON.stringify(tokens)).not.toMatch('an-access-token-of-the-provider')
    expect(decode(tokens.id_token).claims).toMatchObject({ iss: server.url, aud: world.client.client_id })
  })

  describe('for software of the operator, which asks nobody for consent', () => {
    it('goes straight to the only provider', async () => {
      await renewProvider({ passwordForm: 'hidden' })
      await server.admin('DELETE', '/realms/default/identity-providers/other')
      const metadata = { redirect_uris: [redirectUri], token_endpoint_auth_method: 'none', grant_types: ['authorization_code'] }
      const made = await server.admin('POST', '/realms/default/clients', { ...metadata, firstParty: true })
      const client = { ...((await made.json()) as { client_id: string }), redirect_uris: [redirectUri] }
      const browser = openWanderingBrowser(redirectUri)
      expect((await browser.visit(authorizationUrl(server, client))).url.origin).toBe(world.provider.issuer)
      const state = browser.trail.at(-1)?.searchParams.get('state') ?? ''
      expect(
        (await comeBack({ browser, state, asked: new URLSearchParams(), page: await browser.visit(server.url) })).url.href,
      ).toMatch(signedIn)
    })

    it('takes no password where there is no form for it', async () => {
      const client = await registeredPublic(server)
      const browser = openWanderingBrowser(redirectUri)
      const page = await browser.visit(authorizationUrl(server, client))
      expect(page.body).not.toMatch(/password/)
      const answer = await browser.submit(
        { ...page, body: page.body.replace(/\/upstream"/, '"') },
        { username: 'ada', password: 'any' },
      )
      expect(`${answer.status} ${textOf(answer.body)}`).toMatch(/403 .*Nobody signs in with a password here/)
    })
  })
})
