import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { webhookSchema } from '../../src/config/objects/webhook-schema.ts'
import { signDelivery } from '../../src/webhooks/sign-delivery.ts'

const event = { id: '0195-1', realm: 'default', type: 'client.held', at: 1, actor: 'anonymous', client_id: 'c', details: {} }
const secret = `whsec_${Buffer.alloc(32, 'signed').toString('base64')}`
const other = 'correct-horse-battery'

/** What docs/operations/webhooks.md tells receivers to do. */
describe('the page about webhooks', () => {
  let folder: string
  let page: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'webhooks-page-'))
    page = await readFile('docs/operations/webhooks.md', 'utf8')
  })
  afterAll(() => rm(folder, { recursive: true }))

  const block = (language: string, word: string): string =>
    [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].find(([, name, text]) => name === language && text?.includes(word))?.[2] ?? ''

  it('lists every event', () => {
    const rows = [...page.matchAll(/^\| (`(?:client|agent|privilege)\.[^|]+) \|/gm)].map(([, types = '']) => types)
    const listed = rows.flatMap((types) => [...types.matchAll(/`([^`]+)`/g)].map(([, type]) => type))
    expect(listed.sort()).toEqual([...webhookSchema(Type.String()).properties.events.items.enum].sort())
  })

  it('has a function that believes genuine deliveries alone', async () => {
    const file = join(folder, 'receiver.mjs')
    await writeFile(file, block('js', 'isGenuine'))
    const { isGenuine } = await import(/* @vite-ignore */ pathToFileURL(file).href)
    const now = Math.floor(Date.now() / 1000)
    const { headers, body } = signDelivery({ event }, `${secret} ${other}`, now)
    expect(isGenuine(headers, `${body} `, secret)).toBe(false)
    expect(isGenuine({ ...headers, 'webhook-id': '0195-2' }, body, secret)).toBe(false)
    expect(isGenuine(headers, body, `${secret}A`.replace('c2ln', 'c2lo'))).toBe(false)
    const old = signDelivery({ event }, secret, now - 600)
    expect(isGenuine(old.headers, old.body, secret)).toBe(false)
    expect([isGenuine(headers, body, secret), isGenuine(headers, body, other)]).toEqual([true, true])
  })

  it('has commands that give the signature', async () => {
    const { headers, body } = signDelivery({ event }, secret, 1_800_000_000)
    await writeFile(join(folder, 'body.json'), body)
    const env = { SECRET: secret, WEBHOOK_ID: headers['webhook-id'], WEBHOOK_TIMESTAMP: headers['webhook-timestamp'] }
    const printed = execFileSync('sh', ['-c', block('sh', 'hexkey')], { cwd: folder, env: { ...process.env, ...env } })
    expect(`v1,${printed.toString().trim()}`).toBe(headers['webhook-signature'])
  })
})
