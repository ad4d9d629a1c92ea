// A directory of regulated software for trying out and testing: it makes a certificate authority, keys and transport certificates
// in a folder, publishes the keys on loopback, and issues software statements as UK Open Banking, Open Finance Brasil and the
// Australian Consumer Data Right shape them.
//
//   node examples/open-banking/directory.mjs --port 4480 --folder data/open-banking
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose'
import { profiles, statementClaims, subjectOf } from './profiles.mjs'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '4480' }, folder: { type: 'string', default: 'data/open-banking' } },
})
const at = (name) => join(values.folder, name)
mkdirSync(values.folder, { recursive: true })

// The keys of the directory, and those of the software that it lists: one to sign with, one that others encrypt to.
const directoryKey = await keyIn('directory-key.json', { alg: 'PS256', use: 'sig' })
const softwareKeys = [
  await keyIn('software-key.json', { alg: 'PS256', use: 'sig' }),
  await keyIn('software-encryption-key.json', { alg: 'RSA-OAEP', use: 'enc' }),
]
makeAuthority()
for (const profile of profiles) makeCertificate(`transport-${profile}`, subjectOf(profile))

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.writeHead(500).end(String(error)))
})
server.listen(Number(values.port), 'localhost', () => console.log(`directory: ${origin()}, files: ${values.folder}`))

const origin = () => `http://localhost:${server.address().port}`

async function answer(request, response) {
  const path = new URL(request.url, origin()).pathname
  if (path === '/jwks') return json(response, { keys: [publicPart(directoryKey)] })
  if (path === '/software/jwks') return json(response, { keys: softwareKeys.map(publicPart) })
  if (path === '/software/revoked') return json(response, { keys: [] })
  // A real directory asks its member to authenticate here.
  const profile = path.startsWith('/statements/') ? path.slice('/statements/'.length) : undefined
  if (!profiles.includes(profile)) return response.writeHead(404).end()
  response.writeHead(200, { 'content-type': 'application/jwt' }).end(await issue(profile))
}

async function issue(profile) {
  return new SignJWT(statementClaims(profile, origin()))
    .setProtectedHeader({ alg: 'PS256', kid: directoryKey.kid, typ: 'JWT' })
    .sign(await importJWK(directoryKey, 'PS256'))
}

function json(response, body) {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function publicPart({ kty, n, e, alg, use, kid }) {
  return { kty, n, e, alg, use, kid }
}

async function keyIn(name, { alg, use }) {
  if (existsSync(at(name))) return JSON.parse(readFileSync(at(name), 'utf8'))
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), alg, use, kid: name.replace('.json', '') }
  writeFileSync(at(name), JSON.stringify(jwk), { mode: 0o600 })
  return jwk
}

function makeAuthority() {
  if (existsSync(at('ca.pem'))) return
  newKey('ca.key')
  const extensions = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign']
  openssl(
    'req',
    '-x509',
    '-new',
    '-key',
    at('ca.key'),
    '-days',
    '365',
    '-subj',
    '/O=Directory/CN=Directory CA',
    ...extensions,
    '-out',
    at('ca.pem'),
  )
}

function makeCertificate(name, subject) {
  if (existsSync(at(`${name}.pem`))) return
  newKey(`${name}.key`)
  const text = subject.map(([type, , value]) => `/${type}=${value}`).join('')
  openssl('req', '-new', '-utf8', '-key', at(`${name}.key`), '-subj', text, '-out', at(`${name}.csr`))
  writeFileSync(at('client.ext'), 'keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n')
  const issuer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('client.ext')]
  openssl('x509', '-req', '-in', at(`${name}.csr`), ...issuer, '-days', '365', '-out', at(`${name}.pem`))
}

function newKey(name) {
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', at(name))
}

function openssl(...args) {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
