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
