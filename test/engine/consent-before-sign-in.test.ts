import { describe, expect, it } from 'vitest'
import { wasShown } from '../../src/engine/authorization/interaction-request.ts'

const api = 'https://api.example'
const shown = { scopes: ['openid', 'read'], claims: ['email'], resources: [api] }
const missing = { missingScopes: ['openid'], missingClaims: ['email'], missingResourceScopes: { [api]: ['read'] } }

describe('consent that was given before sign-in (MCP-CON-05)', () => {
  it.each([
    ['a scope', { missingScopes: ['openid', 'write'] }],
    ['a claim', { missingClaims: ['email', 'birthdate'] }],
    ['a resource', { missingResourceScopes: { 'https://other.example': ['read'] } }],
    ['a scope of the resource', { missingResourceScopes: { [api]: ['read', 'write'] } }],
  ])('is not consent to %s that the page did not show', (_, more) => {
    expect(wasShown({ ...missing, ...more }, shown)).toBe(false)
  })

  it('is consent to all that it showed, and to less', () => {
    expect(wasShown(missing, shown)).toBe(true)
    expect(wasShown({ missingScopes: [], missingClaims: [], missingResourceScopes: {} }, shown)).toBe(true)
  })
})
