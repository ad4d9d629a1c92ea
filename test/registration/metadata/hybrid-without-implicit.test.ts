import { describe, expect, it } from 'vitest'
import { completeMetadata } from '../../../src/registration/metadata/index.ts'
import { quickstartCapabilities, quickstartRealm } from '../../support/realm.ts'
import { refusalOf } from './admit.ts'

const redirect_uris = ['https://a.example/cb']
const strict = { repairsContradictions: false }

const realm = quickstartRealm({
  capabilities: quickstartCapabilities({
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    responseTypes: ['code', 'code id_token', 'id_token'],
    hybridWithoutImplicit: true,
  }),
})

const flowsOf = (body: object, defaults = {}) => {
  const { grant_types, response_types } = completeMetadata({ redirect_uris, ...body }, [defaults], realm, strict).metadata
  return [grant_types, response_types]
}

describe('a realm where code id_token does without the grant implicit', () => {
  it('serves code id_token, and no response type that has no code', () => {
    expect(realm.capabilities.responseTypes).toEqual(['code', 'code id_token'])
  })

  it.each([
    [{ grant_types: ['implicit'], response_types: ['code id_token'] }],
    [{ grant_types: ['client_credentials'], response_types: ['code id_token'] }],
  ])('refuses %j', (body) => {
    expect(refusalOf({ redirect_uris, ...body }, { realm }).code).toBe('invalid_client_metadata')
  })

  it.each([
    [{ grant_types: ['authorization_code'], response_types: ['code id_token'] }, ['authorization_code'], ['code id_token']],
    [{ response_types: ['id_token code'] }, ['authorization_code'], ['code id_token']],
    [{ grant_types: ['authorization_code'] }, ['authorization_code'], ['code']],
  ])('%j become %j and %j (OBUK-RQ-09)', (body, grants, responses) => {
    expect(flowsOf(body)).toEqual([grants, responses])
  })

  it('takes it as a default where the grants allow it (OBUK-RQ-10)', () => {
    const defaults = { response_types: ['code id_token'] }
    expect(flowsOf({ grant_types: ['authorization_code'] }, defaults)).toEqual([['authorization_code'], ['code id_token']])
    expect(flowsOf({ grant_types: ['client_credentials'] }, defaults)).toEqual([['client_credentials'], []])
  })
})
