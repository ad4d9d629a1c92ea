import { formHeaders, tokenRequest } from './client-credentials.ts'
import { machineClient, registerClient } from './register-client.ts'
import type { Scenario } from './scenario.ts'

export const introspection: Scenario = {
  name: 'introspection, opaque token',
  limit: undefined,
  prepare: async (target) => {
    if (target.paths.introspect === undefined) return undefined
    const client = await registerClient(target, machineClient)
    const { path, headers, body = '' } = tokenRequest(target.paths.token, client)
    const response = await fetch(target.origin + path, { method: 'POST', headers, body })
    const { access_token } = (await response.json()) as { readonly access_token: string }
    const form = new URLSearchParams({ token: access_token }).toString()
    return [{ method: 'POST', path: target.paths.introspect, headers: formHeaders(client), body: form, status: 200 }]
  },
}
