import type { ClientRequestView } from './client-request.ts'

/** Consent before it is known whose: the provider is only asked once the person has agreed (MCP-CON-05). */
export interface UpstreamConsentView extends ClientRequestView {
  readonly before: string
  readonly providers: readonly ProviderButton[]
  readonly action: string
  readonly denyAction: string
  readonly token: string
  readonly others: readonly { readonly href: string; readonly label: string }[]
}

export interface ProviderButton {
  readonly id: string
  /** Markup. */
  readonly label: string
}

export const upstreamConsentTemplate = `<% layout('@layout') %>
<%~ include('@client-header', { face: it.face, logo: it.logo, texts: it.texts, level: 'h1', heading: it.texts.rich('consent.heading', { client: it.face.name }) }) %>
<p class="before"><%~ it.before %></p>
<%~ include('@client-request', it) %>
<form method="post" action="<%= it.action %>">
<input type="hidden" name="token" value="<%= it.token %>">
<div class="choices choices-stacked">
<% for (const provider of it.providers) { %><button type="submit" name="provider" value="<%= provider.id %>"><span><%~ provider.label %></span></button>
<% } %>
<button type="submit" formaction="<%= it.denyAction %>"><%= it.texts.t('consent.deny') %></button>
</div>
</form>
<% for (const other of it.others) { %><p class="other-way"><a href="<%= other.href %>"><%= other.label %></a></p><% } %>
<%~ include('@client-links', it) %>
`
