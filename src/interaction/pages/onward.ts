/** The browser goes on by itself; whoever has that switched off follows the link. */
export interface OnwardView {
  readonly heading: string
  readonly host: string
  readonly href: string
}

export const onwardTemplate = `<% layout('@layout') %>
<h1><%~ it.heading %></h1>
<p><%= it.texts.t('upstream.onwardText') %></p>
<p><a class="button" href="<%= it.href %>" rel="noreferrer"><span><%~ it.texts.rich('logout.continue', { host: it.host }) %></span></a></p>
`
