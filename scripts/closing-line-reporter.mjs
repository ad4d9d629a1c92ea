import { writeSync } from 'node:fs'

/**
 * Prints `N passed, N failed` as the very last line. A file that could not be loaded and an error outside of any
 * test count as failed: otherwise a broken file would look like a file without tests.
 */
export class ClosingLineReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state) => tests.filter((test) => test.result().state === state).length
    const brokenModules = modules.filter((module) => module.errors().length > 0).length
    const skipped = count('skipped') + count('pending')
    const line = `${count('passed')} passed, ${count('failed') + brokenModules + unhandledErrors.length} failed`
    process.once('exit', () => writeSync(1, `${line}${skipped > 0 ? `, ${skipped} skipped` : ''}\n`))
  }
}
