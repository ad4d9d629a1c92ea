import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Directory } from '../../src/registration/index.ts'
import { authority, issueCertificate } from './certificates.ts'
import { freePort } from './free-port.ts'

const program = ['/usr/sbin/slapd', '/usr/local/libexec/slapd', '/usr/lib/openldap/slapd'].find(existsSync)

/** Tests of directories are counted as skipped without it, and this line says what to install. */
export const hasSlapd = program !== undefined
if (!hasSlapd) console.error('Tests of LDAP directories are skipped: apt-get install slapd')

export interface Slapd {
  /** Without TLS until StartTLS. */
  readonly url: string
  readonly secureUrl: string
  /** Who issued its certificate, in PEM. */
  readonly ca: string
  stop(): Promise<void>
}

export const suffix = 'dc=example,dc=com'
export const reader = { bindDn: `cn=reader,${suffix}`, password: 'reader-password' }

export interface Entry {
  /** Relative to the suffix. */
  readonly dn: string
  readonly attributes: Readonly<Record<string, string | readonly string[]>>
}

export function person(uid: string, attributes: Entry['attributes'] = {}): Entry {
  const names = { cn: `${uid} example`, sn: 'Example', mail: `${uid}@example.com`, userPassword: `${uid}-password` }
  return { dn: `uid=${uid},ou=people`, attributes: { objectClass: 'inetOrgPerson', uid, ...names, ...attributes } }
}

/** A real OpenLDAP server as a child process, with a database, a certificate and ports of its own. */
export async function startSlapd(entries: readonly Entry[]): Promise<Slapd> {
  if (program === undefined) throw new Error('there is no slapd')
  const folder = await mkdtemp(join(tmpdir(), 'slapd-'))
  const at = (name: string) => join(folder, name)
  const ca = issueCertificate({ subject: '/O=Directory/CN=Root', extensions: authority })
  const extensions = ['subjectAltName=DNS:localhost']
  const { cert, key } = issueCertificate({ subject: '/CN=localhost', issuer: ca, extensions })
  await writeFile(at('ca.pem'), ca.cert)
  await writeFile(at('cert.pem'), cert)
  await writeFile(at('key.pem'), key)
  await writeFile(at('slapd.conf'), configuration(folder))
  await writeFile(at('entries.ldif'), [...baseEntries, ...entries].map(ldif).join('\n'))
  execFileSync(program, ['-T', 'add', '-f', at('slapd.conf'), '-l', at('entries.ldif')], { stdio: 'pipe' })

  const [port, securePort] = [await freePort(), await freePort()]
  const urls = [`ldap://127.0.0.1:${port}`, `ldaps://127.0.0.1:${securePort}`]
  // 256 has it stay in the foreground, and say when it is ready.
  const server = spawn(program, ['-f', at('slapd.conf'), '-h', urls.join(' '), '-d', '256'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await new Promise<void>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`slapd ended with ${code}`)))
    createInterface(server.stderr).on('line', (line) => line.includes('slapd starting') && resolve())
  })
  // It says so shortly before it listens.
  for (const each of [port, securePort]) while (!(await isOpen(each))) await delay(10)
  return {
    url: `ldap://localhost:${port}`,
    secureUrl: `ldaps://localhost:${securePort}`,
    ca: ca.cert,
    async stop() {
      if (server.exitCode === null && server.kill()) await once(server, 'exit')
      await rm(folder, { recursive: true })
    },
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** People are found by the reader; only the right password opens anything else. */
function configuration(folder: string): string {
  return [
    ...['core', 'cosine', 'inetorgperson'].map((schema) => `include /etc/ldap/schema/${schema}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    `TLSCACertificateFile ${folder}/ca.pem`,
    `TLSCertificateFile ${folder}/cert.pem`,
    `TLSCertificateKeyFile ${folder}/key.pem`,
    'database mdb',
    `suffix "${suffix}"`,
    `rootdn "cn=admin,${suffix}"`,
    'rootpw admin-password',
    `directory ${folder}`,
    'access to attrs=userPassword by anonymous auth by * none',
    `access to * by dn.exact="${reader.bindDn}" read by self read by * none`,
    '',
  ].join('\n')
}

const baseEntries: readonly Entry[] = [
  { dn: '', attributes: { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' } },
  { dn: 'ou=people', attributes: { objectClass: 'organizationalUnit', ou: 'people' } },
  { dn: 'ou=groups', attributes: { objectClass: 'organizationalUnit', ou: 'groups' } },
  { dn: 'cn=reader', attributes: { objectClass: ['person'], cn: 'reader', sn: 'Reader', userPassword: reader.password } },
]

/** RFC 2849; values in base64, so that none has to be looked at. */
function ldif({ dn, attributes }: Entry): string {
  const base64 = (value: string) => Buffer.from(value).toString('base64')
  const lines = Object.entries(attributes).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}:: ${base64(value)}`),
  )
  return [`dn:: ${base64(dn === '' ? suffix : `${dn},${suffix}`)}`, ...lines, ''].join('\n')
}

/** A directory of a realm that is this server, as an administrator would describe it. */
export function directoryAt(slapd: Slapd, changes: Partial<Directory> = {}): Directory {
  return {
    id: 'staff',
    enabled: true,
    url: slapd.secureUrl,
    startTls: false,
    ca: slapd.ca,
    baseDn: `ou=people,${suffix}`,
    bindDn: reader.bindDn,
    sealedBindPassword: reader.password,
    usernameAttributes: ['uid', 'mail'],
    idAttribute: 'entryUUID',
    claims: { name: 'cn', family_name: 'sn', email: 'mail' },
    connectTimeoutSeconds: 5,
    timeoutSeconds: 5,
    connectionsMax: 10,
    ...changes,
  }
}
