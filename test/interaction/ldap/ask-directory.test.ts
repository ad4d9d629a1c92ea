import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askDirectory } from '../../../src/interaction/ldap/ask-directory.ts'
import { DirectoryFailure } from '../../../src/interaction/ldap/directory-failure.ts'
import type { Directory } from '../../../src/registration/index.ts'
import { issueCertificate } from '../../support/certificates.ts'
import { freePort } from '../../support/free-port.ts'
import { directoryAt, hasSlapd, person, reader, type Slapd, startSlapd, suffix } from '../../support/slapd.ts'

const odd = 'o,"d=d\\ +<>;#'

describe.skipIf(!hasSlapd)('a directory (real slapd)', () => {
  let slapd: Slapd

  beforeAll(async () => {
    slapd = await startSlapd([
      person('ada', { cn: 'Ada Lovelace', mail: 'Ada@Example.com' }),
      person('grace'),
      person('odd', { uid: ['odd', odd], userPassword: 'odd-password' }),
      // Two people with one address: nobody knows who is meant.
      person('twin', { mail: 'shared@example.com' }),
      person('twain', { mail: 'shared@example.com' }),
      { dn: 'uid=bare,ou=people', attributes: { objectClass: 'inetOrgPerson', uid: 'bare', cn: 'b', sn: 'b' } },
      {
        dn: 'uid=robot,ou=people',
        attributes: { objectClass: ['account', 'simpleSecurityObject'], uid: 'robot', userPassword: 'robot-password' },
      },
      {
        dn: 'cn=Engineers\\, Berlin,ou=groups',
        attributes: { objectClass: 'groupOfNames', cn: 'Engineers, Berlin', member: [`uid=ada,ou=people,${suffix}`] },
      },
      {
        dn: 'cn=admins,ou=groups',
        attributes: {
          objectClass: 'groupOfNames',
          cn: 'admins',
          member: [`uid=ada,ou=people,${suffix}`, `uid=grace,ou=people,${suffix}`],
        },
      },
      {
        dn: 'ou=elsewhere,ou=people',
        attributes: { objectClass: ['referral', 'extensibleObject'], ou: 'elsewhere', ref: 'ldap://127.0.0.1:1/dc=x' },
      },
    ])
  })
  afterAll(() => slapd?.stop())

  const ask = (username: string, password: string, changes: Partial<Directory> = {}, bindPassword = reader.password) =>
    askDirectory(directoryAt(slapd, changes), { username, password, bindPassword })
  const byTemplate = {
    userDn: `uid={username},ou=people,${suffix}`,
    baseDn: undefined,
    bindDn: undefined,
  } as unknown as Directory

  it.each([
    ['a wrong password', 'ada', 'wrong', 'wrong'],
    ['somebody else’s password', 'ada', 'grace-password', 'wrong'],
    ['no password at all, which would bind as nobody (RFC 4513 §5.1.2)', 'ada', '', 'wrong'],
    ['a NUL, at which some servers stop reading', 'ada', '\0', 'wrong'],
    ['an entry without a password', 'bare', 'x', 'wrong'],
    ['a name that nobody has', 'nobody', 'ada-password', 'unknown'],
    ['a name that two have', 'shared@example.com', 'twin-password', 'ambiguous'],
  ])('refuses %s', async (_what, username, password, answer) => {
    expect(await ask(username, password)).toBe(answer)
    if (answer !== 'ambiguous') expect(await ask(username, password, byTemplate)).toBeTypeOf('string')
  })

  it.each([
    '*',
    'a*',
    'ada)(uid=*',
    '*)(|(uid=*',
    'ada)(!(uid=x))',
    'ada\\2a',
    '\\61da',
    'ada,ou=people',
    `ada,ou=people,${suffix}`,
    'ada+cn=Ada Lovelace',
    'nobody,ou=people\\',
    '#616461',
    'ada ',
    '',
  ])('takes %j for a name, and neither for a filter nor for a part of one', async (username) => {
    for (const changes of [{}, byTemplate]) {
      const answer = await ask(username, 'ada-password', changes)
      // Servers compare names without the spaces at their ends (RFC 4518 §2.6.1): that one is her.
      if (username === 'ada ') expect(['unknown', 'object']).toContain(typeof answer === 'string' ? answer : typeof answer)
      else expect(answer).toBe('unknown')
    }
  })

  it('tells who somebody is, by any of the attributes and in any case', async () => {
    const expected = {
      identity: {
        subject: expect.stringMatching(/^[0-9a-f-]{36}$/),
        username: 'ada',
        claims: { name: 'Ada Lovelace', family_name: 'Example', email: 'Ada@Example.com' },
      },
    }
    for (const name of ['ada', 'ADA', 'ada@example.com']) expect(await ask(name, 'ada-password')).toEqual(expected)
    expect(await ask('ada', 'ada-password', byTemplate)).toEqual(expected)
  })

  it('finds names with every character that means something elsewhere', async () => {
    expect(await ask(odd, 'odd-password')).toMatchObject({ identity: { username: 'odd' } })
    // By the template the entry would have to be called so.
    expect(await ask(odd, 'odd-password', byTemplate)).toBe('unknown')
  })

  it('finds only what is of the class that was asked for', async () => {
    expect(await ask('robot', 'robot-password')).toMatchObject({ identity: { username: 'robot' } })
    expect(await ask('robot', 'robot-password', { objectClass: 'inetOrgPerson' })).toBe('unknown')
    expect(await ask('ada', 'ada-password', { objectClass: 'inetOrgPerson' })).toMatchObject({ identity: { username: 'ada' } })
  })

  it('tells the groups by their members, short or whole', async () => {
    const groups = { claim: 'groups', baseDn: `ou=groups,${suffix}`, memberAttribute: 'member', names: 'short' } as const
    expect(await ask('ada', 'ada-password', { groups })).toMatchObject({
      identity: { claims: { groups: ['Engineers, Berlin', 'admins'] } },
    })
    expect(await ask('grace', 'grace-password', { groups: { ...groups, names: 'dn' } })).toMatchObject({
      identity: { claims: { groups: [`cn=admins,ou=groups,${suffix}`] } },
    })
    expect(await ask('odd', 'odd-password', { groups })).toMatchObject({ identity: { claims: { groups: [] } } })
  })

  it('tells the groups by an attribute of the person', async () => {
    const groups = { claim: 'groups', attribute: 'objectClass', memberAttribute: 'member', names: 'short' } as const
    expect(await ask('ada', 'ada-password', { groups })).toMatchObject({ identity: { claims: { groups: ['inetOrgPerson'] } } })
  })

  it('is asked over StartTLS as well, and only with a certificate that is believed', async () => {
    const startTls = { url: slapd.url, startTls: true }
    expect(await ask('ada', 'ada-password', startTls)).toMatchObject({ identity: { username: 'ada' } })
    const stranger = issueCertificate({ subject: '/CN=Stranger' }).cert
    for (const changes of [{ ca: stranger }, { ...startTls, ca: stranger }])
      await expect(ask('ada', 'ada-password', changes)).rejects.toThrow(DirectoryFailure)
    for (const url of [slapd.secureUrl, slapd.url]) {
      const other = { url: url.replace('localhost', '127.0.0.1'), startTls: url === slapd.url }
      await expect(ask('ada', 'ada-password', other)).rejects.toThrow(DirectoryFailure)
    }
  })

  it('that refuses the account that searches has judged nobody’s password', async () => {
    await expect(ask('ada', 'ada-password', {}, 'not-the-password')).rejects.toThrow(/refuses bindDn/)
  })

  it('that gives no lasting name of a person lets nobody in', async () => {
    await expect(ask('ada', 'ada-password', { idAttribute: 'employeeNumber' })).rejects.toThrow(/gives no employeeNumber/)
  })
})

describe('a directory that is not there', () => {
  const closed: (() => void)[] = []
  afterAll(() => {
    for (const close of closed) close()
  })

  async function serve(onConnection: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>()
    const server: Server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined))
      onConnection(socket)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closed.push(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    return (server.address() as AddressInfo).port
  }

  const at = (url: string, startTls = false) =>
    askDirectory(
      {
        ...directoryAt({ url, secureUrl: url, ca: '', stop: async () => undefined }),
        startTls,
        connectTimeoutSeconds: 0.2,
        timeoutSeconds: 0.2,
      },
      { username: 'ada', password: 'ada-password', bindPassword: 'x' },
    )

  it.each([
    ['refuses connections', async () => freePort()],
    ['hangs up', async () => serve((socket) => socket.destroy())],
    ['says nothing', async () => serve(() => undefined)],
    ['says something else', async () => serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  ])('since it %s is told apart from a wrong password', async (_what, port) => {
    const there = await port()
    for (const [scheme, startTls] of [
      ['ldaps', false],
      ['ldap', true],
      ['ldap', false],
    ] as const)
      await expect(at(`${scheme}://127.0.0.1:${there}`, startTls)).rejects.toThrow(DirectoryFailure)
  })

  it('hears no password before TLS is there', async () => {
    const heard: Buffer[] = []
    const port = await serve((socket) => void socket.on('data', (data) => heard.push(data)))
    await expect(at(`ldap://127.0.0.1:${port}`, true)).rejects.toThrow(DirectoryFailure)
    const said = Buffer.concat(heard).toString('latin1')
    expect(said).toContain('1.3.6.1.4.1.1466.20037')
    expect(said).not.toMatch(/ada|reader|password/)
  })
})
