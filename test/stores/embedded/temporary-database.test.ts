import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openStore } from '../../../src/stores/sql/index.ts'
import { insertion, sampleClient } from '../contract/samples.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registrar-test-'))
  await chmod(folder, 0o711)
  vi.stubEnv('TMPDIR', folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

it('keeps clients while it is open, says that it is not durable, and leaves nothing behind (R0.03)', async () => {
  const dataFolder = join(folder, 'data')
  const store = await openStore({ database: 'temporary', dataFolder, log: () => undefined })
  const client = sampleClient()
  await store.registration.commit(insertion(client))
  expect(await store.registration.findClient('default', client.client_id)).toEqual(client)
  expect(await store.durability()).toEqual({ durable: false, reason: expect.stringContaining('temporary') })
  expect(await readdir(folder)).not.toEqual([])
  await store.close()
  expect(await readdir(folder)).toEqual([])
})
