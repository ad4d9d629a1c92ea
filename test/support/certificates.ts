import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface CertificateSketch {
  /** As `openssl -subj` takes it: `/C=DE/O=Bank/CN=client`. */
  readonly subject: string
  readonly issuer?: Certificate
  readonly extensions?: readonly string[]
  readonly days?: number
}

let serial = 1

/** Certificates by the `openssl` command, each call a new key. */
export function issueCertificate({ subject, issuer, extensions = [], days = 2 }: CertificateSketch): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  const at = (name: string) => join(folder, name)
  const run = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', at('key'))
  run('req', '-new', '-utf8', '-key', at('key'), '-subj', subject, '-multivalue-rdn', '-out', at('csr'))
  writeFileSync(at('ext'), extensions.join('\n'))
  serial += 1
  const signing = issuer === undefined ? ['-signkey', at('key')] : ['-CA', at('ca'), '-CAkey', at('ca.key')]
  if (issuer !== undefined) {
    writeFileSync(at('ca'), issuer.cert)
    writeFileSync(at('ca.key'), issuer.key)
  }
  run(
    'x509',
    '-req',
    '-in',
    at('csr'),
    ...signing,
    '-set_serial',
    String(serial),
    '-days',
    String(days),
    '-extfile',
    at('ext'),
    '-out',
    at('crt'),
  )
  return { cert: readFileSync(at('crt'), 'utf8'), key: readFileSync(at('key'), 'utf8') }
}

export const authority = ['basicConstraints=critical,CA:TRUE']
