/** Somebody came back from a provider, and is not signed in. */
export interface UpstreamProblemView {
  readonly text: string
  readonly note: string
  readonly back: string
  readonly denyAction: string
  readonly token: string
}

export const upstreamProblemTemplate = `<% layout('@layout') %>
<h1><%= it.title %></h1>
<p><%~ it.text %></p>
<% if (it.note) { %><p class="note"><%= it.note %></p><% } %>
<form method="post" action="<%= it.denyAction %>">
<input type="hidden" name="token" value="<%= it.token %>">
<div class="choices">
<button type="submit"><%= it.texts.t('upstream.cancel') %></button>
<a class="button" href="<%= it.back %>"><%= it.texts.t('upstream.again') %></a>
</div>
</form>
`
