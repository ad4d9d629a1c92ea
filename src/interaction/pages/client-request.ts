import type { ClientFace } from '../display/client-face.ts'
import type { RequestedAccess } from '../display/requested-access.ts'

/** What a person decides about: who asks, where it sends people, what it asks for. */
export interface ClientRequestView {
  readonly face: ClientFace
  readonly logo: string | undefined
  readonly destination: DestinationView
  readonly access: RequestedAccess
  readonly links: readonly {
    readonly label: string
    readonly host: string
    readonly href: string
    readonly isElsewhere: boolean
  }[]
}

export interface DestinationView {
  readonly label: string
  readonly address: string
  readonly notes: readonly string[]
  readonly isRisky: boolean
}

export const clientRequestTemplate = `<section class="destination<% if (it.destination.isRisky) { %> destination-risky<% } %>" aria-labelledby="destination">
<h2 id="destination"><%= it.destination.label %></h2>
<% if (it.destination.address) { %><p class="address"><bdi><%= it.destination.address %></bdi></p><% } %>
<% for (const note of it.destination.notes) { %><p class="note"><%= note %></p><% } %>
</section>
<section aria-labelledby="asks">
<% if (it.access.scopes.length > 0 || it.access.claims) { %>
<h2 id="asks"><%= it.texts.t('consent.asksFor') %></h2>
<%~ include('@scopes', { scopes: it.access.scopes, claims: it.access.claims, texts: it.texts }) %>
<% } else { %>
<h2 id="asks"><%= it.texts.t('consent.asksForNothing') %></h2>
<% } %>
<% if (it.access.resources.length > 0) { %>
<h3><%= it.texts.t('consent.resources') %></h3>
<ul class="resources">
<% for (const resource of it.access.resources) { %>
<li><% if (resource.name) { %><%= resource.name %> · <% } %><bdi><%= resource.identifier %></bdi><% if (resource.scopes.length > 0) { %><%~ include('@scopes', { scopes: resource.scopes, texts: it.texts }) %><% } %></li>
<% } %>
</ul>
<% } %>
<% if (it.access.details.length > 0) { %>
<h3><%= it.texts.t('consent.details') %></h3>
<% for (const detail of it.access.details) { %>
<div class="detail"><p><code><bdi><%= detail.type %></bdi></code></p>
<% if (detail.rows.length > 0) { %><dl><% for (const row of detail.rows) { %><div><dt><bdi><%= row.name %></bdi></dt><dd><bdi><%= row.value %></bdi></dd></div><% } %></dl><% } %>
</div>
<% } %>
<% } %>
</section>
`

export const clientLinksTemplate = `<% if (it.links.length > 0) { %>
<section class="links" aria-labelledby="links">
<h2 id="links"><%= it.texts.t('consent.links') %></h2>
<ul>
<% for (const link of it.links) { %>
<li><a href="<%= link.href %>" rel="noopener noreferrer nofollow ugc"><%= link.label %></a> <span class="host"><bdi><%= link.host %></bdi><% if (link.isElsewhere) { %> <span class="elsewhere">(<%= it.texts.t('consent.otherHost') %>)</span><% } %></span></li>
<% } %>
</ul>
</section>
<% } %>
`
