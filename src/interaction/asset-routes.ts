import type { FastifyInstance } from 'fastify'
import { findAsset } from './assets.ts'
import { transportHeaders } from './page-headers.ts'
import { realmOf } from './realm-of.ts'
import { stop } from './stop.ts'
import { visitOf } from './visit.ts'

export function registerAssetRoutes(app: FastifyInstance): void {
  app.get('/assets/:file', async (request, reply) => {
    const asset = findAsset((request.params as { readonly file: string }).file)
    if (asset === undefined) return stop(visitOf(request, reply), 'notFound')
    return reply
      .headers({ ...assetHeaders, ...transportHeaders(realmOf(request)), 'content-type': asset.type })
      .send(asset.content)
  })
}

const assetHeaders = {
  'cache-control': 'public, max-age=31536000, immutable',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}
