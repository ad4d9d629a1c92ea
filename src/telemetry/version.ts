import { readFileSync } from 'node:fs'

/** Of the package, which lies two folders above this file, as source and as build. */
export const version: string = readVersion()

function readVersion(): string {
  const { version: written } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return written
}
