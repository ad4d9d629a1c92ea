import type { ProviderButton } from './upstream-consent.ts'

export interface SignInView {
  readonly heading: string
  readonly text: string
  /** Markup: which application asks, and where it goes on. */
  readonly context: { readonly client: string; readonly destination: string; readonly isVerified: boolean } | undefined
  readonly action: string
  readonly token: string
  readonly username: string
  readonly problem: string
  readonly offersToRemember: boolean
  readonly hasPasswordForm: boolean
  readonly providers: readonly ProviderButton[]
  readonly providersAction: string
  readonly others: readonly { readonly href: string; readonly label: string }[]
}

export const signInTemplate = `<% layout('@layout') %>
<h1><%= it.heading %></h1>
<% if (it.context) { %>
<div class="context">
<p><%~ it.context.client %><% if (!it.context.isVerified) { %> <span class="badge"><%= it.texts.t('client.unverified') %></span><% } %></p>
<% if (it.context.destination) { %><p class="host-line"><%~ it.context.destination %></p><% } %>
</div>
<% } %>
<% if (it.text) { %><p class="lead"><%= it.text %></p><% } %>
<% if (it.problem) { %><p class="problem" role="alert" id="problem"><%= it.problem %></p><% } %>
<% if (it.providers.length > 0) { %>
<form method="post" action="<%= it.providersAction %>">
<input type="hidden" name="token" value="<%= it.token %>">
<div class="choices choices-stacked">
<% for (const provider of it.providers) { %><button type="submit" name="provider" value="<%= provider.id %>"><span><%~ provider.label %></span></button>
<% } %>
</div>
</form>
<% if (it.hasPasswordForm) { %><p class="divider"><span><%= it.texts.t('upstream.or') %></span></p><% } %>
<% } %>
<% if (it.hasPasswordForm) { %>
<form method="post" action="<%= it.action %>">
<input type="hidden" name="token" value="<%= it.token %>">
<input type="hidden" name="action" value="sign-in">
<div class="field">
<label for="username"><%= it.texts.t('signIn.username') %></label>
<input id="username" name="username" type="text" value="<%= it.username %>" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="256" required<% if (it.problem) { %> aria-describedby="problem"<% } %><% if (!it.username) { %> autofocus<% } %>>
</div>
<div class="field">
<label for="password"><%= it.texts.t('signIn.password') %></label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required<% if (it.problem) { %> aria-describedby="problem"<% } %><% if (it.username) { %> autofocus<% } %>>
</div>
<% if (it.offersToRemember) { %>
<p class="check"><input id="remember" name="remember" type="checkbox" value="yes"> <label for="remember"><%= it.texts.t('signIn.remember') %></label></p>
<% } %>
<button class="primary" type="submit"><%= it.texts.t('signIn.submit') %></button>
</form>
<% } %>
<% for (const other of it.others) { %><p class="other-way"><a href="<%= other.href %>"><%= other.label %></a></p><% } %>
`
