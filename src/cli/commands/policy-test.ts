import { Command, Option } from 'commander'
import { loadPolicyFile } from '../../config/index.ts'
import { type ExampleResult, type PolicyType, runExamples } from '../../registration/index.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import { duration, example } from '../common-options.ts'
import type { Io } from '../io.ts'

interface Options {
  readonly json?: boolean
  readonly timeLimit: number
}

const memoryMegabytes = 64

export function policyTest(io: Io): Command {
  const command = new Command('test')
    .description('Load a policy of your own as the server would, and hold it against its examples')
    .argument('<file>', 'a .ts, .mts, .js or .mjs file whose default export is definePolicy({…})')
    .addOption(new Option('--time-limit <duration>', 'for each judgement').argParser(duration).default(1000, '1s'))
    .option('--json', 'print the results as JSON')
    .action(async (file: string, { json, timeLimit }: Options) => {
      const loaded = await load(io, file, timeLimit)
      const results = await runExamples(loaded.policy).finally(loaded.stop)
      io.write(json ? asJson(file, loaded.policy, results) : asText(loaded.policy, results))
      const failed = results.filter(({ problem }) => problem !== undefined).length
      if (failed > 0) throw new CliError(`${failed} of ${results.length} examples fail`, { exitCode: exitCodes.failure })
    })
  return example(command, 'registrar policy test policies/names-of-the-house.ts')
}

async function load(io: Io, file: string, timeLimitMilliseconds: number) {
  const printed = (line: string): void => io.writeError(`${line}\n`)
  const loaded = await loadPolicyFile(file, { timeLimitMilliseconds, memoryMegabytes }, printed)
  if ('policy' in loaded) return loaded
  throw new CliError(
    `${file} is no policy that the server could use\n${loaded.problems.map((problem) => `  ${problem}`).join('\n')}`,
    {
      exitCode: exitCodes.failure,
      nextStep: 'registrar policy new NAME writes one to start from; docs/operations/policies.md explains each part.',
    },
  )
}

function asJson(file: string, { name }: PolicyType, results: readonly ExampleResult[]): string {
  const examples = results.map(({ title, problem }) => ({
    title,
    ok: problem === undefined,
    ...(problem === undefined ? {} : { problem }),
  }))
  return `${JSON.stringify({ file, policy: name, examples }, undefined, 2)}\n`
}

function asText({ name, summary }: PolicyType, results: readonly ExampleResult[]): string {
  const lines = results.map(({ title, problem }) =>
    problem === undefined ? `  ok    ${title}` : `  FAIL  ${title}\n        ${problem}`,
  )
  const failed = results.filter(({ problem }) => problem !== undefined).length
  return `${[`${name}: ${summary}`, ...lines, `${results.length - failed} passed, ${failed} failed`].join('\n')}\n`
}
