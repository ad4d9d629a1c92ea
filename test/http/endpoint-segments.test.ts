import { describe, expect, it } from 'vitest'
import { dialectsOf } from '../../src/http/dialects/index.ts'
import { configurationEndpoint, engineEndpoints, registrationEndpoint } from '../../src/http/endpoints.ts'
import { dialectNames, endpointSegments } from '../../src/http/options.ts'
import { realm } from './world.ts'

const firstOf = (path: string) => path.split('/')[1]?.replace(/\?.*$/, '')

describe('what no other issuer may begin with below an issuer', () => {
  it('is where every endpoint begins', () => {
    const paths = [registrationEndpoint, configurationEndpoint, ...engineEndpoints].map(({ path }) => path)
    expect(endpointSegments).toEqual(expect.arrayContaining(paths.map(firstOf)))
  })

  it.each(dialectNames)('is where every path of %s begins', (name) => {
    const [dialect] = dialectsOf(realm({ dialects: [name] }))
    const { registration, configuration = [], aliases = {} } = dialect?.paths ?? { registration: '/register' }
    // A client_id alone stands right below the issuer of some, and has the form of an identifier of ours.
    const paths = [registration, ...configuration, ...Object.keys(aliases)].filter((path) => path !== '/{client_id}')
    expect(endpointSegments).toEqual(expect.arrayContaining(paths.map(firstOf)))
  })
})
