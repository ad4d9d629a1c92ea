import { dialectsOf } from '../../../src/http/dialects/index.ts'
import { dialectRoots } from '../../../src/http/options.ts'
import type { Realm } from '../../../src/registration/index.ts'

const dialects = ['pingam', 'pingfederate', 'simpleidserver']

/** Everywhere that a realm which speaks every dialect answers what the router has at `path`. */
export function addressesOf(origin: string, realm: string, path: string): readonly string[] {
  const roots = Object.values(dialectRoots).flatMap((forms) => (forms ?? []).map((form) => form.replace('{realm}', realm)))
  return roots.flatMap((root) => namesOf(path).map((name) => `${origin}${root}${name}`))
}

/** Ours first, then those of the vendors; `{id}` stands for what varies. */
function namesOf(path: string): readonly string[] {
  const spoken = dialectsOf({ dialects } as unknown as Realm)
  const own = path.replace(/:[a-z_]+/, '{id}')
  const others = spoken.flatMap(({ paths, inspection }) => {
    const aliases = Object.entries(paths.aliases).filter(([, meant]) => meant === path)
    return [
      ...aliases.map(([alias]) => alias),
      ...(path === '/register' ? [paths.registration, paths.agentRegistration] : []),
      ...(path === '/register/:client_id' ? paths.configuration.map((form) => form.replace('{client_id}', '{id}')) : []),
      ...(path === '/tokeninfo' ? [inspection?.accessTokens.path] : []),
      ...(path === '/idtokeninfo' ? [inspection?.idTokens.path] : []),
    ]
  })
  return [...new Set([own, ...others.filter((name) => name !== undefined)])]
}
