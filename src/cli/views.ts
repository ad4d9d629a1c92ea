import { type Item, time, type View } from './output.ts'

const member = (item: Item, name: string): unknown => ((item['metadata'] ?? {}) as Item)[name]

export const clientView: View = {
  columns: {
    CLIENT_ID: (client) => client['client_id'],
    NAME: (client) => member(client, 'client_name'),
    STATE: (client) => client['state'],
    CHANNEL: (client) => client['channel'],
    METHOD: (client) => member(client, 'token_endpoint_auth_method'),
    REGISTERED: (client) => time(client['client_id_issued_at']),
    'LAST USED': (client) => time(client['lastUsedAt']),
  },
  name: (client) => client['client_id'],
}

export const agentView: View = {
  columns: {
    ID: (agent) => agent['id'],
    NAME: (agent) => agent['name'],
    CLIENT_ID: (agent) => agent['client_id'],
    STATE: (agent) => agent['state'],
    OWNERS: (agent) => words(agent['owners']),
    CREATED: (agent) => time(agent['createdAt']),
  },
  name: (agent) => agent['id'],
}

export const privilegeView: View = {
  columns: {
    ID: (privilege) => privilege['id'],
    AGENT: (privilege) => privilege['client_id'],
    RESOURCE: (privilege) => privilege['resource'],
    SUBJECTS: (privilege) => words(privilege['subjects']),
    GROUPS: (privilege) => words(privilege['subjectGroups']),
    SCOPES: (privilege) => words(privilege['scopes']),
  },
  name: (privilege) => privilege['id'],
}

function words(list: unknown): string {
  return Array.isArray(list) ? list.join(' ') : ''
}

export const initialAccessTokenView: View = {
  columns: {
    ID: (token) => token['id'],
    LABEL: (token) => token['label'],
    STATE: (token) => token['state'],
    USES: (token) => `${String(token['uses'])}/${String(token['usesMax'] ?? '∞')}`,
    CREATED: (token) => time(token['createdAt']),
    EXPIRES: (token) => time(token['expiresAt']),
  },
  name: (token) => token['id'],
}

export const keyView: View = {
  columns: {
    KID: (key) => key['kid'],
    ALG: (key) => key['alg'],
    STATE: (key) => key['state'],
    CREATED: (key) => time(key['createdAt']),
    'SIGNS FROM': (key) => time(key['signsFrom']),
    'PUBLISHED UNTIL': (key) => time(key['publishedUntil']),
  },
  name: (key) => key['kid'],
}

export const policyView: View = {
  columns: {
    ID: (policy) => policy['id'],
    POLICY: (policy) => policy['policy'],
    ENABLED: (policy) => policy['enabled'],
    'ONLY BOUND': (policy) => policy['onlyBound'],
    FILE: (policy) => policy['provisioned'],
  },
  name: (policy) => policy['id'],
}

export const policyTypeView: View = {
  columns: {
    POLICY: (type) => type['name'],
    CONCERNS: (type) => type['concerns'],
    SUMMARY: (type) => type['summary'],
  },
  name: (type) => type['name'],
}

const reasons = (client: Item): string => {
  const { reasons = [] } = (client['review'] ?? {}) as { readonly reasons?: readonly { readonly reason: string }[] }
  return reasons.map(({ reason }) => reason).join('; ')
}

export const approvalView: View = {
  columns: {
    CLIENT_ID: (client) => client['client_id'],
    NAME: (client) => member(client, 'client_name'),
    CHANNEL: (client) => client['channel'],
    SINCE: (client) => time(((client['review'] ?? {}) as Item)['since']),
    WHY: reasons,
  },
  name: (client) => client['client_id'],
}

const certificate = (ca: Item, name: string): unknown => ((ca['certificate'] ?? {}) as Item)[name]

export const trustedCaView: View = {
  columns: {
    ID: (ca) => ca['id'],
    SUBJECT: (ca) => certificate(ca, 'subject'),
    STATUS: (ca) => certificate(ca, 'status'),
    EXPIRES: (ca) => time(certificate(ca, 'expires')),
    FILE: (ca) => ca['provisioned'],
  },
  name: (ca) => ca['id'],
}

const names = (realms: unknown): string =>
  Array.isArray(realms) ? realms.map((behind) => String((behind as Item)['realm'])).join(', ') : ''

export const realmView: View = {
  columns: {
    NAME: (realm) => realm['name'],
    ISSUER: (realm) => realm['issuer'],
    REGISTRATION: (realm) => realm['registration'],
    DIALECTS: (realm) => words(realm['dialects']),
    REVISION: (realm) => realm['revision'],
  },
  name: (realm) => realm['name'],
}

export const userView: View = {
  columns: {
    ID: (user) => user['id'],
    USERNAME: (user) => user['username'],
    ACTIVE: (user) => user['active'],
    PASSWORD: (user) => user['hasPassword'],
    FILE: (user) => user['provisioned'],
  },
  name: (user) => user['id'],
}

export const nodeView: View = {
  columns: {
    ADDRESS: (node) => node['address'],
    STATE: (node) => node['state'],
    VERSION: (node) => node['version'],
    STARTED: (node) => time(node['startedAt']),
    SEEN: (node) => time(node['seenAt']),
    REVISIONS: (node) => summaryOf((node['revisions'] ?? {}) as Item),
    BEHIND: (node) => names(node['behind']),
  },
  name: (node) => node['address'],
}

const shownMax = 5

function summaryOf(revisions: Item): string {
  const all = Object.entries(revisions).map(([realm, revision]) => `${realm}=${String(revision)}`)
  return [...all.slice(0, shownMax), ...(all.length > shownMax ? ['…'] : [])].join(' ')
}

export const revisionView: View = {
  columns: {
    REVISION: (entry) => entry['revision'],
    AT: (entry) => time(entry['at']),
    STATE: (entry) => entry['state'],
    EVENT: (entry) => madeBy(entry, 'type'),
    BY: (entry) => madeBy(entry, 'actor'),
    CHANGED: (entry) => Object.keys((entry['diff'] ?? {}) as Item).join(', '),
  },
  name: (entry) => entry['revision'],
}

/** What removed it is the last thing that happened to it. */
function madeBy({ madeBy: maker, removedBy }: Item, name: string): unknown {
  return ((removedBy ?? maker ?? {}) as Item)[name]
}

export const webhookView: View = {
  columns: {
    ID: (webhook) => webhook['id'],
    URL: (webhook) => webhook['url'],
    ENABLED: (webhook) => webhook['enabled'],
    EVENTS: (webhook) => (Array.isArray(webhook['events']) ? webhook['events'].join(' ') : ''),
    FILE: (webhook) => webhook['provisioned'],
  },
  name: (webhook) => webhook['id'],
}

export const resourceView: View = {
  columns: {
    ID: (resource) => resource['id'],
    IDENTIFIER: (resource) => resource['identifier'],
    SCOPES: (resource) => (Array.isArray(resource['scopes']) ? resource['scopes'].join(' ') : ''),
    TOKENS: (resource) => resource['accessTokenFormat'],
    METADATA: (resource) => resource['publishMetadata'] ?? false,
    FILE: (resource) => resource['provisioned'],
  },
  name: (resource) => resource['id'],
}

const event = (delivery: Item, name: string): unknown => ((delivery['event'] ?? {}) as Item)[name]

export const deliveryView: View = {
  columns: {
    ID: (delivery) => delivery['id'],
    WEBHOOK: (delivery) => delivery['webhook'],
    EVENT: (delivery) => event(delivery, 'type'),
    CLIENT_ID: (delivery) => event(delivery, 'client_id'),
    STATE: (delivery) => delivery['state'],
    ATTEMPTS: (delivery) => delivery['attempts'],
    NEXT: (delivery) => (delivery['state'] === 'dead' ? '' : time(delivery['nextAt'])),
    ERROR: (delivery) => delivery['lastError'],
  },
  name: (delivery) => delivery['id'],
}

export const identityProviderView: View = {
  columns: {
    ID: (provider) => provider['id'],
    NAME: (provider) => provider['displayName'],
    ISSUER: (provider) => provider['issuer'],
    ENABLED: (provider) => provider['enabled'],
    ACCOUNTS: (provider) => provider['accounts'],
    FILE: (provider) => provider['provisioned'],
  },
  name: (provider) => provider['id'],
}
