import { completeAuthorizationRequest, refuseUnregisteredFlow, refuseUnregisteredResponseType } from './authorization-requests.ts'
import { signInByBasic } from './basic-sign-in.ts'
import { logOutInFrames } from './logout.ts'
import { resolveRequestUri } from './request-uri.ts'
import { requireCaller } from './require-caller.ts'
import { insertBefore, insertFirst, replace } from './seam-pipelines.ts'
import { acceptJwt, introspectJwt, revokeJwt } from './token-inspection.ts'
import { announceInterval, completeTokenRequest, pacePolling, refuseUnregisteredGrant } from './token-requests.ts'
import { holdBackErrors } from './trust.ts'
import { openUnsignedRequest } from './unsigned-request-objects.ts'
import { tellVendorMembers } from './vendor-introspection.ts'

/** Where our steps stand between the engine's; called once, before the first provider is made. */
export function installSteps(): void {
  insertFirst('authorization', holdBackErrors)
  insertFirst('resume', holdBackErrors)
  for (const endpoint of [
    'authorization',
    'device_authorization',
    'pushed_authorization_request',
    'backchannel_authentication',
  ] as const) {
    insertBefore(endpoint, 'rejectUnsupported', resolveRequestUri)
    insertBefore(endpoint, 'processRequestObject', openUnsignedRequest)
    insertBefore(endpoint, 'checkScope', completeAuthorizationRequest)
  }
  for (const endpoint of ['authorization', 'pushed_authorization_request'] as const) {
    insertBefore(endpoint, 'checkResponseType', refuseUnregisteredResponseType)
  }
  insertBefore('authorization', 'loadAccount', signInByBasic)
  for (const endpoint of ['device_authorization', 'backchannel_authentication'] as const) {
    insertBefore(endpoint, 'checkClientGrantType', refuseUnregisteredFlow)
    insertFirst(endpoint, announceInterval)
  }
  insertBefore('token', 'allowedGrantTypeCheck', refuseUnregisteredGrant)
  insertBefore('token', 'callTokenHandler', pacePolling)
  insertBefore('token', 'callTokenHandler', completeTokenRequest)
  insertBefore('introspection', 'authenticateClient', requireCaller)
  replace('introspection', 'rejectStructuredTokens', acceptJwt)
  insertBefore('introspection', 'renderTokenResponse', tellVendorMembers)
  insertBefore('introspection', 'renderTokenResponse', introspectJwt)
  insertBefore('revocation', 'rejectStructuredTokens', revokeJwt)
  insertBefore('end_session_confirm', 'endSession', logOutInFrames)
}
