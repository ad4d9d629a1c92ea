import { writeFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { CliError, exitCodes } from '../cli-error.ts'
import { example } from '../common-options.ts'
import type { Io } from '../io.ts'

const algorithms = ['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512']

interface Options {
  readonly alg: string
  readonly out: string
  readonly force?: boolean
}

export function keysGenerate(io: Io): Command {
  const command = new Command('generate')
    .description('Make a key pair for a client (private_key_jwt): the private JWK goes to a file, the public JWK Set to stdout')
    .addOption(new Option('--alg <name>', 'what it signs with').choices(algorithms).default('ES256'))
    .option('--out <file>', 'where the private JWK goes, readable for you alone', 'private-key.json')
    .option('--force', 'replace the file if it is there')
    .action(async ({ alg, out, force }: Options) => {
      const pair = await generateKeyPair(alg, { extractable: true })
      const publicJwk = await exportJWK(pair.publicKey)
      const common = { kid: await calculateJwkThumbprint(publicJwk), alg, use: 'sig' }
      await save(out, { ...(await exportJWK(pair.privateKey)), ...common }, force === true)
      io.write(`${JSON.stringify({ keys: [{ ...publicJwk, ...common }] }, undefined, 2)}\n`)
      io.writeError(`private key: ${out}\n`)
    })
  return example(command, 'registrar keys generate --alg ES256 --out private-key.json > jwks.json')
}

async function save(file: string, privateJwk: object, force: boolean): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(privateJwk, undefined, 2)}\n`, { mode: 0o600, flag: force ? 'w' : 'wx' })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'EEXIST')
      throw new CliError(`${file} is there already`, {
        exitCode: exitCodes.conflict,
        nextStep: 'Name another file with --out FILE, or replace it with --force.',
        cause,
      })
    throw new CliError(`cannot write ${file} (${code})`, {
      exitCode: exitCodes.failure,
      nextStep: 'Name another file with --out FILE.',
      cause,
    })
  }
}
