import { beforeAll, describe, expect, it } from 'vitest'
import { fetchWith } from '../../support/client-identity.ts'
import { serveSuite } from '../../support/serve-suite.ts'
import { addressesOf } from './addresses.ts'
import { observe } from './observed.ts'
import { forEveryone, pageRecipes, usingUp } from './page-recipes.ts'
import { connectProvider, mintPages, pagesNowhere } from './page-things.ts'
import { type Asked, type Context, protocolRecipes, type RealmThings, type Recipe } from './protocol-recipes.ts'
import { createShared, mintThings, nowhereLike, type ProtocolThings, type Shared } from './protocol-things.ts'
import { digestRows } from './realm-rows.ts'
import { nameOf, recordRoutes } from './served-routes.ts'

const routesOf = recordRoutes()
/** `change`: not the server that several tests share, since routes are heard of as they are made. */
const server = serveSuite({ file: 'test/fixtures/configurations/twin-realms.yaml', change: (same) => same })
/** Where people of both realms can sign in as well. */
const elsewhere = serveSuite({ file: 'test/fixtures/configurations/twin-realms.yaml', change: (same) => same })
const databaseUrl = () => (server.configuration.database as { readonly url: string }).url

let shared: Shared
let one: RealmThings
let two: RealmThings
/** What of one is shown at two: made before its rows are looked at. */
let foreign: RealmThings
let nowhere: RealmThings
let rows: Readonly<Record<string, string>>

beforeAll(async () => {
  shared = await createShared()
  await connectProvider(server, elsewhere)
  one = await furnished('one')
  two = await furnished('two')
  foreign = { ...(await kept(one)), pages: one.pages }
  nowhere = { ...(await nowhereLike(foreign, shared)), pages: pagesNowhere(foreign.pages) }
  rows = await digestRows(databaseUrl(), 'one')
}, 120_000)

async function furnished(realm: string): Promise<RealmThings> {
  return { ...(await mintThings(server, realm, shared)), pages: await mintPages(server, realm) }
}

/** One of each that every call of the others would make anew. */
async function kept(things: ProtocolThings): Promise<ProtocolThings> {
  const once = async (mint: () => Promise<string>) => {
    const value = await mint()
    return () => Promise.resolve(value)
  }
  return {
    ...things,
    code: await once(things.code),
    refreshToken: await once(things.refreshToken),
    deviceCode: await once(things.deviceCode),
    backchannelRequest: await once(things.backchannelRequest),
  }
}

interface Target {
  readonly method: string
  /** With `{id}` for what varies. */
  readonly address: string
}

async function send({ method, address }: Target, recipe: Recipe, context: Omit<Context, 'url'>): Promise<Response> {
  const asked = await recipe.ask({ ...context, url: address })
  const { id = '', query, headers = {}, withCertificate } = asked
  const url = new URL(address.replace('{id}', encodeURIComponent(id)))
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
  const [type, body] = bodyOf(asked)
  const sent = body === undefined ? {} : { body }
  const init = {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': type }) },
    ...sent,
    redirect: 'manual' as const,
  }
  if (withCertificate !== true) return fetch(url, init)
  const there = url.href.replace(new URL(server.url).origin, server.mtlsUrl ?? '')
  return fetchWith(context.things.certificate)(there, init)
}

function bodyOf({ form, json, jwt }: Pick<Asked, 'form' | 'json' | 'jwt'>): readonly [type: string, body?: string] {
  if (form !== undefined) return ['application/x-www-form-urlencoded', new URLSearchParams(form).toString()]
  if (jwt !== undefined) return ['application/jwt', jwt]
  return json === undefined ? ['application/json'] : ['application/json', JSON.stringify(json)]
}

const textsOf = (things: ProtocolThings): readonly string[] => [
  ...[things.issuer, things.client.client_id, things.client.registration_access_token, things.resource, things.requestUri],
  ...Object.values(things.tokens)
    .filter((value) => typeof value === 'string' && value.length > 20)
    .map(String),
]

async function observed(target: Target, recipe: Recipe, things: RealmThings) {
  const response = await send(target, recipe, { things, own: two, shared })
  return { seen: await observe(response.clone(), textsOf(things)), text: await response.text() }
}

/** What tells a thing of realm one from one that is nowhere, where realm two is shown it. */
async function differences(target: Target, recipe: Recipe): Promise<readonly string[]> {
  const [found, expected] = [await observed(target, recipe, foreign), await observed(target, recipe, nowhere)]
  const name = `${target.method} ${target.address} with ${recipe.name}`
  const told = `${found.seen.status} ${JSON.stringify(found.seen.headers)} ${found.seen.body}`
  return [
    ...(found.seen.status >= 500 ? [`${name}: ${told}`] : []),
    ...(JSON.stringify(found.seen) === JSON.stringify(expected.seen)
      ? []
      : [
          `${name}: ${told}, but with what is nowhere: ${expected.seen.status} ${JSON.stringify(expected.seen.headers)} ${expected.seen.body}`,
        ]),
  ]
}

const origin = () => new URL(server.url).origin
const recipes = { ...protocolRecipes, ...pageRecipes }
const probed = () => routesOf().public.filter((route) => nameOf(route) in recipes)

/** What was used up by asking is there anew. */
async function renewed(route: string): Promise<RealmThings> {
  if (route in protocolRecipes || route.endsWith(' /authorize')) return { ...(await one.renew()), pages: one.pages }
  const parts = usingUp[route] ?? []
  return { ...one, pages: { ...one.pages, ...(await mintPages(server, 'one', parts)) } }
}

describe('every route of the public listener, shown things of another realm', () => {
  it('is known here', () => {
    const unknown = routesOf()
      .public.map(nameOf)
      .filter((name) => !(name in recipes || forEveryone.includes(name)))
    const whatToDo = 'say in protocol-recipes.ts or page-recipes.ts what of another realm it could be shown'
    expect(unknown.map((name) => `${name}: ${whatToDo}`)).toEqual([])
  })

  it('takes none of them, and does not tell them from what is nowhere', { timeout: 240_000 }, async () => {
    const problems: string[] = []
    for (const route of probed()) {
      for (const address of addressesOf(origin(), 'two', route.path)) {
        for (const recipe of recipes[nameOf(route)] ?? []) {
          problems.push(...(await differences({ method: route.method, address }, recipe)))
        }
      }
    }
    expect(problems).toEqual([])
  })

  it('has left every row of the other realm as it was', async () => {
    expect(await digestRows(databaseUrl(), 'one')).toEqual(rows)
  })

  // A request that succeeds nowhere would show nothing above.
  it('does at home what was asked', { timeout: 240_000 }, async () => {
    const problems: string[] = []
    for (const route of probed().toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))) {
      const [address = ''] = addressesOf(origin(), 'one', route.path)
      for (const recipe of recipes[nameOf(route)] ?? []) {
        const things = await renewed(nameOf(route))
        const context = { things, own: things, shared }
        const response = await send({ method: route.method, address }, recipe, context)
        const answer = { status: response.status, text: await response.text(), location: response.headers.get('location') ?? '' }
        if (!recipe.succeeds(answer, { ...context, url: address }))
          problems.push(`${nameOf(route)} with ${recipe.name}: ${answer.status} ${answer.location} ${answer.text}`)
      }
    }
    expect(problems).toEqual([])
  })
})
