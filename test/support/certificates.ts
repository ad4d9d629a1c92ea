import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
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
  /** Of `openssl genpkey`; P-256 where none are given. */
  readonly algorithm?: readonly string[]
  /** The PEM of a key that is there already: another certificate for it. */
  readonly key?: string
  readonly digest?: 'sha1' | 'sha256'
  /** Of `openssl x509`, such as `-sigopt rsa_padding_mode:pss`. */
  readonly options?: readonly string[]
}

const p256 = ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256']

let serial = 1

/** Certificates by the `openssl` command, each call a new key. */
export function issueCertificate(sketch: CertificateSketch): Certificate {
  const { subject, issuer, extensions = [], days = 2, algorithm = p256, key, digest = 'sha256', options = [] } = sketch
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  const at = (name: string) => join(folder, name)
  const run = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  if (key === undefined) run('genpkey', '-algorithm', ...algorithm, '-out', at('key'))
  else writeFileSync(at('key'), key)
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
    `-${digest}`,
    ...options,
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

export interface RevocationListSketch {
  readonly issuer: Certificate
  readonly revoked?: readonly Certificate[]
  /** Of others that are revoked, with an even number of hexadecimal digits. */
  readonly serialNumbers?: readonly number[]
  /** Of `openssl ca`, such as `-crlsec 1`; two days where none are given. */
  readonly options?: readonly string[]
  readonly extensions?: readonly string[]
}

/** A CRL by the `openssl` command, in PEM. */
export function revocationList(sketch: RevocationListSketch): string {
  const { issuer, revoked = [], serialNumbers = [], options = ['-crldays', '2'], extensions = [] } = sketch
  const folder = mkdtempSync(join(tmpdir(), 'revocation-'))
  const at = (name: string) => join(folder, name)
  const named = [
    ...revoked.map(({ cert }) => new X509Certificate(cert).serialNumber),
    ...serialNumbers.map((one) => one.toString(16).toUpperCase()),
  ]
  const lines = named.map((one) => ['R', '491231000000Z', '240101000000Z', one, 'unknown', `/CN=${one}`].join('\t'))
  writeFileSync(at('index'), lines.map((line) => `${line}\n`).join(''))
  writeFileSync(at('number'), '01\n')
  const section = ['[ca]', 'default_ca=d', '[d]', `database=${at('index')}`, `crlnumber=${at('number')}`, 'default_md=sha256']
  const extended = extensions.length === 0 ? [] : ['crl_extensions=e', '[e]', ...extensions]
  writeFileSync(at('cnf'), [...section, ...extended].join('\n'))
  writeFileSync(at('ca'), issuer.cert)
  writeFileSync(at('ca.key'), issuer.key)
  const files = ['-config', at('cnf'), '-keyfile', at('ca.key'), '-cert', at('ca'), '-out', at('crl')]
  execFileSync('openssl', ['ca', '-gencrl', ...files, ...options], { stdio: 'pipe' })
  return readFileSync(at('crl'), 'utf8')
}
