/** What every page stands in. `it.body` is the page, made by the same engine and escaped there. */
export const layoutTemplate = `<!doctype html>
<html lang="<%= it.texts.language %>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title><%= it.title %> – <%= it.realmTitle %></title>
<link rel="icon" type="image/svg+xml" href="<%= it.assets.icon %>">
<link rel="stylesheet" href="<%= it.assets.styles %>">
</head>
<body>
<main class="card">
<%~ it.body %>
</main>
<footer>
<p><%= it.texts.t('footer.realm') %> <strong><%= it.realmTitle %></strong></p>
<p class="product"><%= it.texts.t('footer.product') %></p>
</footer>
</body>
</html>
`
