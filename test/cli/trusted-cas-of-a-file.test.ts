import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { authority, issueCertificate, revocationList } from '../support/certificates.ts'
import { registrar, temporaryFolder } from './terminal.ts'

async function check(files: Readonly<Record<string, string>>, trustedCas: string) {
  const folder = await temporaryFolder()
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  const file = join(folder, 'registrar.yaml')
  await writeFile(file, `mode: development\nrealms:\n  default:\n    trustedCas:\n${trustedCas}`)
  return registrar(['config', 'check', file, '--data', join(folder, 'data')])
}

describe('the trusted CAs of a configuration file', () => {
  it('are as strictly read as those of the admin API, and what is wrong is told with its place', async () => {
    const root = issueCertificate({ subject: '/CN=Root', extensions: authority })
    const impostor = issueCertificate({ subject: '/CN=Root', extensions: authority })
    const mute = issueCertificate({ subject: '/CN=Mute', extensions: [...authority, 'keyUsage=critical,digitalSignature'] })
    const leaf = issueCertificate({ subject: '/CN=leaf', issuer: root })
    const { exitCode, err } = await check(
      {
        ...{ 'root.pem': root.cert, 'mute.pem': mute.cert, 'leaf.pem': leaf.cert },
        'foreign.crl': `${revocationList({ issuer: root })}${revocationList({ issuer: impostor })}`,
      },
      `      - { id: leaf, file: leaf.pem }
      - { id: mute, file: mute.pem }
      - { id: root, file: root.pem, crls: [{ file: foreign.crl }] }
`,
    )
    expect(exitCode).toBe(1)
    expect(err).toMatch(/realms\.default\.trustedCas\[0\]\.file: .*leaf\.pem .* CA:TRUE/)
    expect(err).toMatch(/realms\.default\.trustedCas\[1\]\.file: .*mute\.pem .* keyCertSign/)
    expect(err).toMatch(/realms\.default\.trustedCas\[2\]\.crls\[0\]\.file: .*foreign\.crl .* is not signed by it/)
  })

  it('are accepted with their own revocation lists, several in a file', async () => {
    const root = issueCertificate({ subject: '/CN=Root', extensions: authority })
    const list = revocationList({ issuer: root })
    const files = { 'root.pem': root.cert, 'root.crl': `${list}${list}` }
    expect(await check(files, '      - { id: root, file: root.pem, crls: [{ file: root.crl }] }\n')).toMatchObject({
      exitCode: 0,
    })
  })
})
