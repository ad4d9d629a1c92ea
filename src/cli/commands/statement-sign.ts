import { randomUUID } from 'node:crypto'
import { Command } from 'commander'
import { SignJWT } from 'jose'
import { type ClaimOptions, claimsOf, withClaimOptions } from '../claim-options.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import { collect, duration, example } from '../common-options.ts'
import type { Io } from '../io.ts'
import { readCertificateChain, readSigningKey, type SigningKey } from '../signing-key.ts'

interface Options extends ClaimOptions {
  readonly key: string
  readonly issuer?: string
  readonly alg?: string
  readonly kid?: string
  readonly type: string
  readonly expiresIn?: number
  readonly audience?: readonly string[]
  readonly x5c?: string
}

const millisecondsOfADay = 86_400_000

export function statementSign(io: Io): Command {
  const command = withClaimOptions(
    new Command('sign').description('Make a software statement with a key of your own; no server is asked'),
  )
    .requiredOption('--key <file>', 'the private key: PEM or JWK (- for stdin)')
    .option('--issuer <url>', 'iss: as the entry among the statement issuers of a realm says it')
    .option('--alg <name>', 'what it is signed with (default: what the key says or is made for)')
    .option('--kid <id>', 'the name of the key (default: what the key says, or its thumbprint)')
    .option('--type <name>', 'typ of the header', 'JWT')
    .option('--expires-in <duration>', 'until exp (default: 1d, unless the claims have an exp)', duration)
    .option('--audience <issuer>', 'aud; can be given several times', collect)
    .option('--x5c <file>', 'PEM file with the certificate of the key and its chain, for issuers that are known by certificates')
    .action(async (options: Options) => {
      const claims = await claimsOf(io, options)
      const key = await readSigningKey(io, options.key)
      io.write(`${await sign(withTimes(claims, options), key, await headerOf(io, options, key))}\n`)
    })
  return example(
    command,
    'registrar statement sign --key private-key.json --issuer https://directory.example --name "My app" --redirect-uri https://app.example/cb --claim org_name=Bank',
  )
}

/** What the claims say themselves stands, unless an option says otherwise: tests need statements that are odd. */
function withTimes(claims: Readonly<Record<string, unknown>>, options: Options): Readonly<Record<string, unknown>> {
  const now = Math.floor(Date.now() / 1000)
  const { issuer, audience = [], expiresIn } = options
  const exp = expiresIn === undefined ? {} : { exp: now + Math.ceil(expiresIn / 1000) }
  const statement = {
    ...{ iat: now, exp: now + millisecondsOfADay / 1000, jti: randomUUID() },
    ...claims,
    ...exp,
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(audience.length === 0 ? {} : { aud: audience.length === 1 ? audience[0] : audience }),
  }
  if ('iss' in statement) return statement
  throw new CliError('the statement says nobody’s name', {
    exitCode: exitCodes.usage,
    nextStep: 'Give --issuer URL, or a claim iss.',
  })
}

interface Header {
  readonly alg: string
  readonly kid?: string
  readonly typ: string
  readonly x5c?: string[]
}

async function headerOf(io: Io, { alg, kid, type: typ, x5c }: Options, key: SigningKey): Promise<Header> {
  const named = kid ?? key.kid
  const chain = x5c === undefined ? {} : { x5c: [...(await readCertificateChain(io, x5c, key))] }
  return { alg: alg ?? key.alg, ...(named === undefined ? {} : { kid: named }), typ, ...chain }
}

async function sign(claims: Readonly<Record<string, unknown>>, { key }: SigningKey, header: Header): Promise<string> {
  try {
    return await new SignJWT({ ...claims }).setProtectedHeader({ ...header }).sign(key)
  } catch (cause) {
    throw new CliError(`the key cannot sign with ${header.alg}: ${(cause as Error).message}`, {
      exitCode: exitCodes.usage,
      nextStep: 'Leave --alg out, or give one that the key is for.',
      cause,
    })
  }
}
