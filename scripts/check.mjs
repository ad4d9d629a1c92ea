import { runForeground, runQuietly } from './run-process.mjs'

const bin = (name) => `node_modules/.bin/${name}`

const steps = [
  { name: 'format and lint', program: bin('biome'), args: ['check', '--error-on-warnings', '--colors=off'] },
  { name: 'types', program: bin('tsc'), args: ['-p', 'tsconfig.json'] },
  { name: 'types of the benchmark', program: bin('tsc'), args: ['-p', 'tsconfig.bench.json', '--noEmit'] },
  { name: 'import rules', program: process.execPath, args: ['scripts/import-rules/main.mjs'] },
  { name: 'dead code', program: bin('knip'), args: ['--no-progress', '--treat-config-hints-as-errors'] },
  { name: 'licences and sources of packages', program: process.execPath, args: ['scripts/packages/main.mjs'] },
]

/** All steps, also after one has failed: whoever repairs wants to know everything at once. The exit code is 0 or 1. */
export async function check() {
  const failed = []
  for (const step of steps) {
    const started = performance.now()
    const { code, output } = await runQuietly(step.program, step.args)
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
    if (code !== 0) failed.push({ ...step, output })
  }
  for (const { name, output } of failed) console.error(`\n${name}\n${output}`)
  const tests = await runForeground(bin('vitest'), ['run', '--project', 'unit'])
  return failed.length === 0 && tests === 0 ? 0 : 1
}
