import { build } from './build.mjs'
import { install } from './install.mjs'
import { runForeground, runStep } from './run-process.mjs'

const tool = (name, ...args) => [`node_modules/.bin/${name}`, args]

/** What each npm script does. Every one works on a fresh clone: it installs what is missing, then builds what is stale. */
const commands = {
  start: async (args) => {
    await build()
    const configuration = args.some((arg) => /^--config(=|$)/.test(arg)) ? [] : ['--config', 'examples/quickstart.yaml']
    return runForeground(process.execPath, ['dist/cli/main.js', 'serve', ...configuration, ...args])
  },
  build: async () => {
    await build()
    return 0
  },
  test: async (args) => {
    const { provideTestNeeds } = await import('./test-needs.mjs')
    await provideTestNeeds()
    await build()
    return runForeground(...tool('vitest', 'run', ...args))
  },
  check: async () => {
    const { check } = await import('./check.mjs')
    return check()
  },
  bench: async (args) => {
    await build()
    await runStep(...tool('tsc', '-p', 'tsconfig.bench.json'))
    return runForeground(process.execPath, ['bench/.out/bench/main.js', ...args])
  },
  format: async () => runForeground(...tool('biome', 'check', '--write')),
}

const [name = '', ...args] = process.argv.slice(2)
try {
  const command = commands[name]
  if (command === undefined) throw new Error(`there is no script "${name}"; there are ${Object.keys(commands).join(', ')}`)
  await install()
  process.exitCode = await command(args)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
