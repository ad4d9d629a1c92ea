import { beforeAll, describe, expect, it, vi } from 'vitest'
import { serveSuite } from '../../support/serve-suite.ts'
import { creations, listedAs, mixedPlaces, serverWide } from './admin-bodies.ts'
import {
  bodiesOf,
  collectionOf,
  createAdminProbes,
  hasBody,
  inOrder,
  isAboutOne,
  keyOf,
  type Probe,
  pathOf,
  relative,
  routesOfRealms,
  withEach,
} from './admin-probes.ts'
import { type FurnishedRealm, furnishRealm, idOf } from './furnish-realm.ts'
import { nonexistent } from './nonexistent.ts'
import { digestRows } from './realm-rows.ts'
import { nameOf, recordRoutes, type ServedRoute } from './served-routes.ts'

const routesOf = recordRoutes()
const file = 'test/fixtures/configurations/twin-realms.yaml'
/** `change`: not the server that several tests share, since routes are heard of as they are made. */
const server = serveSuite({ file, change: (same) => same })
const databaseUrl = () => (server.configuration.database as { readonly url: string }).url

let one: FurnishedRealm
let two: FurnishedRealm
let rows: Readonly<Record<string, string>>
/** Of realm one alone, by the collection that lists them. */
let foreign: ReadonlyMap<string, readonly string[]>
const realmRoutes: ServedRoute[] = []
const { send, listed, differences } = createAdminProbes(server, () => one)

beforeAll(async () => {
  one = await furnishRealm(server, 'one')
  two = await furnishRealm(server, 'two')
  realmRoutes.push(...routesOfRealms(routesOf().admin))
  const isGivenUp = '/admin/v1/realms/one/webhook-deliveries?state=dead'
  await vi.waitFor(async () => expect((await listed(isGivenUp)).length).toBeGreaterThan(1), { timeout: 20_000 })
  foreign = await identifiersOfOne()
  rows = await digestRows(databaseUrl(), 'one')
}, 60_000)

async function identifiersOfOne(): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>([['people', [one.things.person]]])
  for (const route of realmRoutes.filter((known) => known.method === 'GET' && !isAboutOne(known))) {
    const others = await listed(pathOf(route, 'two'))
    const all = [...one.idsOf(relative(route)), ...(await listed(pathOf(route, 'one')))]
    found.set(
      relative(route),
      [...new Set(all)].filter((id) => !others.includes(id)),
    )
  }
  return found
}

const isForeign = (text: string): boolean => [...foreign.values()].some((ids) => ids.includes(text))
/** Each of the kind itself, and one of every other kind. */
const chosen = (collection: string): readonly string[] =>
  [...foreign].flatMap(([kind, ids]) => (kind === (listedAs[collection] ?? collection) ? ids.slice(0, 2) : ids.slice(0, 1)))

function probeOfPath(route: ServedRoute): (id: string) => Probe {
  return (id) => {
    const body = bodiesOf(route)[0]?.(two.things, id)
    return { method: route.method, path: pathOf(route, 'two', id), id, ...(body === undefined ? {} : { body }) }
  }
}

/** Every text in the query of every list. */
async function probesOfQueries(): Promise<readonly ((id: string) => Probe)[]> {
  const { paths } = (await (await send({ method: 'GET', path: '/admin/v1/openapi.json' })).json()) as Described
  return Object.entries(paths).flatMap(([path, { get }]) => {
    if (!path.includes('{realm}/')) return []
    const target = path.replace('{realm}', 'two').replace(/\{[a-z_]+\}/, () => encodeURIComponent(two.things.id('clients')))
    const texts = (get?.parameters ?? []).filter((one) => one.in === 'query' && one.schema.type === 'string')
    return texts.map(({ name }) => (id: string): Probe => {
      const value = name === 'property' ? `client_name=${id}` : id
      return { method: 'GET', path: `${target}?${new URLSearchParams({ [name]: value })}`, id }
    })
  })
}

interface Described {
  readonly paths: Record<string, { get?: { parameters?: { in: string; name: string; schema: { type?: string } }[] } }>
}

/** Each body of a route with each identifier in it that can be another realm's: what it is with one's, and with nobody's. */
function probesOfBodies(route: ServedRoute): readonly (readonly [Probe, Probe])[] {
  const target = isAboutOne(route) ? (two.idsOf(listedAs[collectionOf(route)] ?? collectionOf(route))[0] ?? 'none') : ''
  const about = { method: route.method, path: pathOf(route, 'two', target) }
  return bodiesOf(route).flatMap((body) => {
    const name = isAboutOne(route) ? target : `new-in-${collectionOf(route)}`
    const [own, others] = [body(two.things, name), body(one.things, name)]
    const nowhere = withEach(own, others, nonexistent, isForeign)
    return withEach(own, others, (id) => id, isForeign).map((sent, index) => [
      { ...about, ...sent },
      { ...about, ...(nowhere[index] ?? sent) },
    ])
  })
}

/** What realm one exports, for realm two and under a name that is free there: with each of the identifiers that it names. */
async function probesOfImport(): Promise<readonly (readonly [string, Probe, Probe])[]> {
  const exported = await (await send({ method: 'GET', path: '/admin/v1/export?realm=one' })).text()
  const all = [...foreign.values()].flat()
  return exported
    .trim()
    .split('\n')
    .flatMap((line, index) => {
      const { kind, definition } = JSON.parse(line) as { kind: string; definition: Record<string, unknown> }
      // An agent has an id besides that of its client, and another client is another agent.
      const agent = (definition['agent'] as { readonly id?: string } | undefined)?.id
      const named = all.filter((id) => id !== idOf(definition) && line.includes(`"${id}"`))
      return named.map((id): [string, Probe, Probe] => {
        const probe = (other: string, name: string): Probe => {
          const asAnother = line.replaceAll(idOf(definition), name).replaceAll(`"${id}"`, `"${other}"`)
          const renamed = agent === undefined || agent === id ? asAnother : asAnother.replaceAll(`"${agent}"`, `"${name}"`)
          return {
            method: 'POST',
            path: '/admin/v1/import',
            body: renamed.replace('"realm":"one"', '"realm":"two"'),
            id: other,
            name,
          }
        }
        return [kind, probe(id, `imported-${index}-${id}`), probe(nonexistent(id), `imported-${index}-${id}-else`)]
      })
    })
}

/** The first answer that is none of refusal, for any of the things that are there. */
async function answerAtHome(route: ServedRoute): Promise<string> {
  const collection = collectionOf(route)
  const ids = isAboutOne(route) ? (foreign.get(listedAs[collection] ?? collection) ?? []) : [`new-in-${collection}`]
  let answer = `realm one has nothing that GET ${collection} lists`
  for (const id of ids) {
    const body = bodiesOf(route)[0]?.(one.things, id)
    const about = { method: route.method, path: pathOf(route, 'one', isAboutOne(route) ? id : '') }
    const response = await send({ ...about, ...(body === undefined ? {} : { body }) })
    answer = `${response.status} ${await response.text()}`
    if (response.ok) break
  }
  return answer
}

describe('every route of the admin API, asked at one realm about things of another', () => {
  // First, since the audit trail of realm two tells later what was asked there.
  it('tells no identifier of another realm in a query from one that nobody has', { timeout: 240_000 }, async () => {
    const problems: string[] = []
    const probes = await probesOfQueries()
    for (const probe of probes) {
      for (const id of chosen('')) problems.push(...(await differences(probe(id), probe(nonexistent(id)))))
    }
    expect(problems).toEqual([])
    expect(probes.length).toBeGreaterThan(15)
  })

  it('tells no identifier of another realm from one that nobody has', { timeout: 240_000 }, async () => {
    const problems: string[] = []
    for (const route of realmRoutes.filter(isAboutOne)) {
      const probe = probeOfPath(route)
      for (const id of chosen(collectionOf(route))) problems.push(...(await differences(probe(id), probe(nonexistent(id)))))
    }
    expect(problems).toEqual([])
  })

  it('takes nothing of another realm that a body names, and does not say whether it is there', { timeout: 60_000 }, async () => {
    const problems: string[] = []
    const probed = new Set<string>()
    for (const route of realmRoutes.filter(hasBody)) {
      for (const [there, nowhere] of probesOfBodies(route)) {
        problems.push(...(await differences(there, nowhere)))
        probed.add(keyOf(route))
      }
    }
    expect(problems).toEqual([])
    expect(probed.size).toBeGreaterThan(15)
  })

  it('lets a realm have names that another has', { timeout: 60_000 }, async () => {
    const problems: string[] = []
    for (const [collection, body] of Object.entries(creations)) {
      const path = `/admin/v1/realms/two/${collection}`
      const probe = (id: string): Probe => ({ method: 'POST', path, body: body(two.things, id), id })
      const id = one.things.id(collection)
      problems.push(...(await differences(probe(id), probe(nonexistent(id)))))
    }
    expect(problems).toEqual([])
  })

  it('are all probed here, or about no realm in particular', async () => {
    const others = routesOf().admin.filter((route) => !/\/:realm\//.test(route.path) && !(nameOf(route) in mixedPlaces))
    expect(others.map(nameOf).filter((name) => !serverWide.includes(name))).toEqual([])
    for (const route of others.filter(({ method, path }) => method === 'GET' && path.endsWith('/:realm'))) {
      const text = await (await send({ method: 'GET', path: pathOf(route, 'two') })).text()
      expect(
        [...foreign.values()].flat().filter((id) => text.includes(id)),
        nameOf(route),
      ).toEqual([])
    }
  })

  it('exports a realm without anything of another', async () => {
    const text = await (await send({ method: 'GET', path: '/admin/v1/export?realm=two' })).text()
    expect([...foreign.values()].flat().filter((id) => text.includes(id))).toEqual([])
    expect(text).toContain(two.things.id('clients'))
  })

  it('imports nothing that names things of another realm, and does not say whether they are there', async () => {
    const problems: string[] = []
    const probed = new Set<string>()
    for (const [kind, there, nowhere] of await probesOfImport()) {
      problems.push(...(await differences(there, nowhere)))
      probed.add(kind)
    }
    expect(problems).toEqual([])
    expect([...probed]).toEqual(expect.arrayContaining(['scope-group', 'statement-issuer', 'assertion-issuer', 'client']))
  })

  it('has left every row of the other realm as it was', async () => {
    expect(await digestRows(databaseUrl(), 'one')).toEqual(rows)
    expect(Object.keys(rows).length).toBeGreaterThan(10)
  })

  // A request that succeeds nowhere would show nothing above.
  it('answers every one of these requests at home', { timeout: 60_000 }, async () => {
    const answers: string[] = []
    for (const route of inOrder(realmRoutes)) answers.push(`${nameOf(route)}: ${await answerAtHome(route)}`)
    const whatToDo = 'test/http/cross-realm/admin-bodies.ts has to say what this route is sent, or how its things are made'
    const refused = answers.filter((answer) => !/: 2\d\d /.test(answer))
    expect(refused.map((answer) => `${answer}; ${whatToDo}`)).toEqual([])
  })
})
