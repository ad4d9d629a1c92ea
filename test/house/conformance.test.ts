import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

it('has a test or a reason for every requirement of the catalogue, and a reference page that says so', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/conformance.mjs', '--check'], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})
