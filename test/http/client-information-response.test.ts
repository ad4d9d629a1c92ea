import { describe, expect, it } from 'vitest'
import { toClientInformationResponse } from '../../src/http/client-information-response.ts'
import { standard } from '../../src/http/dialects/standard.ts'
import { information, realm, token } from './world.ts'

const plain = realm({ issuer: 'https://as.example/realms/acme' })

describe('a client information response', () => {
  it('is flat, with the metadata in force and what we add (DCR-RSP-07, DCM-URL-01)', () => {
    const { client } = information({ metadata: { redirect_uris: ['https://a.example/cb'], 'client_name#de': 'Hafen' } })
    expect(toClientInformationResponse({ client, registration_access_token: token }, plain, standard)).toEqual({
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
    const response = toClientInformationResponse(information({ metadata }), plain, standard)
    expect(Object.keys(response)).not.toEqual(expect.arrayContaining(['contacts']))
    expect(response).toMatchObject({ response_types: [], require_auth_time: false, default_max_age: 0 })
    expect(Object.values(response)).not.toContain(null)
    expect(Object.values(response)).not.toContain('')
    expect('tos_uri' in response).toBe(false)
  })

  it('tells when a secret expires, with 0 for never, and says nothing without a secret (DCR-RSP-05)', () => {
    const secret = information({}, { client_secret: 's', client_secret_expires_at: 0 })
    expect(toClientInformationResponse(secret, plain, standard)).toMatchObject({
      client_secret: 's',
      client_secret_expires_at: 0,
    })
    expect(toClientInformationResponse(information(), plain, standard)).not.toHaveProperty('client_secret_expires_at')
  })

  it('shows the two members of management together or not at all (DCR-RSP-13, DCM-RSP-04)', () => {
    const { registration_access_token: _, ...without } = information()
    const response = toClientInformationResponse(without, plain, standard)
    expect(response).not.toHaveProperty('registration_client_uri')
    expect(response).not.toHaveProperty('registration_access_token')
  })

  it('escapes the identifier in the address, once (DCM-URL-02)', () => {
    const { registration_client_uri } = toClientInformationResponse(information({ client_id: 'a/b $& ü' }), plain, standard)
    expect(registration_client_uri).toBe('https://as.example/realms/acme/register/a%2Fb%20%24%26%20%C3%BC')
  })

  it('does not let metadata pass for what is ours (DCR-REQ-10)', () => {
    const metadata = { client_id: 'x', client_secret: 'x', registration_client_uri: 'x', client_secret_expires_at: 1 }
    const response = toClientInformationResponse(information({ metadata }), plain, standard)
    expect(Object.values(response)).not.toContain('x')
    expect(response).not.toHaveProperty('client_secret_expires_at')
  })
})
