import { generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { redirectUri, register } from '../support/registration-client.ts'
import { serveSuite } from '../support/serve-suite.ts'

const redirect_uris = [redirectUri]
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function statement(claims: Record<string, unknown>): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256')
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(privateKey)
}

describe('RFC 7591 §2.3, software statements', () => {
  const server = serveSuite()

  it('refuses a statement that is not signed (DCR-SS-01)', async () => {
    const unsigned = `${encode({ alg: 'none' })}.${encode({ iss: 'https://issuer.example' })}.`
    const answer = await register(server, { redirect_uris, software_statement: unsigned })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_software_statement' } })
  })

  it.each(['no token at all', 'a.b.c', `${encode({ alg: 'RS256' })}.${encode({ iss: 1 })}.c2ln`])(
    'refuses the statement %j as malformed (DCR-SS-01, DCR-SS-02, DCR-SS-10)',
    async (software_statement) => {
      const answer = await register(server, { redirect_uris, software_statement })
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_software_statement' } })
    },
  )

  it('refuses a statement without issuer (DCR-SS-02)', async () => {
    const answer = await register(server, { redirect_uris, software_statement: await statement({ software_id: 'x' }) })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_software_statement' } })
  })

  it('refuses a well-formed statement of an issuer that it does not trust, and registers nothing of it (DCR-SS-10, DCR-SS-05)', async () => {
    const software_statement = await statement({ iss: 'https://issuer.example', client_name: 'Attested' })
    const answer = await register(server, { redirect_uris, software_statement })
    expect(answer).toMatchObject({ status: 400, body: { error: 'unapproved_software_statement' } })
  })

  it('refuses a statement of another JSON type (DCR-MD-16)', async () => {
    for (const software_statement of [{ payload: 'x', signatures: [] }, ['a'], 7]) {
      expect(await register(server, { redirect_uris, software_statement })).toMatchObject({ status: 400 })
    }
  })
})
