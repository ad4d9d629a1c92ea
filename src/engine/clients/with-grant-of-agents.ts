import { type Client, type ClientMetadata, type Realm, tokenExchangeGrant } from '../../registration/index.ts'

/** An agent exchanges tokens by its privileges, whatever grants it has registered for: administrators give them, not the client. */
export function withGrantOfAgents({ agent }: Client, metadata: ClientMetadata, { capabilities }: Realm): ClientMetadata {
  const { grant_types: grants = ['authorization_code'] } = metadata
  if (agent === undefined || !capabilities.grantTypes.includes(tokenExchangeGrant)) return metadata
  return { ...metadata, grant_types: [...new Set([...grants, tokenExchangeGrant])] }
}
