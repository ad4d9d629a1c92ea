// The side of the software: it gets its statement from the directory and writes what it sends to a bank.
//
//   node examples/open-banking/software.mjs request uk --audience http://localhost:4400     the body of a registration or update
//   node examples/open-banking/software.mjs assertion CLIENT_ID --audience http://localhost:4400   private_key_jwt (RFC 7523)
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { decodeJwt, importJWK, SignJWT } from 'jose'
import { requestedMembers } from './profiles.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    audience: { type: 'string' },
    directory: { type: 'string', default: 'http://localhost:4480' },
    folder: { type: 'string', default: 'data/open-banking' },
    // Members that shall be otherwise than usual, as JSON.
    members: { type: 'string', default: '{}' },
  },
})
const [command, subject] = positionals
const key = JSON.parse(readFileSync(join(values.folder, 'software-key.json'), 'utf8'))

if (command === 'request') process.stdout.write(await request(subject))
else if (command === 'assertion') process.stdout.write(await assertion(subject))
else throw new Error('say request PROFILE or assertion CLIENT_ID')

async function request(profile) {
  const answer = await fetch(`${values.directory}/statements/${profile}`)
  if (!answer.ok) throw new Error(`the directory has no statement for ${profile}`)
  const statement = (await answer.text()).trim()
  const members = { ...requestedMembers(profile), ...JSON.parse(values.members), software_statement: statement }
  // Brazil takes the members as they are; UK and Australia as a JWT that the software has signed.
  if (profile === 'brazil') return JSON.stringify(members)
  return sign({ ...members, iss: decodeJwt(statement).software_id }, '5m')
}

function assertion(client_id) {
  return sign({ iss: client_id, sub: client_id }, '1m')
}

async function sign(claims, lifetime) {
  return new SignJWT({ ...claims, aud: values.audience, jti: randomUUID() })
    .setProtectedHeader({ alg: 'PS256', kid: key.kid, typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime(lifetime)
    .sign(await importJWK(key, 'PS256'))
}
