import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkPackages } from '../../scripts/packages/check-packages.mjs'

const manifest = { dependencies: { good: '1.0.0' }, devDependencies: {} }

describe('the package check', () => {
  it('refuses a range where an exact version is expected', () => {
    expect(checkPackages({ dependencies: { loose: '^1.0.0' } }, lockOf({}))).toEqual(['loose: ^1.0.0 is not an exact version'])
  })

  it.each(['GPL-3.0', 'AGPL-3.0-only', 'SEE LICENSE IN LICENSE', 'MIT AND GPL-2.0', undefined])(
    'refuses the licence %s',
    (license) => {
      expect(checkPackages(manifest, lockOf({ license }))).toHaveLength(1)
    },
  )

  it.each(['MIT', 'MPL-2.0', '(MIT OR GPL-3.0)', 'MIT AND ISC', 'Apache-2.0'])('accepts the licence %s', (license) => {
    expect(checkPackages(manifest, lockOf({ license }))).toEqual([])
  })

  it('refuses a lock file that names a registry, since not everybody reaches the same one', () => {
    expect(checkPackages(manifest, lockOf({ resolved: 'https://packages.example/good.tgz' }))).toHaveLength(1)
  })

  it('refuses a package without a digest', () => {
    expect(checkPackages(manifest, lockOf({ integrity: undefined }))).toHaveLength(1)
  })

  it('is content with our own packages', () => {
    expect(checkPackages(read('package.json'), read('package-lock.json'))).toEqual([])
  })
})

function lockOf(one: Readonly<Record<string, unknown>>): unknown {
  return { packages: { '': {}, 'node_modules/good': { version: '1.0.0', license: 'MIT', integrity: 'sha512-x', ...one } } }
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}
