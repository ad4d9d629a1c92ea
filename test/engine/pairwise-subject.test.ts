import { describe, expect, it } from 'vitest'
import { createPairwiseSubject } from '../../src/engine/claims/pairwise-subject.ts'
import type { EnginePorts } from '../../src/engine/ports.ts'
import { createKeyring } from '../../src/vault/index.ts'
import { quickstartRealm } from '../support/realm.ts'

const [older, newer] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]

describe('a pairwise subject', () => {
  it('differs by sector, by person and by realm, and never tells the account (OIDR-SEC-07, OIDR-SEC-08)', async () => {
    const keys = keptKeys()
    const subject = createPairwiseSubject(quickstartRealm(), portsWith([older], keys))
    const other = createPairwiseSubject(quickstartRealm({ name: 'other' }), portsWith([older], keys))
    const subjects = await Promise.all([subject('a.example', 'ada'), subject('b.example', 'ada'), subject('a.example', 'bob')])
    expect(new Set([...subjects, await other('a.example', 'ada')]).size).toBe(4)
    expect(subjects[0]?.length).toBeLessThanOrEqual(255)
    expect(subjects.join()).not.toContain('ada')
  })

  it('stays what it was when the root secret is rotated (OIDR-SEC-07)', async () => {
    const keys = keptKeys()
    const before = await createPairwiseSubject(quickstartRealm(), portsWith([older], keys))('a.example', 'ada')
    const after = await createPairwiseSubject(quickstartRealm(), portsWith([newer, older], keys))('a.example', 'ada')
    expect(after).toBe(before)
  })
})

function keptKeys(): EnginePorts['pairwiseKeys'] {
  const kept = new Map<string, string>()
  return {
    async keep(realm, fresh) {
      const key = kept.get(realm) ?? fresh
      kept.set(realm, key)
      return key
    },
  }
}

function portsWith(rootSecrets: readonly Uint8Array[], pairwiseKeys: EnginePorts['pairwiseKeys']): EnginePorts {
  return { pairwiseKeys, vault: createKeyring(rootSecrets) } as Partial<EnginePorts> as EnginePorts
}
