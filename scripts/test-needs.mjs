import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runQuietly } from './run-process.mjs'

/** What the tests start besides Node: one of the programs of each line, and the Debian package that brings it. */
const needs = [
  { programs: ['chromium', 'chromium-browser', 'google-chrome'], package: 'chromium' },
  { programs: ['curl'], package: 'curl' },
  { programs: ['jq'], package: 'jq' },
  { programs: ['openssl'], package: 'openssl' },
  { programs: ['postgres'], package: 'postgresql' },
  { programs: ['slapd'], package: 'slapd' },
]

/** Installs what is missing where we may, or says in one line what to install; a test that cannot do without says so itself. */
export async function provideTestNeeds() {
  const missing = missingPackages()
  if (missing.length === 0) return
  if (process.getuid?.() === 0 && isInstalled('apt-get')) {
    console.log(`Installing ${missing.join(', ')} for the tests …`)
    await installPackages(missing)
  }
  const stillMissing = missingPackages()
  if (stillMissing.length > 0) console.error(`The tests need: apt-get install ${stillMissing.join(' ')}`)
}

async function installPackages(packages) {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  await runQuietly('apt-get', ['update', '-qq'], options)
  const { code, output } = await runQuietly('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options)
  if (code !== 0) console.error(output)
}

function missingPackages() {
  return needs.filter(({ programs }) => !programs.some(isInstalled)).map((need) => need.package)
}

function isInstalled(program) {
  return programFolders().some((folder) => existsSync(join(folder, program)))
}

/** Debian keeps the programs of each PostgreSQL version out of the path, and servers out of that of most people. */
function programFolders() {
  const versions = '/usr/lib/postgresql'
  const postgres = existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : []
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', ...postgres]
}
