import { describeRegistrationStore } from './contract/registration-store-contract.ts'
import { servers } from './contract/servers.ts'
import { openTwoNodes } from './contract/two-nodes.ts'

for (const [name, server] of servers) {
  describeRegistrationStore(`the SQL store on ${name}`, async () => {
    const { nodes, close } = await openTwoNodes(server)
    return {
      nodes: [nodes[0].registration, nodes[1].registration],
      initialAccessTokens: nodes[0].initialAccessTokens,
      events: (realm, client_id) => nodes[0].audit.list({ realm, client_id, limit: 1000 }),
      close,
    }
  })
}
