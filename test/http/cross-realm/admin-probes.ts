import type { TestServer } from '../../support/test-server.ts'
import { type Body, bodies, creations, mixedPlaces, otherBodies } from './admin-bodies.ts'
import { type FurnishedRealm, idOf } from './furnish-realm.ts'
import { observe } from './observed.ts'
import { nameOf, type ServedRoute } from './served-routes.ts'

export interface Probe {
  readonly method: string
  readonly path: string
  readonly body?: object | string
  /** What is another one in the request that it is compared with. */
  readonly id: string
  /** Of what the request makes. */
  readonly name?: string
}

/** What follows the realm in a path: `clients/:client_id`. */
export const relative = ({ path }: ServedRoute): string => path.replace(/^.*\/:realm[/_](?:realm-config\/)?/, '')
export const keyOf = (route: ServedRoute): string => `${route.method} ${relative(route)}`
export const collectionOf = (route: ServedRoute): string => relative(route).replace(/\/:.*$/, '')
export const isAboutOne = ({ path }: ServedRoute): boolean => /\/:(?!realm)/.test(path)
export const hasBody = ({ method }: ServedRoute): boolean => method !== 'GET' && method !== 'DELETE'

/** The routes about a realm; where it stands in the middle of a word, with each of the words that there are. */
export function routesOfRealms(routes: readonly ServedRoute[]): readonly ServedRoute[] {
  const spelled = routes.flatMap((route) => (mixedPlaces[nameOf(route)] ?? [route.path]).map((path) => ({ ...route, path })))
  return spelled.filter(({ path }) => /\/:realm[/_]/.test(path))
}

export function pathOf({ path }: ServedRoute, realm: string, id = ''): string {
  return path.replace(':realm', realm).replace(/:[a-z_]+/, () => encodeURIComponent(id))
}

/** What a route is sent: as `admin-bodies.ts` has it, or as the thing was made. */
export function bodiesOf(route: ServedRoute): readonly Body[] {
  const key = keyOf(route)
  const made = route.method === (isAboutOne(route) ? 'PUT' : 'POST') ? creations[collectionOf(route)] : undefined
  const first = bodies[key] ?? made
  return [...(first === undefined ? [] : [first]), ...(otherBodies[key] ?? [])]
}

const order = ['GET', 'PUT', 'PATCH', 'POST', 'DELETE']

/** What is read comes first and what is removed last: of that, what others need at the very end. */
export function inOrder(routes: readonly ServedRoute[]): readonly ServedRoute[] {
  const isRemoval = ({ method }: ServedRoute): boolean => method === 'DELETE'
  const others = routes.filter((route) => !isRemoval(route))
  const sorted = others.toSorted((a, b) => order.indexOf(a.method) - order.indexOf(b.method))
  return [...sorted, ...routes.filter(isRemoval).toReversed()]
}

/** Asks as an administrator. */
export function createAdminProbes(server: TestServer, one: () => FurnishedRealm) {
  function send({ method, path, body }: Omit<Probe, 'id'>): Promise<Response> {
    const type = typeof body === 'string' ? 'application/x-ndjson' : 'application/json'
    return fetch(`${server.adminUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${server.adminToken}`, ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }

  /** The identifiers in a list, ours or a vendor's. */
  async function listed(path: string): Promise<readonly string[]> {
    const response = await send({ method: 'GET', path })
    const { items, result } = (await response.json()) as Record<string, Record<string, unknown>[] | undefined>
    return (items ?? result ?? []).map(idOf)
  }

  async function seen(probe: Probe) {
    const response = await send(probe)
    const text = await response.clone().text()
    const { status, headers, body } = await observe(response, [probe.id, probe.name ?? ''])
    // What was made under a name that is free here: the next probe shall find it free again.
    if (status === 201) await send({ method: 'DELETE', path: response.headers.get('location') ?? probe.path })
    return { status, text, view: JSON.stringify({ status, headers, body }) }
  }

  /** What tells something of realm one from nothing at all, where realm two was asked: there has to be none of it. */
  async function differences(foreign: Probe, nowhere: Probe): Promise<readonly string[]> {
    const [found, expected] = [await seen(foreign), await seen(nowhere)]
    const name = `${foreign.method} ${foreign.path} ${JSON.stringify(foreign.body ?? '')}`
    const told = one()
      .all()
      .flatMap(([, ids]) => ids.filter((id) => !name.includes(id) && found.text.includes(id)))
    return [
      ...(found.status >= 500 ? [`${name}: ${found.status}`] : []),
      ...(found.view === expected.view
        ? []
        : [`${name}: ${found.status} ${found.text}, but of what is nowhere: ${expected.status} ${expected.text}`]),
      ...(told.length > 0 ? [`${name} tells of ${told.join(', ')}: ${found.text}`] : []),
    ]
  }

  return { send, listed, differences }
}

export interface Changed {
  readonly body: object
  readonly id: string
}

/** The body with one identifier of another realm's, for each that it has. */
export function withEach(own: object, others: object, change: (id: string) => string, isId: (text: string) => boolean) {
  const walk = (mine: unknown, theirs: unknown): readonly { readonly body: unknown; readonly id: string }[] => {
    if (typeof theirs === 'string') return mine !== theirs && isId(theirs) ? [{ body: change(theirs), id: change(theirs) }] : []
    if (typeof mine !== 'object' || mine === null) return []
    return Object.entries(mine).flatMap(([name, member]) =>
      walk(member, (theirs as Record<string, unknown>)[name]).map(({ body, id }) => {
        const changed = Array.isArray(mine) ? mine.with(Number(name), body) : { ...mine, [name]: body }
        return { body: changed, id }
      }),
    )
  }
  return walk(own, others) as readonly Changed[]
}
