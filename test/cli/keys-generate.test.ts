import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createLocalJWKSet, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { registrar, temporaryFolder } from './terminal.ts'

describe('keys generate', () => {
  it.each(['ES256', 'EdDSA', 'RS256'])(
    'makes a pair for %s: what the private key signs, the public one verifies',
    async (alg) => {
      const out = join(await temporaryFolder(), 'key.json')
      const outcome = await registrar(['keys', 'generate', '--alg', alg, '--out', out])
      expect(outcome).toMatchObject({ exitCode: 0, err: `private key: ${out}\n` })
      const jwks = JSON.parse(outcome.out)
      const privateJwk = JSON.parse(await readFile(out, 'utf8')) as JWK
      expect(jwks.keys[0]).not.toHaveProperty('d')
      const jwt = await new SignJWT({ sub: 'me' })
        .setProtectedHeader({ alg, kid: privateJwk.kid ?? '' })
        .sign(await importJWK(privateJwk, alg))
      expect((await jwtVerify(jwt, createLocalJWKSet(jwks))).payload.sub).toBe('me')
      expect((await stat(out)).mode & 0o777).toBe(0o600)
    },
  )

  it('refuses to overwrite a key unless told to', async () => {
    const out = join(await temporaryFolder(), 'key.json')
    const generate = (...more: string[]) => registrar(['keys', 'generate', '--out', out, ...more])
    expect((await generate()).exitCode).toBe(0)
    const before = await readFile(out, 'utf8')
    expect(await generate()).toMatchObject({ exitCode: 5, out: '', err: expect.stringContaining('--force') })
    expect(await readFile(out, 'utf8')).toBe(before)
    expect((await generate('--force')).exitCode).toBe(0)
  })
})
