import { onTestFinished } from 'vitest'
import { createAdminListener } from '../../src/admin/index.ts'
import { createPolicyTypes } from '../../src/config/index.ts'
import type { Client } from '../../src/registration/index.ts'
import { liveRealms } from '../config/live-world.ts'
import { createWorld } from '../support/world.ts'
import { adminToken, adminWorld } from './admin-world.ts'

export const base = '/admin/v1/realms/default'

const configuration = `realms:
  default:
    scopes: [openid, read]
    grants: [authorization_code, refresh_token, client_credentials]
`

/** The admin API over real realms, the real domain and the policies that come with the server. */
export async function admissionWorld(text = configuration) {
  const policyTypes = await createPolicyTypes(undefined, { fault: () => undefined, printed: () => undefined })
  const { live, events } = await liveRealms(text, { policyTypes })
  const domain = createWorld({}, { policies: policyTypes })
  const { registration, store } = domain
  const parts = adminWorld({
    ...{ realms: live, settings: live.settings, objects: live.objects, readPolicies: live.readPolicies },
    ...{ policyTypes, registration, agents: domain.agents },
    clients: {
      list: async ({ realm, after }) => {
        const ids = [...new Set(store.events.flatMap(({ client_id }) => (client_id === undefined ? [] : [client_id])))]
        const found = await Promise.all(ids.sort().map((id) => store.registration.findClient(realm, id)))
        return found.filter((client) => client !== undefined && (after === undefined || client.client_id > after)) as Client[]
      },
      find: store.registration.findClient,
      history: async () => [],
      remove: (realm, client_id, actor) => registration.removeByAdministrator({ realm, client_id, actor }),
      setState: (realm, client_id, state, actor) => registration.setState({ realm, client_id, actor }, state),
    },
  })
  const app = createAdminListener(parts.ports, { bodyBytesMax: 65_536, metricsWithoutToken: false })
  onTestFinished(() => app.close())
  const call = (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    payload?: object | string,
    type = 'application/json',
  ) =>
    app.inject({
      method,
      url: path.startsWith('/') ? path : `${base}/${path}`,
      headers: { authorization: `Bearer ${adminToken}`, ...(payload === undefined ? {} : { 'content-type': type }) },
      ...(payload === undefined ? {} : { payload }),
    })
  onTestFinished(policyTypes.stop)
  return { call, live, events, domain, app, tokens: parts.tokens, realm: () => live.find('default') }
}
