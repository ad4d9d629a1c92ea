export interface LoggedOutView {
  readonly client: string
  readonly frames: readonly string[]
  readonly next: { readonly href: string; readonly host: string } | undefined
}

export const loggedOutTemplate = `<% layout('@layout') %>
<h1><%= it.title %></h1>
<% if (it.client) { %><p><%~ it.texts.rich('logout.doneClient', { client: it.client }) %></p><% } %>
<% if (it.next) { %>
<p><a class="button" href="<%= it.next.href %>" rel="noreferrer"><span><%~ it.texts.rich('logout.continue', { host: it.next.host }) %></span></a></p>
<% } else { %>
<p><%= it.texts.t('logout.doneText') %></p>
<% } %>
<% for (const frame of it.frames) { %><iframe hidden title="<%= it.texts.t('logout.frame') %>" src="<%= frame %>" referrerpolicy="no-referrer" sandbox="allow-scripts allow-same-origin"></iframe>
<% } %>
`
