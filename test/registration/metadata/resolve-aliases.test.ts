import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../../src/registration/index.ts'
import { resolveAliases } from '../../../src/registration/metadata/index.ts'
import { createWorld, credentialsOf } from '../../support/world.ts'
import { realmWithRegistration } from './admit.ts'

const realm = realmWithRegistration({
  memberAliases: { nickname: 'client_name' },
  valueAliases: { application_type: { mobile: 'native' }, grant_types: { code: 'authorization_code' } },
})
const resolved = (body: JsonValue) => resolveAliases(body, realm)

describe('other words for members and values', () => {
  it.each([['text'], [['a']], [null], [7]])('leave %j alone, which is no metadata', (body) => {
    expect(resolved(body)).toEqual(body)
  })

  it('leave members and values alone that are called like a part of every object', () => {
    const body = { constructor: 'name', toString: 'length', application_type: 'constructor' }
    expect(resolved(body)).toEqual(body)
  })

  it('do not win over the word of the standard', () => {
    expect(resolved({ nickname: 'a', client_name: 'b' })).toEqual({ nickname: 'a', client_name: 'b' })
  })

  it('mean what the realm says, in lists too', () => {
    expect(resolved({ nickname: 'a', application_type: 'mobile', grant_types: ['code', 'refresh_token'] })).toEqual({
      client_name: 'a',
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
    })
  })

  it('are understood in registrations, updates and merges alike', async () => {
    const world = createWorld({ memberAliases: { nickname: 'client_name' } })
    const app = { redirect_uris: ['https://app.example/cb'], nickname: 'one' }
    const registered = await world.register(app)
    const own = credentialsOf(registered)
    expect(registered.client.metadata.client_name).toBe('one')
    const updated = await world.update(own, { ...app, nickname: 'two', client_id: own.client_id })
    expect(updated.client.metadata.client_name).toBe('two')
    expect((await world.patch(own, { nickname: 'three' })).client.metadata.client_name).toBe('three')
  })

  it('are none unless the realm has some', () => {
    expect(resolveAliases({ nickname: 'a' }, realmWithRegistration({}))).toEqual({ nickname: 'a' })
  })
})
