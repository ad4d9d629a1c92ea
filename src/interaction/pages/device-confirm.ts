import type { ClientFace } from '../display/client-face.ts'

export interface DeviceConfirmView {
  /** The engine's own form, with its anti-forgery token. */
  readonly form: string
  readonly formId: string
  readonly userCode: string
  readonly face: ClientFace | undefined
}

export const deviceConfirmTemplate = `<% layout('@layout') %>
<h1><%= it.title %></h1>
<p class="user-code"><bdi><%= it.userCode %></bdi></p>
<p><%= it.texts.t('device.confirmText') %></p>
<% if (it.face) { %>
<section>
<%~ include('@client-header', { face: it.face, logo: undefined, texts: it.texts, level: 'h2', heading: it.texts.rich('consent.heading', { client: it.face.name }) }) %>
</section>
<% } %>
<%~ it.form %>
<div class="choices">
<button type="submit" form="<%= it.formId %>" name="abort" value="yes"><%= it.texts.t('device.abort') %></button>
<button type="submit" form="<%= it.formId %>"><%= it.texts.t('device.confirm') %></button>
</div>
`
