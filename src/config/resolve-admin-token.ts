import { complain, type Draft, isSound } from './draft.ts'
import { besideFile, generatedSecretPath, resolveSecret } from './resolve-secret.ts'
import type { SecretSource } from './secret-source.ts'

const variable = 'REGISTRAR_ADMIN_TOKEN'
const lengthMin = 32
const generatedName = 'admin-token'

/** The environment wins over the file; in development the data folder keeps one that was made there. */
export async function resolveAdminToken(draft: Draft): Promise<{ readonly value: string; readonly place: string } | undefined> {
  if (!isSound(draft, 'adminToken')) return undefined
  const source = sourceOf(draft)
  const value = await resolveSecret(draft, source, ['adminToken'])
  if (value === undefined) return undefined
  if (draft.file.mode === 'production' && value.length < lengthMin) {
    return complain(
      draft,
      ['adminToken'],
      `is too short; give at least ${lengthMin} random characters, such as \`openssl rand -base64 32\` prints`,
    )
  }
  return { value, place: placeOf(draft, source) }
}

function sourceOf(draft: Draft): SecretSource {
  if (draft.surroundings.env[variable]) return { env: variable }
  if (draft.file.adminToken !== undefined) return draft.file.adminToken
  return draft.file.mode === 'development' ? { generated: generatedName } : { env: variable }
}

function placeOf(draft: Draft, source: SecretSource): string {
  if ('env' in source) return `$${source.env}`
  if ('file' in source) return besideFile(draft, source.file)
  return 'generated' in source ? generatedSecretPath(draft, source.generated) : draft.surroundings.path
}
