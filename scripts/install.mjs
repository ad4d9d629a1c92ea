import { existsSync, readFileSync } from 'node:fs'
import { runStep } from './run-process.mjs'

// npm keeps an account of what stands in node_modules.
const installedLock = 'node_modules/.package-lock.json'

/** `npm ci`, unless what is installed is what the lock file says. */
export async function install() {
  if (isInstalled()) return
  console.log('Installing packages …')
  // Development packages in any case: the compiler is one, and NODE_ENV=production would leave it out.
  await runStep('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'])
}

function isInstalled() {
  if (!existsSync(installedLock)) return false
  const wanted = readPackages('package-lock.json')
  const installed = readPackages(installedLock)
  return Object.entries(wanted).every(([path, { version, optional, peer, link }]) => {
    if (path === '' || link) return true
    // A package for another platform is left out.
    return installed[path] === undefined ? optional === true || peer === true : installed[path].version === version
  })
}

function readPackages(lock) {
  return JSON.parse(readFileSync(lock, 'utf8')).packages
}
