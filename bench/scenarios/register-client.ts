import type { Target } from './target.ts'

export interface RegisteredClient {
  readonly client_id: string
  readonly client_secret?: string
  readonly registration_access_token?: string
  readonly registration_client_uri?: string
}

/** One registration, outside of any measurement. */
export async function registerClient({ origin, paths }: Target, metadata: object): Promise<RegisteredClient> {
  const response = await fetch(origin + paths.register, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  })
  if (!response.ok) throw new Error(`registration answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as RegisteredClient
}

/** What every server here accepts from anybody. */
export const publicClient = {
  client_name: 'Bench',
  redirect_uris: ['https://client.example/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
}

export const machineClient = {
  client_name: 'Bench machine',
  redirect_uris: [],
  grant_types: ['client_credentials'],
  response_types: [],
  token_endpoint_auth_method: 'client_secret_basic',
}
