import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { CliError, exitCodes } from '../cli-error.ts'
import { example } from '../common-options.ts'
import type { Io } from '../io.ts'

interface Options {
  readonly folder: string
}

export function policyNew(io: Io): Command {
  const command = new Command('new')
    .description('Write a policy of your own to start from')
    .argument('<name>', 'small letters, digits and hyphens; the file is called like it')
    .option('--folder <folder>', 'where it goes: the folder that `policies` of the configuration names', '.')
    .action(async (name: string, { folder }: Options) => {
      if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
        throw new CliError(`${name} is no name for a policy`, {
          exitCode: exitCodes.usage,
          nextStep: 'Give small letters, digits and hyphens, such as names-of-the-house.',
        })
      const file = join(folder, `${name}.ts`)
      await write(folder, file, starter(name))
      io.write(`${file}\n`)
      io.writeError(`next: edit it, then run registrar policy test ${file}\n`)
    })
  return example(command, 'registrar policy new names-of-the-house --folder policies')
}

async function write(folder: string, file: string, text: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(file, text, { flag: 'wx' })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const isThere = code === 'EEXIST'
    throw new CliError(isThere ? `${file} is there already` : `cannot write ${file} (${code})`, {
      exitCode: isThere ? exitCodes.conflict : exitCodes.failure,
      nextStep: isThere ? 'Give another name, or another folder with --folder.' : 'Give another folder with --folder.',
      cause,
    })
  }
}

function starter(name: string): string {
  return `import { definePolicy, refuse, Type } from 'oauth-registrar'

export default definePolicy({
  name: '${name}',
  summary: 'A client is called something, in at most so many characters.',
  cites: ['RFC 7591 §2'],
  options: Type.Object(
    { charactersMax: Type.Integer({ minimum: 1, default: 40, description: 'How long a name may be.' }) },
    { additionalProperties: false },
  ),
  // 'metadata': whoever asks is judged, administrators too. 'requester': it is about who asks, and they are not.
  concerns: 'metadata',

  judge({ metadata }, { charactersMax }) {
    const name = metadata.client_name ?? ''
    if (name === '') return [refuse('invalid_client_metadata', 'client_name', 'client_name is missing; give the name of the software')]
    if (name.length <= charactersMax) return []
    return [refuse('invalid_client_metadata', 'client_name', \`client_name is too long; give at most \${charactersMax} characters\`)]
  },

  // registrar policy test runs these.
  examples: {
    options: { charactersMax: 10 },
    allows: [{ client_name: 'Calendar' }],
    refuses: [{}, { client_name: 'The calendar of everybody' }],
    cases: [
      {
        title: 'another limit admits a longer name',
        options: { charactersMax: 40 },
        given: { metadata: { client_name: 'The calendar of everybody' } },
        yields: [],
      },
    ],
  },
})
`
}
