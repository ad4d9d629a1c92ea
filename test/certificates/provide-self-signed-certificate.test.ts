import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { provideSelfSignedCertificate } from '../../src/certificates/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'registrar-tls-'))
afterAll(() => rmSync(folder, { recursive: true }))
const files = (name: string) => ({ keyFile: join(folder, name, 'key.pem'), certificateFile: join(folder, name, 'cert.pem') })

it.each(['localhost', '127.0.0.1'])('makes a certificate for %s that belongs to its key, and keeps it', async (hostname) => {
  const made = files(hostname)
  await provideSelfSignedCertificate(made, hostname)
  const certificate = new X509Certificate(readFileSync(made.certificateFile))
  expect(certificate.checkPrivateKey(createPrivateKey(readFileSync(made.keyFile)))).toBe(true)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(hostname === 'localhost' ? certificate.checkHost(hostname) : certificate.checkIP(hostname)).toBe(hostname)
  expect(statSync(made.keyFile).mode & 0o077).toBe(0)
  await provideSelfSignedCertificate(made, hostname)
  expect(new X509Certificate(readFileSync(made.certificateFile)).fingerprint256).toBe(certificate.fingerprint256)
})
