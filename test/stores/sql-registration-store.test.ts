import { describeLimits } from './contract/limits-contract.ts'
import { describeRegistrationStore, type RegistrationStoreUnderTest } from './contract/registration-store-contract.ts'
import { servers } from './contract/servers.ts'
import { openTwoNodes } from './contract/two-nodes.ts'

for (const [name, server] of servers) {
  const open = async (): Promise<RegistrationStoreUnderTest> => {
    const { nodes, close } = await openTwoNodes(server)
    return {
      nodes: [nodes[0].registration, nodes[1].registration],
      initialAccessTokens: nodes[0].initialAccessTokens,
      events: (realm, client_id) => nodes[0].audit.list({ realm, client_id, limit: 1000 }),
      close,
    }
  }
  describeRegistrationStore(`the SQL store on ${name}`, open)
  describeLimits(`the SQL store on ${name}`, open)
}
