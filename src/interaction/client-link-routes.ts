import type { FastifyInstance } from 'fastify'
import { clientLink, clientLogo, linkMembers } from './display/client-face.ts'
import { transportHeaders } from './page-headers.ts'
import { linkBase } from './realm-of.ts'
import { renderPage } from './render-page.ts'
import type { Room } from './room.ts'
import { stop } from './stop.ts'
import { show } from './visit.ts'
import { withInteraction } from './with-interaction.ts'

/** What a consent page shows of the client's own web: links by way of a page of ours, and the logo from us alone. */
export function registerClientLinkRoutes(app: FastifyInstance, room: Room): void {
  // RFC 9700 §4.2.4 wants no links to foreign sites on the consent page; RFC 7591 §5 wants people to be able to look.
  app.get('/interaction/:uid/leave', (request, reply) =>
    withInteraction(room, { request, reply }, async (_, visit, { uid, client }) => {
      const { realm, texts, languages } = visit
      const { to } = request.query as { readonly to?: unknown }
      const member = linkMembers.find((candidate) => candidate === to)
      const link = member && clientLink(client, realm, member, languages)
      if (link === undefined) return stop(visit, 'notFound')
      const back = `${linkBase(realm)}/interaction/${encodeURIComponent(uid)}`
      return show(
        visit,
        renderPage('leave', { realm, texts, title: texts.t('leave.title') }, { host: link.host, href: link.href, back }),
      )
    }),
  )

  app.get('/interaction/:uid/logo', (request, reply) =>
    withInteraction(room, { request, reply }, async ({ ports }, visit, { client }) => {
      const uri = clientLogo(client, visit.realm, visit.languages)
      const png = uri === undefined ? undefined : await ports.logos.find(uri)
      if (png === undefined) return stop(visit, 'notFound')
      return reply.headers({ ...logoHeaders, ...transportHeaders(visit.realm) }).send(Buffer.from(png))
    }),
  )
}

// SEC-LOGO-01: an image and nothing else, whatever somebody gets into it.
const logoHeaders = {
  'content-type': 'image/png',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'private, max-age=600',
}
