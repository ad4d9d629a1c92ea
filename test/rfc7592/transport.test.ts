import { describe, expect, it } from 'vitest'
import { checkConfiguration } from '../../src/config/index.ts'

const environment = {
  REGISTRAR_PUBLIC_URL: 'http://auth.example',
  REGISTRAR_SECRET: 'only-for-tests-'.repeat(3),
  REGISTRAR_ADMIN_TOKEN: 'only-for-tests-'.repeat(3),
  REGISTRAR_DATABASE_URL: 'postgresql://registrar@localhost/registrar',
}

describe('RFC 7592 §2 and §5, transport', () => {
  it('does not start in production with an issuer that is not https (DCM-CR-10)', async () => {
    await expect(checkConfiguration('examples/production.yaml', {}, environment)).rejects.toThrow(/publicUrl[^\n]*https/)
  })
})
