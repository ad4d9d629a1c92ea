import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'

// In a process of its own: in ours the engine has steps of its own between those of the library.
const [front] = process.argv.slice(2)
const server = createServer()
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
const address = server.address()
const issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`

/** @param {string} id */
const callbacks = (id) => ({ redirect_uris: [`${front}/upstream/${id}/callback`], grant_types: ['authorization_code'] })
/** @type {import('oidc-provider').ClientMetadata[]} */
const clients = [
  { client_id: 'front', client_secret: 'stock-secret', ...callbacks('basic') },
  {
    client_id: 'front-post',
    client_secret: 'stock-secret',
    token_endpoint_auth_method: 'client_secret_post',
    ...callbacks('post'),
  },
  {
    client_id: 'front-keys',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks_uri: `${front}/jwks`,
    ...callbacks('keys'),
  },
  { client_id: 'front-public', token_endpoint_auth_method: 'none', ...callbacks('public') },
]

const provider = new Provider(issuer, {
  clients,
  claims: { email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
  cookies: { keys: ['a key of these tests'] },
  // Its own way out reaches no loopback address, where the client of these tests has its keys.
  fetch: (url, { dispatcher: _, ...options } = /** @type {any} */ ({})) => fetch(url, options),
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: `Name of ${id}`,
      preferred_username: id,
      email: `${id}@stock.example`,
      email_verified: true,
    }),
  }),
})
server.on('request', provider.callback())
console.log(issuer)
