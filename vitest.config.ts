import { defineConfig } from 'vitest/config'
import { ClosingLineReporter } from './scripts/closing-line-reporter.mjs'

/** Pure functions and rules about the tree: no database, no listener, milliseconds. */
const unit = ['test/registration/**/*.test.ts', 'test/house/**/*.test.ts', 'test/vault/**/*.test.ts']

/** Whole processes, other people's clients, a real browser: slow to start, so few of them at a time. */
const interop = ['test/interop/**/*.test.ts', 'test/examples/**/*.test.ts']
const e2e = ['test/e2e/**/*.test.ts', 'test/cli/**/*.test.ts']

/** Whole processes under load, killed and started again: each file uses both cores. */
const robustness = ['test/robustness/**/*.test.ts']

/** Hundreds of files read the same code: each worker reads it once. A test that needs a module as new says so (`vi.resetModules`). */
const isolate = false

const globalSetup = 'test/support/global-setup.ts'

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLineReporter()],
    retry: 0,
    maxWorkers: 2,
    testTimeout: 15_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
    projects: [
      { extends: true, test: { name: 'unit', include: unit, isolate } },
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['test/**/*.test.ts'],
          exclude: [...unit, ...interop, ...e2e, ...robustness],
          globalSetup,
          isolate,
        },
      },
      { extends: true, test: { name: 'interop', include: interop, globalSetup, testTimeout: 60_000 } },
      {
        extends: true,
        test: { name: 'robustness', include: robustness, globalSetup, testTimeout: 120_000, hookTimeout: 120_000 },
      },
      { extends: true, test: { name: 'e2e', include: e2e, globalSetup, testTimeout: 120_000 } },
    ],
  },
})
