export interface LeaveView {
  readonly host: string
  readonly href: string
  readonly back: string
}

export const leaveTemplate = `<% layout('@layout') %>
<h1><%= it.title %></h1>
<section class="destination destination-risky" aria-labelledby="host">
<h2 id="host"><%= it.texts.t('leave.heading') %></h2>
<p class="address"><bdi><%= it.host %></bdi></p>
<p class="note"><%= it.texts.t('leave.text') %></p>
</section>
<div class="choices">
<a class="button" href="<%= it.back %>"><%= it.texts.t('leave.back') %></a>
<a class="button" href="<%= it.href %>" target="_blank" rel="noopener noreferrer nofollow ugc external"><span><%= it.texts.t('leave.go') %> <span class="unseen"><%= it.texts.t('leave.newWindow') %></span></span></a>
</div>
`
