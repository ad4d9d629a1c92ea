import type { FastifyRequest } from 'fastify'
import type { Realm } from '../registration/index.ts'

/** The http room resolves the realm of every request and decorates it. */
export function realmOf(request: FastifyRequest): Realm {
  const { realm } = request as FastifyRequest & { readonly realm?: Realm }
  if (realm === undefined) throw new Error('the request was not decorated with its realm')
  return realm
}

/** What stands before the path of every link of a realm's pages: nothing, or its issuer's own path. */
export function linkBase(realm: Realm): string {
  return new URL(realm.issuer).pathname.replace(/\/$/, '')
}
