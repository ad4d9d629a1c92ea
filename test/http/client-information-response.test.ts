import { describe, expect, it } from 'vitest'
import { toClientInformationResponse } from '../../src/http/client-information-response.ts'
import type { Dialect } from '../../src/http/dialects/dialect.ts'
import { standard } from '../../src/http/dialects/standard.ts'
import type { Client, JsonObject, Realm } from '../../src/registration/index.ts'
import { information, realm, token } from './world.ts'

const plain = realm({ issuer: 'https://as.example/realms/acme' })
const asked = (of: Realm, dialect: Dialect) => ({ realm: of, dialect, baseUrl: of.issuer })

describe('a client information response', () => {
  it('is flat, with the metadata in force and what we add (DCR-RSP-07, DCM-URL-01)', () => {
    const { client } = information({ metadata: { redirect_uris: ['https://a.example/cb'], 'client_name#de': 'Hafen' } })
    expect(toClientInformationResponse({ client, registration_access_token: token }, asked(plain, standard))).toEqual({
      client_id: client.client_id,
      client_id_issued_at: client.client_id_issued_at,
      redirect_uris: ['https://a.example/cb'],
      'client_name#de': 'Hafen',
      registration_access_token: token,
      registration_client_uri: `https://as.example/realms/acme/register/${client.client_id}`,
    })
  })

  it('leaves out what is null or an empty string, and keeps empty lists, false and 0 (DCR-RSP-10)', () => {
    const metadata = {
      contacts: null,
      logo_uri: '',
      response_types: [],
      require_auth_time: false,
      default_max_age: 0,
      tos_uri: undefined,
    } as never
    const response = toClientInformationResponse(information({ metadata }), asked(plain, standard))
    expect(Object.keys(response)).not.toEqual(expect.arrayContaining(['contacts']))
    expect(response).toMatchObject({ response_types: [], require_auth_time: false, default_max_age: 0 })
    expect(Object.values(response)).not.toContain(null)
    expect(Object.values(response)).not.toContain('')
    expect('tos_uri' in response).toBe(false)
  })

  it('tells when a secret expires, with 0 for never, and says nothing without a secret (DCR-RSP-05)', () => {
    const secret = information({}, { client_secret: 's', client_secret_expires_at: 0 })
    expect(toClientInformationResponse(secret, asked(plain, standard))).toMatchObject({
      client_secret: 's',
      client_secret_expires_at: 0,
    })
    expect(toClientInformationResponse(information(), asked(plain, standard))).not.toHaveProperty('client_secret_expires_at')
  })

  it('shows the two members of management together or not at all (DCR-RSP-13, DCM-RSP-04)', () => {
    const { registration_access_token: _, ...without } = information()
    const response = toClientInformationResponse(without, asked(plain, standard))
    expect(response).not.toHaveProperty('registration_client_uri')
    expect(response).not.toHaveProperty('registration_access_token')
  })

  it('shows the address alone where ordinary access tokens manage clients, and nothing where nobody does', () => {
    const { registration_access_token: _, ...without } = information()
    const tokensDisabled = realm({ registration: { registrationAccessTokens: 'disabled' } })
    const response = toClientInformationResponse(without, asked(tokensDisabled, standard))
    expect(response['registration_client_uri']).toBe(`http://localhost:4400/register/${without.client.client_id}`)
    expect(response).not.toHaveProperty('registration_access_token')
    const unmanaged = realm({ registration: { registrationAccessTokens: 'disabled', managementEnabled: false } })
    expect(toClientInformationResponse(without, asked(unmanaged, standard))).not.toHaveProperty('registration_client_uri')
  })

  it('says of a client that waits that it does, with the note to it if there is one', () => {
    const review = { since: 1, reasons: [{ policy: 'approval', reason: 'everybody waits' }] }
    const show = (note: { readonly note?: string }) =>
      toClientInformationResponse(information({ state: 'pending', review: { ...review, ...note } }), asked(plain, standard))
    expect(show({})).toMatchObject({ registration_state: 'pending' })
    expect(show({})).not.toHaveProperty('registration_note')
    expect(show({ note: 'we call you' })).toMatchObject({ registration_state: 'pending', registration_note: 'we call you' })
  })

  it('says nothing of the kind about an active client, whatever its metadata or statement says (DCR-REQ-10)', () => {
    const review = { since: 1, reasons: [], decision: 'approved', note: 'welcome' } as const
    const faked = { registration_state: 'approved', registration_note: 'by the bank' }
    const response = toClientInformationResponse(
      information({ review, metadata: faked, statement: statement(faked) }),
      asked(plain, standard),
    )
    expect(response).not.toHaveProperty('registration_state')
    expect(response).not.toHaveProperty('registration_note')
  })

  it('shows claims of the statement beside the metadata, and in the place of nothing', () => {
    const echoed = { org_id: 'o-1', org_contacts: [{ name: 'x' }], client_name: 'claimed', client_id: 'x', client_secret: 'x' }
    const response = toClientInformationResponse(
      information({ metadata: { client_name: 'registered' }, statement: statement(echoed) }),
      asked(plain, standard),
    )
    expect(response).toMatchObject({ org_id: 'o-1', org_contacts: [{ name: 'x' }], client_name: 'registered' })
    expect(Object.values(response)).not.toContain('x')
  })

  it('leads to the listener for client certificates where that was asked (RFC 8705 §5, OFBR-09)', () => {
    const response = toClientInformationResponse(information(), { ...asked(plain, standard), baseUrl: 'https://mtls.example' })
    expect(response['registration_client_uri']).toMatch(/^https:\/\/mtls\.example\/register\//)
  })

  it('escapes the identifier in the address, once (DCM-URL-02)', () => {
    const { registration_client_uri } = toClientInformationResponse(
      information({ client_id: 'a/b $& ü' }),
      asked(plain, standard),
    )
    expect(registration_client_uri).toBe('https://as.example/realms/acme/register/a%2Fb%20%24%26%20%C3%BC')
  })

  it('does not let metadata pass for what is ours (DCR-REQ-10)', () => {
    const metadata = { client_id: 'x', client_secret: 'x', registration_client_uri: 'x', client_secret_expires_at: 1 }
    const response = toClientInformationResponse(information({ metadata }), asked(plain, standard))
    expect(Object.values(response)).not.toContain('x')
    expect(response).not.toHaveProperty('client_secret_expires_at')
  })
})

function statement(echoed: JsonObject): NonNullable<Client['statement']> {
  return { issuerId: 'bank', issuer: 'https://directory.example', digest: 'd', verifiedAt: 1, metadata: {}, claims: {}, echoed }
}
