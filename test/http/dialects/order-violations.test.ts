import { describe, expect, it } from 'vitest'
import type { DialectErrors } from '../../../src/http/dialects/dialect.ts'
import { orderViolations } from '../../../src/http/dialects/order-violations.ts'
import { Refusal, type Violation } from '../../../src/registration/index.ts'

const errors: DialectErrors = { refusals: [], problems: {}, isBare: false, allowsOptions: true }
const bad = (member: string): Violation => ({ code: 'invalid_client_metadata', member, reason: `${member} is bad` })
const redirects: Violation = { code: 'invalid_redirect_uri', member: 'redirect_uris', reason: 'redirect_uris is bad' }
const refusal = new Refusal('invalid_redirect_uri', 'redirect_uris is bad', {
  violations: [redirects, bad('jwks'), bad('logo_uri#fr'), bad('scope')],
})

describe('the order of violations', () => {
  it('stays ours without an order of the dialect', () => {
    expect(orderViolations(refusal, errors)).toBe(refusal)
  })

  it('is that of the dialect, whatever the language, and what it does not know comes last', () => {
    const ordered = orderViolations(refusal, { ...errors, violationOrder: ['scope', 'logo_uri', 'redirect_uris'] })
    expect(ordered.violations.map(({ member }) => member)).toEqual(['scope', 'logo_uri#fr', 'redirect_uris', 'jwks'])
  })

  it('gives the refusal the code and the words of the violation that then leads', () => {
    const ordered = orderViolations(refusal, { ...errors, violationOrder: ['scope'] })
    expect(ordered).toMatchObject({ code: 'invalid_client_metadata', message: 'scope is bad' })
  })
})
