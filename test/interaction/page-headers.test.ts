import { describe, expect, it } from 'vitest'
import { contentSecurityPolicy, pageHeaders } from '../../src/interaction/page-headers.ts'
import { realmFixture } from '../support/interaction-world.ts'

function formAction(...formTargets: readonly string[]): string | undefined {
  return /form-action ([^;]*)/.exec(contentSecurityPolicy({ formTargets }))?.[1]
}

describe('the headers of a page', () => {
  it('forbid scripts, frames, caches and referrers (SEC-RD-10, SEC-RD-11)', () => {
    expect(pageHeaders(realmFixture())).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'strict-transport-security': 'max-age=63072000',
    })
  })

  it('do not promise https where there is none', () => {
    expect(pageHeaders(realmFixture({ issuer: 'http://localhost:4400' }))).not.toHaveProperty('strict-transport-security')
  })
})

describe('form-action', () => {
  it.each([
    ['https://app.example/cb?x=1#y', "'self' https://app.example"],
    ['http://127.0.0.1:5000/cb', "'self' http://127.0.0.1:5000"],
    ['http://[::1]:5000/cb', "'self' http:"],
    ['cursor://anysphere.cursor-retrieval/cb', "'self' cursor:"],
    ['com.example.app:/cb', "'self' com.example.app:"],
  ])('lets a form end at the origin or scheme of %s and no further (SEC-INJ-07)', (uri, allowed) => {
    expect(formAction(uri)).toBe(allowed)
  })

  it.each([
    "https://a.example;script-src'unsafe-inline'/",
    'https://a.example,b.example/',
    'https://*.example/',
    "https://'unsafe-inline'/",
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'blob:https://a.example/x',
    'not a URL',
    'https://a b/',
  ])('takes nothing from %s', (uri) => {
    expect(formAction(uri)).toBe("'self'")
    expect(contentSecurityPolicy({ formTargets: [uri] }).split(';')).toHaveLength(6)
  })
})
