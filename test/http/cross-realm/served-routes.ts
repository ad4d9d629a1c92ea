import { subscribe } from 'node:diagnostics_channel'

export interface ServedRoute {
  readonly method: string
  /** As the router has it, with `:name` for what varies. */
  readonly path: string
}

export interface ServedRoutes {
  readonly admin: readonly ServedRoute[]
  readonly public: readonly ServedRoute[]
}

interface Message {
  readonly fastify: { addHook(name: 'onRoute', hook: (route: RegisteredRoute) => void): void }
}

interface RegisteredRoute {
  readonly method: string | readonly string[]
  readonly url: string
}

/**
 * What the routers of this process know, once its servers are there: Fastify tells of each of its instances. Nobody has to
 * list anything, and a new route is among them by itself.
 */
export function recordRoutes(): () => ServedRoutes {
  const routers: ServedRoute[][] = []
  subscribe('fastify.initialization', (message) => {
    const routes: ServedRoute[] = []
    routers.push(routes)
    ;(message as Message).fastify.addHook('onRoute', (route) => void routes.push(...toRoutes(route)))
  })
  return () => {
    const isAdmin = (routes: readonly ServedRoute[]): boolean => routes.some(({ path }) => path.startsWith('/admin/'))
    const [admin, first] = [routers.find(isAdmin), routers.find((routes) => !isAdmin(routes))]
    if (admin === undefined || first === undefined) throw new Error('no server has been started')
    return { admin, public: first }
  }
}

/** `HEAD` says what `GET` says without a body. What takes `OPTIONS` answers preflights, or refuses methods. */
function toRoutes({ method, url }: RegisteredRoute): readonly ServedRoute[] {
  const methods = [method].flat()
  if (methods.includes('OPTIONS')) return []
  return methods.filter((name) => name !== 'HEAD').map((name) => ({ method: name, path: url }))
}

export function nameOf({ method, path }: ServedRoute): string {
  return `${method} ${path}`
}
