import { beforeAll, describe, expect, it } from 'vitest'
import { fetchWith } from '../../support/client-identity.ts'
import { serveSuite } from '../../support/serve-suite.ts'
import { addressesOf } from './addresses.ts'
import { observe } from './observed.ts'
import { type Asked, type Context, protocolRecipes, type Recipe } from './protocol-recipes.ts'
import { createShared, mintThings, nowhereLike, type ProtocolThings, type Shared } from './protocol-things.ts'
import { digestRows } from './realm-rows.ts'
import { nameOf, recordRoutes } from './served-routes.ts'

const routesOf = recordRoutes()
/** `change`: not the server that several tests share, since routes are heard of as they are made. */
const server = serveSuite({ file: 'test/fixtures/configurations/twin-realms.yaml', change: (same) => same })
const databaseUrl = () => (server.configuration.database as { readonly url: string }).url

let shared: Shared
let one: ProtocolThings
let two: ProtocolThings
/** What of one is shown at two: made before its rows are looked at. */
let foreign: ProtocolThings
let nowhere: ProtocolThings
let rows: Readonly<Record<string, string>>

beforeAll(async () => {
  shared = await createShared()
  one = await mintThings(server, 'one', shared)
  two = await mintThings(server, 'two', shared)
  foreign = await kept(one)
  nowhere = await nowhereLike(foreign, shared)
  rows = await digestRows(databaseUrl(), 'one')
}, 60_000)

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

async function observed(target: Target, recipe: Recipe, things: ProtocolThings) {
  const response = await send(target, recipe, { things, own: two, shared })
  return { seen: await observe(response.clone(), textsOf(things)), text: await response.text() }
}

/** What tells a thing of realm one from one that is nowhere, where realm two is shown it. */
async function differences(target: Target, recipe: Recipe): Promise<readonly string[]> {
  const [found, expected] = [await observed(target, recipe, foreign), await observed(target, recipe, nowhere)]
  const name = `${target.method} ${target.address} with ${recipe.name}`
  const told = `${found.seen.status} ${JSON.stringify(found.seen.headers)} ${found.text}`
  return [
    ...(found.seen.status >= 500 ? [`${name}: ${told}`] : []),
    ...(JSON.stringify(found.seen) === JSON.stringify(expected.seen)
      ? []
      : [
          `${name}: ${told}, but with what is nowhere: ${expected.seen.status} ${JSON.stringify(expected.seen.headers)} ${expected.text}`,
        ]),
  ]
}

const origin = () => new URL(server.url).origin
const probed = () => routesOf().public.filter((route) => nameOf(route) in protocolRecipes)

describe('every route of the public listener, shown things of another realm', () => {
  it('takes none of them, and does not tell them from what is nowhere', { timeout: 120_000 }, async () => {
    const problems: string[] = []
    for (const route of probed()) {
      for (const address of addressesOf(origin(), 'two', route.path)) {
        for (const recipe of protocolRecipes[nameOf(route)] ?? []) {
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
  it('does at home what was asked', { timeout: 60_000 }, async () => {
    const problems: string[] = []
    for (const route of probed().toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))) {
      const [address = ''] = addressesOf(origin(), 'one', route.path)
      for (const recipe of protocolRecipes[nameOf(route)] ?? []) {
        const renewed = await one.renew()
        const context = { things: renewed, own: renewed, shared }
        const response = await send({ method: route.method, address }, recipe, context)
        const answer = { status: response.status, text: await response.text(), location: response.headers.get('location') ?? '' }
        if (!recipe.succeeds(answer, { ...context, url: address }))
          problems.push(`${nameOf(route)} with ${recipe.name}: ${answer.status} ${answer.text}`)
      }
    }
    expect(problems).toEqual([])
  })
})
