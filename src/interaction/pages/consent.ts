import type { ClientRequestView } from './client-request.ts'

export interface ConsentView extends ClientRequestView {
  readonly account: string
  readonly allowAction: string
  readonly denyAction: string
  readonly token: string
}

export const consentTemplate = `<% layout('@layout') %>
<%~ include('@client-header', { face: it.face, logo: it.logo, texts: it.texts, level: 'h1', heading: it.texts.rich('consent.heading', { client: it.face.name }) }) %>
<%~ include('@client-request', it) %>
<form method="post" action="<%= it.allowAction %>">
<input type="hidden" name="token" value="<%= it.token %>">
<div class="choices">
<button type="submit" formaction="<%= it.denyAction %>"><%= it.texts.t('consent.deny') %></button>
<button type="submit"><%= it.texts.t('consent.allow') %></button>
</div>
</form>
<% if (it.account) { %><p class="account"><%~ it.texts.rich('consent.signedInAs', { user: it.account }) %></p><% } %>
<%~ include('@client-links', it) %>
`
