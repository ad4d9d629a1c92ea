import type { ClientFace } from '../display/client-face.ts'
import type { RequestedScope } from '../display/requested-access.ts'

export interface ApprovalsView {
  readonly account: string
  readonly action: string
  readonly token: string
  readonly outcome: string
  readonly requests: readonly ApprovalView[]
}

export interface ApprovalView {
  readonly id: string
  readonly face: ClientFace
  readonly message: string
  readonly scopes: readonly RequestedScope[]
  readonly resources: readonly string[]
  readonly expires: string
}

export const approvalsTemplate = `<% layout('@layout') %>
<h1><%= it.title %></h1>
<p class="account"><%~ it.texts.rich('consent.signedInAs', { user: it.account }) %></p>
<% if (it.outcome) { %><p class="outcome" role="status"><%= it.outcome %></p><% } %>
<% if (it.requests.length === 0) { %>
<p class="lead"><%= it.texts.t('approvals.none') %></p>
<p><%= it.texts.t('approvals.noneNote') %></p>
<p><a class="button" href="<%= it.action %>"><%= it.texts.t('approvals.reload') %></a></p>
<% } %>
<% for (const request of it.requests) { %>
<article class="request">
<%~ include('@client-header', { face: request.face, logo: undefined, texts: it.texts, level: 'h2', heading: it.texts.rich('consent.heading', { client: request.face.name }) }) %>
<% if (request.message) { %><div class="binding"><p><%= it.texts.t('approvals.message') %></p><p class="user-code"><bdi><%= request.message %></bdi></p></div><% } %>
<h3><%= it.texts.t('consent.asksFor') %></h3>
<%~ include('@scopes', { scopes: request.scopes, texts: it.texts }) %>
<% if (request.resources.length > 0) { %>
<h3><%= it.texts.t('consent.resources') %></h3>
<ul class="resources"><% for (const resource of request.resources) { %><li><bdi><%= resource %></bdi></li><% } %></ul>
<% } %>
<p class="note"><%= request.expires %></p>
<form method="post" action="<%= it.action %>">
<input type="hidden" name="token" value="<%= it.token %>">
<input type="hidden" name="request" value="<%= request.id %>">
<div class="choices">
<button type="submit" name="action" value="deny"><%= it.texts.t('consent.deny') %></button>
<button type="submit" name="action" value="approve"><%= it.texts.t('approvals.approve') %></button>
</div>
</form>
</article>
<% } %>
<form method="post" action="<%= it.action %>" class="sign-out">
<input type="hidden" name="token" value="<%= it.token %>">
<button class="quiet" type="submit" name="action" value="sign-out"><%= it.texts.t('approvals.signOut') %></button>
</form>
`
