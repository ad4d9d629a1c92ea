import type { LoadRequest } from '../load/load-job.ts'
import { machineClient, type RegisteredClient, registerClient } from './register-client.ts'
import type { Scenario } from './scenario.ts'

export const opaqueToken: Scenario = {
  name: 'client credentials, opaque token',
  limit: 'durable inserts',
  prepare: async (target) => [tokenRequest(target.paths.token, await registerClient(target, machineClient))],
}

export const jwtToken: Scenario = {
  name: 'client credentials, ES256 JWT',
  limit: 'ES256 signatures',
  prepare: async (target) => {
    if (target.jwtResource === undefined) return undefined
    return [tokenRequest(target.paths.token, await registerClient(target, machineClient), target.jwtResource)]
  },
}

export function tokenRequest(path: string, client: RegisteredClient, resource?: string): LoadRequest {
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(resource === undefined ? {} : { resource }) })
  return { method: 'POST', path, headers: formHeaders(client), body: form.toString(), status: 200 }
}

export function formHeaders({ client_id, client_secret = '' }: RegisteredClient): Readonly<Record<string, string>> {
  const credentials = Buffer.from(`${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret)}`).toString('base64')
  return { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${credentials}` }
}
