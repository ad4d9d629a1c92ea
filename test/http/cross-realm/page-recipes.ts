import { fieldsOf } from '../../support/browser.ts'
import { authorizationUrl, type Parameters } from '../../support/flows.ts'
import { alice } from './cookie-jar.ts'
import { type PageThings, twinAsking } from './page-things.ts'
import type { Answer, Asked, Context, Recipe } from './protocol-recipes.ts'

const ok = ({ status }: Answer): boolean => status === 200
const goesOn = ({ status, location }: Answer): boolean => status === 303 && !/[?&]error=/.test(location)
/** By a redirect, or by a page that does. */
const leadsOn = (answer: Answer): boolean => goesOn(answer) || (ok(answer) && answer.text.includes('/upstream?'))
const gives =
  (name: string) =>
  ({ location }: Answer): boolean =>
    new URL(location, 'https://none.example').searchParams.has(name)
const reads =
  (text: string) =>
  (answer: Answer): boolean =>
    ok(answer) && answer.text.includes(text)

/** Under the names that they have, and under those of the realm that is asked. */
function cookie(cookies: Parameters, { own }: Context): Parameters {
  const realm = own.issuer.split('/').at(-1) ?? ''
  const pairs = Object.entries(cookies).flatMap(([name, value]) => {
    const renamed = name.replace(/([_-])(?:one|two)(?=\.|$)/, `$1${realm}`)
    return [...new Set([name, renamed])].map((shown) => `${shown}=${value}`)
  })
  return { cookie: pairs.join('; '), accept: 'text/html' }
}

type Ask = (pages: PageThings, own: PageThings, context: Context) => Asked

function page(name: string, ask: Ask, succeeds: Recipe['succeeds']): Recipe {
  return { name, ask: (context) => ask(context.things.pages, context.own.pages, context), succeeds }
}

const pending =
  (of: 'login' | 'consent' | 'resume' | 'deviceResume', more: (token: string) => Omit<Asked, 'id'> = () => ({})): Ask =>
  (pages, _, context) => ({
    ...more(pages[of].token),
    ...{ id: pages[of].uid, headers: cookie(pages[of].cookies, context) },
  })
const withForm =
  (fields: Parameters) =>
  (token: string): Asked => ({ form: { token, ...fields } })

/** In the browser of somebody who belongs to the realm. */
const inOwnBrowser =
  (of: 'login' | 'consent', more: (token: string) => Omit<Asked, 'id'> = () => ({})): Ask =>
  (pages, own, context) => ({
    ...more(own[of].token),
    ...{ id: pages[of].uid, headers: cookie(own[of].cookies, context) },
  })

const both = (
  name: string,
  of: 'login' | 'consent',
  succeeds: Recipe['succeeds'],
  more?: (token: string) => Omit<Asked, 'id'>,
): readonly Recipe[] => [
  page(`${name}, with its cookies`, pending(of, more), succeeds),
  page(`${name}, with cookies of the realm`, inOwnBrowser(of, more), succeeds),
]

/** An authorization request of the realm's own, but for what is shown. */
const asking = ({ own }: Context, client: Parameters, more: Parameters): Parameters => {
  const url = authorizationUrl({ url: own.issuer }, twinAsking, { scope: 'openid read', ...client, ...more })
  return Object.fromEntries(url.searchParams)
}

const authorize = (how: 'query' | 'form'): readonly Recipe[] => {
  const recipe = (
    name: string,
    ask: (context: Context) => Parameters,
    succeeds: Recipe['succeeds'],
    browser: 'own' | 'things' = 'own',
  ): Recipe =>
    page(
      name,
      (pages, own, context) => ({
        [how]: ask(context),
        headers: cookie(browser === 'own' ? own.session : pages.session, context),
      }),
      how === 'form' ? goesOn : succeeds,
    )
  return [
    recipe('a session', (context) => asking(context, {}, { prompt: 'none' }), gives('code'), 'things'),
    recipe('a pushed request', ({ things }) => ({ client_id: 'twin', request_uri: things.requestUri }), gives('code')),
    recipe(
      'an ID token',
      (context) => asking(context, {}, { prompt: 'none', id_token_hint: context.things.tokens.id_token }),
      gives('code'),
    ),
    recipe(
      'a request object',
      ({ things }) => ({ client_id: 'keyed', scope: 'openid', response_type: 'code', request: things.requestObject }),
      gives('code'),
    ),
    recipe('a client', (context) => asking(context, { client_id: context.things.client.client_id }, { scope: 'openid' }), goesOn),
  ]
}

const logout = (how: 'query' | 'form'): readonly Recipe[] => [
  page(
    'a session',
    (pages, _, context) => ({ [how]: {}, headers: cookie(pages.session, context) }),
    how === 'form' ? goesOn : reads('op.logoutForm'),
  ),
  page(
    'an ID token',
    (_, own, context) => ({ [how]: { id_token_hint: context.things.tokens.id_token }, headers: cookie(own.session, context) }),
    how === 'form' ? goesOn : reads('op.logoutForm'),
  ),
  page(
    'a client',
    (_, own, context) => ({ [how]: { client_id: context.things.client.client_id }, headers: cookie(own.session, context) }),
    how === 'form' ? goesOn : reads('op.logoutForm'),
  ),
]

/** What the form for user codes holds in the browser of that session: another with every look at it. */
async function deviceForm(session: Parameters, context: Context): Promise<Parameters> {
  const response = await fetch(`${context.own.issuer}/device`, { headers: cookie(session, context) })
  return { xsrf: fieldsOf(await response.text())['xsrf'] ?? '' }
}

const device = (name: string, from: (pages: PageThings, own: PageThings) => { session: Parameters; user_code: string }) => ({
  get: page(
    name,
    (pages, own, context) => {
      const { session, user_code } = from(pages, own)
      return { query: { user_code }, headers: cookie(session, context) }
    },
    reads('user_code'),
  ),
  post: {
    name,
    ask: async (context: Context): Promise<Asked> => {
      const { session, user_code } = from(context.things.pages, context.own.pages)
      return { form: { user_code, ...(await deviceForm(session, context)) }, headers: cookie(session, context) }
    },
    succeeds: reads('op.deviceConfirmForm'),
  },
})
const devices = [
  device('a user code', (pages, own) => ({ session: own.session, user_code: pages.userCode })),
  device('a session', (pages, own) => ({ session: pages.session, user_code: own.userCode })),
]

const decide = (
  name: string,
  from: (pages: PageThings, own: PageThings) => { id: string; token: string; cookies: Parameters },
): Recipe =>
  page(
    name,
    (pages, own, context) => {
      const { id, token, cookies } = from(pages, own)
      return { form: { token, request: id, action: 'approve' }, headers: cookie(cookies, context) }
    },
    (answer) => reads('Allowed.')(answer),
  )

/** As `protocolRecipes`, for what people see. */
export const pageRecipes: Readonly<Record<string, readonly Recipe[]>> = {
  'GET /authorize': authorize('query'),
  'POST /authorize': authorize('form'),
  'GET /authorize/:uid': [page('a decision', pending('resume'), goesOn)],
  'GET /device': devices.map(({ get }) => get),
  'POST /device': devices.map(({ post }) => post),
  'GET /device/:uid': [page('a sign-in', pending('deviceResume'), ok)],
  'GET /logout': logout('query'),
  'POST /logout': logout('form'),
  'POST /logout/confirm': [
    page(
      'a session',
      ({ logout: { token, cookies } }, _, context) => ({
        form: { xsrf: token, logout: 'yes' },
        headers: cookie(cookies, context),
      }),
      goesOn,
    ),
    page(
      'a form',
      (pages, own, context) => ({
        form: { xsrf: pages.logout.token, logout: 'yes' },
        headers: cookie(own.logout.cookies, context),
      }),
      goesOn,
    ),
  ],
  'GET /logout/success': [
    page(
      'a client',
      (_, own, context) => ({ query: { client_id: context.things.client.client_id }, headers: cookie(own.session, context) }),
      ok,
    ),
  ],
  'GET /interaction/:uid': [...both('a sign-in', 'login', reads('password')), ...both('a consent', 'consent', reads('/consent'))],
  'POST /interaction/:uid': both('a sign-in', 'login', goesOn, withForm(alice)),
  'POST /interaction/:uid/consent': both('a consent', 'consent', goesOn, withForm({})),
  'POST /interaction/:uid/deny': both('a sign-in', 'login', ({ status }) => status === 303, withForm({})),
  'POST /interaction/:uid/upstream': both('a sign-in', 'login', ok, withForm({ provider: 'company' })),
  'GET /interaction/:uid/upstream': [
    page(
      'an answer, with its cookies',
      (pages, _, context) => ({
        id: pages.upstream.uid,
        query: pages.upstream.answer,
        headers: cookie(pages.upstream.cookies, context),
      }),
      goesOn,
    ),
    page(
      'an answer, in a browser of the realm',
      (pages, own, context) => ({
        id: own.upstream.uid,
        query: pages.upstream.answer,
        headers: cookie(own.upstream.cookies, context),
      }),
      goesOn,
    ),
  ],
  'GET /upstream/:provider/callback': [
    page(
      'an answer, with its cookies',
      (pages, _, context) => ({ id: 'company', query: pages.upstream.answer, headers: cookie(pages.upstream.cookies, context) }),
      leadsOn,
    ),
    page(
      'an answer, in a browser of the realm',
      (pages, own, context) => ({ id: 'company', query: pages.upstream.answer, headers: cookie(own.upstream.cookies, context) }),
      leadsOn,
    ),
  ],
  'GET /interaction/:uid/leave': both('a consent', 'consent', reads('stranger.example'), () => ({ query: { to: 'client_uri' } })),
  // The client has no logo: the page of its interaction says so, and no other does.
  'GET /interaction/:uid/logo': both(
    'a consent',
    'consent',
    ({ text }) => text.includes('There is nothing here'),
    () => ({}),
  ),
  'GET /backchannel-requests': [
    page('a sign-in', ({ approvals: { cookies } }, _, context) => ({ headers: cookie(cookies, context) }), reads('Table 7')),
  ],
  'POST /backchannel-requests': [
    page(
      'a sign-in form',
      (pages, own, context) => ({
        form: { token: pages.approvals.before.token, ...alice },
        headers: cookie(own.approvals.before.cookies, context),
      }),
      goesOn,
    ),
    decide('a request', ({ approvals: { uid } }, { approvals: { token, cookies } }) => ({ id: uid, token, cookies })),
    decide('a sign-in', ({ approvals: { token, cookies } }, { approvals: { uid } }) => ({ id: uid, token, cookies })),
  ],
}

/** The same for all realms, and about none. */
export const forEveryone: readonly string[] = ['GET /assets/:file', 'GET /health/live', 'GET /health/ready']

/** Routes after which a page is done with: who asks again needs another. */
export const usingUp: Readonly<Record<string, readonly (keyof PageThings)[]>> = {
  'POST /logout/confirm': ['logout'],
  'POST /interaction/:uid': ['login'],
  'POST /interaction/:uid/consent': ['consent'],
  'POST /interaction/:uid/deny': ['login'],
  'GET /authorize/:uid': ['resume'],
  'GET /device/:uid': ['deviceResume'],
  'GET /interaction/:uid/upstream': ['upstream'],
  'POST /backchannel-requests': ['approvals'],
}
