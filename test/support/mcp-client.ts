import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'

/** What an application stores for the SDK. */
export interface KeptByApplication {
  client?: OAuthClientInformationMixed
  tokens?: OAuthTokens
  verifier?: string
  authorizationUrl?: URL
  /** Where the person came back to. */
  back?: URL
}

/** The browser of the person whom the application sends to `authorizationUrl`; gives the address that leads back. */
export type SendToBrowser = (authorizationUrl: URL) => Promise<URL>

export function createMcpProvider(sendToBrowser: SendToBrowser, metadata: object = {}) {
  const kept: KeptByApplication = {}
  const provider: OAuthClientProvider = {
    redirectUrl: 'http://localhost:8090/callback',
    clientMetadata: {
      client_name: 'An MCP client',
      redirect_uris: ['http://localhost:8090/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      ...metadata,
    },
    clientInformation: () => kept.client,
    saveClientInformation: (client) => void Object.assign(kept, { client }),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => void Object.assign(kept, { tokens }),
    saveCodeVerifier: (verifier) => void Object.assign(kept, { verifier }),
    codeVerifier: () => kept.verifier ?? '',
    state: () => 'the-state',
    invalidateCredentials: (scope) => {
      if (scope === 'all') delete kept.client
      delete kept.tokens
    },
    redirectToAuthorization: async (authorizationUrl) => {
      Object.assign(kept, { authorizationUrl, back: await sendToBrowser(authorizationUrl) })
    },
  }
  return { provider, kept }
}

/** `connected` fails where the person has to sign in first; then `transport.finishAuth`, and connect again. */
export function connectMcp(url: URL, authProvider: OAuthClientProvider) {
  const client = new Client({ name: 'test', version: '1' })
  const transport = new StreamableHTTPClientTransport(url, { authProvider })
  return { client, transport, connected: client.connect(transport) }
}

/** What a tool of the example answers, in a connection of its own. */
export async function callTool(
  url: URL,
  provider: OAuthClientProvider,
  name: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { client, connected } = connectMcp(url, provider)
  try {
    await connected
    const { content } = await client.callTool({ name, arguments: parameters })
    const [first] = content as readonly { readonly text: string }[]
    return JSON.parse(first?.text ?? '{}') as Readonly<Record<string, unknown>>
  } finally {
    await client.close()
  }
}
