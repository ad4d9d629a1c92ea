import { describe, expect, it } from 'vitest'
import { configurationOf, liveRealms, now } from './live-world.ts'

const anEvent = { realm: 'default', type: 'registration-settings.changed', at: now, actor: 'eve', details: {} }

describe('the live realms', () => {
  it('have registration off until an administrator turns it on', async () => {
    const { live } = await liveRealms('realms: { default: {} }')
    expect(live.find('default')?.registration).toMatchObject({ enabled: false, initialAccessTokenRequired: true })
    expect(await live.settings.save('default', { enabled: true, defaultScopes: ['openid'] }, 'eve')).toBe('saved')
    expect(live.find('default')).toMatchObject({ revision: 2, registration: { enabled: true, defaultScopes: ['openid'] } })
    expect(await live.settings.read('default')).toMatchObject({ provisioned: false, revision: 2, settings: { enabled: true } })
  })

  it('refuse settings with every bad member at once, and keep what was', async () => {
    const { live } = await liveRealms('realms: { default: {} }')
    const wrong = { enabled: 'yes', redirectUris: { undotted: [] }, clientSecretGraceSeconds: -1 }
    const refusal = live.settings.save('default', wrong, 'eve')
    await expect(refusal).rejects.toMatchObject({
      name: 'Refusal',
      violations: [{ member: 'enabled' }, { member: 'clientSecretGraceSeconds' }, { member: 'redirectUris/undotted' }],
    })
    await expect(live.settings.save('default', { allowedScopes: ['nope'] }, 'eve')).rejects.toMatchObject({
      violations: [{ member: 'allowedScopes/0' }],
    })
    expect(live.find('default')?.revision).toBe(1)
  })

  it('tell everything that is wrong with settings, whatever kind of slip it is', async () => {
    const { live } = await liveRealms('realms: { default: { scopes: [openid] } }')
    const wrong = { enabled: 'yes', defaultScopes: ['root'], clientDefaults: { client_nmae: 'x', contacts: [''] } }
    const refused = live.settings.save('default', wrong, 'eve')
    await expect(refused).rejects.toMatchObject({
      violations: [{ member: 'enabled' }, { member: 'defaultScopes/0' }, { member: 'clientDefaults/contacts' }],
    })
    await expect(live.settings.save('default', { clientDefaults: { client_nmae: 'x' } }, 'eve')).rejects.toMatchObject({
      violations: [{ member: 'clientDefaults/client_nmae' }],
    })
  })

  it('leave settings alone that the file owns', async () => {
    const { live } = await liveRealms('realms: { default: { registration: { enabled: true } } }')
    expect(await live.settings.save('default', { enabled: false }, 'eve')).toBe('provisioned')
    expect(await live.settings.read('default')).toMatchObject({ provisioned: true, settings: { enabled: true } })
  })

  it('follow a change that another node has announced, and tell who listens', async () => {
    const { live, states } = await liveRealms('realms: { default: {}, other: {} }')
    const told = new Promise<string>((resolve) => live.onChange(resolve))
    await states.saveRegistrationSettings('other', { enabled: true }, anEvent)
    expect(await told).toBe('other')
    expect(live.find('other')?.registration.enabled).toBe(true)
    expect(live.find('default')?.registration.enabled).toBe(false)
  })

  it('take another configuration in use: realms come, change and go', async () => {
    const { live } = await liveRealms('realms: { default: {}, old: {} }')
    const before = live.find('default')
    const changed: string[] = []
    live.onChange((realm) => changed.push(realm))
    await live.replace(await configurationOf('realms: { default: { scopes: [openid] }, fresh: {} }'))
    expect(changed.sort()).toEqual(['default', 'fresh', 'old'])
    expect(live.all().map(({ name }) => name)).toEqual(['default', 'fresh'])
    expect(live.find('default')).toMatchObject({ revision: 2, scopes: [{ name: 'openid' }] })
    expect(before?.revision).toBe(1)
  })

  it('keep their revision when the same file is provisioned again', async () => {
    const { live } = await liveRealms('realms: { default: { users: [{ username: ada, password: { value: a } }] } }')
    await live.replace(await configurationOf('realms: { default: { users: [{ username: eve, password: { value: b } }] } }'))
    expect(live.find('default')?.revision).toBe(1)
  })

  it('report stored settings that no longer make sense, and stay as they were', async () => {
    const { live, states, faults } = await liveRealms('realms: { default: {} }')
    await states.saveRegistrationSettings('default', { enabled: 'perhaps' }, anEvent)
    await expect(live.refresh()).rejects.toThrow('"perhaps" is not accepted')
    expect(faults).toHaveLength(1)
    expect(live.find('default')?.registration.enabled).toBe(false)
  })

  it('hear nothing any more once they are stopped', async () => {
    const { live, states } = await liveRealms('realms: { default: {} }')
    await live.stop()
    await states.saveRegistrationSettings('default', { enabled: true }, anEvent)
    expect(live.find('default')?.registration.enabled).toBe(false)
  })
})
