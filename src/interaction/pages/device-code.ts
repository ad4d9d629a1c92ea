export interface DeviceCodeView {
  /** The engine's own form, with its anti-forgery token and the field for the code. */
  readonly form: string
  readonly formId: string
  readonly problem: string
}

export const deviceCodeTemplate = `<% layout('@layout') %>
<h1><%= it.title %></h1>
<p class="lead"><%= it.texts.t('device.text') %></p>
<% if (it.problem) { %><p class="problem" role="alert" id="problem"><%= it.problem %></p><% } %>
<div class="field code-field">
<label for="user_code"><%= it.texts.t('device.code') %></label>
<%~ it.form %>
</div>
<button class="primary" type="submit" form="<%= it.formId %>"><%= it.texts.t('device.submit') %></button>
`
