import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigurationError, checkConfiguration } from '../../src/config/index.ts'
import { authority, issueCertificate } from '../support/certificates.ts'
import { liveRealms } from './live-world.ts'
import { writeConfiguration } from './write-configuration.ts'

async function problemsOf(text: string): Promise<readonly string[]> {
  const { file, data } = await writeConfiguration(text)
  const error = await checkConfiguration(file, { data }, {}).catch((reason: unknown) => reason)
  if (!(error instanceof ConfigurationError)) throw new Error('the configuration was accepted', { cause: error })
  return error.problems.map(({ path }) => path.join('.').replace('realms.default.', ''))
}

describe('objects in the file', () => {
  it('are judged together, with what a file or a variable lacks', async () => {
    const problems = await problemsOf(`mode: development
realms:
  default:
    registration:
      initialAccessTokenScopes: [nope]
      allowedExclusiveScopes: [openid]
      clientCertificateIssuer: { rule: one, trustedCa: other }
      registrationAccessTokens: disabled
    scopes: [openid, { name: pay, dynamic: true }]
    scopeGroups: [{ name: openid, scopes: [pay] }]
    extendedProperties: [{ name: client_name }, { name: tpp_id, tokenClaim: sub }, { name: a, tokenClaim: c }, { name: b, tokenClaim: c }]
    policies: [{ id: hosts, policy: redirect-hosts, options: { host: [a.example] } }, { id: hosts, policy: redirect-host }]
    trustedCas: [{ id: root, file: missing.pem }]
    statementIssuers:
      - { id: a, issuer: A, keys: { kind: secret, secret: { env: MISSING } }, algorithms: [HS256] }
      - { id: b, issuer: A, keys: { kind: certificates, trustedCas: [root] } }
    webhooks: [{ id: w, url: "ftp://a.example", secret: { value: short } }]
`)
    expect([...problems].sort()).toEqual(
      [
        'extendedProperties.0.name',
        'extendedProperties.1.tokenClaim',
        'extendedProperties.3.tokenClaim',
        'policies.0.options.host',
        'policies.0.options.hosts',
        'policies.1',
        'policies.1.policy',
        'registration.allowedExclusiveScopes.0',
        'registration.clientCertificateIssuer.trustedCa',
        'registration.initialAccessTokenScopes.0',
        'registration.registrationAccessTokens',
        'scopeGroups.0.name',
        'scopeGroups.0.scopes.0',
        'scopes.1.name',
        'statementIssuers.0.keys.secret',
        'statementIssuers.1.issuer',
        'trustedCas.0.file',
        'webhooks.0.secret',
        'webhooks.0.url',
      ].sort(),
    )
  })

  it('are judged one by one, whatever the others are', async () => {
    const webhooks = '[{ id: w, url: "ftp://a.example", secret: { env: MISSING } }, { id: w, url: 5 }, nonsense]'
    expect(await problemsOf(`mode: development\nrealms: { default: { webhooks: ${webhooks} } }`)).toEqual(
      expect.arrayContaining(['webhooks.0.url', 'webhooks.1.url', 'webhooks.1.secret', 'webhooks.2']),
    )
  })

  it('are part of the realm, read-only, with secrets sealed and durations counted', async () => {
    const { cert } = issueCertificate({ subject: '/CN=Root', extensions: authority })
    const { folder } = await writeConfiguration('')
    const ca = join(folder, 'ca.pem')
    await writeFile(ca, cert)
    const { live, objects } = await liveRealms(`realms:
  default:
    scopes: [openid, { name: "pay:*", exclusive: true, dynamic: true }]
    trustedCas: [{ id: root, file: ${ca} }]
    statementIssuers:
      - { id: a, issuer: A, keys: { kind: secret, secret: { value: sixteen-characters } }, algorithms: [HS256], maxAge: 180d }
    webhooks: [{ id: w, url: "https://a.example", secret: { value: sixteen-characters } }]
`)
    expect(live.find('default')).toMatchObject({
      scopes: [{ name: 'openid' }, { name: 'pay:*', exclusive: true, dynamic: true }],
      trustedCas: [{ id: 'root', crls: [] }],
      statementIssuers: [{ keys: { kind: 'secret', sealed: 'sealed:sixteen-characters' }, maxAgeSeconds: 15_552_000 }],
    })
    expect((await live.objects.trustedCas.list('default')).map(({ id, provisioned }) => [id, provisioned])).toEqual([
      ['root', true],
    ])
    // Events are left for it where they are recorded.
    expect(await objects.list()).toMatchObject([{ kind: 'webhook', id: 'w', definition: { provisioned: true } }])
  })
})
