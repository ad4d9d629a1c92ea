import type { ClientMetadata } from '../../registration/index.ts'

/** What goes through the address bar is bound to nobody: who wants bound tokens gets none there. */
export function withoutUnbound(metadata: ClientMetadata): ClientMetadata {
  const { response_types: types } = metadata
  if (types === undefined || !bindings.some((member) => metadata[member] === true)) return metadata
  return { ...metadata, response_types: types.filter((type) => !type.split(' ').includes('token')) }
}

const bindings = ['dpop_bound_access_tokens', 'tls_client_certificate_bound_access_tokens']
