/** A page that only tells something: an error, or why a form was not accepted. */
export interface NoticeView {
  readonly heading: string
  readonly paragraphs: readonly string[]
  /** Shown as code, for whoever built the application. */
  readonly technical: readonly { readonly name: string; readonly value: string }[]
  /** Where the application would have sent the person, who may go there knowingly. */
  readonly next?: { readonly href: string; readonly host: string } | undefined
}

export const noticeTemplate = `<% layout('@layout') %>
<h1><%= it.heading %></h1>
<% for (const paragraph of it.paragraphs) { %><p><%= paragraph %></p><% } %>
<% if (it.next) { %>
<section class="destination destination-risky" aria-labelledby="next">
<h2 id="next"><%= it.texts.t('error.next') %></h2>
<p class="address"><bdi><%= it.next.host %></bdi></p>
<p class="note"><%= it.texts.t('error.nextNote') %></p>
</section>
<p><a class="button" href="<%= it.next.href %>" rel="noopener noreferrer nofollow ugc external"><%= it.texts.t('error.continue') %></a></p>
<% } %>
<% if (it.technical.length > 0) { %>
<section class="technical" aria-labelledby="technical">
<h2 id="technical"><%= it.texts.t('error.technical') %></h2>
<dl>
<% for (const row of it.technical) { %><div><dt><%= row.name %></dt><dd><code lang="en"><bdi><%= row.value %></bdi></code></dd></div><% } %>
</dl>
</section>
<% } %>
`
