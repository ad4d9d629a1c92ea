import { publicClient } from './register-client.ts'
import type { Scenario } from './scenario.ts'

export const registration: Scenario = {
  name: 'registration, open, public client',
  limit: 'durable inserts',
  prepare: async ({ paths }) => [
    {
      method: 'POST',
      path: paths.register,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(publicClient),
      status: 201,
    },
  ],
}
