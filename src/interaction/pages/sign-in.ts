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
`
