import { createMemoryStore } from '../../src/stores/memory/index.ts'
import { describeRegistrationStore } from './contract/registration-store-contract.ts'

describeRegistrationStore('the memory store', async () => {
  const { registration, initialAccessTokens, events } = createMemoryStore()
  return {
    nodes: [registration, registration],
    initialAccessTokens,
    events: async (realm, client_id) => events.filter((event) => event.realm === realm && event.client_id === client_id),
    close: async () => undefined,
  }
})
