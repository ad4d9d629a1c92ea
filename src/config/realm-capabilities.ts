import { type Capabilities, capabilitiesOf } from '../registration/index.ts'
import type { RealmFile } from './realm-schema.ts'

/** What stands in the file by a short name. */
const grantNames: Readonly<Record<string, string>> = {
  device: 'urn:ietf:params:oauth:grant-type:device_code',
  ciba: 'urn:openid:params:grant-type:ciba',
  'token-exchange': 'urn:ietf:params:oauth:grant-type:token-exchange',
  'jwt-bearer': 'urn:ietf:params:oauth:grant-type:jwt-bearer',
}

/** Device and CIBA are on when their grant is: a switch of their own could only disagree with it. */
export function realmCapabilities({
  features,
  grants,
  responseTypes,
  hybridGrants,
  authMethods,
  tokens,
  authorizationDetailsTypes,
  clientSigningAlgorithms,
  requireSignedRequestObjects,
  unsignedRequestObjects,
}: RealmFile): Capabilities {
  const grantTypes = grants.map(grantName)
  return capabilitiesOf({
    grantTypes,
    responseTypes,
    hybridWithoutImplicit: hybridGrants === 'authorization-code',
    authMethods,
    signingAlgorithms: tokens.signingAlgorithms,
    clientSigningAlgorithms,
    unsignedRequestObjects: unsignedRequestObjects === 'accept' && !requireSignedRequestObjects,
    authorizationDetailsTypes,
    features: { ...features, deviceFlow: grants.includes('device'), ciba: grants.includes('ciba') },
  })
}

export function grantName(grant: string): string {
  return grantNames[grant] ?? grant
}
