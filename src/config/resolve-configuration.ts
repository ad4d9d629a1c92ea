import type { Configuration, RealmDefinition } from './configuration.ts'
import { complain, type Draft, isSound } from './draft.ts'
import { createIssuerIndex } from './issuer-index.ts'
import type { Path } from './problem.ts'
import { resolveAdminToken } from './resolve-admin-token.ts'
import { resolveListen, resolvePublicUrl } from './resolve-listen.ts'
import { resolvePolicies } from './resolve-policies.ts'
import { type RealmContext, resolveRealm } from './resolve-realm.ts'
import { besideFile, resolveSecret } from './resolve-secret.ts'
import type { SecretSource } from './secret-source.ts'

/** HMAC-SHA-256 and AES-256 both call for a key of this size. */
const rootSecretBytesMin = 32
const rootSecretVariable = 'REGISTRAR_SECRET'

/** From what is written to what is meant: secrets are looked up, paths made absolute, realms built. */
export async function resolveConfiguration(draft: Draft): Promise<Configuration | undefined> {
  const listen = resolveListen(draft, draft.surroundings.dataFolder)
  const publicUrl = resolvePublicUrl(draft, listen)
  const rootSecrets = await resolveRootSecrets(draft)
  const admin = await resolveAdminToken(draft)
  const database = await resolveDatabase(draft)
  const policies = await resolvePolicies(draft)
  const realms = await resolveRealms(draft, {
    publicUrl: publicUrl ?? '',
    rootSecret: rootSecrets?.[0] ?? '',
    policyTypes: policies.types,
  })
  if (publicUrl === undefined || rootSecrets === undefined || admin === undefined || database === undefined) return undefined
  const { mode, admin: adminOptions, http, interaction, outbound, telemetry, webhooks } = draft.file
  return {
    file: draft.surroundings.path,
    mode,
    publicUrl,
    listen,
    dataFolder: draft.surroundings.dataFolder,
    database,
    rootSecrets,
    adminToken: admin.value,
    adminTokenPlace: admin.place,
    admin: adminOptions,
    http: withAbsolutePaths(draft, http),
    interaction,
    outbound,
    telemetry,
    webhooks,
    ...(policies.folder === undefined ? {} : { policies: policies.folder }),
    realms,
  }
}

async function resolveRootSecrets(draft: Draft): Promise<readonly string[] | undefined> {
  const { file } = draft
  if (!isSound(draft, 'secret') || !isSound(draft, 'previousSecrets')) return undefined
  const newest = await resolveRootSecret(draft, rootSecretSource(draft), ['secret'])
  const older = await Promise.all(
    file.previousSecrets.map((source, index) => resolveRootSecret(draft, source, ['previousSecrets', index])),
  )
  const all = [newest, ...older].filter((secret) => secret !== undefined)
  return all.length === older.length + 1 ? all : undefined
}

/** As with every setting, the environment wins over the file. */
function rootSecretSource({ file, surroundings }: Draft): SecretSource {
  if (surroundings.env[rootSecretVariable]) return { env: rootSecretVariable }
  if (file.secret !== undefined) return file.secret
  return file.mode === 'development' ? { generated: 'root-secret' } : { env: rootSecretVariable }
}

async function resolveRootSecret(draft: Draft, source: SecretSource, path: Path) {
  const secret = await resolveSecret(draft, source, path)
  if (secret === undefined || Buffer.byteLength(secret) >= rootSecretBytesMin) return secret
  return complain(
    draft,
    path,
    `is too short; give at least ${rootSecretBytesMin} random bytes, such as \`openssl rand -base64 32\` prints`,
  )
}

async function resolveDatabase(draft: Draft): Promise<Configuration['database'] | undefined> {
  if (!isSound(draft, 'database')) return undefined
  const { database } = draft.file
  if (typeof database === 'string') return database
  const url = await resolveSecret(draft, database.url, ['database', 'url'])
  if (url === undefined) return undefined
  if (/^postgres(ql)?:\/\//.test(url)) return { url, connections: database.connections }
  return complain(draft, ['database', 'url'], 'is not a PostgreSQL URL; give postgresql://user:password@host:5432/database')
}

async function resolveRealms(draft: Draft, context: Omit<RealmContext, 'name'>): Promise<readonly RealmDefinition[]> {
  const { realms } = draft.file
  if (Object.keys(realms ?? {}).length === 0 && isSound(draft, 'realms'))
    complain(draft, ['realms'], 'must not be empty; give at least the realm default')
  const found = await Promise.all(Object.keys(realms ?? {}).map((name) => resolveRealm(draft, { ...context, name })))
  const definitions = found.filter((definition) => definition !== undefined)
  const issuers = createIssuerIndex()
  for (const { name, base } of definitions) {
    const collision = issuers.collisionOf(base)
    if (collision !== undefined) complain(draft, ['realms', name, 'issuer'], collision)
    issuers.add(base)
  }
  return definitions
}

function withAbsolutePaths(draft: Draft, http: Configuration['http']): Configuration['http'] {
  if (http?.tls === undefined || !isSound(draft, 'http')) return http
  const { keyFile, certificateFile } = http.tls
  return {
    ...http,
    tls: { ...http.tls, keyFile: besideFile(draft, keyFile), certificateFile: besideFile(draft, certificateFile) },
  }
}
