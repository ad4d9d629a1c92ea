/** The browser goes on by itself; whoever has that switched off follows the link. Both but `text` are markup. */
export interface OnwardView {
  readonly heading: string
  readonly text: string
  readonly href: string
  readonly label: string
}

export const onwardTemplate = `<% layout('@layout') %>
<h1><%~ it.heading %></h1>
<p><%= it.text %></p>
<p><a class="button" href="<%= it.href %>" rel="noreferrer"><span><%~ it.label %></span></a></p>
`
