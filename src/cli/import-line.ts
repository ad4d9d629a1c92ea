/** What is no metadata in a line that has both side by side, as the answer to a registration has (RFC 7591 §3.2.1). */
const besideMetadata = [
  ...['client_id', 'client_secret', 'client_id_issued_at'],
  ...['firstParty', 'state', 'channel', 'lockedMembers', 'boundPolicies'],
]
const notImported = ['client_secret_expires_at', 'registration_access_token', 'registration_client_uri']

/** A line of a file of clients as the import of the admin API takes it, or why it is none; empty where nothing stands. */
export function importLine(line: string, realm: string): string | { readonly problem: string } {
  if (line.trim() === '') return ''
  const client = objectIn(line)
  if (client === undefined) return { problem: 'is no JSON object; give {"client_id": "…", "metadata": {…}}' }
  const { kind = 'client', definition } = client
  if (kind !== 'client') return { problem: `is a ${String(kind)}; only clients are imported by this command` }
  return JSON.stringify({ kind, realm, definition: definition ?? definitionOf(client) })
}

function objectIn(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    // Told as what it is: no object.
    return undefined
  }
}

function definitionOf(client: Readonly<Record<string, unknown>>): object {
  if ('metadata' in client) return client
  const entries = Object.entries(client).filter(([name]) => !notImported.includes(name))
  const metadata = entries.filter(([name]) => !besideMetadata.includes(name))
  const beside = entries.filter(([name]) => besideMetadata.includes(name))
  return { ...Object.fromEntries(beside), metadata: Object.fromEntries(metadata) }
}
