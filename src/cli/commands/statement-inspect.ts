import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet } from 'jose'
import { CliError, exitCodes } from '../cli-error.ts'
import { example } from '../common-options.ts'
import type { Io } from '../io.ts'
import { time } from '../output.ts'
import { readJsonObject } from '../read-json.ts'
import { readText } from '../read-text.ts'

interface Options {
  readonly jwks?: string
}

export function statementInspect(io: Io): Command {
  const command = new Command('inspect')
    .description('Show what a software statement says, and what a server could have against it')
    .argument('<statement>', 'the statement, or a file with it (- for stdin)')
    .option('--jwks <file>', 'JSON file with the public keys of its issuer: verify the signature')
    .action(async (given: string, { jwks }: Options) => {
      const statement = given === '-' || existsSync(given) ? (await readText(io, given)).trim() : given
      const { header, claims } = decode(statement)
      const signature = jwks === undefined ? 'not checked' : await verify(statement, await readJsonObject(io, jwks))
      const remarks = [...headerRemarks(header), ...claimRemarks(claims)]
      io.write(`${JSON.stringify({ header, claims, signature, remarks }, undefined, 2)}\n`)
      if (signature === 'wrong') {
        throw new CliError('the signature is not made with one of these keys', {
          exitCode: exitCodes.failure,
          nextStep: 'Compare kid and alg of the header with the key set of the issuer.',
        })
      }
    })
  return example(command, 'registrar statement inspect statement.jwt --jwks directory-jwks.json')
}

type Json = Readonly<Record<string, unknown>>

function decode(statement: string): { readonly header: Json; readonly claims: Json } {
  try {
    return { header: { ...decodeProtectedHeader(statement) }, claims: decodeJwt(statement) }
  } catch (cause) {
    throw new CliError(`that is no JWT in compact form: ${(cause as Error).message}`, {
      exitCode: exitCodes.usage,
      nextStep: 'Give the statement, or a file with nothing else in it.',
      cause,
    })
  }
}

async function verify(statement: string, jwks: Json): Promise<'right' | 'wrong'> {
  try {
    await compactVerify(statement, createLocalJWKSet(jwks as unknown as JSONWebKeySet))
    return 'right'
  } catch {
    return 'wrong' // Whatever the reason: no key of the set verifies it.
  }
}

function headerRemarks({ alg, jku, x5u, jwk, crit, b64, cty }: Json): readonly string[] {
  const ignored = Object.entries({ jku, x5u, jwk }).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  const refused = Object.entries({ crit, b64, cty }).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  return [
    ...(alg === 'none' ? ['alg none: only accepted from issuers that may leave the signature out'] : []),
    ...ignored.map((name) => `${name} of the header is not looked at: keys come from the entry of the issuer`),
    ...refused.map((name) => `${name} of the header makes it invalid`),
  ]
}

/** JavaScript has no later date (ECMA-262 21.4.1.1). */
const calendarEnd = 8_640_000_000_000

function claimRemarks({ iss, exp, nbf, iat, jti, software_id: softwareId }: Json): readonly string[] {
  const now = Date.now() / 1000
  const times = Object.entries({ iat, nbf, exp }).flatMap(([name, value]) =>
    typeof value === 'number' && Math.abs(value) < calendarEnd ? [`${name}: ${time(value)}`] : [],
  )
  return [
    ...(typeof iss === 'string' && iss !== '' ? [] : ['iss is missing: nobody can know whose statement it is']),
    ...times,
    ...(typeof exp === 'number' && exp <= now ? ['it has expired'] : []),
    ...(exp === undefined && iat === undefined
      ? ['neither iat nor exp: it has no age, and issuers can be set to refuse that']
      : []),
    ...(typeof nbf === 'number' && nbf > now ? ['it is not valid yet'] : []),
    ...(typeof iat === 'number' && iat > now ? ['it comes from the future'] : []),
    ...(jti === undefined ? ['jti is missing: issuers whose statements are used once need it'] : []),
    ...(softwareId === undefined ? ['software_id is missing (RFC 7591 §2.3 wants it)'] : []),
  ]
}
