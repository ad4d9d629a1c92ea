import type { Configuration, RealmDefinition } from '../config/index.ts'
import type { RunningServer } from './io.ts'

/** What somebody who has just started the server wants to know, and the first thing to try. */
export function banner(configuration: Configuration, { publicUrl, adminUrl }: RunningServer, hasColour: boolean): string {
  const bold = (text: string): string => (hasColour ? `\u001b[1m${text}\u001b[22m` : text)
  const dim = (text: string): string => (hasColour ? `\u001b[2m${text}\u001b[22m` : text)
  // A server need not have a realm where it is reached; the first one is then as good as any.
  const issuer = (realmAt(configuration, publicUrl) ?? configuration.realms[0])?.base.issuer ?? publicUrl
  const rows = [
    ['Issuer', issuer],
    ...otherIssuers(configuration, issuer),
    ['Registration', registrationPlace(configuration, issuer)],
    ...mutualTls(configuration),
    ['Admin API', `${adminUrl}/admin/v1`],
    ['Admin token', `in ${configuration.adminTokenPlace}`],
    ...signIns(configuration),
    ['Data', dataPlace(configuration)],
  ] as const
  const width = Math.max(...rows.map(([label]) => label.length))
  const lines = rows.map(([label, value]) => `  ${dim(label.padEnd(width))}  ${value}`)
  const title = `${bold('Registrar is running')} (${configuration.mode})`
  return ['', `  ${title}`, '', ...lines, '', ...firstStep(configuration, { issuer, adminUrl, dim }), '', ''].join('\n')
}

/** Settings that administrators decide at run time are in the database; the file that owns them says it here. */
function registrationPlace(configuration: Configuration, issuer: string): string {
  const realm = realmAt(configuration, issuer)
  if (realm?.registration === undefined) return 'decided by administrators, off until one switches it on'
  return isClosed(realm) ? 'switched off by the configuration' : `${issuer}/register`
}

function mutualTls({ listen: { mtls } }: Configuration): readonly (readonly [string, string])[] {
  return mtls === undefined ? [] : [['Mutual TLS', mtls.publicUrl]]
}

function otherIssuers({ realms }: Configuration, issuer: string): readonly (readonly [string, string])[] {
  return realms.filter(({ base }) => base.issuer !== issuer).map(({ name, base }) => [`Realm ${name}`, base.issuer])
}

/** Only passwords that were made here: whoever wrote one knows it. */
function signIns({ realms }: Configuration): readonly (readonly [string, string])[] {
  const generated = realms.flatMap(({ users }) => users.filter(({ isPasswordGenerated }) => isPasswordGenerated))
  return generated.map(({ username, password }) => ['Sign in', `user ${username}, password ${password}`])
}

function dataPlace({ database, dataFolder }: Configuration): string {
  if (database === 'temporary') return 'temporary, gone when the server stops: registration is inactive'
  return database === 'embedded' ? `${dataFolder} (embedded PostgreSQL)` : 'PostgreSQL server'
}

interface Surroundings extends Pick<RunningServer, 'adminUrl'> {
  readonly issuer: string
  readonly dim: (text: string) => string
}

function firstStep(configuration: Configuration, { issuer, adminUrl, dim }: Surroundings): readonly string[] {
  const realm = realmAt(configuration, issuer)
  if (realm !== undefined && realm.registration === undefined)
    return [`  ${dim('Let anybody register, say:')}`, '', `  ${settingsLine(adminUrl, realm.name)}`]
  if (isClosed(realm)) return [`  ${dim('To let clients register, set registration.enabled: true in the realm, and reload.')}`]
  if (realm?.registration?.softwareStatements.required === true) {
    const issuers = realm.statementIssuers.map(({ issuer }) => issuer).join(', ')
    return [`  ${dim('Clients register with a software statement of:')} ${issuers || 'nobody yet'}`]
  }
  if (isOpen(realm)) return [`  ${dim('Register a client:')}`, '', `  ${curlLine(issuer)}`]
  return [`  ${dim('Let somebody register a client:')}`, '', '  registrar tokens initial create --uses 1 --expires-in 1d']
}

function realmAt({ realms }: Configuration, issuer: string): RealmDefinition | undefined {
  return realms.find(({ base }) => base.issuer === issuer)
}

function isClosed(realm: RealmDefinition | undefined): boolean {
  return realm?.registration?.enabled === false
}

function isOpen(realm: RealmDefinition | undefined): boolean {
  return realm?.registration?.enabled === true && !realm.registration.initialAccessTokenRequired
}

function settingsLine(adminUrl: string, realm: string): string {
  const url = `${adminUrl}/admin/v1/realms/${realm}/registration-settings`
  const settings = JSON.stringify({ enabled: true, initialAccessTokenRequired: false })
  return `curl -sS -X PUT -H "authorization: Bearer $REGISTRAR_ADMIN_TOKEN" -H 'content-type: application/json' -d '${settings}' ${url}`
}

function curlLine(issuer: string): string {
  const body = JSON.stringify({
    client_name: 'My first client',
    redirect_uris: ['http://localhost:8080/callback'],
    token_endpoint_auth_method: 'none',
  })
  return `curl -sS -w '\\n%{http_code}\\n' -H 'content-type: application/json' -d '${body}' ${issuer}/register`
}
