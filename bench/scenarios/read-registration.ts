import { publicClient, registerClient } from './register-client.ts'
import type { Scenario } from './scenario.ts'

const clients = 50

export const readRegistration: Scenario = {
  name: 'read of one’s own registration',
  limit: undefined,
  prepare: async (target) => {
    const registered = await Promise.all(Array.from({ length: clients }, () => registerClient(target, publicClient)))
    if (registered.some(({ registration_client_uri }) => registration_client_uri === undefined)) return undefined
    return registered.map(({ registration_client_uri = '', registration_access_token = '' }) => ({
      method: 'GET' as const,
      // Its host is the configured one, not the one that we measure through.
      path: new URL(registration_client_uri).pathname,
      headers: { authorization: `Bearer ${registration_access_token}` },
      status: 200,
    }))
  },
}
