import { describe, expect, it } from 'vitest'
import { isReservedClaim } from '../../../src/registration/metadata/reserved-claims.ts'

describe('the name of a claim', () => {
  it.each([
    'iss',
    'sub',
    'aud',
    'exp',
    'nbf',
    'iat',
    'jti',
    'client_id',
    'scope',
    'cnf',
    'act',
    'auth_time',
    'acr',
    'active',
    'gid',
  ])('%s is taken: what an extended property says cannot stand in its place', (name) => {
    expect(isReservedClaim(name)).toBe(true)
  })

  it.each(['department', 'cost_center', 'https://registrar.example/team', 'constructor'])('%s is free', (name) => {
    expect(isReservedClaim(name)).toBe(false)
  })
})
