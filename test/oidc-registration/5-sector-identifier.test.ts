import { afterAll, describe, expect, it } from 'vitest'
import { type DocumentServer, startDocumentServer } from '../support/document-server.ts'
import { authentication, decode, obtainTokens, post } from '../support/flows.ts'
import { redirectUri, register, registered, update } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]
const refused = { status: 400, body: { error: 'invalid_client_metadata' } }

describe('OpenID Connect Registration §5, sector_identifier_uri', () => {
  let documents: DocumentServer
  let untrusted: DocumentServer
  const server = serveSuite(async () => {
    documents = await startDocumentServer()
    untrusted = await startDocumentServer()
    return {
      change: (configuration) => {
        const changed = documents.trusted(configuration)
        return {
          ...changed,
          outbound: { ...changed.outbound, allowedOrigins: [documents.origin, untrusted.origin], totalTimeoutSeconds: 2 },
        }
      },
    }
  })
  afterAll(async () => {
    await documents?.stop()
    await untrusted?.stop()
  })

  const registerWith = (sector_identifier_uri: string, metadata: object = {}) =>
    register(server, { redirect_uris, subject_type: 'pairwise', sector_identifier_uri, ...metadata })

  const subjectOf = async (metadata: object) => {
    const client = await registered(server, { redirect_uris, ...metadata })
    return decode((await obtainTokens(server, client)).id_token).claims['sub']
  }

  it('refuses plain http, and asks nobody (OIDR-SEC-01, OIDR-SEC-10)', async () => {
    const before = documents.requests.length
    expect(await registerWith(`${documents.origin.replace('https:', 'http:')}/sector`)).toMatchObject(refused)
    expect(documents.requests).toHaveLength(before)
  })

  it('accepts a document that lists every redirect URI (OIDR-SEC-02, OIDR-MD-09, OIDR-CF-03)', async () => {
    const uri = documents.publish('/good', { body: ['https://other.example/cb', redirectUri] })
    expect(await registerWith(uri)).toMatchObject({ status: 201, body: { sector_identifier_uri: uri, subject_type: 'pairwise' } })
    expect(documents.requests).toContain('/good')
  })

  it('refuses a document that lacks one of them, by a slash too (OIDR-SEC-02, OIDR-SEC-09, OIDR-CF-03)', async () => {
    const uri = documents.publish('/lacks', { body: [redirectUri] })
    expect(await registerWith(uri, { redirect_uris: [redirectUri, 'https://b.example/cb'] })).toMatchObject(refused)
    expect(await registerWith(documents.publish('/slash', { body: [`${redirectUri}/`] }))).toMatchObject(refused)
  })

  it.each([
    ['nothing', { status: 404, body: 'no' }],
    ['an object', { body: { redirect_uris } }],
    ['something else than strings', { body: [redirectUri, 7] }],
    ['no JSON', { body: 'x' }],
    ['a fault', { status: 500, body: [redirectUri] }],
  ])('refuses the registration when %s is there (OIDR-SEC-03, OIDR-SEC-01, OIDR-EP-18)', async (what, document) => {
    const uri = documents.publish(`/${encodeURIComponent(what)}`, document)
    const { status, body, text } = await registerWith(uri)
    expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'invalid_client_metadata' })
    expect(text.replace(String(body['request_id']), '')).not.toMatch(/ECONN|certificate|404|500|127\.0\.0\.1/)
  })

  it('refuses a certificate that it does not trust (DCR-EP-08, OIDR-EP-19)', async () => {
    const uri = untrusted.publish('/good', { body: redirect_uris })
    expect(await registerWith(uri)).toMatchObject(refused)
    expect(untrusted.requests).toEqual([])
  })

  it('checks the document for public clients too, and again on update (OIDR-SEC-12, OIDR-SEC-04)', async () => {
    const bad = documents.publish('/bad', { body: [] })
    expect(await registerWith(bad, { subject_type: 'public' })).toMatchObject(refused)
    const sector_identifier_uri = documents.publish('/updated', { body: redirect_uris })
    const client = await registered(server, { redirect_uris, subject_type: 'pairwise', sector_identifier_uri })
    const { client_id } = client
    const widened = {
      client_id,
      redirect_uris: [redirectUri, 'https://new.example/cb'],
      subject_type: 'pairwise',
      sector_identifier_uri,
    }
    expect(await update(client, widened)).toMatchObject(refused)
  })

  it('asks for a document where several hosts, or none, could be the sector (OIDR-SEC-06, OIDR-SEC-11)', async () => {
    const several = { redirect_uris: ['https://a.example/cb', 'https://b.example/cb'], subject_type: 'pairwise' }
    expect(await register(server, several)).toMatchObject(refused)
    expect(await register(server, { redirect_uris: ['com.example.app:/cb'], subject_type: 'pairwise' })).toMatchObject(refused)
  })

  it('knows a person by one name in a sector and by another in every other (OIDR-SEC-05, OIDR-SEC-07, OIDR-SEC-08, OIDR-EFF-07)', async () => {
    const pairwise = { subject_type: 'pairwise' }
    const [first, again] = [
      await subjectOf(pairwise),
      await subjectOf({ ...pairwise, redirect_uris: ['https://app.example/other'] }),
    ]
    const elsewhere = await subjectOf({ ...pairwise, redirect_uris: ['https://elsewhere.example/cb'] })
    const open = await subjectOf({})
    expect(again).toBe(first)
    expect(new Set([first, elsewhere, open]).size).toBe(3)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what the standard says.
    expect(first).toMatch(/^[\x00-\x7f]{1,255}$/)
    expect(await subjectOf({})).toBe(open)
  })

  it('tells the same name everywhere (OIDR-SEC-13)', async () => {
    const client = await registered(server, { redirect_uris, subject_type: 'pairwise' })
    const { id_token, access_token } = await obtainTokens(server, client)
    const { sub } = decode(id_token).claims
    const userinfo = await fetch(`${server.url}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })
    expect(await userinfo.json()).toMatchObject({ sub })
    const introspected = await post(server, '/introspect', { token: access_token }, authentication(client).headers)
    expect(introspected.body).toMatchObject({ active: true, sub })
  })
})
