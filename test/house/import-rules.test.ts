import { describe, expect, it } from 'vitest'
import { checkImports } from '../../scripts/import-rules/check-imports.mjs'
import { rules } from '../../scripts/import-rules/rules.mjs'

interface Case {
  readonly rule: string
  readonly path: string
  readonly text: string
}

const refused: readonly Case[] = [
  { rule: 'registration-is-pure', path: 'src/registration/a.ts', text: `import { readFileSync } from 'node:fs'` },
  { rule: 'registration-is-pure', path: 'src/registration/a.ts', text: `import type { Server } from 'node:http'` },
  { rule: 'registration-is-pure', path: 'src/registration/a.ts', text: `import { fastify } from 'fastify'` },
  { rule: 'registration-is-pure', path: 'src/registration/a.ts', text: `import type { Page } from '../engine/index.ts'` },
  { rule: 'registration-is-pure', path: 'src/registration/a.ts', text: `export { createApp } from '../app.ts'` },
  { rule: 'registration-is-pure', path: 'src/registration/a.ts', text: `type Page = import('../engine/index.ts').Page` },
  { rule: 'registration-is-pure', path: 'src/registration/a.ts', text: `const fs = await import('node:fs')` },
  { rule: 'policies-stand-alone', path: 'src/registration/policies/a.ts', text: `import b from './b.ts'` },
  { rule: 'policies-stand-alone', path: 'src/registration/policies/a.ts', text: `import type { Ports } from '../ports.ts'` },
  { rule: 'policies-stand-alone', path: 'src/registration/policies/a.ts', text: `import { x } from '../tokens/x.ts'` },
  { rule: 'policies-stand-alone', path: 'src/registration/policies/a.ts', text: `import { jwtVerify } from 'jose'` },
  { rule: 'metadata-is-the-ground', path: 'src/registration/metadata/a.ts', text: `import type { Ports } from '../ports.ts'` },
  { rule: 'metadata-is-the-ground', path: 'src/registration/metadata/a.ts', text: `export * from '../register-client.ts'` },
  { rule: 'rooms-do-not-meet', path: 'src/engine/a.ts', text: `import { Store } from '../stores/sql/index.ts'` },
  { rule: 'rooms-do-not-meet', path: 'src/stores/sql/a.ts', text: `import type { Page } from '../../engine/index.ts'` },
  {
    rule: 'rooms-do-not-meet',
    path: 'src/http/a.ts',
    text: `import { registerClient } from '../registration/register-client.ts'`,
  },
  { rule: 'rooms-do-not-meet', path: 'src/interaction/a.ts', text: `import type { X } from '../engine/ports.ts'` },
  { rule: 'rooms-do-not-meet', path: 'src/admin/a.ts', text: `import { options } from '../config/index.ts'` },
  { rule: 'rooms-do-not-meet', path: 'src/outbound/a.ts', text: `import { createApp } from '../app.ts'` },
  { rule: 'rooms-do-not-meet', path: 'src/telemetry/a.ts', text: `import { x } from '../http/index.ts'` },
  { rule: 'config-reads-options', path: 'src/config/a.ts', text: `import { createEngine } from '../engine/index.ts'` },
  { rule: 'config-reads-options', path: 'src/config/a.ts', text: `import { x } from '../stores/sql/options.ts'` },
  { rule: 'app-knocks-at-front-doors', path: 'src/app.ts', text: `import { x } from './engine/seam/seam.ts'` },
  { rule: 'app-knocks-at-front-doors', path: 'src/app.ts', text: `import { x } from './stores/sql/commit.ts'` },
  { rule: 'entrances-use-the-app', path: 'src/cli/a.ts', text: `import { x } from '../engine/index.ts'` },
  { rule: 'entrances-use-the-app', path: 'src/index.ts', text: `export { x } from './stores/sql/index.ts'` },
  { rule: 'console-shares-the-contract', path: 'console/src/a.tsx', text: `import { x } from '../../src/admin/ports.ts'` },
  { rule: 'src-stands-alone', path: 'src/app.ts', text: `import { world } from '../test/support/world.ts'` },
  { rule: 'engine-owns-oidc-provider', path: 'src/http/a.ts', text: `import type Provider from 'oidc-provider'` },
  { rule: 'seam-owns-deep-imports', path: 'src/engine/a.ts', text: `import x from 'oidc-provider/lib/helpers/errors.js'` },
  { rule: 'stores-own-sql', path: 'src/admin/a.ts', text: `import pg from 'pg'` },
  { rule: 'stores-own-sql', path: 'src/stores/ldap/a.ts', text: `import { sql } from 'drizzle-orm/pg-core'` },
  { rule: 'stores-own-sql', path: 'src/engine/a.ts', text: `export const text = 'select payload from objects where id = $1'` },
  { rule: 'outbound-owns-http-clients', path: 'src/engine/a.ts', text: `import { fetch } from 'undici'` },
  { rule: 'outbound-owns-http-clients', path: 'src/http/a.ts', text: `import { createServer, request } from 'node:http'` },
  { rule: 'outbound-owns-http-clients', path: 'src/interaction/a.ts', text: `import https from 'node:https'` },
  { rule: 'vault-needs-crypto-alone', path: 'src/vault/a.ts', text: `import { readFileSync } from 'node:fs'` },
  { rule: 'vault-needs-crypto-alone', path: 'src/vault/a.ts', text: `import { SignJWT } from 'jose'` },
  { rule: 'config-alone-loads-by-path', path: 'src/engine/a.ts', text: `export const load = (path: string) => import(path)` },
  { rule: 'statuses-at-the-edge', path: 'src/registration/a.ts', text: `export const answer = { status: 400 }` },
  { rule: 'statuses-at-the-edge', path: 'src/stores/sql/a.ts', text: `reply.code(409)` },
]

const accepted: readonly Omit<Case, 'rule'>[] = [
  { path: 'src/registration/a.ts', text: `import { Type } from 'typebox'\nimport { jwtVerify } from 'jose'` },
  { path: 'src/registration/policies/a.ts', text: `import { definePolicy } from '../policy-authority/define-policy.ts'` },
  { path: 'src/registration/metadata/a.ts', text: `import { refuse } from '../refusal.ts'` },
  { path: 'src/engine/seam/seam.ts', text: `import Provider from 'oidc-provider'\nimport x from 'oidc-provider/lib/x.js'` },
  { path: 'src/stores/sql/a.ts', text: "import pg from 'pg'\nconst text = 'insert into clients values ($1)'" },
  {
    path: 'src/http/a.ts',
    text: `import { createServer } from 'node:http'\nimport type { Client } from '../registration/index.ts'`,
  },
  {
    path: 'src/config/a.ts',
    text: `import { options } from '../engine/options.ts'\nexport const load = (path: string) => import(path)`,
  },
  { path: 'src/app.ts', text: `import { x } from './stores/sql/index.ts'\nimport { y } from './engine/index.ts'` },
  { path: 'src/cli/a.ts', text: `import { createApp } from '../app.ts'\nimport { request } from 'undici'` },
  { path: 'src/outbound/a.ts', text: `import { Agent } from 'undici'` },
  { path: 'src/vault/a.ts', text: `import { createHmac } from 'node:crypto'` },
  { path: 'console/src/a.tsx', text: `import type { x } from '../../src/admin/contract.ts'` },
  { path: 'src/interaction/a.ts', text: `export const prose = 'Select an account, or update your settings.'` },
]

describe('the import rules', () => {
  it.each(refused)('$rule refuses in $path: $text', ({ rule, path, text }) => {
    expect(checkImports({ [path]: text }).map((one) => one.rule)).toContain(rule)
  })

  it.each(accepted)('let $path say: $text', ({ path, text }) => {
    expect(checkImports({ [path]: text })).toEqual([])
  })

  it('have a deliberate violation of every row', () => {
    expect([...new Set(refused.map(({ rule }) => rule))].sort()).toEqual(rules.map(({ name }) => name).sort())
  })

  it('refuse a circle, also one that consists of types alone', () => {
    const broken = checkImports({
      'src/http/a.ts': `import type { B } from './b.ts'`,
      'src/http/b.ts': `import type { C } from './c.ts'`,
      'src/http/c.ts': `export type { A } from './a.ts'`,
    })
    expect(broken).toMatchObject([
      { rule: 'no-circles', path: 'src/http/a.ts', problem: expect.stringContaining('src/http/c.ts') },
    ])
  })

  it('name the file, the import and the rule', () => {
    expect(checkImports({ 'src/vault/a.ts': `import 'node:fs'` })).toEqual([
      {
        rule: 'vault-needs-crypto-alone',
        path: 'src/vault/a.ts',
        problem: 'imports node:fs',
        says: 'vault/ imports itself, node:crypto and registration/index.ts',
      },
    ])
  })
})
