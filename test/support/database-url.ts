import type pg from 'pg'

/** A socket folder goes into the query: a URL has no other place for it. */
export function urlOf({ host = 'localhost', port = 5432, user = '', password = '', database = '' }: pg.PoolConfig): string {
  const secret = typeof password === 'string' ? password : ''
  const place = host.startsWith('/')
    ? `/${database}?host=${encodeURIComponent(host)}&port=${port}`
    : `${host}:${port}/${database}`
  return `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@${place}`
}
