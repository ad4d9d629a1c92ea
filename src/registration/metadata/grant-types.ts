import type { Capabilities } from '../realm.ts'

export const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'
export const cibaGrant = 'urn:openid:params:grant-type:ciba'
export const tokenExchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const jwtBearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** What a grant type entails; a new one comes with its row (RFC 7591 §2.1, DCR-GR-07). */
export interface GrantType {
  /** Words of a response type that need this grant (DCR-GR-02, DCR-GR-03); none: the grant does without the authorization endpoint. */
  readonly responseWords: readonly string[]
  readonly yieldsRefreshToken: boolean
  /** The client has to authenticate: RFC 6749 §4.4, CIBA Core §7.1. */
  readonly confidential: boolean
  readonly yieldsIdToken: boolean
}

/** The resource owner password grant is not among them, and never will be (RFC 9700 §2.4, DCR-GR-09). */
export function findGrantType(name: string): GrantType | undefined {
  return grantTypes.get(name)
}

/** The words of a response type form a set (OAuth 2.0 Multiple Response Types §3, OIDR-MD-02). */
export function canonicalResponseType(responseType: string): string {
  return responseType.includes(' ') ? [...new Set(wordsOf(responseType))].sort().join(' ') : responseType
}

/** How grant and response types belong together in a realm. */
export type Pairing = Pick<Capabilities, 'hybridWithoutImplicit'>

/** The grant types that a response type cannot do without. */
export function grantsOfResponseType(responseType: string, { hybridWithoutImplicit }: Pairing = {}): readonly string[] {
  if (hybridWithoutImplicit === true && wordsOf(responseType).includes('code')) return ['authorization_code']
  return redirectGrants.filter((grant) => needsGrant(responseType, grant))
}

export function isServedResponseType(responseType: string, capabilities: Capabilities): boolean {
  const { grantTypes: grants, responseTypes } = capabilities
  return (
    responseTypes.includes(responseType) &&
    grantsOfResponseType(responseType, capabilities).every((grant) => grants.includes(grant))
  )
}

/** The simplest response types that make use of the grants, as far as the server has them. */
export function responseTypesOfGrants(grants: readonly string[], capabilities: Capabilities): readonly string[] {
  return redirectGrants
    .filter((grant) => grants.includes(grant))
    .flatMap((grant) => {
      const candidates = grantTypes.get(grant)?.responseWords ?? []
      return candidates.filter((candidate) => isServedResponseType(candidate, capabilities)).slice(0, 1)
    })
}

export interface Flows {
  readonly grants: readonly string[]
  readonly responses: readonly string[]
}

/** Every response type has its grants, and every grant of the authorization endpoint a response type (RFC 7591 §2.1). */
export function isConsistent({ grants, responses }: Flows, pairing: Pairing): boolean {
  return (
    responses.every((response) => hasItsGrants(response, grants, pairing)) && grants.every((grant) => isUsed(grant, responses))
  )
}

/** What is left when whatever lacks its counterpart goes. */
export function consistentPart({ grants, responses }: Flows, pairing: Pairing = {}): Flows {
  const possible = responses.filter((response) => hasItsGrants(response, grants, pairing))
  return { grants: grants.filter((grant) => isUsed(grant, possible)), responses: possible }
}

function hasItsGrants(response: string, grants: readonly string[], pairing: Pairing): boolean {
  return grantsOfResponseType(response, pairing).every((grant) => grants.includes(grant))
}

function isUsed(grant: string, responses: readonly string[]): boolean {
  return !redirectGrants.includes(grant) || responses.some((response) => needsGrant(response, grant))
}

function needsGrant(responseType: string, grant: string): boolean {
  const words = wordsOf(responseType)
  return grantTypes.get(grant)?.responseWords.some((word) => words.includes(word)) === true
}

function wordsOf(responseType: string): readonly string[] {
  return responseType.includes(' ') ? responseType.split(' ').filter((word) => word !== '') : [responseType]
}

const plain: GrantType = { responseWords: [], yieldsRefreshToken: false, confidential: false, yieldsIdToken: false }

const grantTypes: ReadonlyMap<string, GrantType> = new Map([
  ['authorization_code', { ...plain, responseWords: ['code'], yieldsRefreshToken: true, yieldsIdToken: true }],
  ['implicit', { ...plain, responseWords: ['token', 'id_token'], yieldsIdToken: true }],
  ['refresh_token', plain],
  ['client_credentials', { ...plain, confidential: true }],
  [deviceCodeGrant, { ...plain, yieldsRefreshToken: true, yieldsIdToken: true }],
  [cibaGrant, { ...plain, yieldsRefreshToken: true, confidential: true, yieldsIdToken: true }],
  [tokenExchangeGrant, plain],
  [jwtBearerGrant, plain],
  ['urn:ietf:params:oauth:grant-type:saml2-bearer', plain],
])

const redirectGrants = [...grantTypes].flatMap(([name, { responseWords }]) => (responseWords.length > 0 ? [name] : []))
