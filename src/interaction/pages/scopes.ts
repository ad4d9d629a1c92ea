/** A list of scopes: what each means, and its name as software writes it. */
export const scopesTemplate = `<ul class="scopes">
<% for (const scope of it.scopes) { %>
<li><% if (scope.description) { %><%= scope.description %> <code><bdi><%= scope.name %></bdi></code><% } else { %><code class="alone"><bdi><%= scope.name %></bdi></code><% } %><% if (scope.isNew) { %> <span class="badge badge-new"><%= it.texts.t('consent.new') %></span><% } %></li>
<% } %>
<% if (it.claims) { %><li><%~ it.texts.rich('consent.claims', { claims: it.claims }) %></li><% } %>
</ul>
`
