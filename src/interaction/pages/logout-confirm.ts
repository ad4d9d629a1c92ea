export interface LogoutConfirmView {
  /** The engine's own form, with its anti-forgery token. */
  readonly form: string
  readonly formId: string
}

export const logoutConfirmTemplate = `<% layout('@layout') %>
<h1><%= it.title %></h1>
<p><%= it.texts.t('logout.text') %></p>
<%~ it.form %>
<div class="choices">
<button type="submit" form="<%= it.formId %>"><%= it.texts.t('logout.stay') %></button>
<button type="submit" form="<%= it.formId %>" name="logout" value="yes"><%= it.texts.t('logout.confirm') %></button>
</div>
`
