export interface DeviceDoneView {
  readonly client: string
}

export const deviceDoneTemplate = `<% layout('@layout') %>
<h1><%= it.title %></h1>
<% if (it.client) { %><p><%~ it.texts.rich('device.doneClient', { client: it.client }) %></p><% } %>
<p class="lead"><%= it.texts.t('device.doneText') %></p>
`
