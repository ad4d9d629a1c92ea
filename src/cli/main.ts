#!/usr/bin/env node
import { text } from 'node:stream/consumers'
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  isTerminal: process.stdout.isTTY,
  write: (line) => void process.stdout.write(line),
  writeError: (line) => void process.stderr.write(line),
  readInput: () => text(process.stdin),
  openInput: () => process.stdin,
  fetch,
  // Loaded late: most commands are done before the server's modules would be read.
  certificateChecks: async () => (await import('../app.ts')).certificateChecks,
  startServer: async (configuration) => (await import('../app.ts')).startServer(configuration),
  onSignal: (signal, listener) => {
    process.on(signal, listener)
    return () => void process.off(signal, listener)
  },
})
