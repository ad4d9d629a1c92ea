import { createMemoryStore } from '../../src/stores/memory/index.ts'
import { describeLimits } from './contract/limits-contract.ts'
import { describeRegistrationStore, type RegistrationStoreUnderTest } from './contract/registration-store-contract.ts'

async function open(): Promise<RegistrationStoreUnderTest> {
  const { registration, initialAccessTokens, events } = createMemoryStore()
  return {
    nodes: [registration, registration],
    initialAccessTokens,
    events: async (realm, client_id) => events.filter((event) => event.realm === realm && event.client_id === client_id),
    close: async () => undefined,
  }
}

describeRegistrationStore('the memory store', open)
describeLimits('the memory store', open)
