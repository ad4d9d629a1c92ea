/** The head of a page about a client: its face, what vouches for it, and where it came from. `it.face` is a ClientFace. */
export const clientHeaderTemplate = `<header class="face">
<div class="tile"><span aria-hidden="true"><%= it.face.initial %></span><% if (it.logo) { %><img src="<%= it.logo %>" alt="" width="56" height="56"><% } %></div>
<div>
<<%= it.level %> class="name"><%~ it.heading %></<%= it.level %>>
<p class="badges"><span class="badge badge-<%= it.face.standing %>"><%= it.texts.t('client.' + it.face.standing) %></span><% if (it.face.isNew) { %> <span class="badge badge-new"><%= it.texts.t('client.new') %></span><% } %></p>
</div>
</header>
<p class="origin"><%~ it.face.origin %><% if (it.face.standing !== 'operator') { %> <%= it.texts.t('standing.' + it.face.standing) %><% } %></p>
`
