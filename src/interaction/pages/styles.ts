/** One accent, the system's own fonts, light and dark. Every pair of colours has a contrast of 4.5 or more (WCAG 2.2, 1.4.3). */
export const stylesCss = `
:root {
  color-scheme: light dark;
  --page: #f3f4f8; --card: #ffffff; --ink: #1b1d29; --soft: #565b6e; --line: #dcdfe8; --field: #838aa0;
  --accent: #3b4fc4; --accent-ink: #ffffff; --accent-wash: #eef0fb;
  --warn: #7a4a00; --warn-wash: #fdf3df; --warn-line: #e9c987;
  --good: #17603c; --good-wash: #e6f5ec; --bad: #a3182b; --bad-wash: #fdecee;
  --shadow: 0 1px 2px rgb(27 29 41 / 6%), 0 12px 32px -12px rgb(27 29 41 / 18%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101218; --card: #191c25; --ink: #edeff6; --soft: #a7adbf; --line: #303544; --field: #717a92;
    --accent: #a9b6ff; --accent-ink: #12162e; --accent-wash: #232842;
    --warn: #f3cd85; --warn-wash: #2e2615; --warn-line: #5e4c22;
    --good: #8fd9b0; --good-wash: #17301f; --bad: #ffb0b8; --bad-wash: #3a1b20;
    --shadow: none;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; justify-content: center;
  padding: 1.5rem 1rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere;
}
.card {
  width: 100%; max-width: 28rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 1.125rem; box-shadow: var(--shadow);
}
.card > :first-child { margin-top: 0; }
.card > :last-child { margin-bottom: 0; }
h1, h2, h3, p, ul, dl, dd { margin: 0; padding: 0; }
h1 { font-size: 1.375rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; margin-bottom: .75rem; }
h2, h3 { font-size: .8125rem; line-height: 1.4; font-weight: 600; color: var(--soft); }
h3 { margin-top: .75rem; }
p + p { margin-top: .5rem; }
ul { list-style: none; }
code { font: .8125em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: var(--soft); }
a { color: var(--accent); text-underline-offset: .15em; }
strong { font-weight: 600; }
.lead { color: var(--soft); margin-bottom: .75rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.face { display: flex; gap: .875rem; align-items: flex-start; margin-bottom: .625rem; }
.face > div:last-child { min-width: 0; }
.name { font-size: 1.1875rem; line-height: 1.3; font-weight: 650; color: var(--ink); letter-spacing: -0.01em; margin: 0; }
.tile {
  position: relative; flex: none; width: 3.5rem; height: 3.5rem; display: grid; place-items: center; overflow: hidden;
  border-radius: .875rem; background: var(--accent-wash); color: var(--accent); font-size: 1.375rem; font-weight: 650;
}
.tile img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
.badges { display: flex; flex-wrap: wrap; gap: .375rem; margin-top: .375rem; }
.badge {
  display: inline-block; padding: .1875rem .5rem; border-radius: .75rem; font-size: .75rem; line-height: 1.5; font-weight: 600;
  background: var(--warn-wash); color: var(--warn);
}
.badge-operator, .badge-attested { background: var(--good-wash); color: var(--good); }
.badge-new { background: var(--accent-wash); color: var(--accent); }
.origin { font-size: .875rem; line-height: 1.45; color: var(--soft); }

section, .context { margin-top: 1rem; }
.context { margin: -.25rem 0 1.25rem; font-size: .9375rem; }
.context p + p { margin-top: .125rem; }
.host-line { color: var(--soft); font-size: .875rem; }
.host-line bdi { color: var(--ink); font-weight: 600; }
.destination { padding: .75rem .875rem; border: 1px solid var(--line); border-radius: .75rem; }
.destination-risky { background: var(--warn-wash); border-color: var(--warn-line); }
.destination-risky h2, .destination-risky .note { color: var(--warn); }
.address { font-size: 1.1875rem; line-height: 1.3; font-weight: 650; margin-top: .125rem; }
.note { font-size: .8125rem; line-height: 1.45; color: var(--soft); margin-top: .25rem; }
.scopes { margin-top: .25rem; }
.scopes li { position: relative; padding: .1875rem 0 .1875rem 1.375rem; font-size: .9375rem; line-height: 1.4; }
.scopes li::before {
  content: ""; position: absolute; left: .25rem; top: .5625rem; width: .375rem; height: .625rem;
  border: solid var(--accent); border-width: 0 2px 2px 0; transform: rotate(40deg);
}
.scopes code.alone { font-size: .875rem; color: var(--ink); }
.resources > li { font-size: .9375rem; font-weight: 600; margin-top: .125rem; }
.resources .scopes { font-weight: 400; }
.detail { margin-top: .375rem; padding: .625rem .75rem; border-radius: .625rem; background: var(--page); }
dl > div { display: flex; flex-wrap: wrap; gap: 0 .75rem; font-size: .875rem; line-height: 1.5; }
dt { color: var(--soft); min-width: 8.25rem; }
dd { flex: 1 1 8rem; min-width: 0; }

form { margin: 0; }
.field { margin-top: .875rem; }
.field label { display: block; font-size: .875rem; font-weight: 600; margin-bottom: .25rem; }
input[type=text], input[type=password] {
  width: 100%; min-height: 2.875rem; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--field); border-radius: .625rem;
}
.code-field input[type=text], .user-code { font: 600 1.375rem/1.3 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; letter-spacing: .08em; }
.code-field input[type=text] { text-transform: uppercase; text-align: center; min-height: 3.5rem; }
.user-code { padding: .625rem; margin-bottom: .75rem; text-align: center; border-radius: .75rem; background: var(--page); }
.check { display: flex; gap: .625rem; align-items: center; margin-top: .875rem; font-size: .9375rem; min-height: 1.5rem; }
.check label { padding: .25rem 0; }
input[type=checkbox] { width: 1.25rem; height: 1.25rem; margin: 0; flex: none; accent-color: var(--accent); }
button, .button {
  display: inline-flex; align-items: center; justify-content: center; width: 100%; min-height: 2.875rem; padding: .5rem 1rem;
  font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; color: var(--accent);
  background: var(--card); border: 1.5px solid var(--accent); border-radius: .625rem;
}
p > .button { margin-top: .75rem; }
button:hover, .button:hover { background: var(--accent-wash); }
.primary { margin-top: 1.25rem; background: var(--accent); color: var(--accent-ink); }
.primary:hover { background: var(--accent); text-decoration: underline; }
.quiet { width: auto; border-color: transparent; padding: .25rem .5rem; min-height: 2rem; font-size: .875rem; }
.choices { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; margin-top: 1.25rem; }
.choices-stacked { grid-template-columns: 1fr; }
.before { margin-top: .75rem; padding: .625rem .875rem; border-radius: .625rem; font-size: .9375rem; background: var(--accent-wash); }
.other-way { margin-top: 1rem; text-align: center; font-size: .9375rem; }
.divider { display: flex; align-items: center; gap: .75rem; margin: 1.25rem 0 0; color: var(--soft); font-size: .875rem; }
.divider::before, .divider::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }

.problem, .outcome { padding: .625rem .875rem; border-radius: .625rem; font-size: .9375rem; background: var(--bad-wash); color: var(--bad); }
.outcome { background: var(--good-wash); color: var(--good); margin-top: .75rem; }
.account { margin-top: .75rem; font-size: .8125rem; color: var(--soft); }
.account bdi { color: var(--ink); font-weight: 600; }
.links { padding-top: .875rem; border-top: 1px solid var(--line); }
.links li { font-size: .875rem; line-height: 1.5; padding: .125rem 0; }
.links .host { color: var(--soft); }
.elsewhere { color: var(--warn); }
.request { margin-top: 1.25rem; padding: 1rem; border: 1px solid var(--line); border-radius: .875rem; }
.binding { margin-top: .75rem; font-size: .875rem; color: var(--soft); }
.binding .user-code { color: var(--ink); margin: .375rem 0 0; }
.sign-out { margin-top: 1.25rem; text-align: center; }
.technical { padding-top: .875rem; border-top: 1px solid var(--line); }
.technical dl { margin-top: .375rem; }

footer { width: 100%; max-width: 28rem; margin-top: 1rem; display: flex; flex-wrap: wrap; justify-content: space-between; gap: .125rem 1rem; font-size: .75rem; color: var(--soft); }
footer p + p { margin-top: 0; }
@media (max-width: 30rem) {
  body { padding: .75rem; justify-content: flex-start; }
  .card { padding: 1.25rem 1.125rem; border-radius: 1rem; }
}
@media (max-width: 22rem) { .choices { gap: .5rem; } .choices > * { padding-inline: .25rem; } .request { padding: .75rem; } .tile { width: 2.75rem; height: 2.75rem; } }
@media (forced-colors: active) { .badge, .destination, .tile { border: 1px solid; } }
@media (prefers-reduced-motion: no-preference) { button, .button { transition: background-color .12s; } }
`
